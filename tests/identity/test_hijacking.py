"""What belongs to one caller is nothing to another: runs, questions, sessions; and replayed approvals are kept."""

from pathlib import Path
from typing import Any

import pytest

from server.identity.static_tokens import StaticTokens
from server.settings import Settings
from tests.identity.http_server import Caller, serving
from tools.guard.approval import Approvals
from tools.guard.journal import Journal
from tools.guard.state import State, default_directory
from tools.runs.run_store import RunStore

MODERN = "2026-07-28"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "shop").mkdir()
    return Settings(workspace=tmp_path / "shop", language="en")


async def _modern(caller: Caller, method: str, **params: Any) -> dict[str, Any]:
    capabilities: dict[str, Any] = {"elicitation": {}, "extensions": {"io.modelcontextprotocol/tasks": {}}}
    meta = {
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientInfo": {"name": "t", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": capabilities,
    }
    headers = {
        "Accept": "application/json, text/event-stream",
        "Authorization": f"Bearer {caller.token}",
        "MCP-Protocol-Version": MODERN,
        "Mcp-Method": method,
        "Mcp-Name": params.get("name") or params.get("taskId", ""),
    }
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": meta}}
    answer = await caller.http.post("/mcp", json=body, headers=headers)
    found: dict[str, Any] = answer.json()
    return found


async def test_another_callers_run_question_and_session_are_nothing(settings: Settings) -> None:
    state = State.at(default_directory())
    tokens = StaticTokens(state)
    alice_text, bob_text = tokens.add("alice", "operator", 1), tokens.add("bob", "operator", 1)
    team = settings.model_copy(update={"team": None})
    run = RunStore(state).begin("k", "bash", "alice via x")
    async with serving(team) as anybody:
        alice, bob = anybody.holding(alice_text), anybody.holding(bob_text)
        assert not (await alice.call("run_status", run_id=run.id, wait=0)).get("isError")
        for arguments in ({"wait": 0}, {"cancel": True, "wait": 0}):
            refused = await bob.call("run_status", run_id=run.id, **arguments)
            assert "no run" in str(refused)
        for method in ("tasks/get", "tasks/cancel", "tasks/update"):
            assert (await _modern(bob, method, taskId=run.id))["error"]["code"] == -32602
        assert not RunStore(state).get(run.id).cancelled
        # A session of somebody else, or of nobody: there are none, and the token alone says who calls.
        headers = {"Accept": "application/json, text/event-stream", "Mcp-Session-Id": "0" * 32}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        assert (await anybody.http.post("/mcp", json=body, headers=headers)).status_code == 401


async def test_another_caller_cannot_answer_a_question_that_was_put_to_alice(
    settings: Settings, tmp_path: Path
) -> None:
    tokens = StaticTokens(State.at(default_directory()))
    alice_text, bob_text = tokens.add("alice", "operator", 1), tokens.add("bob", "operator", 1)
    team = tmp_path / "team.toml"
    team.write_text("four_eyes = false\n")
    arguments = {"command": "touch made.txt"}
    async with serving(settings.model_copy(update={"team": team})) as anybody:
        alice, bob = anybody.holding(alice_text), anybody.holding(bob_text)
        asked = (await _modern(alice, "tools/call", name="bash", arguments=arguments))["result"]
        assert asked["resultType"] == "input_required", asked
        said = {name: {"action": "accept", "content": {"approve": True}} for name in asked["inputRequests"]}
        answer = {"arguments": arguments, "inputResponses": said, "requestState": asked["requestState"]}
        assert "error" in await _modern(bob, "tools/call", name="bash", **answer)
        other = {**answer, "arguments": {"command": "touch other.txt"}}
        assert "error" in await _modern(alice, "tools/call", name="bash", **other)
    assert settings.workspace
    assert list(settings.workspace.iterdir()) == []


async def test_replayed_and_forged_approvals_are_refused_and_kept(settings: Settings) -> None:
    state = State.at(default_directory())
    text = StaticTokens(state).add("alice", "operator", 1)
    async with serving(settings) as anybody:
        alice = anybody.holding(text)
        asked = await alice.call("write", path="Dockerfile", content="FROM scratch\n")
        request = asked["structuredContent"]["approval_required"]["id"]
        Approvals(state).decide(request, approve=True, who="bob via console", four_eyes=True)
        made = {"path": "Dockerfile", "content": "FROM scratch\n", "approval": request}
        assert not (await alice.call("write", **made)).get("isError")
        assert settings.workspace
        (settings.workspace / "Dockerfile").unlink()
        assert (await alice.call("write", **made))["isError"]  # again
        assert (await alice.call("write", **{**made, "approval": "0" * 16}))["isError"]  # made up
        assert (await alice.call("write", **{**made, "path": "Makefile"}))["isError"]  # for something else
    assert list(settings.workspace.iterdir()) == []
    records = Journal(state).records()
    refused = {each.call for each in records if each.body.get("result") == "approval_refused"}
    kept = [each.body for each in records if each.kind == "opened" and each.call in refused]
    assert [each["approval"] for each in kept] == [request, "0" * 16, request]
    assert {each["who"] for each in kept} == {"alice via unknown client"}
