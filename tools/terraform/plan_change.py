"""One instance of a plan as the rules see it: what happens to it, from what to what, and what may be shown."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Literal

from msgspec import Raw

from resources.catalogue import _
from tools.delivery import Severity
from tools.terraform.plan_json import Body, Entry, elements, is_null, value
from tools.terraform.plan_scrub import without_patterns
from tools.terraform.resource_facts import facts_of
from tools.terraform.risk_report import PlanRisk
from tools.terraform.tally import Tally

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
_COMMON = {f'["{name}"]'.encode(): [name] for name in ("no-op", "create", "read", "update", "delete")}
_NO_BODY = Body()


class Change:
    """One instance and its change. Values are decoded when first asked for, and dropped with the object."""

    def __init__(self, entry: Entry, scrub: Callable[[str], str] = str, tally: Tally | None = None) -> None:
        """`scrub` takes the plan's secrets out of a text; `tally` counts the risks of the whole plan."""
        self.tally = tally or Tally()
        self.entry = entry
        self.scrub = scrub
        self.body = entry.change or _NO_BODY
        self.address = entry.address or "?"
        self.type = entry.type or _type_in(self.address)
        self.facts = facts_of(self.type)
        """What is known of the type; None when nobody has reviewed it."""
        self.before = _object(self.body.before)
        """The values now; empty when there are none."""
        self.after = _object(self.body.after)
        """The values planned; what is unknown is missing."""
        self.unknown = _mask(self.body.after_unknown)
        """The mask of what is known only after the apply; only attributes in which something is unknown."""
        self.managed = (entry.mode or "managed") == "managed"
        """False for data sources and ephemeral resources."""
        raw = bytes(self.body.actions)
        self.actions = _COMMON.get(raw) or _actions(value(self.body.actions))
        """The actions as the plan gives them, in order."""
        told = _KINDS.get(frozenset(self.actions))
        contradicts = told == "no_op" and bool(self.before and self.after) and self.before != self.after
        self.understood = told is not None and not contradicts
        """Whether the plan says which action this is; where it names none, the values before and after decide."""
        self.kind: Kind = told or self._guessed()
        """What happens."""

    @property
    def has_values(self) -> bool:
        """Whether the plan says from what to what it changes; some tools strip that."""
        if self.kind in {"no_op", "read", "forget"}:
            return True
        old = self.kind == "create" or not is_null(self.body.before)
        new = self.kind == "destroy" or not is_null(self.body.after) or bool(self.unknown)
        return old and new

    def _guessed(self) -> Kind:
        if "delete" in self.actions:
            return "replace" if "create" in self.actions else "destroy"
        if is_null(self.body.before):
            return "no_op" if is_null(self.body.after) else "create"
        if is_null(self.body.after):
            return "destroy"
        return "no_op" if self.before == self.after and not self.unknown else "update"

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

    @cached_property
    def news(self) -> dict[str, Any]:
        """The top-level values after that differ from those before: all of them where there were none."""
        if not self.before:
            return self.after
        return {name: found for name, found in self.after.items() if self.before.get(name) != found}

    @cached_property
    def shown_news(self) -> dict[str, Any]:
        """The new values, but for attributes that hold something sensitive."""
        return {name: found for name, found in self.news.items() if not self.is_sensitive(name)}

    @cached_property
    def visible_news(self) -> list[tuple[str, Any]]:
        """Every new scalar with its path, but for attributes that hold something sensitive."""
        return leaves(self.shown_news)

    def is_unknown(self, name: str) -> bool:
        """Whether any part of the attribute is known only after the apply."""
        return ALL in self.unknown or has_true(self.unknown.get(name))

    def is_sensitive(self, name: str) -> bool:
        """Whether the plan or the type says that any part of the attribute is secret."""
        return name in self._hidden or ALL in self._hidden

    @cached_property
    def has_documents(self) -> bool:
        """Whether any access policy can stand in it: looked for in the text, before anything is searched."""
        return b"Statement" in bytes(self.body.after) or b"Statement" in bytes(self.body.before)

    @cached_property
    def masked(self) -> frozenset[str]:
        """The attributes that the plan itself hides; `*` for all of them."""
        return frozenset((*_mask(self.body.before_sensitive), *_mask(self.body.after_sensitive)))

    @cached_property
    def _hidden(self) -> frozenset[str]:
        known = self.facts.sensitive_attributes if self.facts else ()
        return self.masked.union(known)

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
        return self.tally.risk(rule, level, self.scrub(self.address), self.type, message, evidence)


def is_no_op(entry: Entry) -> bool:
    """Whether nothing at all happens to the instance: not even an import or a new address."""
    body = entry.change
    return (
        body is not None
        and bytes(body.actions) == b'["no-op"]'
        and not entry.previous_address
        and is_null(body.importing)
        and (bytes(body.before) == bytes(body.after) or is_null(body.before) or is_null(body.after))
    )


def _object(raw: Raw) -> dict[str, Any]:
    found = value(raw)
    return found if isinstance(found, dict) else {}


def _actions(found: object) -> list[str]:
    if isinstance(found, str):
        return [found]
    return [str(each) for each in found] if isinstance(found, list) else []


def _type_in(address: str) -> str:
    parts = address.split("[", maxsplit=1)[0].split(".")
    return parts[-2] if len(parts) > 1 else ""


def has_true(mask: object) -> bool:
    """Whether any leaf of a mask is true."""
    if isinstance(mask, dict):
        return any(has_true(each) for each in mask.values())
    if isinstance(mask, list):
        return any(has_true(each) for each in mask)
    return mask is True


def leaves(found: object, path: str = "") -> list[tuple[str, Any]]:
    """Every scalar of a value with its dotted path; the elements of a list share their path."""
    flat: list[tuple[str, Any]] = []
    _flatten(found, path, flat)
    return flat


def _flatten(found: object, path: str, flat: list[tuple[str, Any]]) -> None:
    # One list, not nested generators: this runs for every value of every change.
    if isinstance(found, dict):
        for name, each in found.items():
            inner = f"{path}.{name}" if path else name
            if isinstance(each, dict | list):
                _flatten(each, inner, flat)
            else:
                flat.append((inner, each))
    elif isinstance(found, list):
        for each in found:
            _flatten(each, path, flat)
    else:
        flat.append((path, found))


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


def _mask(raw: Raw) -> dict[str, Any]:
    if b"true" not in bytes(raw):
        return {}
    found = value(raw)
    if found is True:
        return {ALL: True}
    return {name: each for name, each in found.items() if has_true(each)} if isinstance(found, dict) else {}


def _compact(found: object) -> str:
    import json  # noqa: PLC0415 - only evidence needs it

    return json.dumps(found, ensure_ascii=False, separators=(", ", ": "), default=str)
