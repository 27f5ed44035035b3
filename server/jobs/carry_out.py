"""A worker's part: makes the same call through the same door, tells how it goes, and ends it when it is asked to."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import anyio
import anyio.to_thread
from mcp import Client
from mcp.client.session import ClientRequestContext
from mcp_types import CallToolResult, ElicitRequestParams, ElicitResult, TextContent

from server.app import build_server
from server.gatehouse import gate_on
from server.jobs.queue import ForgedJobError, Job, unsealed
from server.settings import Settings
from tools.context import acting_for
from tools.guard.journal import owner
from tools.guard.redact import Redactor
from tools.guard.state import State, StateError
from tools.runs.long_calls import LONGEST, Told
from tools.runs.run import RunState
from tools.runs.run_store import RunStore

LOOKS = 0.5
RETURNS = 3_600.0
"""Seconds in which a database that went away in the middle may come back."""
log = logging.getLogger(__name__)


async def carry_out(settings: Settings, state: State, body: str, seal: str) -> None:
    """Carry out a job at most once, and keep how it ended."""
    try:
        job = unsealed(body, seal, state)
    except ForgedJobError:
        log.error("a job in the queue was not made by one of our replicas: it is not carried out")  # noqa: TRY400
        return
    store = RunStore(state)
    if not await anyio.to_thread.run_sync(store.take, job.run, owner()):
        log.warning("run %s was taken or cancelled before: it is not carried out again", job.run)
        return
    outcome: RunState = "interrupted"
    told = Told(Redactor.of())
    result: dict[str, Any] | None = None
    error: str | None = None
    try:
        outcome, result, error = await _called(settings, state, job, told, store)
    finally:
        with anyio.CancelScope(shield=True):
            await _kept(store, job.run, told, outcome, result, error)


async def _kept(
    store: RunStore, run: str, told: Told, outcome: RunState, result: dict[str, Any] | None, error: str | None
) -> None:
    """Keep how it ended, however long the database is away: what was done must be known."""
    until = anyio.current_time() + RETURNS
    while True:
        try:
            await _tell(store, run, told)
            await anyio.to_thread.run_sync(store.end, run, outcome, result, error)
        except StateError as failure:
            if anyio.current_time() > until:
                raise
            log.warning("run %s is over (%s) and cannot be kept yet: %s", run, outcome, failure)
            await anyio.sleep(LOOKS)
        else:
            return


async def _tell(store: RunStore, run: str, told: Told) -> bool:
    """Keep new lines; returns whether somebody asked for the end."""
    lines = told.take()
    try:
        return await anyio.to_thread.run_sync(store.tell, run, lines, told.done, told.total)
    except StateError:
        told.back(lines)
        raise


async def _called(
    settings: Settings, state: State, job: Job, told: Told, store: RunStore
) -> tuple[RunState, dict[str, Any] | None, str | None]:
    place = settings.model_copy(update={"workspace": None if job.repository else job.workspace, "repository": None})
    server = build_server(place, gate=gate_on(state, place), waits=True, repository=job.repository)

    async def progress(progress: float, total: float | None, message: str | None) -> None:
        told.add(progress, total, message or "")

    acting_for.set(job.who)
    consents = {"elicitation_callback": _consenting(job.consent)} if job.consent else {}
    async with Client(server, read_timeout_seconds=LONGEST, **consents) as client:
        call = asyncio.ensure_future(client.call_tool(job.tool, job.arguments, progress_callback=progress))
        try:
            while not call.done():
                await asyncio.wait({call}, timeout=LOOKS)
                try:
                    if await _tell(store, job.run, told):
                        break
                except StateError as failure:  # the call goes on: it is told when the database is back
                    log.warning("run %s cannot be told of: %s", job.run, failure)
        finally:
            if not call.done():
                call.cancel()
                with anyio.CancelScope(shield=True):
                    await asyncio.wait({call})
    if call.cancelled():
        return "cancelled", None, None
    answer = call.result()
    if answer.is_error:
        return "failed", None, _text(answer)
    return "done", answer.structured_content, None


def _consenting(digest: str) -> Any:  # noqa: ANN401 - the SDK's callback
    async def answer(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:  # noqa: ARG001 - called by name
        # The person saw one exact action; anything else that is asked here was never shown to them.
        agreed = digest in str(getattr(params, "message", ""))
        return ElicitResult(action="accept", content={"approve": True}) if agreed else ElicitResult(action="decline")

    return answer


def _text(answer: CallToolResult) -> str:
    return "\n".join(each.text for each in answer.content if isinstance(each, TextContent))
