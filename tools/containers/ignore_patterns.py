"""The rules of .dockerignore, as the engine itself reads them (Moby's pattern matcher)."""

import posixpath
import re
from dataclasses import dataclass, field

from resources.catalogue import _
from tools.guard.errors import ExpectedError

_ITEM = r"(?:\\.|[^\\\]-])"
_CLASS = rf"\[\^?(?:{_ITEM}(?:-{_ITEM})?)+\]"
_TOKEN = re.compile(rf"\*\*/?|\*|\?|{_CLASS}|\\.|[^\[\\]", re.DOTALL)
_STAR, _GLOB = "[^/]*", "(?:.*/)?"


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
        for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
            pattern = line.strip()
            if line.startswith("#") or not pattern:
                continue
            ignores = not pattern.startswith("!")
            pattern = pattern.removeprefix("!").strip()
            if not pattern:
                raise IgnoreFileError(_("Line {number} of the ignore file is only an exclamation mark.", number=number))
            pattern = posixpath.normpath(pattern).lstrip("/")
            if pattern in {"", "."}:
                continue  # the context itself: the engine takes no notice of it
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
    """`pattern` as a regular expression whose stars do not try every split of a long name."""
    made: list[str] = []
    at = 0
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        if token is None:
            raise IgnoreFileError(_("Line {number} of the ignore file is no pattern.", number=number))
        at = token.end()
        made.append(_translated(token[0], last=at == len(pattern)))
    for place, piece in enumerate(made):
        if piece == _STAR:
            following = next((other for other, each in enumerate(made[place + 1 :], place + 1) if _varies(each)), None)
            if following is not None and made[following] == _STAR:
                # What the next star can take up needs no second try: the first fit is as good as any.
                made[place] = "(?>[^/]*?" + "".join(made[place + 1 : following]) + ")"
                made[place + 1 : following] = [""] * (following - place - 1)
    text = "".join(made)
    try:
        re.compile(text)
    except re.error as error:  # a range that runs backwards
        raise IgnoreFileError(_("Line {number} of the ignore file is no pattern.", number=number)) from error
    return text


def _translated(part: str, *, last: bool) -> str:
    if part.startswith("**"):
        return ".*" if last else _GLOB
    if part == "*":
        return _STAR
    if part == "?":
        return "[^/]"
    if part.startswith("[") and len(part) > 1:
        inside = part[1:-1]
        sign = "^" if inside.startswith("^") else ""
        items = re.findall(r"\\.|[^\\]", inside.removeprefix("^"), re.DOTALL)
        return f"[{sign}{''.join('-' if each == '-' else re.escape(each[-1]) for each in items)}]"
    return re.escape(part[-1])


def _varies(piece: str) -> bool:
    """Whether `piece` is no text of its own: a wildcard of any length, or a class, which may match a slash."""
    return piece in {_STAR, _GLOB, ".*"} or (piece.startswith("[") and piece != "[^/]")
