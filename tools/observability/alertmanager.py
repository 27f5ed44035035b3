"""Who hears which alert: a page, a ticket or the dead man's switch; keys are files, never values."""

from resources.catalogue import _
from resources.templates import render
from tools.delivery import File, VariableToSet
from tools.observability.watched import Watch

PATH = "deploy/observability/alertmanager/alertmanager.yml"
SECRETS = "/etc/alertmanager/secrets"
KEYS = {"pagerduty": "pagerduty_routing_key", "opsgenie": "opsgenie_api_key"}


def alertmanager_file(watch: Watch, *, quick: bool = False, endpoints: dict[str, str] | None = None) -> File:
    """The one configuration; `quick` and `endpoints` are for the tests that run the real server."""
    operations = watch.brief.context.operations
    return File(
        path=PATH,
        content=render(
            "observability/alertmanager.yml.j2",
            service=watch.brief.name,
            receivers=operations.receivers,
            heartbeat=operations.heartbeat,
            paged="|".join(watch.paged) or "none",
            secrets=SECRETS if endpoints is None else endpoints["secrets"],
            endpoints={"heartbeat": "", "pagerduty": "", "opsgenie": "", **(endpoints or {})},
            quick=quick,
        ),
        purpose=_(
            "Who hears which alert: pages from production, tickets from everywhere else, and a dead man's switch."
        ),
    )


def keys_to_set(watch: Watch) -> list[VariableToSet]:
    """The files that hold the keys of the receivers."""
    operations = watch.brief.context.operations
    names = [KEYS[each] for each in operations.receivers]
    if operations.heartbeat and "opsgenie" not in operations.receivers:
        names.append("heartbeat_token")
    return [
        VariableToSet(
            name=name,
            secret=True,
            where=_("file {path} of Alertmanager", path=f"{SECRETS}/{name}"),
            purpose=_("Lets Alertmanager call somebody."),
        )
        for name in names
    ]
