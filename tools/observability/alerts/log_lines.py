"""What Loki's ruler and CloudWatch alert on; their expressions live with them, their runbooks with all others."""

from resources.catalogue import _
from tools.observability.alert import Alert, Group, Look, Proof
from tools.observability.console import console
from tools.observability.watched import Watch

NOTHING = Proof({}, {}, "0m")
"""Not Prometheus' to prove."""


def log_lines(watch: Watch) -> list[Group]:
    """One group for the runbooks; no rule file is made of it."""
    if not watch.components:
        return []
    commands = console(watch)
    look = (Look(_("what it says"), commands.logs), *commands.look()[:1])
    return [
        Group(
            name="logs",
            purpose=_("Alerts from logs."),
            alerts=(
                Alert(
                    name="LogErrorsHigh",
                    expr='sum by (job) (count_over_time({level=~"error|fatal|critical"}[10m])) > 50',
                    wait="10m",
                    severity="warning",
                    summary=_("A component logs many errors"),
                    description=_("More than 50 errors in ten minutes, for ten minutes."),
                    because=_("A ticket, not a page: users who feel it are told by the error budget."),
                    look=look,
                    act=(
                        _("The same line again and again: find what it names; a backing service has its own runbook."),
                        _("Since a deployment: take it back."),
                        f"`{commands.undo}`",
                    ),
                    proof=NOTHING,
                ),
                Alert(
                    name="LogsSilent",
                    expr='absent_over_time({job="…"}[30m])',
                    wait="15m",
                    severity="warning",
                    summary=_("A component logs nothing any more"),
                    description=_("No line for half an hour: it is down, or its logs no longer arrive."),
                    because=_("Half an hour without a line is longer than the quietest night of a service that is probed."),
                    look=look,
                    act=(
                        _("It runs and writes: look at the agent that reads the logs, then at the store's disk."),
                        _("It does not run: follow ComponentDown."),
                    ),
                    proof=NOTHING,
                ),
            ),
        )
    ]  # fmt: skip
