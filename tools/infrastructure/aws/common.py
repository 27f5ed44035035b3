"""What every stack on AWS has: its names, who hears of alarms, who may deploy."""

import re
from urllib.parse import urlsplit

from resources.catalogue import _
from resources.facts import read_facts
from tools.brief import Brief, Environment
from tools.infrastructure.aws import inputs
from tools.infrastructure.constraints import host_of, reached
from tools.infrastructure.design import BillLine
from tools.infrastructure.module import Rule, Variable, matches, number, text, texts
from tools.pipelines.issuer import issuer_of, tier

GITHUB = "token.actions.githubusercontent.com"
LONGEST = 28
"""Names of load balancers and roles end at 32 and 64: a longer service name is cut."""


def variables(*, public: bool) -> tuple[Variable, ...]:
    """The inputs of every stack; `public`: people reach it under a name."""
    mail = Rule('alltrue([for each in var.alert_emails : strcontains(each, "@")])', _("Each must be a mail address."))
    named = (
        inputs.domain_name(),
        text(
            "zone_name",
            _("Domain of the DNS zone that holds the host name."),
            matches("zone_name", inputs.HOST, _("This must be a domain, without https://.")),
        ),
    )
    return (
        text(
            "service",
            _("Name of the service."),
            matches("service", "^[a-z][a-z0-9-]*$", _("Use lower-case letters, digits and hyphens.")),
        ),
        inputs.name(),
        text(
            "environment",
            _("Name of the environment."),
            matches("environment", "^[a-z][a-z0-9-]*$", _("Use lower-case letters, digits and hyphens.")),
        ),
        *(named if public else ()),
        number("monthly_budget", _("USD a month from which the budget alarm rings."), 1, 1_000_000),
        inputs.log_days(),
        texts("alert_emails", _("Mail addresses that get the alarms."), mail),
        text("oidc_host", _("Issuer of the pipeline's tokens."), default=GITHUB),
        text("deploy_role_name", _("Name of the role that the pipeline takes.")),
        texts(
            "deploy_subjects",
            _("Subjects of the pipeline's tokens that may deploy here."),
            Rule("length(var.deploy_subjects) > 0", _("Somebody must be able to deploy.")),
        ),
    )


def values(brief: Brief, environment: Environment, log_days: int, budget: int) -> dict[str, object]:
    """What is decided of them."""
    named = {"domain_name": host_of(environment), "zone_name": zone_of(host_of(environment))} if reached(brief) else {}
    return {
        "service": brief.name,
        "name": name_of(brief, environment),
        "environment": environment.name,
        **named,
        "monthly_budget": budget,
        "log_days": log_days,
        "oidc_host": oidc_host(brief),
        "deploy_role_name": role_name(brief, environment),
    }


def asked(brief: Brief, environment: Environment) -> dict[str, object]:
    """What people change, with a first value."""
    return {"alert_emails": [], "deploy_subjects": subjects(brief, environment)}


def zone_of(host: str) -> str:
    """The domain whose zone most likely holds `host`: everything after its first label, where that is a domain."""
    labels = host.split(".")
    return ".".join(labels[1:]) if len(labels) > 2 else host


def on_gitlab(brief: Brief) -> bool:
    """Whether GitLab runs the pipeline."""
    return brief.context.pipeline == "gitlab_ci"


def oidc_host(brief: Brief) -> str:
    """Who issues the pipeline's tokens."""
    if not on_gitlab(brief):
        return GITHUB
    return urlsplit(brief.context.operations.repository or "").hostname or "gitlab.com"


def subjects(brief: Brief, environment: Environment) -> list[str]:
    """The subject of this environment's jobs."""
    path = (
        urlsplit(brief.context.operations.repository or "").path.strip("/").removesuffix(".git") or "OWNER/REPOSITORY"
    )
    if on_gitlab(brief):
        branch = f"project_path:{path}:ref_type:branch:ref:{brief.context.default_branch}"
        return [f"{branch}:deployment_tier:{tier(environment)}"]
    return [f"repo:{path}:environment:{environment.name}"]


def short(brief: Brief) -> str:
    """The service's name as the names of things begin."""
    return re.sub(r"-+$", "", brief.name[:LONGEST])


def name_of(brief: Brief, environment: Environment) -> str:
    """How the names of an environment's things begin."""
    kept = re.sub(r"-+$", "", brief.name[: max(3, LONGEST - 1 - len(environment.name))])
    return f"{kept}-{environment.name}"


def alarm_lines(count: int) -> BillLine:
    """What `count` alarms cost."""
    rate = float(read_facts("infrastructure_prices")["aws"]["alarm_month"])
    return BillLine(_("alarms: {count}", count=count), monthly=rate * count)


def role_name(brief: Brief, environment: Environment) -> str:
    """What the pipeline's own set-up calls the role of an environment."""
    return f"{brief.name[: 60 - len(environment.name)]}-{issuer_of(brief).short}-{environment.name}"
