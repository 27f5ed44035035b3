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
    """The state directory is unusable, or others could read or change it. Without it nothing is done."""


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
    _connections: dict[int, tuple[sqlite3.Connection, tuple[int, int]]] = field(
        default_factory=dict, repr=False, compare=False
    )

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
        with self._lock, self._usable():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # a full disk ends the transaction by itself
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A consistent read. Blocking: use it in a worker thread."""
        with self._lock, self._usable():
            yield self._connection()

    @contextmanager
    def exclusive(self, name: str) -> Iterator[None]:
        """Hold the lock file `name` alone among all threads and processes. Blocking."""
        with self._usable():
            descriptor = os.open(self.directory / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def key(self, name: str) -> bytes:
        """32 random bytes kept under `name` (0600), made at first use; two processes agree on them."""
        path = self.directory / name
        with self._usable():
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

    @contextmanager
    def _usable(self) -> Iterator[None]:
        """What the disk says about the state, as an error that people understand."""
        try:
            yield
        except (sqlite3.DatabaseError, OSError) as error:
            if isinstance(error, sqlite3.IntegrityError):  # the journal's own refusal to be changed
                raise
            reason = error.strerror if isinstance(error, OSError) else error
            raise StateError(
                _("The state directory {path} cannot be used: {reason}.", path=self.directory, reason=reason),
                _("Make room or repair it: nothing is done that cannot be remembered."),
            ) from error

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
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled', 'interrupted')),
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
CREATE TABLE IF NOT EXISTS run_lines (
  run TEXT NOT NULL,
  number INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (run, number)
);
"""
