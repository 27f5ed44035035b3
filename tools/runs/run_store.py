"""The runs kept in the state directory, for whoever asks later, from whichever connection or process."""

import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from resources.catalogue import _
from tools.guard.errors import NotFoundError
from tools.guard.journal import alive, canonical, owner
from tools.guard.state import Database, State
from tools.runs.run import Line, Run, RunState

MOST_RUNS = 1_000
MOST_KEPT = 100
KEPT = "kept"
"""The key of answers that are kept only to be read again."""
MOST_LINES = 2_000
"""Of one run; the earliest go first."""
COLUMNS = "id, key, tool, who, state, created, ended, done, total, cancelled, result, error, owner"


@dataclass(frozen=True)
class RunStore:
    """The runs of a state directory. Everything here blocks."""

    state: State

    def begin(self, key: str, tool: str, who: str) -> Run:
        """Keep a run that this process has begun."""
        with self.state.transaction() as db:
            return self.insert(db, key, tool, who, "running")

    def keep(self, tool: str, who: str, result: dict[str, Any]) -> Run:
        """Keep the result of a call that is over; of such calls the newest `MOST_KEPT` stay."""
        with self.state.transaction() as db:
            run = self.insert(db, KEPT, tool, who, "done")
            db.execute(
                "UPDATE runs SET ended = ?, done = 1, result = ? WHERE id = ?", (time.time(), canonical(result), run.id)
            )
            old = db.execute(
                "SELECT id FROM runs WHERE key = ? ORDER BY created DESC LIMIT 1000000 OFFSET ?", (KEPT, MOST_KEPT)
            ).fetchall()
            for (name,) in old:
                db.execute("DELETE FROM runs WHERE id = ?", (name,))
        return run

    def insert(self, db: Database, key: str, tool: str, who: str, state: RunState) -> Run:
        """Keep a new run in the transaction `db`, and drop the oldest ones that are over."""
        run = Run(id=secrets.token_hex(8), key=key, tool=tool, who=who, state=state, created=time.time(), owner=owner())
        db.execute(
            f"INSERT INTO runs ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - ours
            (run.id, key, tool, who, state, run.created, None, 0.0, None, 0, None, None, canonical(run.owner)),
        )
        old = db.execute(
            "SELECT id FROM runs WHERE ended IS NOT NULL ORDER BY created DESC LIMIT 1000000 OFFSET ?", (MOST_RUNS,)
        ).fetchall()
        for (name,) in old:
            db.execute("DELETE FROM run_lines WHERE run = ?", (name,))
            db.execute("DELETE FROM runs WHERE id = ?", (name,))
        return run

    def take(self, run: str, by: dict[str, Any]) -> bool:
        """Take a queued run for the process `by`; of many that try, exactly one gets it, and nobody ever again."""
        with self.state.transaction() as db:
            taken = db.execute(
                "UPDATE runs SET state = 'running', owner = ? WHERE id = ? AND state = 'queued' AND cancelled = 0",
                (canonical(by), run),
            ).rowcount
        return taken == 1

    def tell(self, run: str, lines: list[Line], done: float, total: float | None) -> bool:
        """Keep new lines and how far it is; returns whether somebody asked for its end."""
        with self.state.transaction() as db:
            for line in lines:
                db.execute("INSERT INTO run_lines (run, number, text) VALUES (?, ?, ?)", (run, line.number, line.text))
            if lines:
                db.execute("DELETE FROM run_lines WHERE run = ? AND number <= ?", (run, lines[-1].number - MOST_LINES))
            db.execute("UPDATE runs SET done = ?, total = ? WHERE id = ?", (done, total, run))
            return bool(db.execute("SELECT cancelled FROM runs WHERE id = ?", (run,)).fetchone()[0])

    def end(self, run: str, state: RunState, result: dict[str, Any] | None = None, error: str | None = None) -> None:
        """Keep how it ended; what has ended stays as it is."""
        with self.state.transaction() as db:
            db.execute(
                "UPDATE runs SET state = ?, ended = ?, result = ?, error = ? WHERE id = ? AND ended IS NULL",
                (state, time.time(), None if result is None else canonical(result), error, run),
            )

    def get(self, run: str) -> Run:
        """The run `run`.

        Raises:
            NotFoundError: there is none, or it was dropped long after its end.
        """
        with self.state.reading() as db:
            row = db.execute(f"SELECT {COLUMNS} FROM runs WHERE id = ?", (run,)).fetchone()  # noqa: S608 - ours
        if row is None:
            raise NotFoundError(_("There is no run {id}.", id=run), _("Call the tool again."))
        return _run(row)

    def latest(self, limit: int = 50) -> list[Run]:
        """The newest runs, those under way first."""
        with self.state.reading() as db:
            rows = db.execute(
                f"SELECT {COLUMNS} FROM runs ORDER BY (ended IS NOT NULL), created DESC LIMIT ?",  # noqa: S608 - ours
                (limit,),
            ).fetchall()
        return [_run(row) for row in rows]

    def under_way(self) -> list[tuple[str, str, int, float]]:
        """Tool, state, how many and since when, of the runs that are not over."""
        with self.state.reading() as db:
            rows = db.execute(
                "SELECT tool, state, count(*), min(created) FROM runs WHERE ended IS NULL GROUP BY tool, state"
            ).fetchall()
        return [(str(tool), str(state), int(count), float(created)) for tool, state, count, created in rows]

    def active(self, key: str) -> Run | None:
        """The run under way of the same call."""
        with self.state.reading() as db:
            row = db.execute(
                f"SELECT {COLUMNS} FROM runs WHERE key = ? AND ended IS NULL",  # noqa: S608 - ours
                (key,),
            ).fetchone()
        return None if row is None else _run(row)

    def results(self, tools: Sequence[str], limit: int = 100) -> list[Run]:
        """The runs of `tools` that answered something, the newest first."""
        marks = ", ".join("?" * len(tools))
        with self.state.reading() as db:
            rows = db.execute(
                f"SELECT {COLUMNS} FROM runs WHERE tool IN ({marks}) AND state = 'done' AND result IS NOT NULL"  # noqa: S608 - ours
                " ORDER BY created DESC LIMIT ?",
                (*tools, limit),
            ).fetchall()
        return [_run(row) for row in rows]

    def latest_of(self, key: str) -> Run | None:
        """The newest run of the same call, under way or over."""
        with self.state.reading() as db:
            row = db.execute(
                f"SELECT {COLUMNS} FROM runs WHERE key = ? ORDER BY created DESC LIMIT 1",  # noqa: S608 - ours
                (key,),
            ).fetchone()
        return None if row is None else _run(row)

    def lines(self, run: str, after: int, limit: int) -> list[Line]:
        """Up to `limit` lines after number `after`."""
        with self.state.reading() as db:
            rows = db.execute(
                "SELECT number, text FROM run_lines WHERE run = ? AND number > ? ORDER BY number LIMIT ?",
                (run, after, limit),
            ).fetchall()
        return [Line(number=number, text=text) for number, text in rows]

    def cancel(self, run: str) -> None:
        """Ask whoever carries it out to end it; what nobody has begun is over at once."""
        with self.state.transaction() as db:
            db.execute("UPDATE runs SET cancelled = 1 WHERE id = ? AND ended IS NULL", (run,))
            db.execute(
                "UPDATE runs SET state = 'cancelled', ended = ? WHERE id = ? AND state = 'queued'", (time.time(), run)
            )

    def interrupted(self) -> list[Run]:
        """End, as interrupted, every run under way whose process is gone."""
        with self.state.reading() as db:
            rows = db.execute(f"SELECT {COLUMNS} FROM runs WHERE state = 'running'").fetchall()  # noqa: S608 - ours
        gone = [run for run in map(_run, rows) if not alive(run.owner, self.state)]
        for run in gone:
            self.end(run.id, "interrupted")
        return gone


def _run(row: tuple[Any, ...]) -> Run:
    found = dict(zip(COLUMNS.split(", "), row, strict=True))
    return Run(
        **{
            **found,
            "cancelled": bool(found["cancelled"]),
            "result": json.loads(found["result"]) if found["result"] else None,
            "owner": json.loads(found["owner"]),
        }
    )
