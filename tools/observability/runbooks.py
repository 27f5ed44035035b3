"""One runbook for each alert: what it means, where to look, what to do, whom to call, how to know it is over."""

from resources.catalogue import _
from resources.templates import render
from tools.delivery import File
from tools.observability.alert import Alert, Group
from tools.observability.rules import runbook_path
from tools.observability.watched import Watch


def runbook_files(watch: Watch, groups: list[Group]) -> list[File]:
    """The runbooks; alerts that share a name share one."""
    alerts: dict[str, list[Alert]] = {}
    for group in groups:
        for alert in group.alerts:
            alerts.setdefault(alert.name, []).append(alert)
    return [
        File(
            path=runbook_path(name),
            content=render(
                "observability/runbook.md.j2",
                name=name,
                alert=same[0],
                jobs=sorted({each.labels["job"] for each in same if "job" in each.labels}),
                components=[each.job for each in watch.components],
                production=watch.production.name,
                operations=watch.brief.context.operations,
                service=watch.brief.name,
            ),
            purpose=_("What to do when {name} fires.", name=name),
        )
        for name, same in alerts.items()
    ]
