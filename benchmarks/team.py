"""A team's state against one person's: the journal on PostgreSQL and on SQLite, and 10,000 calls that wait for workers.

Needs PostgreSQL's programs (Debian: postgresql) and bubblewrap; says so and ends where they are absent.
"""

import secrets
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from server.jobs.remote_calls import RemoteCalls
from server.migrate import migrate
from server.settings import Settings
from server.state import state_of
from tests.team.postgres import Postgres, binaries, running
from tests.team.processes import worker
from tools.context import Deps
from tools.guard.journal import Journal
from tools.guard.state import State
from tools.guard.workspace import Workspace
from tools.runs.long_calls import LongCalls
from tools.runs.run_store import RunStore

BODY = {"tool": "bash", "target": "/project", "arguments": {"command": "git status"}, "decision": "allow"}
APPENDS = 300
FEW, MANY, DONE = 60, 10_000, 50
"""Calls in a short and in a long queue, and how many of them are waited for."""


def settings(postgres: Postgres, folder: Path) -> Settings:
    """One team with a database of its own."""
    folder.mkdir()
    (folder / "secret").write_text(secrets.token_hex(32))
    (folder / "shop").mkdir()
    made = Settings.model_validate(
        {"workspace": folder / "shop", "language": "en", "state": folder / "state",
         "database_url": postgres.database(), "secret_file": folder / "secret"}
    )  # fmt: skip
    migrate(made)
    return made


def append(state: State) -> float:
    """Median seconds of one append."""
    journal, taken = Journal(state), []
    for number in range(APPENDS):
        started = time.perf_counter()
        journal.append("opened", f"c{number}", BODY)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def queue(team: Settings, count: int) -> tuple[float, float]:
    """Calls a second that are queued, and that one worker carries out while `count` wait."""
    store = RunStore(state_of(team))
    calls = RemoteCalls(store, 1.0, LongCalls(store, 1.0))
    deps = Deps(workspace=Workspace.at(team.workspace or Path()), language="en", who="bench via bench")
    started = time.perf_counter()
    for number in range(count):
        calls._queue(  # noqa: SLF001 - the one door to the queue, without waiting for each call
            "bash", deps, None, {"command": f": {number}"}
        )
    queued = count / (time.perf_counter() - started)
    with worker(team, queues="shell"):
        began = time.perf_counter()
        while True:
            with store.state.reading() as db:
                over = db.execute("SELECT count(*) FROM runs WHERE ended IS NOT NULL").fetchone()[0]
            if over >= DONE:
                return queued, over / (time.perf_counter() - began)
            time.sleep(0.02)


def main() -> None:
    """Print the figures."""
    if binaries() is None:
        print("team: PostgreSQL is not installed (Debian: postgresql); nothing was measured")
        return
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as place:
        folder = Path(place)
        folder.chmod(0o755)
        with running(folder / "server") as postgres:
            theirs = append(state_of(settings(postgres, folder / "journal")))
            mine = append(State.at(folder / "sqlite"))
            print(f"team: journal append on PostgreSQL {theirs * 1e3:.2f} ms, on SQLite {mine * 1e3:.2f} ms, "
                  f"ratio {theirs / mine:.1f}")  # fmt: skip
            _queued, short = queue(settings(postgres, folder / "few"), FEW)
            queued, long = queue(settings(postgres, folder / "many"), MANY)
            print(f"team: {queued:,.0f} calls a second are queued; a worker carries out {short:.1f} a second with "
                  f"{FEW} waiting, {long:.1f} with {MANY:,}, ratio {long / short:.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
