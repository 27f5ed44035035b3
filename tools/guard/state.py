"""Where the server keeps what must outlive it: one private directory and one SQLite file, outside any workspace."""

import fcntl
import os
import secrets
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from resources.catalogue import _
from tools.guard.errors import ExpectedError

BUSY_SECONDS = 30.0


class StateError(ExpectedError):
    """The state directory is unusable, or others could read or change it."""


def default_directory() -> Path:
    """`$ASTREINTE_STATE`, else `$XDG_STATE_HOME/astreinte`, else `~/.local/state/astreinte`."""
    named = os.environ.get("ASTREINTE_STATE")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "astreinte"


@dataclass(frozen=True)
class State:
    """The private directory (0700) and its database. Several processes may share it."""

    directory: Path
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)
    _connections: dict[int, sqlite3.Connection] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def at(cls, directory: Path) -> "State":
        """The state kept in `directory`, which is created when absent.

        Raises:
            StateError: it belongs to somebody else, or is a link.
        """
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = directory.lstat()
        if stat.S_ISLNK(found.st_mode) or found.st_uid != os.geteuid():
            raise StateError(
                _("The state directory {path} is a link or belongs to another user.", path=directory),
                _("Set ASTREINTE_STATE to a directory of your own."),
            )
        directory.chmod(0o700)
        return cls(directory.resolve())

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One write transaction, alone among all threads and processes. Blocking: use it in a worker thread."""
        with self._lock:
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A consistent read. Blocking: use it in a worker thread."""
        with self._lock:
            yield self._connection()

    @contextmanager
    def exclusive(self, name: str) -> Iterator[None]:
        """Hold the lock file `name` alone among all threads and processes. Blocking."""
        descriptor = os.open(self.directory / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def key(self, name: str) -> bytes:
        """32 random bytes kept under `name` (0600), made at first use; two processes agree on them."""
        path = self.directory / name
        if not path.exists():
            # Linked into place complete: another process must never read half a key.
            fresh = self.directory / f"{name}.{os.getpid()}.{secrets.token_hex(4)}"
            fresh.touch(mode=0o600)
            fresh.write_bytes(secrets.token_bytes(32))
            with suppress(FileExistsError):
                os.link(fresh, path)
            fresh.unlink()
        found = path.read_bytes()
        if len(found) != 32:
            raise StateError(_("The key {path} is damaged.", path=path), _("Restore it from a backup."))
        return found

    def _connection(self) -> sqlite3.Connection:
        # A connection must not cross a fork.
        known = self._connections.get(os.getpid())
        if known is not None:
            return known
        connection = sqlite3.connect(
            self.directory / "state.db", timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1_000)}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # an audit trail that forgets the last second is none
        connection.executescript(SCHEMA)
        self._connections[os.getpid()] = connection
        return connection


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
"""
