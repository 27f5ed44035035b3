"""Takes secrets out of whatever leaves: texts, JSON values and streams of chunks."""

from __future__ import annotations

import functools
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tools.guard.found_secret import Found

# The patterns are imported where they are first used: compiling them must not delay the server's first answer.
# ruff: noqa: PLC0415

FRESH = 5.0
MARK = re.compile(r"\[REDACTED:[a-z_]+\]")
_SECRET_FIELDS = frozenset({"data", "stringData"})
_LABELS = ("name", "Name", "key", "Key", "ParameterKey")
_SLOTS = ("value", "Value", "ParameterValue", "default")
_LOWER = re.compile(r"[a-z_]{1,40}")
_TOKEN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-=")


@dataclass(frozen=True)
class Redactor:
    """Replaces every secret by `[REDACTED:rule]`; what it returns it leaves alone the next time."""

    needles: tuple[tuple[str, bool], ...] = field(default=(), repr=False)
    """Spellings of known values, longest first, and whether each is an encoding."""

    @classmethod
    def knowing(cls, values: frozenset[str]) -> Self:
        """A redactor that also hides `values`, in every encoding."""
        from tools.guard.secret_values import forms

        spelled = {form for value in values for form in forms(value)}
        return cls(tuple(sorted(spelled, key=lambda form: (-len(form[0]), form))))

    @classmethod
    def of(cls, root: Path | None = None, environment: Mapping[str, str] | None = None) -> Self:
        """A redactor that knows the secrets of the environment and of the `.env` files under `root`."""
        from tools.guard.secret_values import secret_values

        return cls.knowing(secret_values(os.environ if environment is None else environment, root))

    def also(self, other: Redactor) -> Redactor:
        """A redactor that knows what both know."""
        if self.needles == other.needles or not other.needles:  # every call joins redactors that are mostly the same
            return self
        if not self.needles:
            return other
        return Redactor(tuple(sorted({*self.needles, *other.needles}, key=lambda form: (-len(form[0]), form))))

    def find(self, text: str) -> list[Found]:
        """The secrets in `text`, in order and without overlap."""
        from tools.guard.secret_search import find_secrets, merged

        found = find_secrets(text, known=[needle for needle, encoded in self.needles if not encoded])
        for needle, encoded in self.needles:
            at = text.find(needle)
            while at >= 0:
                found.append(_widened(text, at, at + len(needle), encoded=encoded))
                at = text.find(needle, at + len(needle))
        return merged(found)

    def text(self, text: str, *, keep_lines: bool = False) -> str:
        """`text` without its secrets; with `keep_lines`, as many lines as before."""
        pieces: list[str] = []
        done = 0
        for each in self.find(text):
            secret = text[each.start : each.end]
            if MARK.fullmatch(secret):
                continue
            mark = f"[REDACTED:{each.rule}]"
            lines = secret.count("\n") + 1 if keep_lines else 1
            pieces += (text[done : each.start], "\n".join([mark] * lines))
            done = each.end
        return "".join((*pieces, text[done:])) if pieces else text

    def value(self, value: Any, *, name: str = "") -> Any:  # noqa: ANN401 - JSON
        """A JSON-like `value` without its secrets; the names of fields count as context."""
        if isinstance(value, str):
            from tools.guard.secret_context import keeps_secret

            if name and keeps_secret(name, value):
                return value if MARK.fullmatch(value) else "[REDACTED:secret_field]"
            return self.text(value)
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, list | tuple):
            return [self.value(each, name=name) for each in value]
        return value

    def _is_plain(self, name: str) -> bool:
        """Whether a field's name is a word that neither a pattern nor a known value has to do with."""
        return _is_word(name) and not any(needle in name for needle, _encoded in self.needles)

    def _mapping(self, mapping: Mapping[Any, Any]) -> dict[str, Any]:
        hidden = _SECRET_FIELDS if mapping.get("kind") == "Secret" else frozenset()
        kept: dict[str, Any] = {}
        for key, value in mapping.items():
            name = str(key)
            if name in hidden and isinstance(value, Mapping):
                kept[name] = {self.text(str(each)): "[REDACTED:kubernetes_secret]" for each in value}
            else:
                kept[name if self._is_plain(name) else self.text(name)] = self.value(value, name=name)
        if mapping.get("sensitive") is True or mapping.get("Type") == "SecureString":
            kept |= {slot: "[REDACTED:marked_secret]" for slot in _SLOTS if mapping.get(slot) not in (None, "")}
            return kept
        label = next((mapping[key] for key in _LABELS if isinstance(mapping.get(key), str)), "")
        for slot in _SLOTS:
            if isinstance(mapping.get(slot), str):
                kept[slot] = self.value(mapping[slot], name=label)
        return kept


@functools.lru_cache(maxsize=4_096)  # the fields of our own answers are the same in every one of them
def _is_word(name: str) -> bool:
    # What hides a value under an encoding has digits or capitals: only names without them are spared the search.
    return bool(_LOWER.fullmatch(name)) and not Redactor().find(name)


_fresh: dict[Path | None, tuple[float, Redactor]] = {}


def still_fresh(root: Path | None) -> Redactor | None:
    """The redactor that `redactor_for` would answer with at once; None where it would have to look. Never blocks."""
    known = _fresh.get(root)
    return known[1] if known is not None and time.monotonic() - known[0] <= FRESH else None


def redactor_for(root: Path | None) -> Redactor:
    """A redactor that knows the secrets of `root` as they were at most `FRESH` seconds ago. Blocking."""
    known = still_fresh(root)
    if known is None:
        began = time.monotonic()
        known = Redactor.of(root)
        _fresh[root] = (began, known)
    return known


def everything_known() -> Redactor:
    """A redactor that knows the secrets of every workspace this process has served (clients' roots included)."""
    return functools.reduce(Redactor.also, [known for _at, known in _fresh.values()], Redactor())


def _widened(text: str, start: int, end: int, *, encoded: bool) -> Found:
    # An encoded value is part of a longer token whose edges still hold bits of it.
    while encoded and start > 0 and text[start - 1] in _TOKEN:
        start -= 1
    while encoded and end < len(text) and text[end] in _TOKEN:
        end += 1
    return Found(start, end, "known_value", certain=True)
