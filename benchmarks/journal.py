"""The journal's cost: one append against one bare fsynced line; 200 concurrent passes of the gate, none lost."""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.guard.action import Action
from tools.guard.approval import Approvals
from tools.guard.decision import Decision
from tools.guard.gate import Gate, Granted
from tools.guard.journal import Journal
from tools.guard.policy import Policy
from tools.guard.redact import Redactor
from tools.guard.state import State

BODY = {"tool": "bash", "target": "/project", "arguments": {"command": "git status"}, "decision": "allow"}


def timed(rounds: int, act: object) -> list[float]:
    """Seconds of each of `rounds` calls of `act`."""
    assert callable(act)
    taken = []
    for number in range(rounds):
        started = time.perf_counter()
        act(number)
        taken.append(time.perf_counter() - started)
    return taken


async def passes(gate: Gate, count: int) -> float:
    """Seconds for `count` concurrent actions through admit and recorded."""
    action = Action(tool="bash", target="/p", arguments={}, what="-", undo="-")
    granted = Granted(action, Decision(decision="allow", reasons=[]))

    async def one() -> None:
        async with gate.recorded(granted, who="bench"):
            await asyncio.sleep(0)

    started = time.perf_counter()
    await asyncio.gather(*(one() for _number in range(count)))
    return time.perf_counter() - started


def main(rounds: int = 300) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        state = State.at(Path(folder) / "state")
        journal = Journal(state)
        with (Path(folder) / "bare.log").open("ab") as bare:

            def line(number: int) -> None:
                bare.write(b"x" * 300 + b"%d\n" % number)
                bare.flush()
                os.fsync(bare.fileno())

            journal.append("opened", "warm", BODY)
            bare_times = timed(rounds, line)
            appends = timed(rounds, lambda number: journal.append("opened", f"call-{number}", BODY))
        mine, theirs = statistics.median(appends), statistics.median(bare_times)
        tail = sorted(appends)[int(rounds * 0.99)]
        print(
            f"journal: append {mine * 1e3:.2f} ms (p99 {tail * 1e3:.2f} ms), "
            f"bare fsynced line {theirs * 1e3:.2f} ms, ratio {mine / theirs:.1f}"
        )
        started = time.perf_counter()
        chain = journal.verify()
        print(
            f"journal: verify {chain.records / (time.perf_counter() - started):,.0f} records/s, intact {chain.intact}"
        )
        gate = Gate(journal, Approvals(state), Policy(), Redactor())
        seconds = asyncio.run(passes(gate, 200))
        closed = sum(record.kind == "closed" for record in journal.records(limit=100_000))
        print(f"gate: 200 concurrent passes in {seconds:.2f} s, {closed} of 200 recorded")


if __name__ == "__main__":
    main()
