"""A server that was started with `nohup … &` ignores SIGINT; what it runs can be asked to stop all the same."""

import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# A shell cannot trap a signal that was ignored when it began: its last words prove that it was not.
PROGRAM = """
import asyncio, signal, sys
from pathlib import Path
from tools.guard.errors import ProcessTimeoutError
from tools.guard.process import run

async def main():
    script = "trap 'echo stopped >words; exit 0' INT; while :; do sleep 0.05; done"
    try:
        await run(["/bin/sh", "-c", script], cwd=Path(sys.argv[1]), timeout=0.5, grace=15)
    except ProcessTimeoutError:
        print("ended")

asyncio.run(main())
signal.raise_signal(signal.SIGINT)
print("and goes on itself")
"""


def _ignoring() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGQUIT, signal.SIG_IGN)


def test_a_child_of_a_server_that_ignores_sigint_hears_it_and_the_server_does_not(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=_ignoring,
    )
    assert done.stdout == "ended\nand goes on itself\n", done.stderr
    assert (tmp_path / "words").read_text() == "stopped\n"
