"""A static site: S3, CloudFront, ACM and Route 53."""

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.delivery import Check, Command, Risk, Rollback
from tools.infrastructure.aws import common, inputs
from tools.infrastructure.aws.modules.acm import acm
from tools.infrastructure.aws.modules.alarms import alarms
from tools.infrastructure.aws.modules.alerts import alerts
from tools.infrastructure.aws.modules.budget import budget
from tools.infrastructure.aws.modules.cloudfront import cloudfront
from tools.infrastructure.aws.modules.deploy_role import deploy_role
from tools.infrastructure.aws.modules.kms import kms
from tools.infrastructure.aws.modules.route53 import route53
from tools.infrastructure.aws.modules.s3_bucket import s3_bucket
from tools.infrastructure.constraints import host_of
from tools.infrastructure.design import BillLine
from tools.infrastructure.module import Module, Output, flag, text
from tools.infrastructure.scale import Scale

PROMISE = 99.9
ASKED = (
    'curl -sS -o /dev/null -w "%{{http_code}}" '
    '"https://$(terraform -chdir=infra/environments/{environment} output -raw bucket).s3.amazonaws.com/index.html"'
)
SINGLE_PAGE = frozenset({"react", "vite", "vue", "angular", "svelte", "preact", "solid"})


def modules(brief: Brief) -> tuple[Module, ...]:  # noqa: ARG001 - every blueprint's signature
    """The modules it is made of."""
    return kms(), s3_bucket(), acm(), route53(), cloudfront(), alerts(), alarms(), budget(), deploy_role()


def stack(brief: Brief) -> Module:  # noqa: ARG001 - as above
    """The module that puts them together."""
    return Module(
        name="service",
        template=f"{inputs.FOLDER}/stacks/static_site",
        about=_("Puts the other modules together into the site of one environment."),
        variables=(
            *common.variables(public=True),
            flag("single_page", _("True: every path gets index.html, the application routes."), default=False),
            text(
                "content_security_policy",
                _("What a page may load."),
                default="default-src 'self'; frame-ancestors 'none'",
            ),
            text("web_acl_arn", _("Firewall before it (WAF), in us-east-1; null: none."), default=None),
        ),
        outputs=(
            Output("url", '"https://${var.domain_name}"', _("Where it is reached.")),
            Output("bucket", "module.site.bucket", _("Bucket the pipeline copies the site to.")),
            Output("distribution_id", "module.cdn.id", _("Distribution whose cache it then invalidates.")),
            Output("deploy_role_arn", "module.deploy_role.role_arn", _("Variable AWS_ROLE_ARN of the pipeline.")),
        ),
    )


def values(brief: Brief, environment: Environment, scale: Scale) -> dict[str, object]:  # noqa: ARG001 - as above
    """What only this blueprint decides."""
    frameworks = {(each.framework or "").lower() for each in brief.context.components}
    return {"single_page": True} if frameworks & SINGLE_PAGE else {}


def asked(brief: Brief, environment: Environment) -> dict[str, object]:  # noqa: ARG001 - as above
    """Nothing more than every stack."""
    return {}


def bill(brief: Brief, environment: Environment, scale: Scale) -> list[BillLine]:  # noqa: ARG001 - as above
    """Next to nothing stands still: traffic is what costs."""
    return [BillLine("KMS", "aws_kms_key"), common.alarm_lines(1)]


def checks(brief: Brief, environment: Environment) -> list[Check]:  # noqa: ARG001 - as above
    """Over TLS, and not past the content network."""
    host = host_of(environment)
    return [
        Check(
            name=_("{name} answers over TLS", name=environment.name),
            url=f"https://{host}/",
            expect="200",
            environment=environment.name,
        ),
        Check(
            name=_("The bucket itself answers nobody"),
            environment=environment.name,
            run=ASKED.format(environment=environment.name),
            expect="403",
        ),
    ]


def rollback(brief: Brief) -> list[Rollback]:
    """The site itself goes back by its versions."""
    last = brief.context.environments[-1].name
    return [
        Rollback(
            strategy=_(
                "The pages go back by copying the previous build again; overwritten versions are kept for a month."
            ),
            commands=[
                Command(
                    run='aws s3 sync --delete PREVIOUS_BUILD/ "s3://${BUCKET}/"', purpose=_("Copy the previous build.")
                ),
                Command(
                    run='aws cloudfront create-invalidation --distribution-id "${DISTRIBUTION_ID}" --paths "/*"',
                    purpose=_("Empty the caches of {name}.", name=last),
                ),
            ],
            data=_("Nothing but pages is kept here."),
        )
    ]


def risks(brief: Brief) -> list[Risk]:  # noqa: ARG001 - as above
    """DNS is the slow part."""
    return [
        Risk(
            kind="downtime",
            level="medium",
            message=_("If the host name already leads somewhere, the apply takes it over."),
            mitigation=_(
                "Import the existing record first, or apply in a quiet hour: the old answer lives for its TTL."
            ),
        ),
    ]
