"""A call that takes longer than its client waits goes on, and is followed, had and cancelled by its id."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from server.app import build_server
from server.settings import Settings
from tools.guard.approval import Approvals
from tools.guard.state import State, default_directory
from tools.runs.run_store import RunStore
from tools.shell.sandbox import probe

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
async def _sandbox() -> None:
    if not (await probe()).works:
        pytest.skip("no sandbox can be built here: reading commands are asked about")


@asynccontextmanager
async def _client(workspace: Path, patience: float = 0.3) -> AsyncIterator[Client]:
    server = build_server(Settings(workspace=workspace, language="en", patience=patience))
    async with Client(server) as client:
        yield client


def _text(result: Any) -> str:
    return " ".join(each.text for each in result.content if each.type == "text")


async def _begun(client: Client, command: str) -> str:
    result = await client.call_tool("bash", {"command": command, "timeout": 60})
    assert result.is_error
    found = re.search(r"run ([0-9a-f]{16})", _text(result))
    assert found, result
    return found[1]


async def _status(client: Client, run: str, **more: Any) -> dict[str, Any]:
    result = await client.call_tool("run_status", {"run_id": run, **more})
    assert result.structured_content, result
    told: dict[str, Any] = result.structured_content
    return told


async def test_a_call_that_is_done_in_time_answers_as_ever_and_leaves_no_run(tmp_path: Path) -> None:
    async with _client(tmp_path, patience=30) as client:
        result = await client.call_tool("bash", {"command": "echo hello"})
    assert result.structured_content
    assert result.structured_content["stdout"] == "hello\n"
    with State.at(default_directory()).reading() as db:
        assert db.execute("SELECT count(*) FROM runs").fetchone()[0] == 0


async def test_a_long_call_is_answered_with_a_run_whose_result_is_had_later(tmp_path: Path) -> None:
    async with _client(tmp_path) as client:
        run = await _begun(client, "sleep 1.5; echo hello")
        under_way = await _status(client, run, wait=0)
        over = await _status(client, run, wait=50)
    assert under_way["state"] == "running"
    assert over["state"] == "done"
    assert over["result"]["stdout"] == "hello\n"


async def test_what_it_prints_is_followed_from_a_cursor(tmp_path: Path) -> None:
    async with _client(tmp_path) as client:
        run = await _begun(client, "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo line $i; sleep 0.5; done")
        first = await _status(client, run, wait=2.5)
        rest = await _status(client, run, wait=50, cursor=first["cursor"])
    assert first["lines"], rest
    assert rest["lines"], first
    assert not set(first["lines"]) & set(rest["lines"])


async def test_the_same_call_again_does_not_begin_twice(tmp_path: Path) -> None:
    async with _client(tmp_path) as client:
        run = await _begun(client, "sleep 5")
        again = await _begun(client, "sleep 5")
        other = await _begun(client, "sleep 5.5")
        await _status(client, run, cancel=True)
        await _status(client, other, cancel=True)
    assert again == run
    assert other != run


async def test_cancelling_kills_what_was_started(tmp_path: Path) -> None:
    async with _client(tmp_path) as client:
        run = await _begun(client, "sleep 54321")
        over = await _status(client, run, cancel=True, wait=20)
    assert over["state"] == "cancelled"
    assert "54321" not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout


async def test_a_server_that_stops_ends_its_runs_and_says_so(tmp_path: Path) -> None:
    async with _client(tmp_path) as client:
        run = await _begun(client, "sleep 54322")
    assert RunStore(State.at(default_directory())).get(run).state == "interrupted"
    assert "54322" not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    async with _client(tmp_path) as client:
        assert "interrupted" in (await _status(client, run))["summary"]


async def test_a_run_of_a_killed_server_is_interrupted_and_explained(tmp_path: Path) -> None:
    state = default_directory()
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "server", "--language", "en", "serve", "--workspace", str(tmp_path)],
        cwd=str(ROOT),
        env={**os.environ, "ASTREINTE_PATIENCE": "0.3"},
    )
    with pytest.raises(BaseException):  # noqa: B017, PT011 - the pipe breaks in whatever way the SDK reports it
        async with asyncio.timeout(20), Client(parameters) as client:
            run = await _begun(client, "sleep 30")
            owner = RunStore(State.at(state)).get(run).owner
            os.kill(owner["pid"], signal.SIGKILL)
            await _status(client, run)
    async with _client(tmp_path) as client:
        over = await _status(client, run)
    assert over["state"] == "interrupted"


async def test_a_run_that_fails_says_why(tmp_path: Path) -> None:
    async with _client(tmp_path) as client:
        run = await _begun(client, "sleep 1; exit 7")
        over = await _status(client, run, wait=50)
    assert over["result"]["exit_status"] == 7


async def test_no_secret_stays_in_a_run(tmp_path: Path) -> None:
    secret = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    (tmp_path / "notes.txt").write_text(f"token {secret}\n")
    async with _client(tmp_path) as client:
        run = await _begun(client, "cat notes.txt; sleep 2; cat notes.txt")
        over = await _status(client, run, wait=50)
    assert over["state"] == "done"
    for path in default_directory().rglob("*"):
        assert not path.is_file() or secret.encode() not in path.read_bytes(), path


async def test_nobody_follows_the_run_of_somebody_else(tmp_path: Path) -> None:
    store = RunStore(State.at(default_directory()))
    run = store.begin("k", "bash", "somebody else via client")
    async with _client(tmp_path) as client:
        result = await client.call_tool("run_status", {"run_id": run.id})
    assert result.is_error


async def test_a_command_that_needs_approval_waits_for_no_run(tmp_path: Path) -> None:
    async with _client(tmp_path, patience=30) as client:
        result = await client.call_tool("bash", {"command": "touch a"})
    assert result.structured_content
    assert result.structured_content["status"] == "approval_required"
    assert len(Approvals(State.at(default_directory())).pending()) == 1
