"""Data that would be gone: a stateful resource is destroyed or replaced, and what protects it."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.delivery import Severity
from tools.terraform.plan_change import Change
from tools.terraform.protection import protections
from tools.terraform.resource_facts import seems_stateful
from tools.terraform.risk_report import PlanRisk


def check(change: Change) -> Iterator[PlanRisk]:
    """Critical where the data is nowhere else and nothing stands in the way; never below high."""
    if not change.lost:
        return
    known = change.facts
    if known is None and not seems_stateful(change.type):
        return
    if known is not None and not known.stateful:
        return
    guards = protections(change)
    unguarded = known is not None and known.stateful == "primary" and not guards
    level: Severity = "critical" if unguarded else "high"
    evidence = {"actions": ", ".join(change.actions), "protection": "; ".join(guards) or _("none")}
    if change.replaced_by:
        evidence["replaced_by"] = ", ".join(change.replaced_by)
    if change.entry.action_reason:
        evidence["reason"] = change.entry.action_reason
    if change.entry.deposed:
        evidence["deposed"] = change.entry.deposed
    rule = "stateful_replace" if change.kind == "replace" else "stateful_destroy"
    yield change.risk(rule, level, _message(change, guards, reviewed=known is not None), **evidence)


def _message(change: Change, guards: list[str], *, reviewed: bool) -> str:
    if not reviewed:
        return _("{type} is not a reviewed type, but by its name it holds data, which would be lost.", type=change.type)
    if guards:
        return _("This holds data. It would be lost but for: {guards}.", guards="; ".join(guards))
    if change.kind == "replace":
        return _("This holds data. It would be replaced by an empty one; nothing protects or saves the data.")
    return _("This holds data. It would be destroyed; nothing protects or saves the data.")
