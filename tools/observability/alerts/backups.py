"""Backups: how old the last good one is, and whether anybody says so at all."""

from resources.catalogue import _
from tools.observability.alert import Alert, Group, Look, Proof
from tools.observability.alerts.backings import brand, known
from tools.observability.promql import quoted
from tools.observability.watched import Watch

METRIC = "backup_last_success_timestamp_seconds"
HOURS = 26
"""A daily backup, and two hours for it to be late."""


def backups(watch: Watch) -> list[Group]:
    """One group for everything that holds data."""
    stateful = [name for name, entry in known(watch).items() if entry.get("stateful")]
    if not stateful:
        return []
    alerts = tuple(alert for name in stateful for alert in (_old(name), _silent(name)))
    return [Group("backups", _("Backups: a copy that nobody made in time is no copy."), alerts)]


def _look(name: str) -> tuple[Look, ...]:
    return (
        Look(_("the last good backup that was told"), f"promtool query instant \"$PROMETHEUS\" '{METRIC}{{database={quoted(name)}}}'"),
        Look(_("how the job that makes it tells it (last line of the backup job)"),
             f"printf '{METRIC}{{database=\"{name}\"}} %s\\n' \"$(date +%s)\" | curl --silent --show-error --fail "
             f"--data-binary @- \"$PUSHGATEWAY/metrics/job/backup/database/{name}\""),
    )  # fmt: skip


def _old(name: str) -> Alert:
    database = quoted(name)
    return Alert(
        name="BackupTooOld",
        expr=f"time() - max by (database) ({METRIC}{{database={database}}}) > {HOURS * 3600}",
        wait="15m",
        severity="critical",
        summary=_("{service}: the last good backup is older than {hours} hours", service=brand(name), hours=HOURS),
        description=_("It was made {{{{ $value | humanizeDuration }}}} ago: what was written since to {service} exists once.",
                      service=brand(name)),
        because=_("A daily backup, and two hours for it to be late. It pages: without a copy every other failure is final."),
        look=_look(name),
        act=(_("Run the backup by hand now, and see it succeed."),
             _("Then find why it did not run: its schedule, its credentials, the room at its destination."),
             _("Restore it somewhere else: a backup that was never restored is a hope.")),
        proof=Proof({f"{METRIC}{{database={database}}}": f"-{28 * 3600}+0x40"}, {f"{METRIC}{{database={database}}}": f"-{20 * 3600}+0x40"}, "30m"),
        subject=f"database={database}",
    )  # fmt: skip


def _silent(name: str) -> Alert:
    database = quoted(name)
    return Alert(
        name="BackupUnknown",
        expr=f"absent({METRIC}{{database={database}}})",
        wait="1h",
        severity="warning",
        summary=_("{service}: nobody says when it was last backed up", service=brand(name)),
        description=_("The backup job of {service} tells no time of success: no alert can say that it failed.",
                      service=brand(name)),
        because=_("An hour: the Pushgateway may restart. It stays until the job tells it, for until then nobody knows."),
        look=_look(name),
        labels={"database": name},
        act=(_("Add the line of the second command to the end of the backup job."),
             _("Managed backups: export their time of success, or write down here who looks at them, and silence this.")),
        proof=Proof({}, {f"{METRIC}{{database={database}}}": "0+0x120"}, "2h"),
        subject=f"database={database}",
    )  # fmt: skip
