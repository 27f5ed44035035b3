"""Journal, approvals and runs in PostgreSQL: the same promises with many writers on many machines."""

import concurrent.futures
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from server.cli import app
from server.migrate import migrate
from server.settings import Settings
from server.state import state_of
from tests.team.postgres import Postgres
from tools.guard.action import Action
from tools.guard.approval import ApprovalError, Approvals
from tools.guard.decision import Decision
from tools.guard.journal import Journal
from tools.guard.state import State, StateError

ACTION = Action(tool="bash", target="/p", arguments={"command": "touch a"}, what="touch a", undo="-")
ASK = Decision(decision="ask", reasons=[])


def _another_machine(settings: Settings, tmp_path: Path, name: str) -> State:
    return state_of(settings.model_copy(update={"state": tmp_path / name}))


def _url(settings: Settings) -> str:
    assert settings.database_url
    return settings.database_url.get_secret_value()


def test_the_chain_holds_with_writers_on_three_machines(shared: Settings, tmp_path: Path) -> None:
    journals = [Journal(_another_machine(shared, tmp_path, f"m{number}")) for number in range(3)]
    with concurrent.futures.ThreadPoolExecutor(9) as pool:
        done = [
            pool.submit(journals[number % 3].append, "opened", f"c{number}", {"number": number})
            for number in range(150)
        ]
        numbers = sorted(each.result(60) for each in done)
    assert numbers == list(range(1, 151))
    for journal in journals:
        found = journal.verify()
        assert (found.intact, found.records) == (True, 150)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE journal SET call = 'x' WHERE seq = 2", "edited"),
        ("DELETE FROM journal WHERE seq = 2", "missing"),
        ("DELETE FROM journal WHERE seq = 3", "tail cut off"),
    ],
)
def test_whoever_owns_the_database_cannot_change_the_journal_unseen(
    shared: Settings, state: State, statement: str, reason: str
) -> None:
    journal = Journal(state)
    for number in range(3):
        journal.append("opened", f"c{number}", {})
    with psycopg.connect(_url(shared), autocommit=True) as owner:
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            owner.execute(statement)
        owner.execute("ALTER TABLE journal DISABLE TRIGGER journal_no_change")
        owner.execute(statement)
    found = journal.verify()
    assert (found.intact, found.reason) == (False, reason)


async def test_of_many_replicas_exactly_one_uses_an_approval(shared: Settings, tmp_path: Path) -> None:
    machines = [Approvals(_another_machine(shared, tmp_path, f"m{number}")) for number in range(4)]
    request = await machines[0].ask(ACTION.digest, ACTION, ASK, "alice via x")
    machines[1].decide(request.id, approve=True, who="bob via console", four_eyes=True)

    def use(approvals: Approvals) -> bool:
        try:
            approvals._use(request.id, ACTION)
        except ApprovalError:
            return False
        return True

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        used = list(pool.map(use, machines))
    assert used.count(True) == 1


async def test_an_approval_written_into_the_database_is_void(shared: Settings, state: State) -> None:
    approvals = Approvals(state)
    request = await approvals.ask(ACTION.digest, ACTION, ASK, "alice via x")
    with psycopg.connect(_url(shared), autocommit=True) as owner:
        owner.execute("UPDATE approvals SET state = 'approved', decided_by = 'root', decided = created")
    with pytest.raises(ApprovalError):
        await approvals.use(request.id, ACTION)


def test_without_the_same_secret_nothing_of_another_replica_is_believed(shared: Settings, tmp_path: Path) -> None:
    Journal(_another_machine(shared, tmp_path, "m1")).append("opened", "c", {})
    other = tmp_path / "other"
    other.write_text("0123456789" * 4)
    stranger = Journal(_another_machine(shared.model_copy(update={"secret_file": other}), tmp_path, "m2"))
    assert not stranger.verify().intact


def test_a_shared_database_without_a_secret_is_refused(shared: Settings) -> None:
    with pytest.raises(StateError, match="ASTREINTE_SECRET_FILE"):
        state_of(shared.model_copy(update={"secret_file": None}))


def test_without_tables_the_error_names_the_command_that_makes_them(
    shared: Settings, postgres: Postgres, tmp_path: Path
) -> None:
    fresh = Settings.model_validate({**shared.model_dump(), "database_url": postgres.database()})
    state = _another_machine(fresh, tmp_path, "m")
    with pytest.raises(StateError, match="astreinte migrate"):
        Journal(state).append("opened", "c", {})


def test_migrating_twice_and_two_at_once_changes_nothing_the_second_time(shared: Settings, postgres: Postgres) -> None:
    fresh = Settings.model_validate({**shared.model_dump(), "database_url": postgres.database()})
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        found = sorted(each[0] or "" for each in pool.map(migrate, [fresh, fresh]))
    needed = migrate(fresh)[1]
    assert found == ["", needed]


def test_the_command_says_how_far_the_database_is(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASTREINTE_DATABASE_URL", postgres.database())
    before = CliRunner().invoke(app, ["--language", "en", "migrate", "--check"])
    made = CliRunner().invoke(app, ["--language", "en", "migrate"])
    after = CliRunner().invoke(app, ["--language", "en", "migrate", "--check"])
    assert (before.exit_code, made.exit_code, after.exit_code) == (1, 0, 0)


def test_a_database_that_dies_stops_everything_and_its_return_costs_no_restart(
    postgres: Postgres, state: State
) -> None:
    journal = Journal(state)
    journal.append("opened", "c1", {})
    postgres.stop("immediate")
    state.store.patience = 1.0  # type: ignore[union-attr]
    try:
        with pytest.raises(StateError) as told:
            journal.append("opened", "c2", {})
    finally:
        postgres.start()
    state.store.patience = 60.0  # type: ignore[union-attr] # it first plays back what it had written
    assert "astreinte@" not in str(told.value)
    journal.append("opened", "c3", {})
    found = journal.verify()
    assert found.intact
    assert [each.call for each in journal.records()] == ["c1", "c3"]


def test_a_process_that_says_nothing_any_more_is_dead(state: State, shared: Settings) -> None:
    state.store.beat("i1")  # type: ignore[union-attr]
    assert state.store.beats("i1")  # type: ignore[union-attr]
    with psycopg.connect(_url(shared), autocommit=True) as owner:
        owner.execute("UPDATE instances SET seen = now() - interval '2 minutes'")
    assert state.store.beats("i1")  # type: ignore[union-attr] # the database itself was away until a moment ago
    state.store.silent = 0.001  # type: ignore[union-attr]
    assert not state.store.beats("i1")  # type: ignore[union-attr]
    assert not state.store.beats("i2")  # type: ignore[union-attr]
