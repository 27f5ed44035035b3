"""A PostgreSQL of Debian's package for the tests: started once, ended with them, a database for each test."""

import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql*/bin")


def binaries() -> Path | None:
    """Where `initdb` and `pg_ctl` are; None when PostgreSQL is not installed."""
    found = [path for place in PLACES for path in Path("/").glob(place.lstrip("/")) if (path / "initdb").exists()]
    if found:
        return max(found)
    named = shutil.which("initdb")
    return Path(named).parent if named else None


@dataclass
class Postgres:
    """A running server, reached through a socket of its own folder."""

    folder: Path
    programs: Path

    @property
    def _as(self) -> list[str]:
        # PostgreSQL refuses to run as root.
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []

    def _run(self, *argv: str) -> None:
        subprocess.run([*self._as, *argv], check=True, capture_output=True, timeout=60, cwd=self.folder)

    def begin(self) -> None:
        """Make the cluster and start it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._run(
            str(self.programs / "initdb"), "-D", str(self.folder / "data"), "-U", "astreinte", "-A", "trust", "-N"
        )
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-k {self.folder} -c listen_addresses= -c max_connections=200"
        log = str(self.folder / "log")
        pg_ctl = str(self.programs / "pg_ctl")
        self._run(pg_ctl, "-D", str(self.folder / "data"), "-l", log, "-w", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it; `immediate` is as if the machine had died."""
        self._run(str(self.programs / "pg_ctl"), "-D", str(self.folder / "data"), "-m", mode, "-w", "stop")

    def database(self) -> str:
        """The address of a fresh database."""
        import psycopg

        name = f"t{secrets.token_hex(6)}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.address(name)

    def address(self, name: str) -> str:
        """The address of the database `name`."""
        return f"postgresql://astreinte@/{name}?host={self.folder}"


@contextmanager
def running(folder: Path) -> Iterator[Postgres]:
    programs = binaries()
    assert programs
    server = Postgres(folder, programs)
    server.begin()
    try:
        yield server
    finally:
        server.stop("immediate")
