"""The journal: append-only, hash-chained records of every action, that survive the server's sudden end.

An action is two records: `opened` before anything happens, `closed` afterwards. Each record's hash is an HMAC
over its content and the hash before it, under a key beside the database: editing, deleting or reordering a
record breaks the chain, and the sealed head shows a cut-off tail. Who can read the key can forge the journal:
export it to another machine where that matters.
"""

import hashlib
import hmac
import json
import os
import socket
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import anyio.to_thread

from tools.guard.postgres_store import PostgresStore
from tools.guard.state import State
from tools.model import Model

INSTANCE = uuid.uuid4().hex
"""This process, among all on all machines."""
GENESIS = "0" * 64
Kind = Literal["opened", "closed"]


class Record(Model):
    """One line of the journal. `body` was redacted before it was written."""

    seq: int
    at: str
    call: str
    kind: Kind
    body: dict[str, Any]
    previous: str
    hash: str


class Chain(Model):
    """What verification found."""

    intact: bool
    records: int
    broken_at: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Journal:
    """The journal kept in a state directory."""

    state: State

    async def opened(self, body: dict[str, Any]) -> str:
        """Record that an action begins; returns the call's id. `body` must be redacted."""
        call = uuid.uuid4().hex
        await anyio.to_thread.run_sync(self.append, "opened", call, {**body, "owner": owner()})
        return call

    async def closed(self, call: str, body: dict[str, Any]) -> None:
        """Record how an action ended. Shielded by the caller: a cancelled action is recorded too."""
        await anyio.to_thread.run_sync(self.append, "closed", call, body)

    def append(self, kind: Kind, call: str, body: dict[str, Any]) -> int:
        """Append one record and return its number. Blocking."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        text = canonical(body)
        with self.state.exclusive("journal.lock"):
            return self._append(at, kind, call, text)

    def _append(self, at: str, kind: Kind, call: str, text: str) -> int:
        with self.state.transaction() as db:
            last = db.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
            seq, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
            seal = self._seal(seq, at, call, kind, text, previous)
            row = (seq, at, call, kind, text, previous, seal)
            db.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        # After the commit: a crash in between leaves a head that is behind, which the seals vouch for; a head
        # that is ahead means that the tail was cut off.
        self._write_head(seq, seal)
        return seq

    def records(self, after: int = 0, limit: int = 1_000) -> list[Record]:
        """Up to `limit` records after number `after`. Blocking."""
        with self.state.reading() as db:
            rows = db.execute("SELECT * FROM journal WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)).fetchall()
        names = ("seq", "at", "call", "kind", "body", "previous", "hash")
        return [Record(**{**dict(zip(names, row, strict=True)), "body": json.loads(row[4])}) for row in rows]

    def latest(self, words: str = "", before: int | None = None, limit: int = 50) -> list[Record]:
        """The newest records that hold `words`, those before number `before` only. Blocking."""
        pattern = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        with self.state.reading() as db:
            rows = db.execute(
                "SELECT seq FROM journal WHERE seq < ? AND (body LIKE ? ESCAPE '\\' OR call LIKE ? ESCAPE '\\')"
                " ORDER BY seq DESC LIMIT ?",
                (before or 2**62, pattern, pattern, limit),
            ).fetchall()
        return [record for (seq,) in rows for record in self.records(seq - 1, 1)]

    def under_way(self, limit: int = 100) -> list[Record]:
        """Actions that were opened and are not closed, newest first. Blocking."""
        with self.state.reading() as db:
            rows = db.execute(
                "SELECT seq FROM journal AS o WHERE kind = 'opened' AND NOT EXISTS"
                " (SELECT 1 FROM journal AS c WHERE c.call = o.call AND c.kind = 'closed') ORDER BY seq DESC LIMIT ?",
                (limit,),
            ).fetchall()
        return [record for (seq,) in rows for record in self.records(seq - 1, 1)]

    def verify(self) -> Chain:
        """Recompute the whole chain. Blocking."""
        with self.state.exclusive("journal.lock"), self.state.reading() as db:
            rows = db.execute("SELECT * FROM journal ORDER BY seq").fetchall()
            head = self._read_head()
        previous = GENESIS
        hashes = {0: GENESIS}
        for count, row in enumerate(rows):
            reason = None
            if row[0] != count + 1:
                reason = "missing"
            elif row[5] != previous:
                reason = "reordered"
            elif not hmac.compare_digest(self._seal(*row[:6]), row[6]):
                reason = "edited"
            if reason:
                return Chain(intact=False, records=count, broken_at=count + 1, reason=reason)
            previous = row[6]
            hashes[row[0]] = previous
        if head is None and self.state.shared:  # this machine never wrote: there is nothing it could miss
            return Chain(intact=True, records=len(rows))
        if head is None:
            return Chain(intact=not rows, records=len(rows), reason="head missing" if rows else None)
        if hashes.get(head[0]) != head[1]:
            return Chain(intact=False, records=len(rows), broken_at=len(rows) + 1, reason="tail cut off")
        return Chain(intact=True, records=len(rows))

    def interrupted(self) -> list[Record]:
        """Close, as `interrupted`, every action whose process is gone; returns what was opened. Blocking."""
        with self.state.reading() as db:
            rows = db.execute(
                "SELECT seq FROM journal AS o WHERE kind = 'opened' AND NOT EXISTS"
                " (SELECT 1 FROM journal AS c WHERE c.call = o.call AND c.kind = 'closed') ORDER BY seq"
            ).fetchall()
        orphans = [record for (seq,) in rows for record in self.records(seq - 1, 1)]
        gone = [record for record in orphans if not alive(record.body.get("owner", {}), self.state)]
        for record in gone:
            self.append("closed", record.call, {"result": "interrupted", "found_by": owner()})
        return gone

    def _seal(self, seq: int, at: str, call: str, kind: str, body: str, previous: str) -> str:
        message = canonical([seq, at, call, kind, body, previous]).encode()
        return hmac.new(self.state.key("journal.key"), message, hashlib.sha256).hexdigest()

    def _write_head(self, seq: int, seal: str) -> None:
        path = self.state.directory / "journal.head"
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps({"seq": seq, "hash": seal}))
        fresh.replace(path)

    def _read_head(self) -> tuple[int, str] | None:
        try:
            head = json.loads((self.state.directory / "journal.head").read_text())
        except FileNotFoundError:
            return None
        return head["seq"], head["hash"]


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def owner() -> dict[str, Any]:
    """Who this process is: its machine, its id, when it started, and the boot it lives in."""
    return {
        "host": socket.gethostname(),
        "instance": INSTANCE,
        "pid": os.getpid(),
        "started": _start_time(os.getpid()),
        "boot": _boot(),
    }


def alive(who: dict[str, Any], state: State | None = None) -> bool:
    """Whether the process that `owner` described still runs (a recycled process id does not count).

    Of another machine only the shared database of `state` knows.
    """
    if state is not None and isinstance(state.store, PostgresStore) and who.get("host") != socket.gethostname():
        return state.store.beats(str(who.get("instance")))
    pid = who.get("pid")
    if who.get("boot") != _boot() or not isinstance(pid, int):
        return False
    if _start_time(os.getpid()) is None:  # no /proc: trust the process id
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
    return _start_time(pid) is not None and _start_time(pid) == who.get("started")


def _start_time(pid: int) -> str | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return None


def _boot() -> str | None:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
