"""Reads a formatter's diff: for each place it would change, the line and what it would write there."""

import re
from dataclasses import dataclass

_HUNK = re.compile(r"^@@ -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@[^\n]*\n((?:[ +\-\\][^\n]*\n?|\n)*)", re.MULTILINE)


@dataclass(frozen=True)
class Change:
    """One hunk: the first line that would change, and the first that would be written (empty: only removed)."""

    line: int
    wanted: str


def first_changes(diff: str) -> list[Change]:
    """One change for each hunk of a unified diff."""
    return [_change(int(start), body.splitlines()) for start, body in _HUNK.findall(diff)]


def _change(line: int, body: list[str]) -> Change:
    for each in body:
        if each[:1] in {"-", "+"}:
            break
        line += 1
    return Change(line, next((each[1:] for each in body if each.startswith("+")), ""))
