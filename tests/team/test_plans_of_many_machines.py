"""A plan made by one worker is applied by another: they share a database, a secret and a bucket, and no directory."""

import concurrent.futures
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from server.app import build_server
from server.settings import Settings
from server.state import state_of
from tests.guard.s3 import serving_s3
from tests.team.processes import worker
from tests.team.test_workers import yes
from tests.terraform.cloud_fixture import SmallCloud, small_cloud
from tools.guard.process import find_program
from tools.guard.state import State
from tools.terraform.saved_plan import SavedPlan, StateMark, claim, load, record

DATABASE = 'resource "aws_db_instance" "main" {\n  identifier = "shop"\n  engine = "postgres"\n}\n'


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    pytest.importorskip("obstore")
    with serving_s3() as variables:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        yield "s3://kept/team"


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallCloud:
    if find_program("terraform") is None:
        pytest.skip("terraform is not installed")
    made = small_cloud(tmp_path)
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(made.settings))
    return made


async def _answer(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    return result.structured_content


async def test_what_one_worker_planned_another_one_applies(shared: Settings, cloud: SmallCloud, bucket: str) -> None:
    team = shared.model_copy(
        update={"workspace": cloud.folder, "artefacts": bucket, "patience": 60.0, "heartbeat": 0.3}
    )
    cloud.write(DATABASE)
    async with Client(build_server(team), elicitation_callback=yes) as client:
        with worker(team, "w1"):
            plan = await _answer(client, "plan_terraform")
        with worker(team, "w2"):
            applied = await _answer(client, "apply_terraform", plan_id=plan["plan_id"])
            again = await client.call_tool("apply_terraform", {"plan_id": plan["plan_id"]})
    assert (applied["outcome"], applied["drift"]) == ("applied", False)
    assert [each["identifier"] for each in cloud.things.values()] == ["shop"]
    assert "used" in str(again.content)
    kept = state_of(team).artefacts
    assert {each[0].partition("/")[0] for each in kept.names()} == {"plans", "reports", "logs"}
    assert b"apply_complete" in (kept.get(f"logs/{plan['plan_id']}") or b"")


def test_of_many_machines_exactly_one_takes_a_plan(shared: Settings, tmp_path: Path) -> None:
    states = [state_of(shared.model_copy(update={"state": tmp_path / f"m{number}"})) for number in range(4)]
    plan = SavedPlan(
        id="0123456789abcdef", made_at=time.time(), program="/usr/bin/terraform", program_version="1", workspace_root="/w",
        folder="/w", relative=".", workspace="default", backend="s3", key="k", sha256="s", lock_file_sha256=None,
        tree_sha256="t", var_files=[], state=StateMark(), report_sha256="r", verdict="safe", summary="-",
    )  # fmt: skip
    record(states[0], plan)

    def take(state: State) -> bool:
        return claim(state, load(state, plan.id))

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert list(pool.map(take, states)).count(True) == 1
    assert load(states[3], plan.id).progress == "applying"
