"""Files that are read at once because their bytes are in memory."""

import os
from pathlib import Path

import pytest

from tools.files.in_memory import SMALL, file_system, is_in_memory, is_local

pytestmark = pytest.mark.skipif(not hasattr(os, "RWF_NOWAIT"), reason="only Linux tells what is in memory")


def test_a_small_file_that_was_just_written_is_in_memory(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * SMALL)
    (tmp_path / "b").write_bytes(b"x" * (SMALL + 1))
    found = {}
    for path in tmp_path.iterdir():
        with path.open("rb") as stream:
            found[path.name] = is_in_memory(stream)
    assert not found["b"]
    assert found["a"] or not is_local(tmp_path)


def test_the_innermost_mount_decides_whatever_its_name() -> None:
    mounts = (
        "1 0 8:1 / / rw - ext4 /dev/sda rw\n"
        "2 1 0:9 / /mnt/équipe\\040un rw shared:1 - nfs4 server:/ rw\n"
        "3 2 0:8 / /mnt/équipe\\040un/local rw - tmpfs tmpfs rw\n"
    )
    assert file_system(Path("/srv"), mounts) == "ext4"
    assert file_system(Path("/mnt/équipe un/shop"), mounts) == "nfs4"
    assert file_system(Path("/mnt/équipe un/local"), mounts) == "tmpfs"
    assert not is_local(Path("/proc/self"))
