"""A control group for one command, where the server may make one: the kernel then counts its tasks and its memory.

Only root is likely to be allowed, and only root needs it: the kernel's count of a user's processes spares root.
Elsewhere the watch over the processes does the same, some hundredths of a second later.
"""

import itertools
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tools.shell.confinement import Limit, Limits

ROOT = Path("/sys/fs/cgroup")
PREFIX = "astreinte-"
# Over the limit that the watch enforces, so that the watch still sees it passed and ends the command.
SPARE_TASKS = 8
_numbers = itertools.count()
# Groups that could not be removed yet: the kernel buries its dead a moment after their parent has heard.
_left: set[Path] = set()


@dataclass(frozen=True)
class ControlGroup:
    """The folders of one group: one for all controllers, or one for each in the old layout."""

    folders: tuple[Path, ...]

    @classmethod
    def make(cls, limits: Limits) -> "ControlGroup | None":
        """A group with these limits, or None where that is not allowed. Blocking, but only on the kernel."""
        _remove(_left)
        unified = (ROOT / "cgroup.controllers").exists()
        tasks, memory = (ROOT, ROOT) if unified else (ROOT / "pids", ROOT / "memory")
        names = {
            "pids.max": (tasks, limits.processes + SPARE_TASKS),
            "memory.max" if unified else "memory.limit_in_bytes": (memory, limits.memory_bytes),
        }
        name = f"{PREFIX}{os.getpid()}-{next(_numbers)}"
        made: list[Path] = []
        for setting, (parent, value) in names.items():
            folder = parent / name
            try:
                if folder not in made:
                    folder.mkdir()
                    made.append(folder)
                (folder / setting).write_text(str(value), encoding="ascii")
            except OSError:
                continue
        return cls(tuple(made)) if made else None

    def admit(self, pid: int) -> None:
        """Put a process into the group; its children will be born there."""
        for folder in self.folders:
            with suppress(OSError):
                (folder / "cgroup.procs").write_text(str(pid), encoding="ascii")

    def hit(self) -> set[Limit]:
        """Which limits the kernel had to enforce."""
        found: set[Limit] = set()
        for folder in self.folders:
            if _count(folder / "pids.events", "max"):
                found.add("processes")
            if _count(folder / "memory.events", "oom_kill") or _count(folder / "memory.oom_control", "oom_kill"):
                found.add("memory")
        return found

    def remove(self) -> None:
        """Give the group back; its processes have ended."""
        _remove(self.folders)


def sweep() -> None:
    """Remove the groups of servers that were killed before they could. Blocking."""
    for parent in (ROOT, ROOT / "pids", ROOT / "memory"):
        for folder in parent.glob(f"{PREFIX}*-*"):
            owner = folder.name.removeprefix(PREFIX).split("-")[0]
            if owner.isdigit() and not Path("/proc", owner).exists():
                with suppress(OSError):
                    folder.rmdir()


def _remove(folders: Iterable[Path]) -> None:
    for folder in tuple(folders):
        try:
            folder.rmdir()
        except FileNotFoundError:
            _left.discard(folder)
        except OSError:
            _left.add(folder)
        else:
            _left.discard(folder)


def _count(events: Path, name: str) -> int:
    with suppress(OSError, ValueError):
        for line in events.read_text(encoding="ascii").splitlines():
            if line.startswith(f"{name} "):
                return int(line.split()[1])
    return 0
