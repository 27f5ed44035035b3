"""The sandbox around `bash -c true`, against plain `bash -c true`, and against bubblewrap alone; pair by pair."""

import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.guard.process import run
from tools.shell.confinement import Confinement
from tools.shell.sandbox import probe, run_confined

PLAIN = ["bash", "-c", "true"]
BUBBLEWRAP = ["bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"]


async def plain(place: Path, argv: list[str]) -> float:
    """Seconds for `argv`, through the same door for subprocesses."""
    started = time.perf_counter()
    assert (await run(argv, cwd=place)).returncode == 0
    return time.perf_counter() - started


async def confined(place: Path) -> float:
    """Seconds for one confined command, everything included."""
    started = time.perf_counter()
    ended = await run_confined("true", workspace=place, cwd=place, confinement=Confinement(), timeout=20)
    assert ended.exit_status == 0
    return time.perf_counter() - started


async def measure(place: Path, rounds: int) -> tuple[float, float, float]:
    """Medians in seconds: plain, bubblewrap alone, confined."""
    await confined(place)
    rows = [
        (await plain(place, PLAIN), await plain(place, [*BUBBLEWRAP, *PLAIN]), await confined(place))
        for _round in range(rounds)
    ]
    first, second, third = (statistics.median(column) for column in zip(*rows, strict=True))
    return first, second, third


async def compare(rounds: int) -> None:
    """Print times and ratios for a small workspace and for one of 10,000 files."""
    if not (await probe()).works:
        print("sandbox: not measured, no sandbox works here")
        return
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        if shutil.which("git"):
            await run(["git", "init", "-q", name], cwd=place)
        for files in (0, 10_000):
            for number in range(files):
                path = place / f"d{number // 100}" / f"f{number}.py"
                path.parent.mkdir(exist_ok=True)
                path.touch()
            bare, walls, ours = await measure(place, rounds)
            print(
                f"sandbox, {files} files: ours {ours * 1e3:.1f} ms, bubblewrap alone {walls * 1e3:.1f} ms, plain bash "
                f"{bare * 1e3:.1f} ms; ratio to plain {ours / bare:.1f}, to bubblewrap {ours / walls:.1f}"
            )


def main(rounds: int = 15) -> None:
    """Measure in turn."""
    asyncio.run(compare(rounds))


if __name__ == "__main__":
    main()
