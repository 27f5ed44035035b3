"""Which migrations are new: those that the branch adds to the default one, else the newest of each folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.containers.image_tag import QUIET
from tools.guard.errors import ProcessTimeoutError
from tools.guard.process import find_program, run
from tools.stacks.tree import parent

NEWEST = 3
"""Of each folder, where git cannot say what is new: more would be history."""
MOST = 60


@dataclass(frozen=True)
class Pending:
    """The migrations to judge, in order, and whether it is known that they are new."""

    paths: tuple[str, ...]
    known: bool


async def added(root: Path, branch: str) -> frozenset[str] | None:
    """The files below `root` that differ from `branch`, as paths relative to it; None where git cannot say.

    Nothing of the repository is run: neither hooks nor a file system monitor.
    """
    git = find_program("git")
    if git is None:
        return None
    names: set[str] = set()
    for reference in (f"refs/remotes/origin/{branch}", f"refs/heads/{branch}"):
        diff = ["diff", "--no-ext-diff", "--no-textconv", "--relative", "--name-only", "-z", "--diff-filter=AMR"]
        said = await _ask([git, *QUIET, *diff, f"{reference}...HEAD", "--", "."], root)
        if said is not None:
            names |= {each for each in said.split("\0") if each}
            break
    else:
        return None
    new = await _ask([git, *QUIET, "ls-files", "--others", "--exclude-standard", "-z", "--", "."], root)
    return frozenset(names | {each for each in (new or "").split("\0") if each})


async def _ask(argv: Sequence[str], root: Path) -> str | None:
    try:
        said = await run(list(argv), cwd=root, timeout=30)
    except ProcessTimeoutError:
        return None
    return said.stdout if said.returncode == 0 else None


def pending(every: Sequence[str], new: frozenset[str] | None) -> Pending:
    """Those of `every` (in order) to judge; pure."""
    if new is not None and (mine := tuple(path for path in every if path in new)):
        return Pending(mine[:MOST], known=True)
    by_folder: dict[str, list[str]] = {}
    for path in every:
        lies = parent(parent(path)) if path.endswith(("/migration.sql", "/up.sql")) else parent(path)
        by_folder.setdefault(lies, []).append(path)
    newest = [path for paths in by_folder.values() for path in paths[-NEWEST:]]
    return Pending(tuple(newest)[:MOST], known=False)
