"""Types that nobody has reviewed: what their change would do is not known, and is never called safe."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.terraform.plan_change import Change
from tools.terraform.risk_report import PlanRisk


def check(change: Change) -> Iterator[PlanRisk]:
    """Low for a create, medium where something that exists is touched."""
    if not change.managed or change.facts is not None or change.kind in {"no_op", "read"}:
        return
    yield change.risk(
        "unreviewed_type",
        "low" if change.kind == "create" else "medium",
        _("The type {type} has not been reviewed: read what changes.", type=change.type),
        changed=change.scrub(", ".join(change.changed[:20])) if change.kind == "update" else change.kind,
    )
