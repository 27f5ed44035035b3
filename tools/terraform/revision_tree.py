"""The tree of an earlier commit, unpacked in a private folder for as long as it is looked at."""

import shutil
import tarfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import anyio.to_thread

from resources.catalogue import _
from tools.guard.errors import NotFoundError
from tools.guard.process import find_program, run
from tools.guard.state import State
from tools.terraform.saved_plan import new_id


@asynccontextmanager
async def revision_tree(state: State, base: Path, revision: str) -> AsyncIterator[Path]:
    """What `base` was at the commit `revision`. Links and modes that could do harm are left out.

    Raises:
        NotFoundError: git is absent, or cannot read the commit.
    """
    git = find_program("git")
    if git is None:
        raise NotFoundError(_("git is not installed."))
    place = state.directory / "terraform" / "revisions" / new_id()
    place.mkdir(mode=0o700, parents=True)
    try:
        archive, tree = place / "tree.tar", place / "tree"
        argv = [git, "archive", "--format=tar", f"--output={archive}", revision, "--", "."]
        made = await run(argv, cwd=base, timeout=300)
        if made.returncode:
            raise NotFoundError(_("The commit cannot be read: {said}", said=made.stderr.strip()[-300:]))
        await anyio.to_thread.run_sync(_unpack, archive, tree)
        yield tree
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(lambda: shutil.rmtree(place, ignore_errors=True))


def _unpack(archive: Path, tree: Path) -> None:
    with tarfile.open(archive) as tar:
        tar.extractall(tree, filter="data")
