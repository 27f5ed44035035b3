"""The runbooks of a brief as a delivery, with links that lead from one to the next."""

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief
from tools.delivery import Delivery, File, Risk
from tools.observability.alerts.registry import groups
from tools.observability.watched import watch
from tools.runbooks.procedure import KINDS, Kind
from tools.runbooks.procedures import procedures

FOLDER = "docs/runbooks"


def generate(brief: Brief, kinds: list[Kind] | None = None) -> Delivery:
    """The runbooks of `kinds`, all of them by default."""
    watched = watch(brief)
    made = procedures(watched, kinds or list(KINDS))
    names = [each.kind for each in made]
    alerts = sorted({alert.name for group in groups(watched) for alert in group.alerts if alert.severity == "critical"})
    files = [
        File(
            path=f"{FOLDER}/{each.kind}.md",
            content=render(
                "runbooks/runbook.md.j2",
                procedure=each,
                service=brief.name,
                components=[component.job for component in watched.components],
                operations=brief.context.operations,
                production=watched.production.name,
                others=[name for name in names if name != each.kind],
                alerts=alerts if each.kind == "incident" else [],
            ),
            purpose=_("What to do: {title}.", title=each.title),
        )
        for each in made
    ]
    operations = brief.context.operations
    risks = []
    if not (operations.on_call or operations.owner or operations.receivers):
        risks.append(
            Risk(
                kind="downtime",
                level="medium",
                message=_("The runbooks cannot say whom to call: devops.yaml names nobody."),
                mitigation=_("Set context.operations.on_call."),
            )
        )
    return Delivery(
        summary=_("{count} runbooks for {name}.", count=len(files), name=brief.name), files=files, risks=risks
    )
