"""Keeps a report readable and small: of very many risks of one kind, the first are listed and the rest are counted."""

from collections import Counter
from collections.abc import Iterable

from resources.catalogue import _
from tools.delivery import Severity
from tools.terraform.risk_report import PlanRisk, Unknown

MOST = 1_000
_Key = tuple[str, str, str]


class Tally:
    """Makes the risks and unknowns of one plan, and counts those of one rule, level and type."""

    def __init__(self) -> None:
        self._counts: Counter[_Key] = Counter()
        self._rest: dict[_Key, PlanRisk] = {}
        self._unknown_rest: dict[_Key, Unknown] = {}

    def risk(
        self, rule: str, level: Severity, address: str, kind: str, message: str, evidence: dict[str, str]
    ) -> PlanRisk:
        """A risk; beyond `MOST` of a kind always the same one, which `settled` turns into a count."""
        key = (rule, level, kind)
        self._counts[key] += 1
        if self._counts[key] > MOST and key in self._rest:
            return self._rest[key]
        found = PlanRisk(rule=rule, level=level, address=address, type=kind, message=message, evidence=evidence)
        if self._counts[key] > MOST:
            self._rest[key] = found
        return found

    def unknown(self, found: Iterable[Unknown]) -> list[Unknown]:
        """Those of `found` that are still listed one by one."""
        kept = []
        for each in found:
            key = ("unknown", each.what, each.type)
            self._counts[key] += 1
            if self._counts[key] <= MOST:
                kept.append(each)
            else:
                self._unknown_rest.setdefault(key, each)
        return kept

    def settled(self, risks: Iterable[PlanRisk]) -> list[PlanRisk]:
        """The risks, with one entry for all beyond `MOST` of each kind."""
        rest = {id(each): key for key, each in self._rest.items()}
        single = [each for each in risks if id(each) not in rest]
        return single + [
            each.model_copy(update={"address": _("({count} more)", count=self._counts[key] - MOST)})
            for key, each in self._rest.items()
        ]

    def settled_unknown(self, unknown: Iterable[Unknown]) -> list[Unknown]:
        """The unknowns, with one entry for all beyond `MOST` of each kind."""
        return [
            *unknown,
            *(
                each.model_copy(update={"address": _("({count} more)", count=self._counts[key] - MOST)})
                for key, each in self._unknown_rest.items()
            ),
        ]
