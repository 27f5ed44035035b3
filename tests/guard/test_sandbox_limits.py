"""A confined command ends in time, whatever it does, and takes all its processes with it."""

import asyncio
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import anyio
import pytest

from tools.shell import sandbox
from tools.shell.confinement import Confined, Confinement, Limits
from tools.shell.sandbox import run_confined

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")

MIB = 1 << 20


async def run(place: Path, command: str, seconds: float = 20, **limits: int) -> Confined:
    walls = Confinement(limits=Limits(**limits))
    return await run_confined(command, workspace=place, cwd=place, confinement=walls, timeout=seconds)


def running(mark: str) -> list[str]:
    """The processes of the machine whose arguments hold `mark`."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = each.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if mark in text and each.parent.name != str(os.getpid()):
            found.append(text)
    return found


async def gone(mark: str) -> bool:
    """Whether no process with `mark` is left, at once or as soon as the kernel has buried it."""
    deadline = time.monotonic() + 3
    while running(mark) and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
    return not running(mark)


@pytest.fixture
def mark() -> str:
    """A number of seconds that only this test sleeps."""
    return f"7{os.getpid()}.{time.monotonic_ns()}"


async def test_a_command_past_its_time_keeps_what_it_had_said(tmp_path: Path, mark: str) -> None:
    ended = await run(tmp_path, f"echo begun; sleep {mark}", seconds=2)
    assert (ended.timed_out, ended.exit_status, ended.stdout) == (True, 124, "begun\n")
    assert ended.limits_hit == ("wall_time",)
    assert ended.duration < 12
    assert await gone(mark)


async def test_a_command_past_its_time_may_clean_up_first(tmp_path: Path) -> None:
    ended = await run(tmp_path, "trap 'echo cleaned > log; exit' INT; sleep 60 & wait", seconds=3)
    assert ended.timed_out
    assert (tmp_path / "log").read_text() == "cleaned\n"


async def test_a_command_that_ignores_every_request_is_ended_all_the_same(tmp_path: Path, mark: str) -> None:
    ended = await run(tmp_path, f"trap '' INT TERM HUP; (trap '' INT; sleep {mark}) & while :; do :; done", seconds=0.5)
    assert ended.timed_out
    assert ended.duration < 12
    assert await gone(mark)


@pytest.mark.parametrize(
    "detached",
    ["sleep {} &", "setsid sleep {} &", "(nohup setsid sleep {} &) &", "(trap '' HUP INT TERM; sleep {}) & disown;"],
)
async def test_no_orphan_outlives_its_command(tmp_path: Path, mark: str, detached: str) -> None:
    ended = await run(tmp_path, detached.format(mark) + " echo done")
    assert ended.stdout == "done\n"
    assert ended.duration < 3
    assert await gone(mark)


async def test_a_cancelled_call_leaves_no_process(tmp_path: Path, mark: str) -> None:
    call = asyncio.ensure_future(run(tmp_path, f"setsid sleep {mark} & touch begun; sleep {mark}"))
    while not (tmp_path / "begun").exists():
        await asyncio.sleep(0.01)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert await gone(mark)


@pytest.mark.parametrize("after", [0, 0.002, 0.005, 0.01, 0.02, 0.03])
async def test_a_call_cancelled_while_its_sandbox_is_built_leaves_no_process(
    tmp_path: Path, mark: str, after: float
) -> None:
    with anyio.move_on_after(after) as scope:
        await run(tmp_path, f"sleep {mark}")
    assert scope.cancelled_caught
    assert await gone(mark)


async def test_a_fork_bomb_is_ended(tmp_path: Path) -> None:
    ended = await run(tmp_path, ":(){ :|:& };:; sleep 30", seconds=15, processes=100)
    assert ended.exit_status != 0
    assert ended.limits_hit == ("processes",)
    assert ended.duration < 10


async def test_threads_count_as_processes(tmp_path: Path) -> None:
    spawn = "import threading, time\nfor _ in range(200): threading.Thread(target=time.sleep, args=(9,)).start()"
    ended = await run(tmp_path, f"python3 -c '{spawn}'", processes=60)
    assert ended.exit_status != 0
    assert ended.duration < 8


async def test_one_process_cannot_take_more_memory_than_there_is_for_all(tmp_path: Path) -> None:
    ended = await run(tmp_path, "python3 -c 'print(len(bytearray(400 << 20)))'", memory_bytes=200 * MIB)
    assert ended.exit_status != 0
    assert ended.stdout == ""


async def test_many_processes_cannot_take_more_memory_together(tmp_path: Path) -> None:
    one = "import time; kept = b'x' * (40 << 20); time.sleep(20)"
    ended = await run(tmp_path, f'for n in 1 2 3 4 5 6; do python3 -c "{one}" & done; wait', memory_bytes=150 * MIB)
    assert ended.limits_hit == ("memory",)
    assert ended.duration < 10


async def test_memory_that_processes_share_counts_once(tmp_path: Path) -> None:
    fork = "import os, time\nkept = b'x' * (60 << 20)\nfor _ in range(5): os.fork() or (time.sleep(1), os._exit(0))\nos.wait()"
    ended = await run(tmp_path, f'python3 -c "{fork}"', memory_bytes=200 * MIB)
    assert (ended.exit_status, ended.limits_hit) == (0, ())


async def test_a_file_cannot_grow_past_its_limit(tmp_path: Path) -> None:
    ended = await run(tmp_path, "head -c 20M /dev/zero > big", file_bytes=5 * MIB)
    assert ended.exit_status != 0
    assert (tmp_path / "big").stat().st_size <= 5 * MIB


async def test_the_private_folders_cannot_fill_the_machine(tmp_path: Path) -> None:
    fill = "for d in /tmp ~ /dev/shm; do for n in 1 2 3 4 5; do head -c 30M /dev/zero > $d/$n; done; du -sm $d | cut -f1; done"
    ended = await run(tmp_path, fill, scratch_bytes=40 * MIB)
    assert all(int(size) <= 65 for size in ended.stdout.split())


async def test_processor_time_is_limited(tmp_path: Path) -> None:
    ended = await run(tmp_path, "while :; do :; done", cpu_seconds=1)
    assert ended.exit_status == 128 + 9
    assert ended.duration < 10


async def test_a_flood_of_output_is_cut_and_said_so(tmp_path: Path) -> None:
    ended = await run(tmp_path, "head -c 50M /dev/zero | tr '\\0' x; echo end >&2", output_bytes=10_000)
    assert len(ended.stdout) == 10_000
    assert (ended.truncated, ended.limits_hit, ended.stderr) == (True, ("output",), "end\n")


async def test_core_dumps_are_not_written(tmp_path: Path) -> None:
    await run(tmp_path, "sh -c 'kill -SEGV $$'")
    assert list(tmp_path.iterdir()) == []


async def test_limits_cannot_be_raised_from_inside(tmp_path: Path) -> None:
    ended = await run(tmp_path, "ulimit -f unlimited; ulimit -u 9999; ulimit -f", file_bytes=5 * MIB)
    assert ended.stdout == "5120\n"


async def test_two_commands_at_once_do_not_meet(tmp_path: Path) -> None:
    first, second = await asyncio.gather(
        run(tmp_path, "echo 1 > /tmp/x; mkfifo a; echo go > a; cat /tmp/x; ls /tmp | grep -c x"),
        run(tmp_path, "until [ -p a ]; do :; done; cat a; echo 2 > /tmp/x; cat /tmp/x; ls /proc | grep -c '^[0-9]'"),
    )
    assert first.stdout == "1\n1\n"
    assert second.stdout.startswith("go\n2\n")


async def test_twenty_commands_at_once_all_come_back(tmp_path: Path) -> None:
    async def one(number: int) -> Any:
        return (await run(tmp_path, f"echo {number}; touch f{number}")).stdout

    assert await asyncio.gather(*map(one, range(20))) == [f"{number}\n" for number in range(20)]
    assert len(list(tmp_path.iterdir())) == 20


async def test_no_descriptor_is_lost_over_many_runs(tmp_path: Path) -> None:
    await run(tmp_path, "true")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        await run(tmp_path, "true")
    assert len(list(Path("/proc/self/fd").iterdir())) <= before


async def test_a_workspace_of_ten_thousand_files_is_no_burden(tmp_path: Path) -> None:
    for folder in range(100):
        (tmp_path / f"d{folder}").mkdir()
        for number in range(100):
            (tmp_path / f"d{folder}/f{number}.py").touch()
    (tmp_path / "d99/.env").write_text("hunter2")
    ended = await run(tmp_path, "cat d99/.env; find . -type f | wc -l")
    assert ended.stdout == "10001\n"
    assert ended.duration < 5


async def test_lines_arrive_as_they_are_written(tmp_path: Path) -> None:
    seen: list[str] = []

    async def line(text: str) -> None:
        seen.append(text)
        (tmp_path / "heard").touch()

    waits = "echo one; until [ -e heard ]; do :; done; echo two; echo three >&2"
    ended = await run_confined(
        waits, workspace=tmp_path, cwd=tmp_path, confinement=Confinement(), timeout=10, on_stdout=line, on_stderr=line
    )
    assert sorted(seen) == ["one", "three", "two"]
    assert ended.exit_status == 0


async def test_a_cancelled_first_look_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for after in (0, 0.01, 0.02, 0.04):
        monkeypatch.setattr(sandbox, "_probed", sandbox._Probed())
        with anyio.move_on_after(after):
            await sandbox.probe()
    assert list(tmp_path.iterdir()) == []
