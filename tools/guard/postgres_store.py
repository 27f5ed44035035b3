"""What must be remembered, in PostgreSQL: many replicas and workers on many machines share it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from resources.catalogue import _
from tools.guard.state_error import StateError

if TYPE_CHECKING:
    import psycopg
    from psycopg_pool import ConnectionPool

WRITERS = 7_230_163  # the advisory lock that makes writers wait for each other, in the whole database
MOST_CONNECTIONS = 8
PATIENCE = 10.0
"""Seconds to wait for a connection: a database that restarts is back by then, or nothing is done."""


class Statements:
    """A connection that speaks the one dialect that the rest of the guard writes."""

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self._connection = connection

    @property
    def connection(self) -> psycopg.Connection[tuple[Any, ...]]:
        """The driver's own, for what must be written in the same transaction."""
        return self._connection

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> psycopg.Cursor[tuple[Any, ...]]:
        """Run `statement`, whose placeholders are question marks."""
        return self._connection.execute(statement.replace("?", "%s"), values)


class PostgresStore:
    """The database at `url`; its tables are made by `astreinte migrate`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool: ConnectionPool[Any] | None = None
        self._lock = threading.Lock()
        self.patience = PATIENCE
        self.silent = 60.0
        """Seconds without a sign of life after which nobody waits for a process any more."""

    @contextmanager
    def transaction(self) -> Iterator[Statements]:
        """One write transaction, alone in the whole database. Blocking: use it in a worker thread."""
        with self._speaking() as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (WRITERS,))
            yield Statements(connection)

    @contextmanager
    def reading(self) -> Iterator[Statements]:
        """A read. Blocking: use it in a worker thread."""
        with self._speaking() as connection:
            yield Statements(connection)

    def beat(self, instance: str) -> None:
        """Say that the process `instance` lives."""
        with self._speaking() as connection:
            connection.execute(
                "INSERT INTO instances (id, seen) VALUES (%s, now()) ON CONFLICT (id) DO UPDATE SET seen = now()",
                (instance,),
            )

    def beats(self, instance: str) -> bool:
        """Whether the process `instance` gave a sign of life lately."""
        with self._speaking() as connection:
            row = connection.execute(
                # While the database was away nobody could give a sign of life.
                "SELECT extract(epoch FROM now() - greatest(seen, pg_postmaster_start_time()))"
                " FROM instances WHERE id = %s",
                (instance,),
            ).fetchone()
        return row is not None and float(row[0]) < self.silent

    @contextmanager
    def _speaking(self) -> Iterator[psycopg.Connection[Any]]:
        import psycopg  # noqa: PLC0415 - an extra, and cold start
        from psycopg_pool import PoolTimeout  # noqa: PLC0415

        try:
            with self._pooled().connection(timeout=self.patience) as connection:
                yield connection
        except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as error:
            raise StateError(
                _("The database cannot be used: {reason}.", reason=_without_address(error)),
                _("Nothing is done that cannot be remembered: call again once it is back."),
            ) from None  # the chained text holds the address
        except psycopg.errors.UndefinedTable as error:
            raise StateError(
                _("The database has no tables for this version."), _("Run `astreinte migrate`.")
            ) from error

    def _pooled(self) -> ConnectionPool[Any]:
        from psycopg_pool import ConnectionPool  # noqa: PLC0415 - as above

        with self._lock:
            if self._pool is None:
                self._pool = ConnectionPool(
                    self._url,
                    min_size=1,
                    max_size=MOST_CONNECTIONS,
                    check=ConnectionPool.check_connection,  # a database that restarted must not cost a call
                    kwargs={"autocommit": True, "application_name": "astreinte", "connect_timeout": 5},
                    timeout=PATIENCE,
                    open=True,
                )
            return self._pool

    def close(self) -> None:
        """Give the connections back."""
        with self._lock:
            if self._pool is not None:
                self._pool.close()
                self._pool = None


def _without_address(error: Exception) -> str:
    """The first line: the others name hosts and users."""
    return str(error).splitlines()[0][:120] if str(error) else type(error).__name__
