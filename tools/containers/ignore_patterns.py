"""The rules of .dockerignore, as the engine itself reads them (Moby's pattern matcher)."""

import posixpath
import re
from dataclasses import dataclass, field

from resources.catalogue import _
from tools.guard.errors import ExpectedError


class IgnoreFileError(ExpectedError):
    """A line of the ignore file is no pattern."""


@dataclass(frozen=True)
class IgnorePatterns:
    """The patterns of one file in order; of neighbours with the same sign one expression is made."""

    groups: tuple[tuple[bool, re.Pattern[str]], ...] = ()
    kept: tuple[str, ...] = ()
    """What `!` brings back, as written."""
    _prefixes: tuple[str, ...] = field(default=())

    @classmethod
    def read(cls, text: str) -> "IgnorePatterns":
        """The patterns of an ignore file.

        Raises:
            IgnoreFileError: a pattern cannot be read; the engine would refuse it too.
        """
        groups: list[tuple[bool, list[str]]] = []
        kept: list[str] = []
        for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
            pattern = line.strip()
            if line.startswith("#") or not pattern:
                continue
            ignores = not pattern.startswith("!")
            pattern = pattern.removeprefix("!").strip()
            if not pattern:
                raise IgnoreFileError(_("Line {number} of the ignore file is only an exclamation mark.", number=number))
            pattern = posixpath.normpath(pattern).lstrip("/") or "."
            if not ignores:
                kept.append(pattern)
            if not groups or groups[-1][0] != ignores:
                groups.append((ignores, []))
            groups[-1][1].append(_expression(pattern, number))
        made = tuple((ignores, re.compile(f"(?:{'|'.join(each)})(?:/.*)?", re.DOTALL)) for ignores, each in groups)
        return cls(made, tuple(kept), tuple(_fixed(each) for each in kept))

    def ignores(self, path: str) -> bool:
        """Whether `path` (relative, with slashes) is left out; what lies in an ignored folder is, too."""
        ignored = False
        for sign, pattern in self.groups:
            if ignored != sign and pattern.fullmatch(path):
                ignored = sign
        return ignored

    def may_keep_below(self, folder: str) -> bool:
        """Whether `!` may bring something back inside an ignored folder; then it must be looked into."""
        inside = folder + "/"
        return any(prefix.startswith(inside) or inside.startswith(prefix) for prefix in self._prefixes)


def _fixed(pattern: str) -> str:
    """The folders of `pattern` before its first wildcard, with the slash after them."""
    fixed = re.split(r"[*?\[\\]", pattern)[0]
    return pattern + "/" if fixed == pattern else fixed.rpartition("/")[0] + "/" if "/" in fixed else ""


def _expression(pattern: str, number: int) -> str:
    if pattern == ".":
        return r"[^/].*"
    made: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if pattern.startswith("*", at) and char == "*":
            at += 1
            at += pattern.startswith("/", at)
            made.append(".*" if at >= len(pattern) else "(?:.*/)?")
        elif char == "*":
            made.append("[^/]*")
        elif char == "?":
            made.append("[^/]")
        elif char == "\\" and at < len(pattern):
            made.append(re.escape(pattern[at]))
            at += 1
        elif char == "[" and "]" in pattern[at + 1 :]:
            end = pattern.index("]", at + 1)
            made.append(f"[{pattern[at:end]}]")
            at = end + 1
        else:
            made.append(re.escape(char))
    text = "".join(made)
    try:
        re.compile(text)
    except re.error as error:
        raise IgnoreFileError(_("Line {number} of the ignore file is no pattern.", number=number)) from error
    return text
