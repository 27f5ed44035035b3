"""Where no sandbox can be built, nothing runs without a person's word, and what then runs still has limits."""

import asyncio
import shutil
import sys
import time
from pathlib import Path

import pytest

from tools.shell import sandbox
from tools.shell.confinement import Confined, Confinement, Limits
from tools.shell.sandbox import CommandTextError, SandboxUnavailableError, probe, run_confined

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="bash is a Unix program")


@pytest.fixture
def _no_bubblewrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with the usual programs, but without bubblewrap."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bash", "sleep", "touch", "python3", "env", "cat"):
        found = shutil.which(name)
        assert found
        (programs / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(sys, "executable", str(programs / "python3"))  # programs beside the interpreter count too
    monkeypatch.setattr(sandbox, "_probed", sandbox._Probed())


async def bare(place: Path, command: str, seconds: float = 10, **limits: int) -> Confined:
    walls = Confinement(bare_approved=True, limits=Limits(**limits))
    return await run_confined(command, workspace=place, cwd=place, confinement=walls, timeout=seconds)


@pytest.mark.usefixtures("_no_bubblewrap")
async def test_the_reason_is_given(tmp_path: Path) -> None:
    status = await probe()
    assert not status.works
    assert "bubblewrap" in status.reason
    assert await probe() is status


@pytest.mark.usefixtures("_no_bubblewrap")
async def test_nothing_runs_without_a_persons_word(tmp_path: Path) -> None:
    with pytest.raises(SandboxUnavailableError, match="bubblewrap"):
        await run_confined("touch ran", workspace=tmp_path, cwd=tmp_path, confinement=Confinement(), timeout=5)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo bubblewrap 0.6.1", "0.6.1"),
        ("[ $1 = --version ] && echo bubblewrap 0.9.0 || { echo 'setting up uid map: Permission denied' >&2; exit 1; }",
         "uid map"),
        ("[ $1 = --version ] && echo bubblewrap 0.9.0 || exit 7", "7"),
        ("echo nonsense", "?"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("_no_bubblewrap")
async def test_a_bubblewrap_that_fails_is_quoted(tmp_path: Path, script: str, reason: str) -> None:
    fake = tmp_path / "bin/bwrap"
    fake.write_text(f"#!/bin/bash\n{script}\n")
    fake.chmod(0o755)
    status = await probe()
    assert not status.works
    assert reason in status.reason


@pytest.mark.usefixtures("_no_bubblewrap")
async def test_a_bare_command_says_that_it_was_bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_TOKEN", "hunter2")
    ended = await bare(tmp_path, "echo out; echo err >&2; env; exit 3")
    assert (ended.confined, ended.exit_status, ended.stderr) == (False, 3, "err\n")
    assert ended.stdout.startswith("out\n")
    assert "hunter2" not in ended.stdout


@pytest.mark.usefixtures("_no_bubblewrap")
async def test_a_bare_command_past_its_time_is_ended_with_its_children(tmp_path: Path) -> None:
    mark = f"6{time.monotonic_ns() // 1000}"
    ended = await bare(tmp_path, f"echo begun; sleep {mark} & sleep {mark}", seconds=0.5)
    assert (ended.timed_out, ended.exit_status, ended.stdout) == (True, 124, "begun\n")
    deadline = time.monotonic() + 3
    while _running(mark) and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
    assert not _running(mark)


@pytest.mark.usefixtures("_no_bubblewrap")
async def test_a_bare_command_keeps_its_limits(tmp_path: Path) -> None:
    ended = await bare(tmp_path, "python3 -c 'print(len(bytearray(400 << 20)))'", memory_bytes=200 << 20)
    assert (ended.exit_status != 0, ended.stdout) == (True, "")


@pytest.mark.parametrize("text", ["true\0false", "x" * 200_000, "é" * 70_000])
async def test_a_text_that_no_shell_can_be_handed_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(CommandTextError):
        await run_confined(text, workspace=tmp_path, cwd=tmp_path, confinement=Confinement(), timeout=5)


def _running(mark: str) -> bool:
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if each.read_bytes() == f"sleep\0{mark}\0".encode():
                return True
        except OSError:
            continue
    return False
