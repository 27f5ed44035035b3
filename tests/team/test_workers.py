"""Calls that are asked for at a replica and carried out by a worker: followed, cancelled, never done twice."""

import asyncio
import re
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from mcp import Client
from mcp_types import ElicitResult

from server.app import build_server
from server.jobs.queue import Job, sealed
from server.settings import Settings
from tests.team.processes import replica, worker
from tools.guard.journal import Journal
from tools.guard.state import State
from tools.runs.run_store import RunStore
from tools.shell.sandbox import probe


@pytest.fixture(autouse=True)
async def _sandbox() -> None:
    if not (await probe()).works:
        pytest.skip("no sandbox can be built here: reading commands are asked about")


@pytest.fixture
def team(shared: Settings) -> Settings:
    return shared.model_copy(update={"patience": 120.0, "heartbeat": 0.3})


@pytest.fixture
def working(team: Settings) -> Iterator[subprocess.Popen[str]]:
    with worker(team) as process:
        yield process


async def yes(context: object, params: Any) -> ElicitResult:
    return ElicitResult(action="accept", content={"approve": True})


async def no(context: object, params: Any) -> ElicitResult:
    return ElicitResult(action="decline")


def asking(settings: Settings) -> Client:
    """A client of a replica in this process, whose person says yes."""
    return Client(build_server(settings), elicitation_callback=yes)


def _run_of(result: Any) -> str:
    found = re.search(r"run ([0-9a-f]{16})", str(result.content))
    assert found, result
    return found[1]


async def _over(state: State, run: str) -> str:
    store = RunStore(state)
    for _attempt in range(300):
        found = await asyncio.to_thread(store.get, run)
        if found.over:
            return found.state
        await asyncio.sleep(0.1)
    raise AssertionError(run)


async def _begun(state: State, run: str) -> None:
    store = RunStore(state)
    for _attempt in range(300):
        if (await asyncio.to_thread(store.get, run)).state == "running":
            return
        await asyncio.sleep(0.1)
    raise AssertionError(run)


def _runs_somewhere(words: str) -> bool:
    return words in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout


@pytest.mark.usefixtures("working")
async def test_a_worker_answers_as_the_replica_would_have(team: Settings, state: State) -> None:
    async with asking(team) as client:
        result = await client.call_tool("bash", {"command": "echo hello"})
    assert result.structured_content
    assert result.structured_content["stdout"] == "hello\n"
    records = await asyncio.to_thread(Journal(state).records)
    assert {each.body.get("tool") for each in records if each.kind == "opened"} == {"bash"}
    assert all(" via " in str(each.body["who"]) for each in records if each.kind == "opened")


@pytest.mark.usefixtures("working")
async def test_what_the_person_agreed_to_at_the_replica_is_done_by_the_worker(team: Settings) -> None:
    async with asking(team) as client:
        result = await client.call_tool("bash", {"command": "touch made.txt"})
    assert result.structured_content
    assert result.structured_content["status"] == "done"
    assert team.workspace
    assert (team.workspace / "made.txt").exists()


@pytest.mark.usefixtures("working")
async def test_what_the_person_declined_reaches_no_worker(team: Settings, state: State) -> None:
    async with Client(build_server(team), elicitation_callback=no) as client:
        result = await client.call_tool("bash", {"command": "touch made.txt"})
    assert result.is_error
    assert team.workspace
    assert not (team.workspace / "made.txt").exists()
    with state.reading() as db:
        assert db.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()[0] == 0


@pytest.mark.usefixtures("working")
async def test_a_failure_comes_back_in_its_own_words(team: Settings) -> None:
    async with asking(team) as client:
        result = await client.call_tool("bash", {"command": "rm -rf /"})
    assert result.is_error
    assert "refuses" in str(result.content)


async def test_without_a_worker_the_call_waits_as_a_run_and_is_done_when_one_comes(
    team: Settings, state: State
) -> None:
    async with Client(build_server(team.model_copy(update={"patience": 0.5}))) as client:
        run = _run_of(await client.call_tool("bash", {"command": "echo later"}))
        waiting = await client.call_tool("run_status", {"run_id": run, "wait": 0})
        assert waiting.structured_content
        assert waiting.structured_content["state"] == "queued"
        with worker(team):
            assert await _over(state, run) == "done"
        done = await client.call_tool("run_status", {"run_id": run})
    assert done.structured_content
    assert done.structured_content["result"]["stdout"] == "later\n"


@pytest.mark.usefixtures("working")
async def test_cancelling_at_a_replica_kills_the_process_on_the_worker(team: Settings, state: State) -> None:
    async with Client(build_server(team.model_copy(update={"patience": 0.5}))) as client:
        run = _run_of(await client.call_tool("bash", {"command": "sleep 65431", "timeout": 600}))
        await _begun(state, run)
        await client.call_tool("run_status", {"run_id": run, "cancel": True, "wait": 0})
        assert await _over(state, run) == "cancelled"
    assert not _runs_somewhere("sleep 65431")


async def test_the_replica_may_die_and_another_one_has_the_result(team: Settings, state: State) -> None:
    quick = team.model_copy(update={"patience": 0.5})
    with worker(team):
        with replica(quick, "r1") as (first, process):
            async with Client(first) as client:
                run = _run_of(await client.call_tool("bash", {"command": "sleep 2; echo survived"}))
                process.send_signal(signal.SIGKILL)
        assert await _over(state, run) == "done"
        with replica(quick, "r2") as (second, _process):
            async with Client(second) as client:
                done = await client.call_tool("run_status", {"run_id": run})
    assert done.structured_content
    assert done.structured_content["result"]["stdout"] == "survived\n"


async def test_a_call_of_a_killed_worker_is_explained_and_never_done_again(team: Settings, state: State) -> None:
    assert team.workspace
    quick = team.model_copy(update={"patience": 0.5})
    async with asking(quick) as client:
        with worker(team, "w1") as first:
            run = _run_of(await client.call_tool("bash", {"command": "echo x >> marks.txt; sleep 30"}))
            for _attempt in range(200):
                if (team.workspace / "marks.txt").exists():
                    break
                await asyncio.sleep(0.1)
            first.send_signal(signal.SIGKILL)
            first.wait(10)
        with worker(team, "w2"):
            assert await _over(state, run) == "interrupted"
            again = await client.call_tool("bash", {"command": "echo next"})
            status = await client.call_tool("run_status", {"run_id": run})
    assert (team.workspace / "marks.txt").read_text() == "x\n"
    assert "interrupted" in str(status.structured_content)
    assert again.content
    ends = [each.body for each in Journal(state).records() if each.kind == "closed"]
    assert "interrupted" in {each["result"] for each in ends}
    assert Journal(state).verify().intact


async def test_a_job_that_no_replica_made_is_not_carried_out(team: Settings, state: State, tmp_path: Any) -> None:
    assert team.workspace
    assert team.database_url
    store = RunStore(state)
    with state.transaction() as db:
        run = store.insert(db, "k", "bash", "mallory", "queued")
    job = Job(run=run.id, tool="bash", arguments={"command": "touch evil"}, who="mallory", workspace=team.workspace)
    forged = tmp_path / "forged"
    forged.write_text("f" * 64)
    stranger = State(state.directory, state.database_url, forged.read_bytes())
    content = sealed(job, stranger)
    with psycopg.connect(team.database_url.get_secret_value(), autocommit=True) as attacker:
        attacker.execute(
            "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('shell','astreinte.call',0,NULL,NULL,%s::jsonb,NULL)::procrastinate_job_to_defer_v1])",
            (psycopg.types.json.Jsonb(content),),
        )
    with worker(team):
        async with asking(team) as client:
            await client.call_tool("bash", {"command": "echo after"})
    assert (await asyncio.to_thread(store.get, run.id)).state == "queued"


@pytest.mark.usefixtures("working")
async def test_two_workers_share_the_calls_and_none_is_lost(team: Settings) -> None:
    with worker(team, "w2"):
        async with asking(team) as client:
            answers = await asyncio.gather(
                *(client.call_tool("bash", {"command": f"echo {number}"}) for number in range(8))
            )
    assert [each.structured_content["stdout"] for each in answers if each.structured_content] == [
        f"{number}\n" for number in range(8)
    ]
