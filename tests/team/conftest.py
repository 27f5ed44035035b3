"""PostgreSQL for the tests of this folder: one server a worker process of pytest, one database a test."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.migrate import migrate
from server.settings import Settings
from server.state import state_of
from tests.team.postgres import Postgres, binaries, running
from tools.guard.postgres_store import PostgresStore
from tools.guard.state import State


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))  # the path of a socket must be short
    folder.chmod(0o755)
    try:
        with running(folder) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def shared(postgres: Postgres, tmp_path: Path) -> Settings:
    """The settings of one replica, with a migrated database."""
    secret = tmp_path / "secret"
    secret.write_text(secrets.token_hex(32))
    workspace = tmp_path / "shop"
    workspace.mkdir()
    settings = Settings.model_validate(
        {
            "workspace": workspace,
            "language": "en",
            "state": tmp_path / "state",
            "database_url": postgres.database(),
            "secret_file": secret,
        }
    )
    migrate(settings)
    return settings


@pytest.fixture
def state(shared: Settings) -> State:
    return state_of(shared)


@pytest.fixture(autouse=True)
def _closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give back the connections of every replica that a test plays."""
    opened: list[PostgresStore] = []
    begin = PostgresStore.__init__

    def noted(store: PostgresStore, url: str) -> None:
        begin(store, url)
        opened.append(store)

    monkeypatch.setattr(PostgresStore, "__init__", noted)
    yield
    for store in opened:
        store.close()
