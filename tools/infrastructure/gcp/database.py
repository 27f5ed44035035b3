"""The database of a stack: its inputs, its size, what is written into its secrets, and how data goes back."""

from collections.abc import Mapping

from resources.catalogue import _
from tools.brief import Brief, Environment
from tools.delivery import Command, Risk, Rollback
from tools.infrastructure.aws.common import name_of
from tools.infrastructure.design import BillLine
from tools.infrastructure.gcp import common
from tools.infrastructure.gcp.modules.cloud_sql import password_version
from tools.infrastructure.gcp.wiring import deployed, wiring
from tools.infrastructure.module import Variable, flag, text
from tools.infrastructure.scale import Scale, Tier

TIERS: Mapping[Tier, str] = {
    "micro": "db-custom-1-3840",
    "small": "db-custom-2-7680",
    "medium": "db-custom-4-15360",
    "large": "db-custom-8-30720",
}
SHARED = "db-f1-micro"
"""Where nobody outside waits: without an SLA, at a sixth of the price."""


def variables() -> tuple[Variable, ...]:
    """The inputs of a stack that has one."""
    told = _("Secret to what is written into it; {host} and {password} are filled in.")
    return (
        text("database_tier", _("Size of the database.")),
        flag("high_availability", _("True: a standby of the database in another zone takes over.")),
        Variable("connections", told, "map(string)"),
        password_version(),
    )


def values(brief: Brief, environment: Environment, scale: Scale) -> dict[str, object]:
    """What is decided of them."""
    contents: dict[str, str] = {}
    for component in deployed(brief):
        contents |= wiring(brief, component).contents
    own = common.own_suffix(brief, environment)
    return {
        "database_tier": tier(scale),
        "high_availability": scale.standby,
        "connections": {f"{secret}{own}": content for secret, content in contents.items()},
    }


def tier(scale: Scale) -> str:
    """Its size."""
    return TIERS[scale.tier] if scale.production else SHARED


def bill(scale: Scale) -> list[BillLine]:
    """What an instance costs, with 10 GB and its backups."""
    name = tier(scale)
    if name == SHARED:
        hourly = common.rate("sql_f1_micro_hour")
    else:
        processors, megabytes = (int(each) for each in name.split("-")[2:])
        hourly = processors * common.rate("sql_vcpu_hour") + megabytes / 1024 * common.rate("sql_gb_hour")
    disk, times = 10 * common.rate("sql_ssd_gb_month"), 2 if scale.standby else 1
    backups = 10 * common.rate("sql_backup_gb_month")
    return [BillLine(_("Cloud SQL {tier}", tier=name), monthly=(hourly * common.HOURS + disk) * times + backups)]


def rollback(brief: Brief) -> Rollback:
    """Into a second instance: what runs is not touched until somebody compared."""
    last = brief.context.environments[-1]
    instance, project = name_of(brief, last), last.gcp_project or "PROJECT"
    clone = f"gcloud sql instances clone {instance} {instance}-restored --project {project} --point-in-time TIMESTAMP"
    told = _("Restore {name} beside what runs, and compare before anything is replaced.", name=last.name)
    return Rollback(
        strategy=_("Data goes back to any moment of the last week, into a second instance beside the first."),
        commands=[Command(run=clone, purpose=told)],
        data=_("What was written after that moment stands in the first instance only."),
    )


def risk() -> Risk:
    """TLS alone is let in."""
    return Risk(
        kind="compatibility",
        level="low",
        message=_("The database refuses connections without TLS; most drivers try TLS by themselves, not all."),
        mitigation=_("For node-postgres and Ecto switch ssl on in the application's settings."),
    )
