"""What somebody changed outside Terraform since the last run."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.delivery import Severity
from tools.terraform.plan_change import Change
from tools.terraform.risk_report import PlanRisk


def check(change: Change) -> Iterator[PlanRisk]:
    """One instance of `resource_drift`: gone is medium (high for data), changed is low."""
    if change.kind in {"no_op", "read"} or not change.managed:
        return
    if change.kind in {"destroy", "replace"}:
        level: Severity = "high" if change.facts is None or change.facts.stateful == "primary" else "medium"
        yield change.risk("drift", level, _("This was deleted outside Terraform; an apply may make it again, empty."))
        return
    yield change.risk(
        "drift",
        "medium" if change.facts and (change.facts.iam or change.facts.exposure) else "low",
        _("This was changed outside Terraform; an apply may take the change back."),
        changed=change.scrub(", ".join(change.changed[:20])),
    )
