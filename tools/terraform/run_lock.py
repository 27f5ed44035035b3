"""One run at a time for each configuration, workspace and backend: in this server, and among all of this machine."""

import asyncio
import fcntl
import hashlib
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import anyio

from resources.catalogue import _
from tools.guard.errors import ExpectedError
from tools.guard.state import State

WAIT_SECONDS = 60.0
POLL_SECONDS = 0.2
_here: dict[str, asyncio.Lock] = {}


class LockedError(ExpectedError):
    """Another run holds the configuration; the text says which. Nothing is ever unlocked by force here."""


def key_of(folder: Path, workspace: str, backend: str) -> str:
    """What is locked, and where its providers and modules are kept."""
    return hashlib.sha256(f"{folder}\0{workspace}\0{backend}".encode()).hexdigest()[:24]


@asynccontextmanager
async def run_lock(state: State, key: str, what: str, *, wait: float = WAIT_SECONDS) -> AsyncIterator[int]:
    """Hold the lock `key` for `what`, as a descriptor; it is free once this process and those that inherited it end.

    Raises:
        LockedError: it was not free within `wait` seconds.
    """
    folder = state.directory / "terraform" / "locks"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / key
    lock = _here.setdefault(key, asyncio.Lock())
    try:
        async with asyncio.timeout(wait):
            await lock.acquire()
    except TimeoutError as error:
        raise _locked(path) from error
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            await _hold(descriptor, path, wait)
            holder = {"pid": os.getpid(), "what": what, "since": datetime.now(UTC).isoformat(timespec="seconds")}
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(holder).encode(), 0)
            yield descriptor
        finally:
            os.close(descriptor)
    finally:
        lock.release()


async def _hold(descriptor: int, path: Path, wait: float) -> None:
    until = anyio.current_time() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if anyio.current_time() >= until:
                raise _locked(path) from error
        else:
            return
        await anyio.sleep(POLL_SECONDS)


def _locked(path: Path) -> LockedError:
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        holder = {}
    return LockedError(
        _("Another run holds this configuration: {what}, process {pid}, since {since}.",
          what=holder.get("what", "?"), pid=holder.get("pid", "?"), since=holder.get("since", "?")),
        _("Wait until it has ended, or end it; nothing is unlocked by force."),
    )  # fmt: skip
