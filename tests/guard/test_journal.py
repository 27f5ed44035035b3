"""The journal forgets nothing and notices every change."""

import asyncio
import json
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tools.guard.journal import Journal
from tools.guard.state import State, StateError

ROOT = Path(__file__).resolve().parents[2]
WRITER = """
import sys
from pathlib import Path
from tools.guard.journal import Journal
from tools.guard.state import State
journal = Journal(State.at(Path(sys.argv[1])))
for number in range(int(sys.argv[2])):
    journal.append("opened", f"{sys.argv[3]}-{number}", {"tool": "bash"})
"""


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(State.at(tmp_path / "state"))


def _tamper(journal: Journal, *statements: str) -> None:
    with sqlite3.connect(journal.state.directory / "state.db") as db:
        db.executescript("DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete;" + ";".join(statements))


async def test_an_action_is_opened_before_and_closed_after(journal: Journal) -> None:
    call = await journal.opened({"tool": "bash", "command": "ls"})
    await journal.closed(call, {"result": "ok"})
    assert [(each.kind, each.call) for each in journal.records()] == [("opened", call), ("closed", call)]
    assert journal.verify().intact


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE journal SET body = '{}' WHERE seq = 2", "edited"),
        ("UPDATE journal SET at = '2020-01-01T00:00:00Z' WHERE seq = 3", "edited"),
        ("DELETE FROM journal WHERE seq = 2", "missing"),
        ("DELETE FROM journal WHERE seq = 1", "missing"),
        ("DELETE FROM journal WHERE seq = 5", "tail cut off"),
        ("DELETE FROM journal", "tail cut off"),
        (("UPDATE journal SET seq = 99 WHERE seq = 2; UPDATE journal SET seq = 2 WHERE seq = 3;"
         "UPDATE journal SET seq = 3 WHERE seq = 99"), "reordered"),
        ("INSERT INTO journal SELECT 6, at, call, kind, body, hash, hash FROM journal WHERE seq = 5", "edited"),
    ],
)  # fmt: skip
def test_every_kind_of_tampering_is_noticed(journal: Journal, statement: str, reason: str) -> None:
    for number in range(5):
        journal.append("opened", f"call-{number}", {"number": number})
    assert journal.verify().intact
    _tamper(journal, statement)
    found = journal.verify()
    assert (found.intact, found.reason) == (False, reason)


def test_the_database_itself_refuses_changes(journal: Journal) -> None:
    journal.append("opened", "call", {})
    with pytest.raises(sqlite3.IntegrityError, match="append-only"), journal.state.transaction() as db:
        db.execute("UPDATE journal SET body = 'x'")


def test_two_processes_share_one_valid_chain(journal: Journal) -> None:
    argv = [sys.executable, "-c", WRITER, str(journal.state.directory), "500"]
    writers = [subprocess.Popen([*argv, name], cwd=ROOT) for name in ("a", "b")]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert journal.verify().model_dump(exclude_none=True) == {"intact": True, "records": 1000}


def test_an_action_whose_process_was_killed_is_reported_as_interrupted(journal: Journal) -> None:
    script = (
        "import asyncio, sys\nfrom pathlib import Path\n"
        "from tools.guard.journal import Journal\nfrom tools.guard.state import State\n"
        "async def main():\n"
        "    await Journal(State.at(Path(sys.argv[1]))).opened({'tool': 'bash'})\n"
        "    print('open', flush=True)\n    await asyncio.sleep(60)\n"
        "asyncio.run(main())"
    )
    argv = [sys.executable, "-c", script, str(journal.state.directory)]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout
        assert victim.stdout.readline() == "open\n"
        assert journal.interrupted() == [], "a running action is not interrupted"
        victim.send_signal(signal.SIGKILL)
        victim.wait(10)
    assert [each.body["tool"] for each in journal.interrupted()] == ["bash"]
    assert json.loads(json.dumps(journal.records()[-1].body))["result"] == "interrupted"
    assert journal.interrupted() == []
    assert journal.verify().intact


async def test_two_hundred_concurrent_actions_are_all_recorded(journal: Journal) -> None:
    async def act(number: int) -> None:
        await journal.closed(await journal.opened({"number": number}), {"result": number})

    await asyncio.gather(*(act(number) for number in range(200)))
    closed = [each.body["result"] for each in journal.records() if each.kind == "closed"]
    assert sorted(closed) == list(range(200))
    assert journal.verify().intact


def test_a_state_directory_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "state").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StateError):
        State.at(tmp_path / "state")


def test_the_state_directory_is_private(journal: Journal) -> None:
    journal.append("opened", "call", {})
    assert journal.state.directory.stat().st_mode & 0o077 == 0
    assert (journal.state.directory / "journal.key").stat().st_mode & 0o077 == 0
