"""The load balancer that the internet reaches."""

from resources.catalogue import _
from tools.infrastructure.aws import inputs
from tools.infrastructure.module import Module, Output, Variable, matches, number, text


def alb() -> Module:
    """An application load balancer."""
    return Module(
        name="alb",
        template=f"{inputs.FOLDER}/alb",
        about=_("A load balancer: TLS 1.2 or newer, access logs, room for a firewall; what lies behind adds itself."),
        variables=(
            inputs.name(),
            inputs.vpc_id(),
            inputs.subnet_ids(_("Public subnets, one a zone.")),
            text(
                "certificate_arn",
                _("Certificate, in its region."),
                matches("certificate_arn", "^arn:aws:acm:", _("This must be the ARN of a certificate.")),
            ),
            text("log_bucket", _("Bucket that gets the access logs.")),
            web_acl_arn(),
            number("idle_seconds", _("Seconds after which a silent connection is closed."), 1, 4000, default=60),
        ),
        outputs=(
            Output("security_group_id", "aws_security_group.main.id", _("Its group, which targets let in.")),
            Output("listener_arn", "aws_lb_listener.https.arn", _("Where targets add their rules.")),
            Output("arn_suffix", "aws_lb.main.arn_suffix", _("What metrics call it.")),
            Output("dns_name", "aws_lb.main.dns_name", _("Its own name, for the DNS alias.")),
            Output("zone_id", "aws_lb.main.zone_id", _("The zone of that name.")),
        ),
    )


def web_acl_arn() -> Variable:
    """The firewall before it."""
    rule = matches(
        "web_acl_arn",
        "^arn:aws:wafv2:[a-z0-9-]+:[0-9]{12}:regional/",
        _("This must be the ARN of a regional firewall (WAF)."),
        optional=True,
    )
    return text("web_acl_arn", _("Firewall before it (WAF), in its region; null: none."), rule, default=None)
