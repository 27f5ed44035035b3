"""The content network before a bucket."""

from resources.catalogue import _
from tools.infrastructure.aws import inputs
from tools.infrastructure.module import Module, Output, flag, matches, one_of, text

ARN = "^arn:aws:acm:us-east-1:"


def cloudfront() -> Module:
    """A distribution that alone may read the bucket."""
    web_acl = matches(
        "web_acl_arn", "^arn:aws:wafv2:us-east-1:", _("Firewalls of CloudFront lie in us-east-1."), optional=True
    )
    return Module(
        name="cloudfront",
        template=f"{inputs.FOLDER}/cloudfront",
        about=_("The content network before a private bucket: TLS 1.2 or newer, security headers, access logs."),
        variables=(
            inputs.name(),
            inputs.domain_name(),
            text("origin_domain_name", _("Where the bucket is read.")),
            text(
                "certificate_arn",
                _("Certificate, in us-east-1."),
                matches("certificate_arn", ARN, _("CloudFront takes certificates of us-east-1 only.")),
            ),
            text("log_bucket_arn", _("Bucket that gets the access logs.")),
            flag("single_page", _("True: every path gets index.html, the application routes."), default=False),
            text(
                "content_security_policy",
                _("What a page may load."),
                default="default-src 'self'; frame-ancestors 'none'",
            ),
            text(
                "price_class",
                _("Which of the edges serve it."),
                one_of("price_class", ("PriceClass_100", "PriceClass_200", "PriceClass_All")),
                default="PriceClass_100",
            ),
            text("web_acl_arn", _("Firewall before it (WAF); null: none."), web_acl, default=None),
        ),
        outputs=(
            Output("arn", "aws_cloudfront_distribution.main.arn", _("ARN of the distribution.")),
            Output("id", "aws_cloudfront_distribution.main.id", _("Its id, for invalidations.")),
            Output(
                "domain_name", "aws_cloudfront_distribution.main.domain_name", _("Its own name, for the DNS alias.")
            ),
            Output("zone_id", "aws_cloudfront_distribution.main.hosted_zone_id", _("The zone of that name.")),
        ),
    )
