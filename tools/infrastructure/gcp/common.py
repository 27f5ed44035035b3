"""What every stack on Google Cloud has: its names, its network, who hears of alarms, who may deploy."""

import hashlib
import re
from urllib.parse import urlsplit

from resources.catalogue import _
from resources.facts import read_facts
from tools.brief import Brief, Environment
from tools.infrastructure import addresses, regions
from tools.infrastructure.aws.common import name_of, zone_of
from tools.infrastructure.constraints import host_of, reached
from tools.infrastructure.design import BillLine
from tools.infrastructure.gcp import inputs
from tools.infrastructure.gcp.addresses import ranges
from tools.infrastructure.module import Rule, Variable, flag, matches, number, text, texts
from tools.infrastructure.scale import Scale
from tools.pipelines.issuer import issuer_of

HOURS = 730
SIMPLE = "^[a-z][a-z0-9-]*$"


def variables(*, public: bool) -> tuple[Variable, ...]:
    """The inputs of every stack; `public`: people reach it under a name."""
    named = (
        inputs.domain_name(),
        text(
            "zone_name",
            _("Domain of the DNS zone that holds the host name."),
            matches("zone_name", inputs.HOST, _("This must be a domain, without https://.")),
        ),
        text("dns_zone", _("What that zone is called in Cloud DNS.")),
        text("dns_project", _("Project of the zone; null: this one."), default=None),
    )
    simple = _("Use lower-case letters, digits and hyphens.")
    return (
        text("service", _("Name of the service."), matches("service", SIMPLE, simple)),
        inputs.name(),
        text("environment", _("Name of the environment."), matches("environment", SIMPLE, simple)),
        inputs.region(),
        *(named if public else ()),
        inputs.cidr("subnet_cidr", _("Addresses of what runs."), 26),
        inputs.cidr("private_services_cidr", _("Addresses of Google's services, databases among them."), 24),
        flag("nat", _("True: what runs reaches the internet by NAT.")),
        texts("egress_ports", _("TCP ports of the internet that may be reached."), default=["443"]),
        number("monthly_budget", _("Limit a month, in the currency of the billing account."), 1, 1_000_000),
        text("billing_account", _("Billing account that pays; null: no budget is made."), default=None),
        inputs.emails("alert_emails"),
        text("pool", _("Workload identity pool that knows the pipeline.")),
        text("deploy_account_id", _("Service account that the pipeline deploys as.")),
        texts(
            "deploy_attributes",
            _("Which jobs of the pipeline may deploy here, by what their tokens say."),
            Rule("length(var.deploy_attributes) > 0", _("Somebody must be able to deploy.")),
        ),
        inputs.deletion_protection(),
        inputs.labels(),
    )


def values(brief: Brief, environment: Environment, scale: Scale, budget: int) -> dict[str, object]:
    """What is decided of them."""
    shared = ranges(addresses.networks(brief)[environment.name])
    host = host_of(environment)
    named = {"domain_name": host, "zone_name": zone_of(host)} if reached(brief) else {}
    return {
        "service": brief.name,
        "name": name_of(brief, environment),
        "environment": environment.name,
        "region": regions.region_of(brief, environment, "gcp"),
        **named,
        "subnet_cidr": shared.subnet,
        "private_services_cidr": shared.private_services,
        "nat": scale.nat_gateways > 0,
        "monthly_budget": budget,
        "pool": issuer_of(brief).pool,
        "deploy_account_id": deployer(brief, environment),
        "deploy_attributes": [f"attribute.environment/{environment.name}"],
        "deletion_protection": scale.production,
        "labels": labels(brief, environment),
    }


def asked(brief: Brief, environment: Environment) -> dict[str, object]:
    """What people change, with a first value."""
    named = {"dns_zone": zone_of(host_of(environment)).replace(".", "-"), "dns_project": None} if reached(brief) else {}
    return {**named, "egress_ports": ["443"], "billing_account": None, "alert_emails": []}


def labels(brief: Brief, environment: Environment | None) -> dict[str, str]:
    """Labels of everything; their values are lower case."""
    operations = brief.context.operations
    told = {
        "service": brief.name,
        **({"environment": environment.name} if environment else {}),
        "owner": operations.owner or "unknown",
        "cost_centre": operations.cost_centre or "unknown",
        "managed_by": "terraform",
    }
    return {name: re.sub(r"[^a-z0-9_-]+", "-", each.lower())[:63].strip("-") for name, each in told.items()}


def shared_project(brief: Brief, environment: Environment) -> bool:
    """Whether another environment lies in the same project: then names must tell them apart."""
    project = environment.gcp_project
    return project is not None and sum(each.gcp_project == project for each in brief.context.environments) > 1


def registry() -> tuple[Variable, ...]:
    """Where the images lie."""
    return (
        text("registry_project", _("Project that holds the images; null: this one."), default=None),
        text("registry_location", _("Region of the registry.")),
        text("registry_repository", _("Repository in it.")),
    )


def own_suffix(brief: Brief, environment: Environment) -> str:
    """What tells its names apart in a project of several environments."""
    return f"-{environment.name}" if shared_project(brief, environment) else ""


def repository(brief: Brief) -> str:
    """The repository's path at its forge."""
    told = urlsplit(brief.context.operations.repository or "").path.strip("/").removesuffix(".git")
    return told or "OWNER/REPOSITORY"


def deployer(brief: Brief, environment: Environment) -> str:
    """The service account of the environment's jobs, as the pipeline's own set-up calls it."""
    return f"{issuer_of(brief).pool}-deploy-{environment.name}"[:30].strip("-")


def account(name: str, suffix: str) -> str:
    """The name of a service account: 30 characters at most; one that is cut stays apart from its neighbours."""
    if len(name) + len(suffix) < 30:
        return f"{name}-{suffix}"
    apart = hashlib.sha256(name.encode()).hexdigest()[:5]
    return f"{name[: 23 - len(suffix)].strip('-')}-{apart}-{suffix}"


def rate(name: str) -> float:
    """A dated rate of Google Cloud's."""
    return float(read_facts("infrastructure_prices")["gcp"][name])


def network_lines(scale: Scale, *, always: bool = False) -> list[BillLine]:
    """What the network costs before anything goes through it; `always`: nothing runs without NAT."""
    if not (scale.nat_gateways or always):
        return []
    monthly = (rate("nat_instance_hour") * scale.least + rate("nat_address_hour")) * HOURS
    return [BillLine("Cloud NAT", monthly=monthly)]


def balancer_lines() -> list[BillLine]:
    """What a global load balancer costs: up to five rules are one price."""
    return [BillLine(_("Load balancer"), monthly=rate("forwarding_rules_hour") * HOURS)]
