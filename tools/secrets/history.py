"""Every text that a repository ever held, each once, read through git without checking anything out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from resources.catalogue import _
from tools.guard.errors import NotFoundError, ProgramMissingError
from tools.guard.process import base_environment, find_program, run
from tools.secrets.scan_text import LARGEST

MOST_BLOBS = 20_000
BATCH = 200
MOST_BYTES = 60_000_000
TIMEOUT = 300.0
# A repository must not run its own programs while it is read.
CAREFUL = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-optional-locks")


@dataclass(frozen=True)
class Blob:
    """One version of a file."""

    name: str
    path: str


@dataclass(frozen=True)
class Origin:
    """A commit and when its author wrote it."""

    commit: str
    date: str


async def blobs_of(root: Path) -> tuple[list[Blob], int]:
    """The versions of all files on all branches and tags, the newest first, and how many were left out.

    Raises:
        NotFoundError: there is no git repository.
        ProgramMissingError: git is not installed.
    """
    done = await _git(root, "rev-list", "--objects", "--all", "--date-order")
    if done is None:
        raise NotFoundError(_("There is no git history in {path}.", path=root.name))
    named = [line.split(" ", 1) for line in done.decode(errors="replace").splitlines() if " " in line]
    found = {name: path for name, path in named if path}
    blobs = [Blob(name, path) for name, path in found.items()]
    return blobs[:MOST_BLOBS], max(0, len(blobs) - MOST_BLOBS)


async def of_head(root: Path) -> frozenset[str]:
    """The blobs of the commit that is checked out."""
    listed = await _git(root, "ls-tree", "-r", "-z", "--full-tree", "HEAD")
    entries = (listed or b"").decode(errors="replace").split("\0")
    return frozenset(each.partition("\t")[0].split(" ")[2] for each in entries if each)


async def origins(root: Path, blobs: Sequence[str]) -> dict[str, Origin]:
    """The first commit that holds each of `blobs`: one walk for all of them."""
    if not blobs:
        return {}
    wanted = [f"--find-object={each}" for each in blobs]
    shape = ("--all", "--date-order", "--format=%x01%H %aI", "--raw", "--no-abbrev", "--no-renames", "-m", "--root")
    walked = await _git(root, "log", *shape, *wanted)
    found: dict[str, Origin] = {}
    commit = Origin("", "")
    for line in (walked or b"").decode(errors="replace").splitlines():
        if line.startswith("\x01"):
            commit = Origin(*line[1:].split(" ", 1))
        elif line.startswith(":"):
            blob = line.split(" ", 4)[3]
            found[blob] = commit  # the newest comes first: the last word is the oldest commit's
    return found


async def contents(root: Path, blobs: list[Blob]) -> list[tuple[Blob, bytes]]:
    """What the texts of a batch hold; trees and what is too large are left out."""
    wanted = "".join(f"{each.name}\n" for each in blobs).encode()
    sizes = await _git(root, "cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)", stdin=wanted)
    small = {
        line.split()[0]
        for line in (sizes or b"").decode().splitlines()
        if line.split()[1:2] == ["blob"] and int(line.split()[2]) <= LARGEST
    }
    chosen = [each for each in blobs if each.name in small]
    read = await _git(root, "cat-file", "--batch", stdin="".join(f"{each.name}\n" for each in chosen).encode())
    return list(zip(chosen, _split(read or b""), strict=False))


def _split(stream: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(stream):
        end = stream.index(b"\n", at)
        size = int(stream[at:end].split()[-1])
        yield stream[end + 1 : end + 1 + size]
        at = end + 1 + size + 1


async def _git(root: Path, *arguments: str, stdin: bytes = b"") -> bytes | None:
    git = find_program("git")
    if git is None:
        raise ProgramMissingError(_("git is not installed."))
    environment = {**base_environment(), "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
    done = await run(
        [git, *CAREFUL, "-C", str(root), *arguments],
        cwd=root,
        env=environment,
        stdin=stdin,
        timeout=TIMEOUT,
        output_limit=MOST_BYTES,
    )
    return done.raw if done.returncode == 0 else None
