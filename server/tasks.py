"""The protocol's own tasks: a client that speaks them gets a task handle where others get the id of a run.

A task is a run: `tasks/get` tells what `run_status` tells, on every replica and after every restart.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import anyio.to_thread
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.extension import Extension, MethodBinding
from mcp.server.mcpserver import require_client_extension
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR, INVALID_PARAMS, CallToolRequestParams, RequestParams
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import Field

from resources.catalogue import _, set_language
from server.large_answers import caller, is_large, links
from server.large_answers import told as told_shortly
from server.texts import texts
from tools.context import Deps
from tools.guard.approval import person_of
from tools.guard.errors import NotFoundError
from tools.runs.long_calls import handed_on
from tools.runs.run import Run
from tools.runs.run_status import told
from tools.runs.run_store import RunStore

IDENTIFIER = "io.modelcontextprotocol/tasks"
POLL_MS = 2_000
Context = ServerRequestContext[Deps, Any]


class TaskParams(RequestParams):
    """Names a task."""

    task_id: str = Field(alias="taskId")


class UpdateParams(TaskParams):
    """Answers that a task waits for. Ours wait for none: a person is asked before a task begins."""

    input_responses: dict[str, Any] = Field(default={}, alias="inputResponses")


class Tasks(Extension):
    """The extension, for the revisions that know it."""

    identifier = IDENTIFIER

    def methods(self) -> Sequence[MethodBinding]:
        """What a client does with a task."""
        versions = frozenset(MODERN_PROTOCOL_VERSIONS)
        return (
            MethodBinding("tasks/get", TaskParams, self._get, versions),
            MethodBinding("tasks/update", UpdateParams, self._update, versions),
            MethodBinding("tasks/cancel", TaskParams, self._cancel, versions),
        )

    async def intercept_tool_call(
        self,
        params: CallToolRequestParams,  # noqa: ARG002 - the SDK's signature
        ctx: Context,
        call_next: CallNext,
    ) -> HandlerResult:
        """Answer with a task where the call goes on as a run and the client says that it knows tasks."""
        capabilities = ctx.session.client_capabilities
        knows = ctx.protocol_version in MODERN_PROTOCOL_VERSIONS and IDENTIFIER in (
            (capabilities.extensions if capabilities else None) or {}
        )
        if not knows:
            return await call_next(ctx)
        runs: list[Run] = []
        token = handed_on.set(runs)
        try:
            result = await call_next(ctx)
        finally:
            handed_on.reset(token)
        if not runs:
            return result
        set_language(ctx.lifespan_context.language)
        return {"resultType": "task", **_task(runs[-1])}

    async def _get(self, ctx: Context, params: TaskParams) -> HandlerResult:
        run = await _mine(ctx, params.task_id)
        return {"resultType": "complete", **_task(run), **_outcome(run, ctx.lifespan_context.output_limit)}

    async def _update(self, ctx: Context, params: UpdateParams) -> HandlerResult:
        await _mine(ctx, params.task_id)
        return {"resultType": "complete"}

    async def _cancel(self, ctx: Context, params: TaskParams) -> HandlerResult:
        run = await _mine(ctx, params.task_id)
        await anyio.to_thread.run_sync(RunStore(ctx.lifespan_context.guard.journal.state).cancel, run.id)
        return {"resultType": "complete"}


async def _mine(ctx: Context, task: str) -> Run:
    """The caller's own run; that another one exists is nobody else's business."""
    require_client_extension(ctx, IDENTIFIER)
    set_language(ctx.lifespan_context.language)
    store = RunStore(ctx.lifespan_context.guard.journal.state)
    try:
        run = await anyio.to_thread.run_sync(store.get, task)
    except NotFoundError:
        run = None
    if run is None or person_of(run.who) != caller():
        raise MCPError(code=INVALID_PARAMS, message=_("There is no task {id}.", id=task[:40]))
    return run


def _task(run: Run) -> dict[str, Any]:
    status = {
        "queued": "working",
        "running": "working",
        "done": "completed",
        "failed": "completed",  # a tool's own failure is an answer
        "cancelled": "cancelled",
        "interrupted": "failed",
    }[run.state]
    return {
        "taskId": run.id,
        "status": status,
        "statusMessage": told(run),
        "createdAt": _iso(run.created),
        "lastUpdatedAt": _iso(run.ended or run.created),
        "ttlMs": None,
        "pollIntervalMs": POLL_MS,
    }


def _outcome(run: Run, limit: int) -> dict[str, Any]:
    if run.state == "done":
        structured, beside = run.result or {}, []
        shown = structured
        if is_large(structured, limit):  # its files stand beside it, as links
            structured = told_shortly(structured, run.id)
            shown, beside = {**structured, "files": []}, links(structured, run.id)
        answer = {"content": [*texts(shown, limit), *beside], "structuredContent": structured, "isError": False}
        return {"result": {"resultType": "complete", **answer}}
    if run.state == "failed":
        content = [{"type": "text", "text": run.error or told(run)}]
        return {"result": {"resultType": "complete", "content": content, "isError": True}}
    if run.state == "interrupted":
        return {"error": {"code": INTERNAL_ERROR, "message": told(run)}}
    return {}


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
