"""The alerts that the brief itself brings, each with its proof: what only this service measures."""

from resources.catalogue import _
from tools.observability.alert import Alert, Group, Look, Proof
from tools.observability.watched import Watch


def own(watch: Watch) -> list[Group]:
    """One group, when the brief has any."""
    asked = watch.brief.context.operations.alerts
    if not asked:
        return []
    return [
        Group(
            name="own",
            purpose=_("What only {name} measures, as devops.yaml says.", name=watch.brief.name),
            alerts=tuple(
                Alert(
                    name=each.name,
                    expr=each.query,
                    wait=each.wait,
                    severity=each.severity,
                    summary=each.summary,
                    description=each.summary,
                    because=each.because,
                    look=tuple(Look(shows, run) for shows, run in each.look.items()),
                    act=tuple(each.act),
                    proof=Proof(each.fires, each.quiet, each.after),
                )
                for each in asked
            ),
        )
    ]
