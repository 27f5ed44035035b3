"""What must be remembered, in one SQLite file of the state directory: nothing to install, several processes."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from resources.catalogue import _
from tools.guard.state_error import StateError, usable

BUSY_SECONDS = 30.0


@dataclass(frozen=True)
class SqliteStore:
    """The database `state.db` of a directory."""

    directory: Path
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)
    _connections: dict[int, tuple[sqlite3.Connection, tuple[int, int]]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One write transaction, alone among all threads and processes. Blocking: use it in a worker thread."""
        with self._lock, usable(self.directory):
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:  # an interrupt too must leave no transaction open
                if connection.in_transaction:  # a full disk ends the transaction by itself
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A consistent read. Blocking: use it in a worker thread."""
        with self._lock, usable(self.directory):
            yield self._connection()

    def _connection(self) -> sqlite3.Connection:
        # A connection must not cross a fork.
        path = self.directory / "state.db"
        known = self._connections.get(os.getpid())
        if known is not None:
            if _identity(path) != known[1]:
                raise StateError(
                    _("The state directory {path} was removed or replaced while the server ran.", path=self.directory),
                    _("Restart the server: what it would write now, nobody would ever read."),
                )
            return known[0]
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1_000)}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # an audit trail that forgets the last second is none
        connection.executescript(SCHEMA)
        self._connections[os.getpid()] = (connection, _identity(path))
        return connection


def _identity(path: Path) -> tuple[int, int]:
    """Which file `path` is; a database that was deleted goes on living for those who have it open."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return (found.st_dev, found.st_ino)


SCHEMA = """
CREATE TABLE IF NOT EXISTS journal (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  call TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('opened', 'closed')),
  body TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS journal_call ON journal (call);
CREATE TRIGGER IF NOT EXISTS journal_no_update BEFORE UPDATE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER IF NOT EXISTS journal_no_delete BEFORE DELETE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TABLE IF NOT EXISTS approvals (
  id TEXT PRIMARY KEY,
  digest TEXT NOT NULL,
  request TEXT NOT NULL,
  created REAL NOT NULL,
  expires REAL NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'refused', 'used')),
  decided_by TEXT,
  decided REAL,
  reason TEXT,
  seal TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS versions (
  id INTEGER PRIMARY KEY,
  workspace TEXT NOT NULL,
  path TEXT NOT NULL,
  at TEXT NOT NULL,
  before_sha256 TEXT,
  after_sha256 TEXT,
  mode INTEGER,
  call TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS runs (
  id TEXT PRIMARY KEY,
  key TEXT NOT NULL,
  tool TEXT NOT NULL,
  who TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
  created REAL NOT NULL,
  ended REAL,
  done REAL NOT NULL,
  total REAL,
  cancelled INTEGER NOT NULL,
  result TEXT,
  error TEXT,
  owner TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS runs_key ON runs (key);
CREATE TABLE IF NOT EXISTS plans (
  id TEXT PRIMARY KEY,
  made REAL NOT NULL,
  progress TEXT NOT NULL,
  record TEXT NOT NULL,
  seal TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS drafts (
  who TEXT NOT NULL,
  url TEXT NOT NULL,
  revision TEXT NOT NULL,
  base TEXT NOT NULL,
  version INTEGER NOT NULL,
  patch TEXT NOT NULL,
  updated REAL NOT NULL,
  pushed TEXT NOT NULL,
  branch TEXT NOT NULL,
  seal TEXT NOT NULL,
  PRIMARY KEY (who, url, revision)
);
CREATE TABLE IF NOT EXISTS run_lines (
  run TEXT NOT NULL,
  number INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (run, number)
);
"""
