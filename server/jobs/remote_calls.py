"""Hands a long tool's call to a worker on another machine, and answers in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from mcp.server.elicitation import AcceptedElicitation, CancelledElicitation, DeclinedElicitation
from pydantic_core import to_jsonable_python

from server.jobs.queue import QUEUES, TASK, Job, job_app, lock_of, sealed
from tools.checkouts.repository import Repository
from tools.context import Deps
from tools.guard.postgres_store import Statements
from tools.runs.long_calls import LongCalls, StillRunningError, answer_of, call_key, earlier
from tools.runs.run import Run
from tools.runs.run_store import RunStore

if TYPE_CHECKING:
    from procrastinate import App

LOOKS = 0.25
MOST_LINES = 100


@dataclass
class RemoteCalls:
    """The long calls of one replica."""

    store: RunStore
    patience: float
    here: LongCalls
    """Carries the calls that stay with this replica."""

    async def carry(self, function: Callable[..., Awaitable[Any]], given: dict[str, Any], asked: dict[str, Any]) -> Any:  # noqa: ANN401 - the tool's own
        """What the tool returns on a worker, when it is done in time.

        Raises:
            StillRunningError: it is not done yet, or the same call is already under way.
            FailedEarlierError: it failed as expected failures do.
        """
        tool = function.__name__
        refused = any(isinstance(each, DeclinedElicitation | CancelledElicitation) for each in given.values())
        if tool not in QUEUES or refused or asked.get("dry_run"):
            return await self.here.carry(function, given, asked)
        deps: Deps = given["deps"]
        run = await anyio.to_thread.run_sync(self._queue, tool, deps, _consent(given), to_jsonable_python(asked))
        if run.over:
            return answer_of(function, run)
        try:
            over = await self._followed(run.id, deps)
        except BaseException:  # whoever asked has gone, or stops waiting for good
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self.store.cancel, run.id)
            raise
        if over is None:
            raise StillRunningError(run)
        return answer_of(function, over)

    async def stop(self) -> None:
        """The workers go on: this replica is not needed for that."""
        await self.here.stop()

    @cached_property
    def _app(self) -> App:
        from procrastinate import SyncPsycopgConnector  # noqa: PLC0415 - an extra

        return job_app(SyncPsycopgConnector())  # it only ever writes on the connection of our own transaction

    def _queue(self, tool: str, deps: Deps, consent: str | None, arguments: dict[str, Any]) -> Run:
        """Keep the run and its job, both or none; or the run that is over of the very same call."""
        key = call_key(deps, tool, arguments)
        before = earlier(self.store, deps, key)
        if before is not None and before.over:
            return before
        if before is not None:
            raise StillRunningError(before)
        workspace = deps.workspace.root if deps.workspace else None
        with self.store.state.transaction() as db:
            run = self.store.insert(db, key, tool, deps.who, "queued")
            job = Job(
                run=run.id, tool=tool, arguments=arguments, who=deps.who, workspace=workspace,
                repository=_repository(deps), consent=consent,
            )  # fmt: skip
            connection = db.connection if isinstance(db, Statements) else None
            self._app.configure_task(TASK, queue=QUEUES[tool], lock=lock_of(job), connection=connection).defer(
                **sealed(job, self.store.state)
            )
        return run

    async def _followed(self, run: str, deps: Deps) -> Run | None:
        """The run once it is over; None when the patience ended first. Its lines become the client's progress."""
        until = time.monotonic() + self.patience
        cursor = 0
        while time.monotonic() < until:
            found = await anyio.to_thread.run_sync(self.store.get, run)
            for line in await anyio.to_thread.run_sync(self.store.lines, run, cursor, MOST_LINES):
                cursor = line.number
                await deps.progress(found.done, found.total, line.text)
            if found.over:
                return found
            await asyncio.sleep(LOOKS)
        return None


def _repository(deps: Deps) -> Repository | None:
    if deps.checkout is None or deps.checkout.stands is None:
        return None
    return deps.checkout.mirror.repository.model_copy(update={"commit": deps.checkout.stands.commit})


def _consent(given: dict[str, Any]) -> str | None:
    """The fingerprint that was on the question to which the person said yes."""
    deps: Deps = given["deps"]
    for each in given.values():
        if isinstance(each, AcceptedElicitation) and each.data is not None and each.data.approve:
            return deps.guard.asked[-1] if deps.guard.asked else None
    return None
