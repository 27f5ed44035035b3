"""Instances that go only because their address changed: a removed key, a renamed block, a moved module."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.terraform.plan_configuration import without_keys
from tools.terraform.resource_facts import facts_of
from tools.terraform.risk_report import PlanRisk
from tools.terraform.survey import Survey, Touched

_REASONS = {
    "delete_because_count_index",
    "delete_because_each_key",
    "delete_because_wrong_repetition",
    "delete_because_no_module",
    "delete_because_no_resource_config",
    "delete_because_no_move_target",
}
_Sign = tuple[str, str, object]


def check(survey: Survey) -> Iterator[PlanRisk]:
    """A destroy with a likely twin among the creates suggests the `moved` block that would spare it."""
    waiting: dict[_Sign, list[Touched]] = {}
    for made in reversed(survey.created):
        for sign in _signs(made):
            waiting.setdefault(sign, []).append(made)
    taken: set[str] = set()
    for gone in survey.destroyed:
        twin = _twin(gone, waiting, taken)
        if twin is not None:
            taken.add(twin.address)
        elif gone.reason not in _REASONS:
            continue
        facts = facts_of(gone.type)
        heavy = facts is None or bool(facts.stateful) or facts.downtime_on_replace
        yield survey.tally.risk(
            "address_lost",
            "high" if heavy else "medium",
            survey.scrub(gone.address),
            gone.type,
            _message(gone, twin),
            _evidence(survey, gone, twin),
        )


def _signs(touched: Touched) -> tuple[_Sign, ...]:
    """By what a twin is recognised, the surest sign first: its own name, its block, its name in another module."""
    kind = touched.type
    return (
        (kind, "shape", touched.shape),
        (kind, "block", without_keys(touched.address)),
        (kind, "name", _name(touched.address)),
    )


def _twin(gone: Touched, waiting: dict[_Sign, list[Touched]], taken: set[str]) -> Touched | None:
    """The create that most likely is the same thing under another address."""
    for sign in _signs(gone):
        candidates = waiting.get(sign, [])
        while candidates and candidates[-1].address in taken:
            candidates.pop()
        if candidates:
            return candidates.pop()
    return None


def _name(address: str) -> str:
    return ".".join(without_keys(address).rsplit(".", 2)[-2:])


def _message(gone: Touched, twin: Touched | None) -> str:
    if twin is not None:
        return _("This is destroyed and made again under another address. A moved block would keep it.")
    if gone.reason == "delete_because_count_index":
        return _("This goes because count became smaller: the last ones go, not the ones you removed.")
    if gone.reason == "delete_because_each_key":
        return _("This goes because its key was removed from for_each.")
    if gone.reason == "delete_because_no_module":
        return _("This goes because its module is no longer called.")
    return _("This goes because its block is no longer in the configuration.")


def _evidence(survey: Survey, gone: Touched, twin: Touched | None) -> dict[str, str]:
    found = {"reason": gone.reason} if gone.reason else {}
    if twin is not None:
        old, new = survey.scrub(gone.address), survey.scrub(twin.address)
        found |= {"before": old, "after": new, "suggestion": f"moved {{\n  from = {old}\n  to   = {new}\n}}"}
    return found
