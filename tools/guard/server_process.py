"""Names a process of the server so that a later one knows whether it still runs."""

import os
import socket
from pathlib import Path

BOOT = Path("/proc/sys/kernel/random/boot_id")


def owner() -> str:
    """Names this very process: machine and boot, process id, and when it started."""
    return f"{_machine()} {os.getpid()} {_started(os.getpid())}"


def alive(label: str) -> bool:
    """Whether the server that wrote `label` still runs. One of another machine is not ours to judge: alive."""
    try:
        *machine, pid, started = label.split(" ")
        number = int(pid)
    except ValueError:
        return True
    if machine[0].partition("/")[0] != _machine().partition("/")[0]:
        return True
    if " ".join(machine) != _machine():
        return False  # this machine has started anew since
    return _started(number) == started


def here(label: str) -> bool:
    """Whether it was a process of this machine, since whatever start of it."""
    return label.partition("/")[0] == _machine().partition("/")[0]


def _machine() -> str:
    boot = BOOT.read_text(encoding="ascii").strip() if BOOT.is_file() else ""
    return f"{socket.gethostname()}/{boot}"


def _started(pid: int) -> str:
    """When a process started, in clock ticks; empty when it does not run. A reused process id has another time."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return _without_proc(pid)


def _without_proc(pid: int) -> str:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        return "running"
    return "running" if not Path("/proc/self/stat").exists() else ""
