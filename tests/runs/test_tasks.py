"""The protocol's own tasks and a client's idempotency key, over the same runs."""

import asyncio
from pathlib import Path
from typing import Any, Literal, cast

import pytest
from mcp import Client
from mcp.client.extension import ClaimContext, ClientExtension, ResultClaim, advertise
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, Request, RequestParams, Result
from pydantic import ConfigDict, Field

from server.app import build_server
from server.settings import Settings
from server.tasks import IDENTIFIER
from tools.shell.sandbox import probe


@pytest.fixture(autouse=True)
async def _sandbox() -> None:
    if not (await probe()).works:
        pytest.skip("no sandbox can be built here: reading commands are asked about")


class TaskHandle(Result):
    model_config = ConfigDict(extra="allow")
    result_type: Literal["task"] = Field(alias="resultType", default="task")
    task_id: str = Field(alias="taskId", default="")


class Anything(Result):
    model_config = ConfigDict(extra="allow")


class TaskParams(RequestParams):
    task_id: str = Field(alias="taskId")


class TaskRequest(Request[TaskParams, str]):
    name_param = "taskId"


async def ask(session: Any, method: str, task: str) -> dict[str, Any]:
    request = TaskRequest(method=method, params=TaskParams(taskId=task))
    answer = await session.send_request(request, Anything)
    found: dict[str, Any] = answer.model_dump(by_alias=True)
    return found


class Speaks(ClientExtension):
    """A client that knows tasks; `seen` are the states that it was told."""

    identifier = IDENTIFIER

    def __init__(self, *, cancels: bool = False) -> None:
        self.cancels = cancels
        self.seen: list[dict[str, Any]] = []

    def claims(self) -> list[ResultClaim[Any]]:
        return [ResultClaim(result_type="task", model=TaskHandle, resolve=self._resolve)]

    async def _resolve(self, handle: TaskHandle, context: ClaimContext) -> CallToolResult:
        if self.cancels:
            await ask(context.session, "tasks/update", handle.task_id)
            await ask(context.session, "tasks/cancel", handle.task_id)
        told: dict[str, Any] = {}
        for _attempt in range(300):
            told = await ask(context.session, "tasks/get", handle.task_id)
            self.seen.append(told)
            if told["status"] != "working":
                break
            await asyncio.sleep(0.1)
        return CallToolResult.model_validate(told.get("result") or {"content": [], "isError": True})


def _server(workspace: Path) -> Any:
    return build_server(Settings(workspace=workspace, language="en", patience=0.3))


async def test_a_client_that_knows_tasks_gets_the_answer_of_the_tool_itself(tmp_path: Path) -> None:
    speaks = Speaks()
    async with Client(_server(tmp_path), extensions=[speaks]) as client:
        result = await client.call_tool("bash", {"command": "sleep 1.5; echo hello"})
        failed = await client.call_tool("read", {"path": "none"})
    assert result.structured_content
    assert result.structured_content["stdout"] == "hello\n"
    assert "hello" in str(result.content)
    assert [each["status"] for each in speaks.seen[:1] + speaks.seen[-1:]] == ["working", "completed"]
    assert {"taskId", "createdAt", "lastUpdatedAt", "ttlMs", "pollIntervalMs", "statusMessage"} <= set(speaks.seen[0])
    assert failed.is_error  # what is done in time is an ordinary answer


async def test_a_task_is_cancelled_and_one_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    speaks = Speaks(cancels=True)
    async with Client(_server(tmp_path), extensions=[speaks]) as client:
        await client.call_tool("bash", {"command": "sleep 54329"})
        assert speaks.seen[-1]["status"] == "cancelled"
        for method in ("tasks/get", "tasks/cancel", "tasks/update"):
            with pytest.raises(MCPError) as told:
                await ask(client.session, method, "0" * 16)
            assert told.value.error.code == -32602


async def test_who_does_not_know_tasks_gets_the_id_of_a_run_and_no_task(tmp_path: Path) -> None:
    async with Client(_server(tmp_path)) as client:
        result = await client.call_tool("bash", {"command": "sleep 2"})
        with pytest.raises(MCPError) as told:
            await ask(client.session, "tasks/get", "0" * 16)
    assert "goes on as run" in str(result.content)
    assert told.value.error.code == -32021
    async with Client(_server(tmp_path), mode="legacy", extensions=[advertise(IDENTIFIER)]) as client:
        old = await client.call_tool("bash", {"command": "sleep 2"})
    assert "goes on as run" in str(old.content)


async def test_a_call_with_the_same_key_is_answered_by_the_first_one(tmp_path: Path) -> None:
    server = build_server(Settings(workspace=tmp_path, language="en", patience=30))
    # The date differs with every run of the command.
    ask_date = {"command": "date +%N"}
    async with Client(server) as client:
        keyed = [
            await client.call_tool("bash", ask_date, meta=cast("Any", {"astreinte/idempotencyKey": key}))
            for key in "aab"
        ]
        free = [await client.call_tool("bash", ask_date) for _each in range(2)]
    said = [each.structured_content["stdout"] for each in [*keyed, *free] if each.structured_content]
    assert said[0] == said[1]
    assert len(set(said)) == 4
