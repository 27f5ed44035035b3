"""A caller's private tree of a repository: brought to a commit and a draft, used by calls, searched for changes."""

import json
import os
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import anyio.to_thread
from pydantic import ValidationError

from resources.catalogue import _
from tools.checkouts.draft_store import LARGEST, Draft, DraftError, DraftStore
from tools.checkouts.file_lock import BusyError, file_lock
from tools.checkouts.git import Git, GitError
from tools.checkouts.mirror import Mirror, TooLargeError
from tools.guard.errors import ExpectedError
from tools.guard.state import State
from tools.model import Model

WAIT = 20.0
"""Seconds to wait for other calls of the same caller before the tree is changed under them: it is not."""
DIFF = ("diff-tree", "-r", "--binary", "--full-index", "--no-renames", "--no-ext-diff", "--no-textconv",
        "--ignore-submodules=all", "--patch")  # fmt: skip


class CheckoutBusyError(ExpectedError):
    """Other calls of the same caller use the tree as it was."""


class Stands(Model):
    """What the tree on this machine holds: a commit, and the draft of that version over it."""

    commit: str
    version: int
    tree: str
    """Git's name of both together."""


@dataclass(frozen=True)
class Checkout:
    """The tree of the caller `who` at `root`, beside which `aside` holds what git needs and nobody else may touch."""

    who: str
    mirror: Mirror
    root: Path
    aside: Path
    state: State = field(repr=False)
    stands: Stands | None = None

    @property
    def drafts(self) -> DraftStore:
        """Where changes are kept."""
        return DraftStore(self.state)

    @property
    def _use(self) -> Path:
        return self.mirror.locks / f"{self.aside.name}.use"

    def git(self, index: Path | None = None) -> Git:
        """Git on the tree, with the objects of the mirror; new ones stay beside the tree."""
        extra = {
            "GIT_DIR": str(self.mirror.directory),
            "GIT_WORK_TREE": str(self.root),
            "GIT_INDEX_FILE": str(index or self.aside / "index"),
            "GIT_OBJECT_DIRECTORY": str(self.aside / "objects"),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(self.mirror.directory / "objects"),
        }
        return Git(self.root, extra=extra)

    async def at(self, commit: str, draft: Draft) -> Stands:
        """Bring the tree to `commit` with `draft` over it, unless it is there already.

        Where other calls of the same caller use it, a newer commit waits for the next call.

        Raises:
            CheckoutBusyError: they do not end, and what they use is not the caller's last draft.
            TooLargeError: the commit holds more than the limits.
        """
        found = await anyio.to_thread.run_sync(self._read)
        if found is not None and (found.commit, found.version) == (commit, draft.version):
            return found
        may_wait = found is not None and found.version == draft.version and not draft.patch
        try:
            async with (
                file_lock(self._use, alone=True, wait=0.2 if may_wait else WAIT),
                file_lock(self.mirror.in_use, alone=False, wait=WAIT),
            ):
                return await self._brought(commit, draft)
        except BusyError:
            if found is not None and may_wait:
                return found
            raise self._busy() from None

    @asynccontextmanager
    async def used(self) -> AsyncIterator[None]:
        """Use the tree as it was found: nobody changes it to another commit meanwhile.

        Raises:
            CheckoutBusyError: it was changed since the call began.
        """
        try:
            async with (
                file_lock(self._use, alone=False, wait=WAIT),
                file_lock(self.mirror.in_use, alone=False, wait=WAIT),
            ):
                now = await anyio.to_thread.run_sync(self._read)
                if now is None or self.stands is None or now.commit != self.stands.commit:
                    raise self._busy()
                yield
        except BusyError:
            raise self._busy() from None

    async def keep(self) -> Draft:
        """Keep what was changed in the tree as the caller's draft. The caller uses the tree.

        Raises:
            DraftError: it cannot be kept; the tree is as it was before.
        """
        async with file_lock(self.mirror.locks / f"{self.aside.name}.keep", alone=True, wait=WAIT):
            stands = await anyio.to_thread.run_sync(self._read)
            before = await anyio.to_thread.run_sync(self.drafts.get, self.who, self.mirror.repository)
            if stands is None:
                raise self._busy()
            try:
                tree = await self._written()
                if tree == stands.tree:
                    return before
                patch = (await self.git()(*DIFF, f"{stands.commit}^{{tree}}", tree, output=LARGEST + 1)).raw
                after = Draft(base=stands.commit, patch=patch, pushed=before.pushed, branch=before.branch)
                # Of the version that this tree stands for: one that another machine wrote since is not overwritten.
                seen = before.model_copy(update={"version": stands.version})
                kept = await anyio.to_thread.run_sync(self.drafts.put, self.who, self.mirror.repository, seen, after)
            except (DraftError, GitError):
                with anyio.CancelScope(shield=True):
                    await self._back(stands)
                raise
            await anyio.to_thread.run_sync(
                self._write, stands.model_copy(update={"version": kept.version, "tree": tree})
            )
            return kept

    async def _written(self) -> str:
        git = self.git()
        await git("add", "--all", "--", ".", timeout=120)
        return (await git("write-tree")).stdout.strip()

    async def _back(self, stands: Stands) -> None:
        """Take back what cannot be kept: a change that no other machine ever sees would be a lie."""
        await self.git()("read-tree", "--reset", "-u", stands.tree)
        await self.git()("clean", "-ffdq")

    async def _brought(self, commit: str, draft: Draft) -> Stands:
        found = await anyio.to_thread.run_sync(self._read)
        await anyio.to_thread.run_sync(self._begun)
        tree = await self._tree(commit, draft)
        await self._bounded(tree)
        if found is None or found.commit != commit or not (self.root / ".git").is_dir():
            await self._repository(commit)
        await self.git()("read-tree", "--reset", "-u", tree, timeout=self.mirror.limits.seconds)
        await self.git()("clean", "-ffdxq")
        stands = Stands(commit=commit, version=draft.version, tree=tree)
        await anyio.to_thread.run_sync(self._write, stands)
        return stands

    def _begun(self) -> None:
        """What stands is unknown from now on, until it is written anew; what a killed process left is removed."""
        (self.aside / "stands.json").unlink(missing_ok=True)
        shutil.rmtree(self.aside / "objects", ignore_errors=True)
        for each in (self.root, self.aside / "objects"):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in [*self.aside.glob("*.lock"), *self.aside.glob("*.new")]:
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)

    async def _tree(self, commit: str, draft: Draft) -> str:
        index = self.aside / f"index.{secrets.token_hex(4)}.new"
        git = self.git(index)
        try:
            await git("read-tree", commit)
            if draft.patch:
                await git("apply", "--cached", "--binary", "--whitespace=nowarn", "-", stdin=draft.patch)
            return (await git("write-tree")).stdout.strip()
        finally:
            index.unlink(missing_ok=True)

    async def _bounded(self, tree: str) -> None:
        """Refuse a tree that is too large, before a byte of it is written."""
        listed = await self.git()("ls-tree", "-r", "-l", "-z", tree)
        sizes = [each.split(None, 4)[3] for each in listed.stdout.split("\0") if each]
        size = sum(int(each) for each in sizes if each.isdigit())
        limits = self.mirror.limits
        if listed.truncated or len(sizes) > limits.files or size > limits.bytes:
            raise TooLargeError(
                _("The commit holds {files} files of {size} bytes; the limits are {most} and {limit}.",
                  files=len(sizes), size=size, most=limits.files, limit=limits.bytes),
                _("Somebody who runs the server raises ASTREINTE_CHECKOUT_LIMIT."),
            )  # fmt: skip

    async def _repository(self, commit: str) -> None:
        """Give the tree a repository of its own, copied: whatever a command does to it reaches no mirror."""
        fresh = self.aside / f"git.{secrets.token_hex(4)}.new"
        repository = self.mirror.repository
        git = Git(self.aside, "file", {"GIT_DIR": str(fresh)}, {"transfer.fsckObjects": "false"})
        await git("init", "--quiet", "--template=")
        await self.mirror.git()("update-ref", f"refs/astreinte/{commit}", commit)
        branch = f"refs/heads/{repository.revision if repository.revision != 'HEAD' else 'main'}"
        wanted = f"refs/astreinte/{commit}:{branch}"
        await git(
            "fetch", "--quiet", "--no-tags", "--", str(self.mirror.directory), wanted,
            timeout=self.mirror.limits.seconds, largest=self.mirror.limits.bytes,
        )  # fmt: skip
        await git("symbolic-ref", "HEAD", branch)
        await git("config", "core.bare", "false")
        await git("config", "remote.origin.url", repository.url)
        await git("read-tree", commit)

        def replace() -> None:
            shutil.rmtree(self.root / ".git", ignore_errors=True)
            (self.root / ".git").unlink(missing_ok=True)
            (fresh / "FETCH_HEAD").unlink(missing_ok=True)
            fresh.rename(self.root / ".git")

        await anyio.to_thread.run_sync(replace)

    def _read(self) -> Stands | None:
        try:
            return Stands.model_validate_json((self.aside / "stands.json").read_text())
        except (OSError, ValidationError):
            return None

    def _write(self, stands: Stands) -> None:
        fresh = self.aside / f"stands.{os.getpid()}.new"
        fresh.write_text(json.dumps(stands.model_dump()))
        fresh.replace(self.aside / "stands.json")

    def _busy(self) -> CheckoutBusyError:
        return CheckoutBusyError(
            _("Your checkout is in use by another of your calls, or was brought to another commit meanwhile."),
            _("Wait until the other call is over, then call again."),
        )
