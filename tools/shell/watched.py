"""Watches the processes of one command from outside: how many, how much memory; asks them to stop, then ends them."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tools.shell.confinement import Limit, Limits

EVERY = 0.05
PAGE = os.sysconf("SC_PAGE_SIZE")
# The kernel's own killer takes these processes before the server and the person's own programs.
OOM_SCORE = "800"


@dataclass
class Watched:
    """The processes below `leader`: the first process of a PID namespace, or a process group's when it runs bare."""

    leader: int
    limits: Limits
    bare: bool = False
    hit: set[Limit] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._handle = os.pidfd_open(self.leader) if hasattr(os, "pidfd_open") else None
        with suppress(OSError):
            Path(f"/proc/{self.leader}/oom_score_adj").write_text(OOM_SCORE, encoding="ascii")

    def close(self) -> None:
        """Give the handle back; nothing can be signalled afterwards."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    async def enforce(self) -> None:
        """End everything as soon as a limit is passed. Runs until it is cancelled.

        The kernel enforces these limits too where it can: it does not count root's processes, nor memory together.
        """
        while True:
            pids = list(self.descendants())
            if len(pids) > self.limits.processes:
                self.hit.add("processes")
                self.kill()
            elif (
                sum(map(_resident, pids)) > self.limits.memory_bytes and self._proportional() > self.limits.memory_bytes
            ):
                self.hit.add("memory")
                self.kill()
            await asyncio.sleep(EVERY)

    async def stop(self, grace: float) -> None:
        """Ask every process to stop; after `grace` seconds end them."""
        for pid in list(self.descendants()):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGINT)
        if self.bare:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.leader, signal.SIGINT)
        deadline = asyncio.get_running_loop().time() + grace
        while asyncio.get_running_loop().time() < deadline and self._lives():  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(EVERY)
        self.kill()

    def kill(self) -> None:
        """End the leader; with the first process of its namespace the kernel ends all others."""
        if self.bare:
            for pid in list(self.descendants()):
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.leader, signal.SIGKILL)
        elif self._handle is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def descendants(self) -> Iterator[int]:
        """Every process below the leader, as the host numbers them; stops counting well above the limit."""
        pending, found = [self.leader], 0
        while pending and found <= 4 * self.limits.processes:
            parent = pending.pop()
            for pid in _children(parent):
                found += 1
                pending.append(pid)
                yield pid

    def _lives(self) -> bool:
        if self.bare and Path(f"/proc/{self.leader}/cwd").is_symlink():
            return True
        return next(self.descendants(), None) is not None

    def _proportional(self) -> int:
        """Memory in use with what is shared counted once: slower, so asked only near the limit."""
        return sum(_shared_once(pid) for pid in self.descendants())


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        threads = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 - many times a second
        for thread in threads:
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as children:  # noqa: PTH123 - as above
                found += map(int, children.read().split())
    except OSError:  # it ended meanwhile
        pass
    return found


def _resident(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", "rb") as sizes:  # noqa: PTH123 - many times a second
            return int(sizes.read().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def _shared_once(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return _resident(pid)
    return sum(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:"))
