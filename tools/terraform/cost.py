"""Estimates what a plan changes in the monthly bill, from a small dated table of list prices."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from resources.catalogue import _
from resources.facts import read_facts
from tools.terraform.plan_change import Change, blocks
from tools.terraform.risk_report import Cost, CostItem

HOURS = 730


@dataclass(frozen=True, slots=True)
class Price:
    """What one instance costs a month, and what that was computed from. None: cannot be told."""

    monthly: float | None
    basis: str = ""


_STANDBY = (True, "REGIONAL", "ZoneRedundant", "SameZone")
FREE = Price(0.0)
UNKNOWN = Price(None)


@dataclass
class Estimate:
    """The differences so far."""

    items: list[CostItem] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    known: bool = False

    def add(self, change: Change) -> None:
        """Add one instance."""
        if not change.managed or change.kind in {"no_op", "read", "forget"}:
            return
        before = price(change.type, change.before) if change.kind != "create" else FREE
        after = price(change.type, change.after) if change.kind != "destroy" else FREE
        if before.monthly is None or after.monthly is None:
            same = change.kind == "update" and not any(change.is_unknown(name) for name in _DECIDES)
            if not same or before.monthly != after.monthly:
                self.unknown[change.type] += 1
            return
        self.known = True
        delta = round(after.monthly - before.monthly, 2)
        if delta:
            basis = change.scrub(after.basis or before.basis)
            self.items.append(
                CostItem(address=change.scrub(change.address), type=change.type, monthly_delta=delta, basis=basis)
            )

    def cost(self) -> Cost:
        """The estimate, its largest items first."""
        return Cost(
            label=_("Estimate from list prices, on demand, without traffic, requests, discounts or taxes."),
            prices_of=read_facts("terraform_prices")["dated"],
            monthly_delta=round(sum(item.monthly_delta for item in self.items), 2) if self.known else None,
            items=sorted(self.items, key=lambda item: -abs(item.monthly_delta)),
            unknown=dict(self.unknown.most_common()),
        )


_DECIDES = ("instance_type", "instance_class", "machine_type", "size", "vm_size", "node_type", "allocated_storage")


def price(kind: str, values: dict[str, Any]) -> Price:
    """The monthly list price of an instance of type `kind` with `values`."""
    table = read_facts("terraform_prices")
    if kind in table["free"]:
        return FREE
    if kind in table["monthly"]:
        return Price(float(table["monthly"][kind]), kind)
    if kind in table["hourly"]:
        return Price(table["hourly"][kind] * HOURS, kind)
    rule = table["sized"].get(kind)
    if rule is None:
        return UNKNOWN
    return _sized(table, rule, values)


def _sized(table: dict[str, Any], rule: dict[str, Any], values: dict[str, Any]) -> Price:
    parts: list[Price] = []
    if "size" in rule:
        parts.append(_machines(table["sizes"][rule["sizes"]], rule, values))
    if "gigabytes" in rule:
        size = _number(_at(values, rule["gigabytes"]))
        if size is not None:
            tier = _at(values, rule["tier"]) if "tier" in rule else None
            rates: Any = rule["gigabyte_month"]
            rate: Any = rates.get(tier, rates["default"]) if isinstance(rates, dict) else rates
            parts.append(Price(size * rate, f"{size:g} GB"))
        elif "size" not in rule:
            return UNKNOWN
    if any(part.monthly is None for part in parts):
        return UNKNOWN
    return Price(sum(part.monthly or 0.0 for part in parts), ", ".join(part.basis for part in parts))


def _machines(hourly: dict[str, float], rule: dict[str, Any], values: dict[str, Any]) -> Price:
    name = _at(values, rule["size"])
    if not isinstance(name, str) or name not in hourly:
        return UNKNOWN
    count = 1.0
    if "count" in rule:
        told: float | None = _number(_at(values, rule["count"]))
        told = rule.get("count_default") if told is None else told
        if told is None:
            return UNKNOWN
        count = told
    if "doubled_by" in rule and _at(values, rule["doubled_by"]) in _STANDBY:
        count *= 2
    return Price(hourly[name] * HOURS * count, f"{name} × {count:g}" if count != 1 else name)


def _number(found: object) -> float | None:
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def _at(values: dict[str, Any], path: str) -> object:
    """The value at a dotted path; of nested blocks the first."""
    found: object = values
    for step in path.split("."):
        holders = blocks(found)
        if not holders:
            return None
        found = holders[0].get(step)
    return found
