"""A bare copy of a repository on this machine, fetched by one process at a time and read by all."""

import asyncio
import functools
import os
import re
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import anyio.to_thread

from resources.catalogue import _
from tools.checkouts.file_lock import BusyError, file_lock
from tools.checkouts.git import Git, GitError, token_header
from tools.checkouts.repository import Repository, is_commit
from tools.guard.errors import ExpectedError, ProcessTimeoutError

FRESH = 20.0
"""Seconds after which a branch is looked at again."""
REFS = ("+HEAD:refs/astreinte/HEAD", "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")


class TooLargeError(ExpectedError):
    """The repository, or what it holds at the commit, is beyond what is fetched here."""


@dataclass(frozen=True)
class Limits:
    """What a repository may cost this machine."""

    bytes: int = 2_000_000_000
    files: int = 200_000
    seconds: float = 300.0
    patience: float = 40.0
    """Seconds that one call waits for a fetch, which goes on without it."""


@dataclass(frozen=True)
class Mirror:
    """The mirror of `repository` in `directory`; its locks lie in `locks`."""

    repository: Repository
    directory: Path
    locks: Path
    limits: Limits
    token: str | None = field(default=None, repr=False)

    @property
    def in_use(self) -> Path:
        """The lock that readers share; whoever removes the mirror holds it alone."""
        return self.locks / f"{self.repository.key}.mirror"

    def git(self, scheme: str = "file", configuration: Mapping[str, str] | None = None, *fds: int) -> Git:
        """Git in this mirror."""
        extra = {"GIT_DIR": str(self.directory)}
        return Git(self.directory, scheme, extra, configuration or {}, fds)

    async def commit(self, *, look: bool = True) -> str:
        """The commit that the revision means now; it is here afterwards. Unless one should `look`, what is here does.

        Raises:
            GitError: it cannot be fetched, or there is no such revision.
            TooLargeError: it is larger than the limits.
        """
        revision = self.repository.commit or self.repository.revision
        known = await self._find(revision)
        if known and (is_commit(revision) or not look or self._age() < FRESH):
            return known
        await self._fetch(revision)
        found = await self._find(revision)
        if found is None:
            raise GitError(
                _("{url} has no branch, tag or commit {name}.", url=self.repository.url, name=revision),
                _("Somebody who runs the server names another revision."),
            )
        return found

    async def _find(self, revision: str) -> str | None:
        if not (self.directory / "HEAD").is_file():
            return None
        names = [revision] if is_commit(revision) else [f"refs/heads/{revision}", f"refs/tags/{revision}"]
        names = ["refs/astreinte/HEAD"] if revision == "HEAD" else names
        for name in names:
            asked = ("rev-parse", "--quiet", "--verify", "--end-of-options", f"{name}^{{commit}}")
            done = await self.git()(*asked, fine=(0, 1, 128))
            if done.returncode == 0:
                return done.stdout.strip()
        return None

    def _age(self) -> float:
        try:
            return time.time() - (self.directory / "fetched").stat().st_mtime
        except FileNotFoundError:
            return float("inf")

    async def _fetch(self, revision: str) -> None:
        asked = time.time()
        lock = self.locks / f"{self.repository.key}.fetch"
        try:
            # The child inherits the lock: when this process is killed, nobody fetches beside it.
            async with (
                file_lock(lock, alone=True, wait=self.limits.seconds) as held,
                file_lock(self.in_use, alone=False, wait=self.limits.seconds),
            ):
                if time.time() - asked > self._age() and not is_commit(revision):
                    return  # somebody fetched while this one waited
                await self._prepared()
                await self._fetched(revision, held)
        except BusyError:
            raise GitError(_("Another fetch of {url} does not end.", url=self.repository.url)) from None

    async def _prepared(self) -> None:
        """Make the mirror, or remove what a killed fetch left in it: nobody else writes here now."""
        if not (self.directory / "HEAD").is_file():
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            await self.git()("init", "--quiet", "--bare", "--template=", str(self.directory))
            return
        await anyio.to_thread.run_sync(_tidy, self.directory)

    async def _fetched(self, revision: str, held: int) -> None:
        repository = self.repository
        secret = token_header(repository.url, self.token) if self.token and repository.scheme == "https" else {}
        git = self.git(repository.scheme, secret, held)
        wanted = [f"+{revision}:refs/astreinte/{revision}"] if is_commit(revision) else list(REFS)
        verb = ["fetch", "--quiet", "--no-write-fetch-head", "--no-recurse-submodules", "--no-tags", "--force"]
        prune = [] if is_commit(revision) else ["--prune"]
        try:
            await git(
                *verb, *prune, "--", repository.url, *wanted, timeout=self.limits.seconds, largest=self.limits.bytes
            )
        except ProcessTimeoutError as error:
            raise TooLargeError(
                _("Fetching {url} takes longer than {seconds} s.", url=repository.url, seconds=self.limits.seconds)
            ) from error
        except GitError as error:
            if re.search("signal 25|File too large|File size limit", error.happened):
                raise self._too_large() from error
            raise
        finally:
            await anyio.to_thread.run_sync(_tidy, self.directory)
        size = await anyio.to_thread.run_sync(size_of, self.directory)
        if size > self.limits.bytes:
            await anyio.to_thread.run_sync(lambda: shutil.rmtree(self.directory, ignore_errors=True))
            raise self._too_large()
        if not is_commit(revision):
            (self.directory / "fetched").touch()

    def _too_large(self) -> TooLargeError:
        return TooLargeError(
            _("{url} is larger than {limit} bytes.", url=self.repository.url, limit=self.limits.bytes),
            _("Somebody who runs the server raises ASTREINTE_CHECKOUT_LIMIT."),
        )


@dataclass
class Fetches:
    """Fetches under way in this process: a call that gives up does not end what the next one needs."""

    _running: dict[str, asyncio.Task[str]] = field(default_factory=dict)

    async def commit(self, mirror: Mirror) -> str:
        """As `Mirror.commit`, for as long as the patience lasts.

        Raises:
            GitError: it is still being fetched.
        """
        name = f"{mirror.repository.url} {mirror.repository.commit or mirror.repository.revision}"
        task = self._running.get(name)
        if task is None:
            task = self._running[name] = asyncio.ensure_future(mirror.commit())
            task.add_done_callback(functools.partial(self._over, name))
        done, _waiting = await asyncio.wait({task}, timeout=mirror.limits.patience)
        if not done:
            raise GitError(_("{url} is still being fetched.", url=mirror.repository.url), _("Call again in a minute."))
        return task.result()

    def _over(self, name: str, task: asyncio.Task[str]) -> None:
        self._running.pop(name, None)
        if not task.cancelled():
            task.exception()  # looked at: whoever asked may have gone

    async def stop(self) -> None:
        """End them: the server stops."""
        for each in list(self._running.values()):
            each.cancel()
            with suppress(asyncio.CancelledError, ExpectedError):
                await each


def size_of(folder: Path) -> int:
    """Bytes below `folder`. Blocking."""
    total = 0
    for parent, _folders, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += Path(parent, name).lstat().st_size
    return total


def _tidy(directory: Path) -> None:
    for left in [*directory.glob("*.lock"), *directory.glob("refs/**/*.lock"), *directory.glob("objects/**/tmp_*")]:
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)
