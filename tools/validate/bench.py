"""Gives each look at a file a private place of its own, where nothing of the repository can steer the checker."""

import asyncio
import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tools.validate.checker import Source

Lookup = Callable[[str], bytes | None]


def nowhere(_path: str) -> bytes | None:
    """The lookup of files that come from no repository."""
    return None


def digest(content: bytes | None) -> str:
    """What tells two contents apart; absence is a content of its own."""
    return "absent" if content is None else hashlib.sha256(content).hexdigest()


@dataclass
class Together:
    """The files of one call that a checker judges in one run, because its program takes seconds to start."""

    sources: Sequence[Source] = ()
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    said: object | None = None
    """What that run gave, its failure included: held under `lock`, so that nobody runs it twice."""


@dataclass(frozen=True)
class Bench:
    """A directory that holds the one file to be judged, at its own path, and what its checker asked for.

    The repository's other files stay outside: a `.shellcheckrc`, `zizmor.yml` or `.hadolint.yaml` beside the
    file would configure its own judge.
    """

    root: Path
    home: Path
    """An empty directory, the program's HOME: no configuration of the user either."""
    limit: float
    """Seconds a program may take."""
    lookup: Lookup = nowhere
    brought: dict[str, str] = field(default_factory=dict)
    """Every companion that was asked for, with its digest: the result holds only as long as they do."""
    together: Together = field(default_factory=Together)

    @classmethod
    def prepare(
        cls, place: Path, source: Source, limit: float, lookup: Lookup, together: Together | None = None
    ) -> "Bench":
        """Lay `source` out in the new directory `place`."""
        bench = cls(place / "tree", place / "home", limit, lookup, together=together or Together([source]))
        bench.home.mkdir(parents=True)
        bench.write(source.path, source.content)
        return bench

    def bring(self, path: str) -> bool:
        """Lay the repository's file `path` beside the judged one; False when there is no such file."""
        content = self.lookup(path)
        self.brought[path] = digest(content)
        if content is None:
            return False
        self.write(path, content)
        return True

    def write(self, path: str, content: bytes) -> Path:
        """Write a file below the root."""
        parts = PurePosixPath(path)
        if parts.is_absolute() or ".." in parts.parts:
            raise ValueError(path)  # a bug: workspace paths are resolved before they come here
        target = self.root / parts
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        return target

    def clear(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.root.parent, ignore_errors=True)
