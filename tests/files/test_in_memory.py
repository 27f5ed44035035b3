"""Files that are read at once because their bytes are in memory."""

import os
from pathlib import Path

import pytest

from tools.files.in_memory import SMALL, is_in_memory, is_local

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


def test_the_innermost_mount_decides() -> None:
    assert not is_local(Path("/proc/self"))
    assert not is_local(Path("/sys/fs/project"))
