"""The unified diff of a change, quick on large files with small changes and bounded on all."""

import difflib
from typing import NamedTuple

CONTEXT = 3
MOST_LINES = 4_000
"""Beyond this many changed lines the diff is not computed: its cost grows with the product of both sides."""
MOST_SHOWN = 12_000


class Diff(NamedTuple):
    """A unified diff. `truncated` says that it does not show everything."""

    text: str
    added: int
    removed: int
    truncated: bool


def unified(path: str, before: str, after: str) -> Diff:
    """The change from `before` to `after`, as `diff -u` writes it; lone surrogates are shown as `\\ufffd`."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    same = _common(old, new)
    old, new = old[same:], new[same:]
    tail = _common(old[::-1], new[::-1])
    if tail:
        kept, old, new = old[-tail:][:CONTEXT], old[:-tail], new[:-tail]
    else:
        kept = []
    lead = before.splitlines(keepends=True)[max(0, same - CONTEXT) : same]
    if len(old) + len(new) > MOST_LINES:
        return Diff("", len(new), len(old), truncated=True)
    lines = list(difflib.unified_diff([*lead, *old, *kept], [*lead, *new, *kept], f"a/{path}", f"b/{path}", n=CONTEXT))
    added = sum(line.startswith("+") for line in lines[2:])
    removed = sum(line.startswith("-") for line in lines[2:])
    text = "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
    text = _renumbered(text, same - len(lead)).encode("utf-8", "replace").decode()
    return Diff(text[:MOST_SHOWN], added, removed, truncated=len(text) > MOST_SHOWN)


def _common(left: list[str], right: list[str]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _renumbered(text: str, skipped: int) -> str:
    """The hunks' line numbers, counted from the file's first line and not from the compared part's."""
    if not skipped:
        return text
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if line.startswith("@@ "):
            old, new = line.split(" ")[1:3]
            lines[index] = f"@@ -{_shifted(old[1:], skipped)} +{_shifted(new[1:], skipped)} @@"
    return "\n".join(lines)


def _shifted(position: str, by: int) -> str:
    first, comma, count = position.partition(",")
    return f"{int(first) + by}{comma}{count}"
