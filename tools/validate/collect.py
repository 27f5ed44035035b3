"""Gathers the files of a workspace that are to be judged: named ones, folders and patterns, all bounded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from resources.catalogue import _
from tools.files.glob import matching
from tools.guard.errors import ExpectedError, NotFoundError
from tools.guard.workspace import Workspace
from tools.stacks.walk import walk
from tools.validate.bench import Listing
from tools.validate.checker import Source
from tools.validate.registry import CHECKERS

MOST_FILES = 500
LARGEST = 2_000_000


@dataclass
class Collected:
    """What there is to judge, and what will not be."""

    sources: list[Source] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """Files that were asked for and that no checker knows."""
    skipped: list[str] = field(default_factory=list)
    """Files that nobody looked at, each with the reason."""


def collect(workspace: Workspace, paths: Sequence[str]) -> Collected:
    """Read every file that `paths` name; no path at all is the whole workspace.

    Raises:
        NotFoundError: a path or pattern names nothing.
        WorkspaceError: a path leads outside.
    """
    names = _Names(workspace)
    for path in paths or ["."]:
        names.add(path)
    collected = Collected()
    left_out = 0
    for name in sorted(names.explicit | names.found):
        if len(collected.sources) >= MOST_FILES:
            left_out += 1
            continue
        asked_for = bool(paths) and path_was_asked_for(name, names)
        _read(workspace, name, asked_for=asked_for, into=collected)
    collected.skipped += names.warnings
    if left_out:
        collected.skipped.append(
            _("{count} files beyond the first {limit}: name them by folder.", count=left_out, limit=MOST_FILES)
        )
    return collected


def path_was_asked_for(name: str, names: "_Names") -> bool:
    """Whether a person named this very file, or a pattern that means it, and so must hear about it."""
    return name in names.explicit or name in names.matched


def read_file(workspace: Workspace, path: str) -> bytes | None:
    """A companion of a judged file, its beginning when it is huge; None when it is not there, or outside."""
    try:
        with workspace.open(path) as stream:
            return stream.read(LARGEST)
    except (ExpectedError, OSError):
        return None


def listed(workspace: Workspace) -> Listing:
    """The files of the workspace by the beginning of their path; it is walked when somebody asks, and once."""
    walked = cache(lambda: walk(workspace.root).files)
    return lambda prefix: [path for path in walked() if path.startswith(prefix)]


class _Names:
    """The paths to read, and how each was named."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._everything: list[str] | None = None
        self.explicit: set[str] = set()
        self.matched: set[str] = set()
        self.found: set[str] = set()
        self.warnings: list[str] = []

    def add(self, path: str) -> None:
        target = self._workspace.resolve(path)
        if target.is_dir():
            prefix = "" if target == self._workspace.root else self._workspace.relative(target) + "/"
            self.found |= {name for name in self._walked() if name.startswith(prefix)}
        elif target.exists() or not _is_pattern(path):
            self.explicit.add(self._workspace.relative(target))  # opening it says what is wrong with it
        else:
            named = set(matching(self._walked(), path))
            if not named:
                raise NotFoundError(_("No file matches {paths}.", paths=path), _("Look with glob for what there is."))
            self.matched |= named
            self.found |= named

    def _walked(self) -> list[str]:
        if self._everything is None:
            found = walk(self._workspace.root)
            self._everything = found.files
            self.warnings = found.warnings
        return self._everything


def _is_pattern(path: str) -> bool:
    return any(sign in path for sign in "*?[")


def _read(workspace: Workspace, name: str, *, asked_for: bool, into: Collected) -> None:
    try:
        with workspace.open(name) as stream:
            content = stream.read(LARGEST + 1)
    except (ExpectedError, OSError) as error:
        if asked_for:
            raise
        into.skipped.append(f"{name}: {error}")
        return
    source = Source(name, content)
    if not any(checker.applies(source) for checker in CHECKERS):
        into.unknown += [name] if asked_for else []
    elif len(content) > LARGEST:
        into.skipped.append(_("{path}: larger than {size} bytes", path=name, size=LARGEST))
    else:
        into.sources.append(source)
