"""Where the server keeps what must outlive it: one private directory outside any workspace, and one database.

The database is a SQLite file of that directory, or PostgreSQL, which replicas and workers share. Keys stay out of
the database: whoever can change its rows must not be able to seal them.
"""

import fcntl
import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from resources.catalogue import _
from tools.guard.artefact_places import place_of
from tools.guard.artefacts import Artefacts
from tools.guard.postgres_store import PostgresStore
from tools.guard.sqlite_store import SqliteStore
from tools.guard.state_error import StateError, usable

__all__ = ["State", "StateError", "default_directory"]
SHORTEST_SECRET = 32


class Rows(Protocol):
    """What a statement found or changed."""

    def fetchone(self) -> Any: ...  # noqa: ANN401 - a row, or None
    def fetchall(self) -> list[Any]: ...
    @property
    def rowcount(self) -> int: ...


class Database(Protocol):
    """A database that was opened for one transaction or one read."""

    def execute(self, statement: str, values: Sequence[Any] = ..., /) -> Rows:
        """Run `statement`, whose placeholders are question marks."""
        ...


def default_directory() -> Path:
    """`$ASTREINTE_STATE`, else `$XDG_STATE_HOME/astreinte`, else `~/.local/state/astreinte`."""
    named = os.environ.get("ASTREINTE_STATE")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "astreinte"


@dataclass(frozen=True)
class State:
    """The private directory (0700), its own database, and the one that is shared when there is one."""

    directory: Path
    database_url: str | None = field(default=None, repr=False)
    secret: bytes | None = field(default=None, repr=False)
    """What every key is derived from where several machines must agree on them."""
    artefact_place: str | None = None
    """Where large things lie that other machines need too: `s3://bucket/prefix`, or a directory they share."""

    @classmethod
    def at(
        cls,
        directory: Path,
        database_url: str | None = None,
        secret_file: Path | None = None,
        artefact_place: str | None = None,
    ) -> "State":
        """The state kept in `directory`, which is created when absent, and in PostgreSQL where an address is given.

        Raises:
            StateError: it belongs to somebody else, or is a link; or the secret that replicas share is missing.
        """
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = directory.lstat()
        if stat.S_ISLNK(found.st_mode) or found.st_uid != os.geteuid():
            raise StateError(
                _("The state directory {path} is a link or belongs to another user.", path=directory),
                _("Set ASTREINTE_STATE to a directory of your own."),
            )
        directory.chmod(0o700)
        secret = _secret(secret_file) if database_url else None
        return cls(directory.resolve(), database_url, secret, artefact_place)

    @cached_property
    def local(self) -> SqliteStore:
        """What only this machine needs."""
        return SqliteStore(self.directory)

    @cached_property
    def store(self) -> SqliteStore | PostgresStore:
        """What all machines need."""
        return PostgresStore(self.database_url) if self.database_url else self.local

    @cached_property
    def artefacts(self) -> Artefacts:
        """Large things that outlive a call."""
        where = self.artefact_place or str(self.directory / "artefacts")
        shared = self.artefact_place is not None
        return Artefacts(place_of(where), self.key("artefacts.key"), self.directory / "scratch", shared)

    @property
    def shared(self) -> bool:
        """Whether other machines write here too."""
        return self.database_url is not None

    def close(self) -> None:
        """Give back what was opened to other machines."""
        if isinstance(self.store, PostgresStore):
            self.store.close()

    def transaction(self) -> AbstractContextManager[Database]:
        """One write transaction, alone among all threads, processes and machines. Blocking."""
        return self.store.transaction()

    def reading(self) -> AbstractContextManager[Database]:
        """A consistent read. Blocking."""
        return self.store.reading()

    @contextmanager
    def exclusive(self, name: str) -> Iterator[None]:
        """Hold the lock file `name` alone among all threads and processes of this machine. Blocking."""
        with usable(self.directory):
            descriptor = os.open(self.directory / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def key(self, name: str) -> bytes:
        """32 bytes for the purpose `name`: derived from the shared secret, or kept here and made at first use."""
        if self.secret is not None:
            return hmac.new(self.secret, f"astreinte {name}".encode(), hashlib.sha256).digest()
        path = self.directory / name
        with usable(self.directory):
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


def _secret(path: Path | None) -> bytes:
    if path is None:
        raise StateError(
            _("With a shared database every replica and worker needs the same secret."),
            _("Write 32 random bytes or more to a file and name it in ASTREINTE_SECRET_FILE."),
        )
    try:
        secret = path.read_bytes().strip()
    except OSError as error:
        raise StateError(_("{path} cannot be read: {reason}.", path=path, reason=error.strerror)) from error
    if len(secret) < SHORTEST_SECRET:
        raise StateError(_("The secret in {path} has fewer than 32 bytes.", path=path))
    return secret
