"""Locks among all processes of a machine that end with whoever holds them: nothing dead ever blocks the next."""

import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio

POLL_SECONDS = 0.05


class BusyError(Exception):
    """Somebody else holds the lock for longer than one waits."""


@asynccontextmanager
async def file_lock(path: Path, *, alone: bool, wait: float) -> AsyncIterator[int]:
    """Hold the lock `path`, alone or beside others, as a descriptor that children may inherit.

    Raises:
        BusyError: it was not free within `wait` seconds.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        until = anyio.current_time() + wait
        while True:
            try:
                fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
            except BlockingIOError:
                if anyio.current_time() >= until:
                    raise BusyError(str(path)) from None
            else:
                break
            await anyio.sleep(POLL_SECONDS)
        yield descriptor
    finally:
        os.close(descriptor)
