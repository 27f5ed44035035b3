"""Reads a formatter's diff: for each place it would change, the file, the line and what it would write there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")


@dataclass(frozen=True)
class Change:
    """One hunk: its file, the first line that would change, the first to be written (empty: only removed)."""

    path: str
    line: int
    wanted: str


def diffs(text: str, header: str) -> Iterator[Change]:
    """One change for each hunk of the diffs in `text`; a line that begins with `header` names the file.

    A hunk says how many lines it has. They are counted, for one of them may look like the header of a file.
    """
    path = ""
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith(header):
            path = line.removeprefix(header)
        elif start := _HUNK.match(line):
            yield _change(path, int(start[1]), _body(lines, int(start[2] or 1), int(start[3] or 1)))


def _body(lines: Iterator[str], old: int, new: int) -> list[str]:
    body = []
    while old > 0 or new > 0:
        line = next(lines, None)
        if line is None:
            break
        if not line.startswith("\\"):
            old -= not line.startswith("+")
            new -= not line.startswith("-")
        body.append(line)
    return body


def _change(path: str, line: int, body: list[str]) -> Change:
    for each in body:
        if each[:1] in {"-", "+"}:
            break
        line += 1
    return Change(path, line, next((each[1:] for each in body if each.startswith("+")), ""))
