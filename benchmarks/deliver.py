"""A whole `deliver` of the largest example, all checkers at once, against the slowest checker alone; then once more.

Run from the root of the project: python -m benchmarks.deliver
"""

import asyncio
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.context import Deps
from tools.deliver import deliver
from tools.delivery import Delivery, Validation
from tools.guard.workspace import Workspace
from tools.validate import judge, shelf
from tools.validate.checker import Source

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "tests/golden/containers/microservices-maven-go/brief.json"
MOST_OF_SLOWEST = 1.5
MOST_OF_FIRST = 0.10


def brief() -> dict[str, Any]:
    """The example with most files, in three environments on Kubernetes behind Nginx."""
    made: dict[str, Any] = json.loads(EXAMPLE.read_text())
    made["deliverables"] = ["pipeline", "containers", "deployment", "observability"]
    made["context"] |= {
        "environments": [{"name": name, "url": f"https://{name}.shop.example"} for name in ("dev", "staging", "prod")],
        "platform": {"target": "kubernetes"},
        "registry": "ghcr.io/acme",
        "proxy": "nginx",
    }
    return made


def forget(place: Path) -> None:
    """Nobody has judged anything: neither in this process nor in the state directory."""
    judge.forget()
    shelf.open_at(place)


async def delivered(workspace: Path) -> tuple[float, Delivery]:
    """The seconds of one delivery."""
    deps = Deps(workspace=Workspace.at(workspace), language="en")
    started = time.perf_counter()
    made = await deliver(deps, ".", brief())
    return time.perf_counter() - started, made


async def alone(name: str, sources: Sequence[Source]) -> float:
    """The seconds that one checker takes for all its files, with nothing else at the same time."""
    started = time.perf_counter()
    await judge.judge(sources, only=name)
    return time.perf_counter() - started


async def main() -> int:
    """Print the figures; 1 when a goal is missed."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "repository"
        workspace.mkdir()
        forget(Path(folder) / "warm")
        await delivered(workspace)  # imports and file cache
        forget(Path(folder) / "first")
        first, made = await delivered(workspace)
        judge.forget()  # as a new process would begin: only the state directory knows
        second, again = await delivered(workspace)
        by_tool: dict[str, list[Validation]] = defaultdict(list)
        for each in made.validations:
            by_tool[each.tool].append(each)
        sources = [Source(each.path, each.content.encode()) for each in made.files]
        times = {}
        for name in by_tool:
            forget(Path(folder) / f"alone {name}".replace(" ", "-"))
            times[name] = await alone(name, sources)
    slowest = max(times, key=lambda each: times[each])
    same = [each.model_copy(update={"duration": 0}) for each in made.validations] == [
        each.model_copy(update={"duration": 0}) for each in again.validations
    ]
    print(f"files {len(made.files)}, checks {len(made.validations)}: {made.summary}")
    for name, seconds in sorted(times.items(), key=lambda each: -each[1]):
        print(f"  {name:22} {seconds:6.2f} s for {len(by_tool[name])} files")
    print(
        f"deliver                  {first:6.2f} s = {first / times[slowest]:.2f} of {slowest} (goal {MOST_OF_SLOWEST})"
    )
    print(f"deliver again            {second:6.2f} s = {second / first:.1%} of the first (goal {MOST_OF_FIRST:.0%})")
    print(f"the same result          {same}")
    return 0 if same and first <= MOST_OF_SLOWEST * times[slowest] and second <= MOST_OF_FIRST * first else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
