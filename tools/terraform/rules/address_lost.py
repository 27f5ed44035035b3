"""Instances that go only because their address changed: a removed key, a renamed block, a moved module."""

from collections import Counter
from collections.abc import Iterable, Iterator

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
    kin = _Kin(survey.destroyed, survey.created)
    for gone in survey.destroyed:
        twin, renamed = _twin(gone, waiting, taken), None
        if twin is not None:
            taken.add(twin.address)
        elif gone.reason not in _REASONS:
            continue
        else:
            renamed = kin.renamed(gone, taken)
        facts = facts_of(gone.type)
        heavy = facts is None or bool(facts.stateful) or facts.downtime_on_replace
        yield survey.tally.risk(
            "address_lost",
            "high" if heavy else "medium",
            survey.scrub(gone.address),
            gone.type,
            _message(gone, twin, renamed),
            _evidence(survey, gone, twin or renamed),
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


class _Kin:
    """Who is the only one of a type that goes, and the only one that comes, in one module."""

    def __init__(self, gone: Iterable[Touched], made: Iterable[Touched]) -> None:
        self._gone = Counter(map(_family, gone))
        self._made: dict[tuple[str, str], list[Touched]] = {}
        for each in made:
            self._made.setdefault(_family(each), []).append(each)

    def renamed(self, gone: Touched, taken: set[str]) -> Touched | None:
        """What a block that is gone may be called now: nothing says so but that nobody else could be it."""
        family = _family(gone)
        made = self._made.get(family, [])
        alone = gone.reason == "delete_because_no_resource_config" and self._gone[family] == len(made) == 1
        return made[0] if alone and made[0].address not in taken else None


def _family(touched: Touched) -> tuple[str, str]:
    return ".".join(without_keys(touched.address).split(".")[:-2]), touched.type


def _message(gone: Touched, twin: Touched | None, renamed: Touched | None) -> str:
    if renamed is not None:
        return _("This goes because its block is gone. If it was only renamed, a moved block keeps it.")
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
