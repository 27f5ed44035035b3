"""Resources without data that would be destroyed, and replacements: whether there is a gap in between."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.delivery import Severity
from tools.terraform.plan_change import Change
from tools.terraform.risk_report import PlanRisk


def check(change: Change) -> Iterator[PlanRisk]:
    """Every destroy and every replacement is said; one with a gap that users feel is high."""
    if change.kind == "destroy":
        yield from _destroyed(change)
    elif change.kind == "replace":
        yield _replaced(change)


def _destroyed(change: Change) -> Iterator[PlanRisk]:
    if change.facts is not None and change.facts.stateful:
        return  # said by stateful_lost, graver
    if not change.managed:
        yield change.risk("destroy", "low", _("This data source leaves the state; nothing real is destroyed."))
        return
    level: Severity = "high" if change.facts and change.facts.downtime_on_replace else "medium"
    message = _("This is destroyed, and what uses it stops working.") if level == "high" else _("This is destroyed.")
    yield change.risk("destroy", level, message, **_why(change))


def _replaced(change: Change) -> PlanRisk:
    felt = change.facts is not None and change.facts.downtime_on_replace
    if change.made_first:
        return change.risk(
            "replace",
            "medium" if felt else "low",
            _("This is replaced; the new one is made before the old one is destroyed."),
            **_why(change),
        )
    if felt:
        return change.risk(
            "replace_downtime",
            "high",
            _("This is destroyed before its replacement exists: what uses it is down in between."),
            **_why(change),
            suggestion="lifecycle { create_before_destroy = true }",
        )
    level: Severity = "medium" if change.facts is None or change.facts.stateful else "low"
    return change.risk("replace", level, _("This is destroyed before its replacement exists."), **_why(change))


def _why(change: Change) -> dict[str, str]:
    found = {"actions": ", ".join(change.actions)}
    if change.replaced_by:
        found["replaced_by"] = change.scrub(", ".join(change.replaced_by))
    if change.entry.action_reason:
        found["reason"] = change.entry.action_reason
    if change.entry.deposed:
        found["deposed"] = change.entry.deposed
    return found
