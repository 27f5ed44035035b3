"""Gives each run of a checker a private place of its own, where nothing of the repository can steer it."""

import hashlib
import shutil
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tools.validate.checker import Source

Lookup = Callable[[str], bytes | None]
Listing = Callable[[str], Sequence[str]]
EVERY = "*"
"""Ends what stands in `Bench.brought` for the names in a folder: a file that is added or goes is a change, too."""


def nowhere(_path: str) -> bytes | None:
    """The lookup of files that come from no repository."""
    return None


def empty(_prefix: str) -> Sequence[str]:
    """The listing of files that come from no repository."""
    return ()


def digest(content: bytes | None) -> str:
    """What tells two contents apart; absence is a content of its own."""
    return "absent" if content is None else hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class Repository:
    """What lies beside a judged file: `lookup` reads a file, `listing` names those whose path begins with a text."""

    lookup: Lookup = nowhere
    listing: Listing = empty

    def digest(self, path: str) -> str:
        """What tells two states of `path` apart, be it a file or the names in a folder."""
        if path.endswith(EVERY):
            return digest("\n".join(sorted(self.listing(path.removesuffix(EVERY)))).encode())
        return digest(self.lookup(path))


@dataclass(frozen=True)
class Bench:
    """A directory that holds the files to be judged, at their own paths, and what their checker asked for.

    The repository's other files stay outside: a `.shellcheckrc`, `zizmor.yml` or `.hadolint.yaml` beside a
    file would configure its own judge.
    """

    root: Path
    home: Path
    """An empty directory, the program's HOME: no configuration of the user either."""
    limit: float
    """Seconds a program may take."""
    repository: Repository = Repository()
    brought: defaultdict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    """By judged file, every companion it asked for with its digest: the result holds only as long as they do."""

    @classmethod
    def prepare(cls, place: Path, sources: Sequence[Source], limit: float, repository: Repository) -> "Bench":
        """Lay `sources` out in the new directory `place`."""
        bench = cls(place / "tree", place / "home", limit, repository)
        bench.home.mkdir(parents=True)
        bench.root.mkdir()
        for source in sources:
            bench.write(source.path, source.content)
        return bench

    def bring(self, path: str, source: Source) -> bool:
        """Lay the repository's file `path` out for `source`, which names it; False when there is no such file."""
        content = self.repository.lookup(path)
        self.brought[source.path][path] = digest(content)
        if content is None:
            return False
        self.write(path, content)
        return True

    def below(self, folder: str, source: Source) -> Sequence[str]:
        """Every path of the repository below `folder`, which ends in a slash or is empty, for `source`."""
        self.brought[source.path][f"{folder}{EVERY}"] = self.repository.digest(f"{folder}{EVERY}")
        return sorted(self.repository.listing(folder))

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
