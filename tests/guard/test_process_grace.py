"""A program that is cancelled is asked to stop and given the time it was promised, then made to."""

import sys
from pathlib import Path

import anyio
import pytest

from tools.guard.process import run

# Asked to stop, it works on for a second and says that it finished. `wait` hears the signal at once; bash drops one
# that arrives just as a program in the foreground ends. What waits in the background ignores SIGINT: it is ended too.
SLOW_TO_STOP = (
    "trap 'kill $child; sleep 1; echo finished > out; exit 0' INT; sleep 60 & child=$!; echo up > ready; wait $child"
)
DEAF = 'trap "" INT; echo up > ready; while :; do sleep 0.05; done'


async def _cancelled(place: Path, script: str, grace: float) -> float:
    """Cancel the script once it runs; the seconds until it is gone."""
    async with anyio.create_task_group() as tasks:

        async def work() -> None:
            await run(["bash", "-c", script], cwd=place, grace=grace)

        tasks.start_soon(work)
        with anyio.fail_after(20):
            while not (place / "ready").exists():
                await anyio.sleep(0.02)
        began = anyio.current_time()
        tasks.cancel_scope.cancel()
    return anyio.current_time() - began


async def test_a_cancelled_program_may_finish_within_its_grace(tmp_path: Path) -> None:
    await _cancelled(tmp_path, SLOW_TO_STOP, grace=20.0)
    assert (tmp_path / "out").read_text() == "finished\n"


@pytest.mark.parametrize("grace", [0.1, 0.5])
async def test_a_program_that_does_not_stop_is_killed_when_its_grace_is_over(tmp_path: Path, grace: float) -> None:
    assert await _cancelled(tmp_path, DEAF, grace=grace) < 10


@pytest.mark.parametrize("words", [1, 3_000_000])
async def test_a_cancel_scope_leaves_a_program_its_grace_even_when_it_has_much_to_say(
    tmp_path: Path, words: int
) -> None:
    # It answers SIGINT slowly and prints while it does, as an interrupted apply does.
    script = (
        "import pathlib, signal, sys, time\n"
        "def end(*_):\n"
        f"    time.sleep(0.5); sys.stdout.write('x' * {words}); sys.stdout.flush()\n"
        "    pathlib.Path('ended').touch(); sys.exit()\n"
        "signal.signal(signal.SIGINT, end)\n"
        "pathlib.Path('ready').touch()\n"
        "time.sleep(60)\n"
    )
    with anyio.fail_after(40):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lambda: run([sys.executable, "-c", script], cwd=tmp_path, grace=30))
            while not (tmp_path / "ready").exists():
                await anyio.sleep(0.02)
            tasks.cancel_scope.cancel()
    assert (tmp_path / "ended").exists()
