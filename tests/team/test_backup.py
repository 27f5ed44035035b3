"""The page that says how to back up and restore is carried out line by line: copied, lost, restored, verified."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from server.settings import Settings
from server.state import state_of
from tests.docs.blocks import blocks
from tests.team.postgres import Postgres
from tools.guard.action import Action
from tools.guard.approval import Approvals
from tools.guard.decision import Decision
from tools.guard.journal import Journal
from tools.guard.state import State

ACTION = Action(tool="bash", target="/p", arguments={"command": "touch a"}, what="touch a", undo="-")
OURS = [each.text for each in blocks("en") if each.page == "how-to/team.md" and "test_backup.py" in each.how]


def _sh(text: str, folder: Path, **variables: str) -> str:
    path = f"{Path(sys.executable).parent}:{variables.pop('programs', '')}:{os.environ['PATH']}"
    known = {"HOME": str(folder), "PATH": path, "ASTREINTE_LANGUAGE": "en", **variables}
    done = subprocess.run(["bash", "-euc", text], cwd=folder, env=known, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


async def _filled(state: State) -> str:
    journal = Journal(state)
    for number in range(20):
        await journal.opened({"tool": "bash", "number": number})
    asked = await Approvals(state).ask("d" * 64, ACTION, Decision(decision="ask", reasons=[]), "agent")
    Approvals(state).decide(asked.id, approve=True, who="alice")
    return asked.id


def test_both_languages_say_the_same_commands() -> None:
    assert len(OURS) == 4
    french = [each.text for each in blocks("fr") if each.page == "how-to/team.md" and "test_backup.py" in each.how]
    assert french == OURS


async def test_a_team_s_state_comes_back_with_its_seals(shared: Settings, postgres: Postgres, tmp_path: Path) -> None:
    assert shared.database_url is not None
    assert shared.secret_file is not None
    url = shared.database_url.get_secret_value()
    variables = {
        "ASTREINTE_DATABASE_URL": url, "ASTREINTE_SECRET_FILE": str(shared.secret_file),
        "ASTREINTE_STATE": str(tmp_path / "state"), "programs": str(postgres.programs),
    }  # fmt: skip
    approved = await _filled(state_of(shared))
    _sh(OURS[0], tmp_path, **variables)
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("DROP SCHEMA public CASCADE")
        owner.execute("CREATE SCHEMA public")
    shared.secret_file.write_text("0" * 64)
    assert "The chain of 20 records is intact." in _sh(OURS[1], tmp_path, **variables)
    back = state_of(shared.model_copy(update={"state": tmp_path / "another machine"}))
    assert Approvals(back).get(approved).state == "approved"


@pytest.mark.skipif(shutil.which("tar") is None, reason="tar is not installed")
async def test_one_person_s_state_comes_back_with_its_seals(tmp_path: Path) -> None:
    variables = {"ASTREINTE_STATE": str(tmp_path / "state")}
    approved = await _filled(State.at(tmp_path / "state"))
    _sh(OURS[2], tmp_path, **variables)
    shutil.rmtree(tmp_path / "state")
    assert "The chain of 20 records is intact." in _sh(OURS[3], tmp_path, **variables)
    assert Approvals(State.at(tmp_path / "state")).get(approved).state == "approved"
