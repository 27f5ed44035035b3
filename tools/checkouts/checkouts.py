"""All private checkouts of this machine: opened for a caller, and cleared away when nobody has used them for long."""

import hashlib
import os
import shutil
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import anyio.to_thread

from tools.checkouts.checkout import Checkout
from tools.checkouts.draft_store import DraftStore
from tools.checkouts.file_lock import BusyError, file_lock
from tools.checkouts.mirror import Fetches, Limits, Mirror, size_of
from tools.checkouts.repository import Repository
from tools.guard.state import State

SHORTEST_LIFE = 3600.0
"""Seconds that a checkout is left alone after its last call, however full the disk is."""


@dataclass(frozen=True)
class Checkouts:
    """The checkouts in `directory`, which is a private folder of this machine and at the same path on every other."""

    directory: Path
    state: State
    limits: Limits = field(default_factory=Limits)
    token: str | None = field(default=None, repr=False)
    fetches: Fetches = field(default_factory=Fetches)

    async def open(self, repository: Repository, who: str) -> Checkout:
        """The tree of `who`, at what the revision means now, or at the commit that their changes are against.

        Raises:
            GitError: the repository or the revision cannot be had.
            TooLargeError: it is larger than the limits.
            CheckoutBusyError: other calls of `who` use it.
        """
        draft = await anyio.to_thread.run_sync(DraftStore(self.state).get, who, repository)
        mirror = self.mirror(repository.model_copy(update={"commit": draft.base}) if draft.patch else repository)
        commit = await self.fetches.commit(mirror)
        checkout = self._checkout(replace(mirror, repository=repository), who)
        stands = await checkout.at(commit, draft)
        for used in (checkout.aside, mirror.directory):
            os.utime(used)
        return replace(checkout, stands=stands)

    def mirror(self, repository: Repository) -> Mirror:
        """The mirror of a repository."""
        place = self.directory / "mirrors" / f"{repository.key}.git"
        return Mirror(repository, place, self.directory / "locks", self.limits, self.token)

    def _checkout(self, mirror: Mirror, who: str) -> Checkout:
        named = f"{mirror.repository.url}\0{mirror.repository.revision}\0{who}"
        key = hashlib.sha256(named.encode()).hexdigest()[:24]
        name = mirror.repository.name.strip(". ") or "repository"
        root = self.directory / "trees" / key / name
        for each in (root, self.directory / "aside" / key):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Checkout(who, mirror, root, self.directory / "aside" / key, self.state)

    async def sweep(self, longest: float, most_bytes: int) -> list[str]:
        """Remove what nobody has used for `longest` seconds, and the oldest beyond `most_bytes`; returns their names.

        Nothing is lost: unfinished changes are kept in the database. What is in use stays.
        """
        removed: list[str] = []
        known = await anyio.to_thread.run_sync(self._known)
        total = sum(size for _used, _name, size in known)
        for used, name, size in sorted(known):
            age = time.time() - used
            if age > longest or (total > most_bytes and age > SHORTEST_LIFE):
                lock = f"{name.removesuffix('.git')}.mirror" if name.endswith(".git") else f"{name}.use"
                try:
                    async with file_lock(self.directory / "locks" / lock, alone=True, wait=0):
                        await anyio.to_thread.run_sync(self._remove, name)
                except BusyError:
                    continue
                total -= size
                removed.append(name)
        return removed

    def _known(self) -> list[tuple[float, str, int]]:
        found: list[tuple[float, str, int]] = []
        for aside in self.directory.glob("aside/*"):
            size = size_of(aside) + size_of(self.directory / "trees" / aside.name)
            found.append((aside.stat().st_mtime, aside.name, size))
        mirrors = self.directory.glob("mirrors/*.git")
        return found + [(each.stat().st_mtime, each.name, size_of(each)) for each in mirrors]

    def _remove(self, name: str) -> None:
        if name.endswith(".git"):
            shutil.rmtree(self.directory / "mirrors" / name, ignore_errors=True)
            return
        # What says that the tree is whole goes first.
        (self.directory / "aside" / name / "stands.json").unlink(missing_ok=True)
        shutil.rmtree(self.directory / "aside" / name, ignore_errors=True)
        shutil.rmtree(self.directory / "trees" / name, ignore_errors=True)
