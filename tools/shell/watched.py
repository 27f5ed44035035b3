"""Watches the processes of one command from outside: how many, how much memory; asks them to stop, then ends them."""

import asyncio
import os
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tools.shell.confinement import Limit, Limits
from tools.shell.control_group import ControlGroup

EVERY = 0.03
PAGE = os.sysconf("SC_PAGE_SIZE")
# The kernel's own killer takes these processes before the server and the person's own programs.
OOM_SCORE = "800"


@dataclass
class Watched:
    """The processes below `leader`: the first process of a PID namespace, or a process group's when it runs bare."""

    leader: int
    limits: Limits
    bare: bool = False
    group: ControlGroup | None = None
    hit: set[Limit] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._handle: int | None = None
        with suppress(OSError, AttributeError):  # an old kernel, another system, or it ended already
            self._handle = os.pidfd_open(self.leader)
        with suppress(OSError):
            Path(f"/proc/{self.leader}/oom_score_adj").write_text(OOM_SCORE, encoding="ascii")

    def close(self) -> None:
        """Give everything back once the processes have ended; nothing can be signalled afterwards."""
        if self.group is not None:
            self.hit |= self.group.hit()
            self.group.remove()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    async def enforce(self) -> None:
        """End everything as soon as a limit is passed. Runs until it is cancelled.

        The kernel enforces these limits too where it can: it does not count root's processes, nor memory together.
        """
        most = self.limits.memory_bytes
        while True:
            pids, tasks = self._census()
            if tasks >= self.limits.processes:
                self.hit.add("processes")
                self.kill()
            elif self._is_short_of_memory() or (sum(map(_resident, pids)) > most < sum(map(_shared_once, pids))):
                self.hit.add("memory")
                self.kill()
            await asyncio.sleep(EVERY)

    def _is_short_of_memory(self) -> bool:
        """Whether the kernel ended one of the processes: a command that goes on without it would only mislead."""
        return self.group is not None and "memory" in self.group.hit()

    async def stop(self, grace: float) -> None:
        """Ask every process to stop; after `grace` seconds end them."""
        for pid in self._census()[0]:
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
            for pid in self._census()[0]:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.leader, signal.SIGKILL)
        elif self._handle is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def _census(self) -> tuple[list[int], int]:
        """Every process below the leader, as the host numbers them, and how many threads they have together."""
        found: list[int] = []
        tasks, position = 0, -1
        while position < len(found) and tasks <= 4 * self.limits.processes:
            threads, children = _family(found[position] if position >= 0 else self.leader)
            tasks += threads if position >= 0 else 0
            found += children
            position += 1
        return found, tasks

    def _lives(self) -> bool:
        if self.bare and Path(f"/proc/{self.leader}/cwd").is_symlink():
            return True
        return bool(self._census()[0])


def _family(pid: int) -> tuple[int, list[int]]:
    """How many threads a process has, and its children."""
    threads: list[str] = []
    children: list[int] = []
    with suppress(OSError):  # it ended meanwhile
        threads = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 - many times a second
        for thread in threads:
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as listed:  # noqa: PTH123 - as above
                children += map(int, listed.read().split())
    return len(threads), children


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
