"""One instance of a plan as the rules see it: what happens to it, from what to what, and what may be shown."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from resources.catalogue import _
from tools.delivery import Severity
from tools.terraform.plan_json import Body, Entry, elements, is_null, value
from tools.terraform.plan_scrub import without_patterns
from tools.terraform.resource_facts import Facts, facts_of
from tools.terraform.risk_report import PlanRisk

Kind = Literal["create", "update", "replace", "destroy", "no_op", "read", "forget"]
ALL = "*"
_SHOWN = 200
_LOOKED_AT = 4_000
_KINDS: dict[frozenset[str], Kind] = {
    frozenset({"no-op"}): "no_op",
    frozenset({"create"}): "create",
    frozenset({"read"}): "read",
    frozenset({"open"}): "read",  # ephemeral resources
    frozenset({"update"}): "update",
    frozenset({"delete"}): "destroy",
    frozenset({"create", "delete"}): "replace",
    frozenset({"forget"}): "forget",
    frozenset({"create", "forget"}): "replace",
}


@dataclass
class Change:
    """One instance and its change. Values are decoded when first asked for, and dropped with the object."""

    entry: Entry
    scrub: Callable[[str], str] = field(default=lambda text: text, repr=False)
    """Takes the plan's secrets out of a text."""

    @cached_property
    def body(self) -> Body:
        """The `change` object."""
        return self.entry.change or Body()

    @cached_property
    def address(self) -> str:
        """The full address, index included."""
        return self.entry.address or "?"

    @cached_property
    def type(self) -> str:
        """The resource type."""
        if self.entry.type:
            return self.entry.type
        parts = self.address.split("[", maxsplit=1)[0].split(".")
        return parts[-2] if len(parts) > 1 else ""

    @cached_property
    def managed(self) -> bool:
        """False for data sources and ephemeral resources."""
        return (self.entry.mode or "managed") == "managed"

    @cached_property
    def actions(self) -> list[str]:
        """The actions as the plan gives them, in order."""
        found = value(self.body.actions)
        if isinstance(found, str):
            return [found]
        return [str(each) for each in found] if isinstance(found, list) else []

    @cached_property
    def understood(self) -> bool:
        """Whether the plan says which action this is."""
        return frozenset(self.actions) in _KINDS

    @cached_property
    def kind(self) -> Kind:
        """What happens. Where the plan does not say, the values before and after decide; see `understood`."""
        told = _KINDS.get(frozenset(self.actions))
        if told:
            return told
        if "delete" in self.actions:
            return "replace" if "create" in self.actions else "destroy"
        if is_null(self.body.before):
            return "no_op" if is_null(self.body.after) else "create"
        if is_null(self.body.after):
            return "destroy"
        return "no_op" if self.before == self.after and not self.unknown else "update"

    @cached_property
    def before(self) -> dict[str, Any]:
        """The values now; empty when there are none."""
        found = value(self.body.before)
        return found if isinstance(found, dict) else {}

    @cached_property
    def after(self) -> dict[str, Any]:
        """The values planned; what is unknown is missing."""
        found = value(self.body.after)
        return found if isinstance(found, dict) else {}

    @cached_property
    def unknown(self) -> dict[str, Any]:
        """The mask of what is known only after the apply."""
        return _mask(self.body.after_unknown)

    @cached_property
    def facts(self) -> Facts | None:
        """What is known of the type."""
        return facts_of(self.type)

    @property
    def lost(self) -> bool:
        """Whether the object that exists now will be gone."""
        return self.managed and self.kind in {"destroy", "replace"} and "forget" not in self.actions

    @property
    def made(self) -> bool:
        """Whether a new object appears."""
        return self.managed and self.kind in {"create", "replace"}

    @property
    def made_first(self) -> bool:
        """Whether a replacement makes the new object before it destroys the old one."""
        return bool(self.actions) and self.actions[0] == "create"

    @cached_property
    def replaced_by(self) -> list[str]:
        """The attributes that force the replacement."""
        paths = (value(each) for each in elements(self.body.replace_paths))
        return sorted({".".join(str(step) for step in path) for path in paths if isinstance(path, list)})

    @cached_property
    def changed(self) -> list[str]:
        """The top-level attributes that differ, or become known only later."""
        names = {*self.before, *self.after, *self.unknown}
        return sorted(name for name in names if self.before.get(name) != self.after.get(name) or name in self.unknown)

    def is_unknown(self, name: str) -> bool:
        """Whether any part of the attribute is known only after the apply."""
        return ALL in self.unknown or has_true(self.unknown.get(name))

    def is_sensitive(self, name: str) -> bool:
        """Whether the plan or the type says that any part of the attribute is secret."""
        if self.facts and name in self.facts.sensitive_attributes:
            return True
        return any(
            mask is True or (isinstance(mask, dict) and has_true(mask.get(name)))
            for mask in (self._hidden_before, self._hidden_after)
        )

    @cached_property
    def _hidden_before(self) -> Any:  # noqa: ANN401 - a JSON mask
        return value(self.body.before_sensitive) if b"true" in bytes(self.body.before_sensitive) else None

    @cached_property
    def _hidden_after(self) -> Any:  # noqa: ANN401 - a JSON mask
        return value(self.body.after_sensitive) if b"true" in bytes(self.body.after_sensitive) else None

    def shown(self, name: str, side: Literal["before", "after"]) -> str:
        """The value of one attribute as a person may see it."""
        if self.is_sensitive(name):
            return _("(sensitive)")
        if side == "after" and self.is_unknown(name):
            return _("(known after apply)")
        values = self.before if side == "before" else self.after
        return self.said(values.get(name)) if name in values else _("(none)")

    def said(self, found: object) -> str:
        """A value in words, scrubbed and cut."""
        text = found if isinstance(found, str) else _compact(found)
        clean = without_patterns(self.scrub(text[:_LOOKED_AT]))
        return clean if len(clean) <= _SHOWN else clean[: _SHOWN - 1] + "…"

    def evidence(self, name: str) -> dict[str, str]:
        """One attribute before and after."""
        return {"attribute": name, "before": self.shown(name, "before"), "after": self.shown(name, "after")}

    def risk(self, rule: str, level: Severity, message: str, **evidence: str) -> PlanRisk:
        """A risk of this instance."""
        return PlanRisk(
            rule=rule, level=level, address=self.scrub(self.address), type=self.type, message=message, evidence=evidence
        )


def has_true(mask: object) -> bool:
    """Whether any leaf of a mask is true."""
    if isinstance(mask, dict):
        return any(has_true(each) for each in mask.values())
    if isinstance(mask, list):
        return any(has_true(each) for each in mask)
    return mask is True


def leaves(found: object, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every scalar of a value with its dotted path; the elements of a list share their path."""
    if isinstance(found, dict):
        for name, each in found.items():
            yield from leaves(each, f"{path}.{name}" if path else str(name))
    elif isinstance(found, list):
        for each in found:
            yield from leaves(each, path)
    else:
        yield path, found


def blocks(found: object) -> list[dict[str, Any]]:
    """The objects of a nested block, which is a list, or one object."""
    if isinstance(found, dict):
        return [found]
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def words(found: object) -> list[str]:
    """The strings of a list of strings, or of one string."""
    if isinstance(found, str):
        return [found]
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _mask(raw: Any) -> dict[str, Any]:  # noqa: ANN401 - msgspec.Raw
    if b"true" not in bytes(raw):
        return {}
    found = value(raw)
    if found is True:
        return {ALL: True}
    return {name: each for name, each in found.items() if has_true(each)} if isinstance(found, dict) else {}


def _compact(found: object) -> str:
    import json  # noqa: PLC0415 - only evidence needs it

    return json.dumps(found, ensure_ascii=False, separators=(", ", ": "), default=str)
