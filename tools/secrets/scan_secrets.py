"""The tool that looks for secrets in what a repository versions, and in everything it ever did."""

from pathlib import Path
from typing import Annotated

import anyio
import anyio.to_thread
from pydantic import Field

from resources.catalogue import _
from tools.context import Deps, Given
from tools.guard.errors import ExpectedError, NotFoundError
from tools.model import Model
from tools.secrets.baseline import FILE_NAME, Accepted, Baseline, held_against, read_baseline
from tools.secrets.history import BATCH, blobs_of, contents, of_head, origins
from tools.secrets.leak import Leak
from tools.secrets.scan_text import scan_text
from tools.stacks.walk import walk

MOST_TOLD = 200
EVERY = 100


class SecretScan(Model):
    """What was found. Values are never shown: look at the line yourself, and rotate what was ever committed."""

    summary: str
    leaks: list[Leak] = []
    accepted: int = Field(default=0, description="Finds that the baseline calls harmless.")
    stale: list[Accepted] = Field(default=[], description="Baseline entries that nothing matches any more.")
    scanned: int = 0
    unread: list[str] = Field(default=[], description="Files too large or not text, at most 20.")
    left_out: int = Field(default=0, description="Leaks and versions beyond what one answer or scan holds.")


async def scan_secrets(
    deps: Given,
    path: Annotated[str, Field(description="Folder inside the workspace.")] = ".",
    history: Annotated[bool, Field(description="Also every version that git ever held.")] = False,
) -> SecretScan:
    """Find secrets in versioned files: known formats, passwords in context, randomness; false finds go into a baseline.

    .gitignore is respected; .secrets.baseline.yaml holds fingerprint, path and reason of accepted finds.
    """
    root = deps.place.directory(path)
    leaks, scanned, unread = await _tree(deps, root)
    left_out = 0
    if history:
        leaks, versions, left_out = await _history(deps, root, leaks)
        scanned += versions
    left, stale = held_against(leaks, baseline_of(deps, path))
    told = sorted(left, key=lambda each: (each.certainty != "certain", each.path, each.line))
    shown = await _dated(root, told[:MOST_TOLD]) if history else told[:MOST_TOLD]
    return SecretScan(
        summary=_summary(left, scanned),
        leaks=shown,
        accepted=len(leaks) - len(left),
        stale=[] if history or path != "." else stale,
        scanned=scanned,
        unread=unread[:20],
        left_out=left_out + max(0, len(told) - MOST_TOLD),
    )


async def _tree(deps: Deps, root: Path) -> tuple[list[Leak], int, list[str]]:
    found = await anyio.to_thread.run_sync(walk, root)
    names = sorted(name for name in found.files if name not in found.links and name != FILE_NAME)
    leaks: list[Leak] = []
    unread: list[str] = []
    for start in range(0, len(names), EVERY):
        await deps.progress(start, len(names), "")
        batch = names[start : start + EVERY]
        for name, told in await anyio.to_thread.run_sync(_read, root, batch):
            if told is None:
                unread.append(name)
            else:
                leaks += told
    return leaks, len(names) - len(unread), unread


def _read(root: Path, names: list[str]) -> list[tuple[str, list[Leak] | None]]:
    told: list[tuple[str, list[Leak] | None]] = []
    for name in names:
        try:
            told.append((name, scan_text(name, (root / name).read_bytes())))
        except OSError:
            told.append((name, None))
    return told


async def _history(deps: Deps, root: Path, present: list[Leak]) -> tuple[list[Leak], int, int]:
    """What is there now and what was there once, each with the oldest version that holds it."""
    blobs, beyond = await blobs_of(root)
    head = await of_head(root)
    found: dict[tuple[str, str], Leak] = {(leak.path, leak.fingerprint): leak for leak in present}
    kept: set[tuple[str, str]] = set()
    scanned = 0
    for start in range(0, len(blobs), BATCH):
        await deps.progress(start, len(blobs), _("history"))
        for blob, content in await contents(root, blobs[start : start + BATCH]):
            told = await anyio.to_thread.run_sync(scan_text, blob.path, content, blob.name)
            scanned += 1
            for leak in told or []:
                key = (leak.path, leak.fingerprint)
                if blob.name in head:
                    kept.add(key)
                # The same in many versions is one; the newest comes first, so the oldest has the last word.
                shown = found.get(key, leak)
                found[key] = shown.model_copy(update={"blob": blob.name, "in_head": key in kept})
    return list(found.values()), scanned, beyond


async def _dated(root: Path, leaks: list[Leak]) -> list[Leak]:
    """The leaks with the commit that brought each in."""
    first = await origins(root, sorted({leak.blob for leak in leaks if leak.blob}))
    return [
        leak.model_copy(update={"commit": origin.commit, "date": origin.date})
        if leak.blob and (origin := first.get(leak.blob))
        else leak
        for leak in leaks
    ]


def baseline_of(deps: Deps, path: str) -> Baseline:
    """What people accepted in the folder `path`; nothing where there is no baseline. Blocking."""
    try:
        with deps.place.open(f"{path}/{FILE_NAME}") as stream:
            text = stream.read(1_000_000).decode("utf-8", errors="replace")
    except NotFoundError:
        return Baseline()
    except OSError as error:
        raise ExpectedError(_("{path} cannot be read: {reason}.", path=FILE_NAME, reason=error.strerror)) from error
    return read_baseline(text)


def _summary(leaks: list[Leak], scanned: int) -> str:
    if not leaks:
        return _("No secret in {scanned} files and versions.", scanned=scanned)
    past = sum(each.in_head is False for each in leaks)
    return _(
        "{count} secrets in {scanned} files and versions, {past} of them in the history only: rotate them first, "
        "then remove them.",
        count=len(leaks), scanned=scanned, past=past,
    )  # fmt: skip
