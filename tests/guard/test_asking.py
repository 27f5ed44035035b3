"""Asking the person through the client, in both generations of the protocol, and without a way to ask."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import pytest
from mcp import Client
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.tools import Tool
from mcp_types import ElicitRequestParams, ElicitResult

from tools.context import Deps
from tools.files.write import write
from tools.guard.approval import Approvals
from tools.guard.gate import Gate
from tools.guard.journal import Journal
from tools.guard.policy import Policy
from tools.guard.redact import Redactor
from tools.guard.state import State
from tools.guard.workspace import Workspace

Mode = Literal["legacy", "auto"]


@pytest.fixture
def deps(tmp_path: Path) -> Deps:
    root = tmp_path / "work"
    root.mkdir()
    state = State.at(tmp_path / "state")
    gate = Gate(Journal(state), Approvals(state), Policy(), Redactor())
    return Deps(workspace=Workspace.at(root), language="en", gate=gate)


def _server(deps: Deps) -> MCPServer[Deps]:
    @asynccontextmanager
    async def lifespan(_server: MCPServer[Deps]) -> AsyncIterator[Deps]:
        yield deps

    return MCPServer("devops", tools=[Tool.from_function(write)], lifespan=lifespan)


@pytest.mark.parametrize("mode", ["legacy", "auto"])
@pytest.mark.parametrize(
    ("answer", "written"),
    [
        (ElicitResult(action="accept", content={"approve": True}), True),
        (ElicitResult(action="accept", content={"approve": False}), False),
        (ElicitResult(action="decline"), False),
        (ElicitResult(action="cancel"), False),
    ],
    ids=["yes", "no", "decline", "cancel"],
)
async def test_the_person_at_the_client_decides(deps: Deps, mode: Mode, answer: ElicitResult, written: bool) -> None:
    asked: list[str] = []

    async def person(context: object, params: ElicitRequestParams) -> ElicitResult:
        asked.append(params.message)
        return answer

    async with Client(_server(deps), mode=mode, elicitation_callback=person) as client:
        result = await client.call_tool("write", {"path": "Makefile", "content": "all:\n\techo hello\n"})
    assert result.is_error is not written
    assert (deps.place.root / "Makefile").exists() is written
    assert len(asked) == 1
    assert "echo hello" in asked[0]
    assert "restore" in asked[0]
    ends = [record.body.get("result") for record in deps.guard.journal.records() if record.kind == "closed"]
    assert ends == ["ok" if written else "refused"]
    assert deps.guard.journal.verify().intact


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_a_client_that_cannot_ask_gets_a_request_to_be_approved_elsewhere(deps: Deps, mode: Mode) -> None:
    call = {"path": "Makefile", "content": "all:\n"}
    async with Client(_server(deps), mode=mode) as client:
        waiting = await client.call_tool("write", call)
        assert waiting.structured_content is not None
        required = waiting.structured_content["approval_required"]
        assert waiting.structured_content["status"] == "approval_required"
        assert {"id", "digest", "what", "where", "why", "undo", "expires_at", "how"} <= set(required)
        assert (await client.call_tool("write", {**call, "approval": required["id"]})).is_error
        deps.guard.approvals.decide(required["id"], approve=True, who="alice")
        done = await client.call_tool("write", {**call, "approval": required["id"]})
        assert not done.is_error
        assert (await client.call_tool("write", {**call, "approval": required["id"]})).is_error
    assert (deps.place.root / "Makefile").read_text() == "all:\n"


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_an_allowed_write_asks_nobody(deps: Deps, mode: Mode) -> None:
    async def person(context: object, params: ElicitRequestParams) -> ElicitResult:
        raise AssertionError("nobody should be asked")

    async with Client(_server(deps), mode=mode, elicitation_callback=person) as client:
        result = await client.call_tool("write", {"path": "notes.txt", "content": "x\n"})
    assert not result.is_error


def test_the_model_sees_neither_the_consent_nor_the_surroundings_as_inputs() -> None:
    assert set(Tool.from_function(write).parameters["properties"]) == {
        "path", "content", "sha256", "executable", "approval",
    }  # fmt: skip
