"""Tells files whose bytes are in memory already: to hand such a read to a thread takes longer than the read itself."""

import functools
import os
import re
from io import BufferedReader
from pathlib import Path

SMALL = 16 * 1024
"""Bytes that are read, hashed and searched for secrets in well under a millisecond."""
LOCAL = frozenset({"btrfs", "ext2", "ext3", "ext4", "f2fs", "overlay", "tmpfs", "xfs", "zfs"})
"""File systems whose directories answer without a network or a program of somebody's behind them (proc(5))."""
_MOUNTS = Path("/proc/self/mountinfo")


@functools.lru_cache(maxsize=64)
def is_local(root: Path) -> bool:
    """Whether `root` lies on a file system of this machine; False where nothing tells (macOS, Windows)."""
    return _MOUNTS.exists() and file_system(root, os.fsdecode(_MOUNTS.read_bytes())) in LOCAL


def file_system(root: Path, mounts: str) -> str:
    """The kind of file system that holds `root`, by the kernel's list of mounts (`mountinfo`); '' when none does."""
    longest, found = -1, ""
    for line in mounts.splitlines():
        before, _dash, after = line.partition(" - ")
        # A space, a tab, a line end or a backslash in a mount point is written as its octal code.
        point = Path(re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), before.split()[4]))
        if root.is_relative_to(point) and len(point.parts) >= longest:  # the last of several mounts at one place counts
            longest, found = len(point.parts), after.split()[0]
    return found


def is_in_memory(stream: BufferedReader) -> bool:
    """Whether the whole of a small file can be read without waiting for a disk. Never blocks."""
    size = os.fstat(stream.fileno()).st_size
    if size > SMALL or not hasattr(os, "RWF_NOWAIT"):
        return False
    try:
        return os.preadv(stream.fileno(), [bytearray(size + 1)], 0, os.RWF_NOWAIT) == size
    except OSError:  # EAGAIN: it is on the disk; EOPNOTSUPP: this file system cannot tell
        return False
