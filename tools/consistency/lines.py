"""YAML values that know the line they stand on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tools.validate.positions import documents, entries


@dataclass(frozen=True)
class Value:
    """One node of a YAML document. What is not there, or of another shape, is empty: hand-written files vary."""

    node: Any

    @property
    def line(self) -> int:
        """1-based."""
        return int(self.node.start_mark.line) + 1

    @property
    def text(self) -> str:
        """The scalar as written; empty for anything else."""
        return str(self.node.value) if self.node.id == "scalar" else ""

    @property
    def number(self) -> int | None:
        """The scalar as a whole number."""
        return int(self.text) if self.text.isascii() and self.text.isdigit() and len(self.text) < 10 else None

    def pairs(self) -> Iterator[tuple[str, Value]]:
        """The entries of a mapping, merged ones last; of equal keys the first counts."""
        if self.node.id != "mapping":
            return
        seen: set[str] = set()
        for key, value in entries(self.node.value):
            if isinstance(key.value, str) and key.value not in seen:
                seen.add(key.value)
                yield key.value, Value(value)

    def each(self) -> list[Value]:
        """The members of a sequence."""
        return [Value(each) for each in self.node.value] if self.node.id == "sequence" else []

    def at(self, *path: str) -> Value | None:
        """The value below `path`."""
        found: Value | None = self
        for step in path:
            found = next((value for name, value in found.pairs() if name == step), None) if found else None
        return found

    def said(self, *path: str) -> str:
        """The scalar below `path`, or nothing."""
        found = self.at(*path)
        return found.text if found else ""

    def members(self, *path: str) -> list[Value]:
        """The members of the sequence below `path`."""
        found = self.at(*path)
        return found.each() if found else []

    def named(self, *path: str) -> dict[str, Value]:
        """The entries of the mapping below `path`."""
        found = self.at(*path)
        return dict(found.pairs()) if found else {}


def read(text: str) -> list[Value]:
    """The documents of `text`; what cannot be parsed ends the list, for other checkers say why."""
    return [Value(node) for node in documents(text) if node is not None]
