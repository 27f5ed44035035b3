"""The rules of .gitignore files, judged with git's semantics and without matching the same name twice."""

import fnmatch
import os
import re
from dataclasses import dataclass, field
from typing import Self

from pathspec.patterns.gitignore import GitIgnorePatternError
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

MAX_BYTES = 262_144
_ANY_DEPTH = 1_000


@dataclass(frozen=True)
class Rule:
    """One line: what it matches (a whole path, folders with a final slash) and whether it ignores."""

    pattern: re.Pattern[str]
    ignores: bool


@dataclass(frozen=True)
class Ignore:
    """The rules of one .gitignore and the folder they count from ('' or 'a/b/')."""

    base: str
    rules: tuple[Rule, ...]
    """Last line first, as the last one that matches decides."""
    depth: int
    """Rules with a slash reach no deeper than this below `base`: deeper down only the name matters."""
    names: re.Pattern[str] | None
    """Matches every name that any rule without a slash could match; None when that cannot be said so simply."""
    _by_name: dict[str, bool | None] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, root: str, prefix: str) -> Self | None:
        """The .gitignore of the folder `prefix`; None when it has no rules or cannot be read."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            descriptor = os.open(os.path.join(root, prefix, ".gitignore"), flags)  # noqa: PTH118
        except OSError:
            return None
        with os.fdopen(descriptor, "rb") as stream:
            try:
                text = stream.read(MAX_BYTES).decode("utf-8-sig", errors="replace")
            except OSError:
                return None
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
        return cls.of(prefix, lines) if lines else None

    @classmethod
    def of(cls, base: str, lines: list[str]) -> Self:
        """The rules `lines`; one that is malformed does not disable the others."""
        rules = [rule for line in reversed(lines) if (rule := _rule(line)) is not None]
        return cls(base, tuple(rules), max((_reach(line) for line in lines), default=0), _names(lines))

    def verdict(self, path: str) -> bool | None:
        """True ignored, False re-included, None no opinion. `path` ends with a slash if it is a folder.

        As in git, a rule speaks of the path itself only: whoever walks does not enter an ignored folder.
        """
        inside = path[len(self.base) :]
        if inside.rstrip("/").count("/") < self.depth:
            return self._match(inside)
        bare = inside.rstrip("/").rpartition("/")[2]
        if self.names is not None and self.names.match(bare) is None:
            return None  # most files of a repository end here
        name = bare + ("/" if inside.endswith("/") else "")
        if name not in self._by_name:
            self._by_name[name] = self._match(f"{'_/' * self.depth}{name}")
        return self._by_name[name]

    def _match(self, inside: str) -> bool | None:
        return next((rule.ignores for rule in self.rules if rule.pattern.fullmatch(inside)), None)


def is_ignored(path: str, ignores: tuple[Ignore, ...]) -> bool:
    """Whether the deepest .gitignore that has an opinion on `path` ignores it."""
    for ignore in reversed(ignores):
        verdict = ignore.verdict(path)
        if verdict is not None:
            return verdict
    return False


def _reach(line: str) -> int:
    pattern = line.strip().removeprefix("!").rstrip("/")
    if "**" in pattern:
        return _ANY_DEPTH
    if "/" not in pattern:
        return 0
    return pattern.lstrip("/").count("/") + 1


def _names(lines: list[str]) -> re.Pattern[str] | None:
    patterns = [line.strip().removeprefix("!").rstrip("/") for line in lines]
    simple = [pattern for pattern in patterns if "/" not in pattern]
    if any("\\" in pattern for pattern in simple):  # escapes mean other things to fnmatch
        return None
    return re.compile("|".join(fnmatch.translate(pattern) for pattern in simple) if simple else r"(?!)")


def _rule(line: str) -> Rule | None:
    try:
        parsed = GitIgnoreSpecPattern(line)
    except GitIgnorePatternError:
        return None
    if parsed.include is None or parsed.regex is None:
        return None
    pattern = parsed.regex.pattern
    # `a/**` is everything inside, not the folder itself.
    inside = "" if "ps_d" in pattern else ".+"
    return Rule(re.compile(pattern + inside, re.DOTALL), parsed.include)
