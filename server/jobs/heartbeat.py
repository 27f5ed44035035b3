"""Signs of life: each process says that it lives, and ends what the ones that went silent left behind."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio.to_thread

from server.gatehouse import report_interrupted
from tools.guard.journal import INSTANCE, Journal
from tools.guard.postgres_store import PostgresStore
from tools.guard.state import State, StateError

if TYPE_CHECKING:
    from procrastinate.manager import JobManager

log = logging.getLogger(__name__)
SILENT = 6
"""Beats without a sign of life after which a process is dead."""


@asynccontextmanager
async def living(state: State, every: float, jobs: JobManager | None = None) -> AsyncIterator[None]:
    """Beat every `every` seconds while the block runs."""
    if not isinstance(state.store, PostgresStore):
        yield
        return
    state.store.silent = every * SILENT
    await anyio.to_thread.run_sync(state.store.beat, INSTANCE)
    beating = asyncio.ensure_future(_beat(state, state.store, every, jobs))
    try:
        yield
    finally:
        beating.cancel()


async def _beat(state: State, store: PostgresStore, every: float, jobs: JobManager | None) -> None:
    beats = 0
    while True:
        await asyncio.sleep(every)
        beats += 1
        try:
            await anyio.to_thread.run_sync(store.beat, INSTANCE)
            if beats % SILENT == 0:
                await anyio.to_thread.run_sync(report_interrupted, Journal(state))
                if jobs is not None:
                    await _release(jobs, every * SILENT)
        except StateError as error:  # the database is away: the next beat tries again
            log.warning("%s", error)


async def _release(jobs: JobManager, silent: float) -> None:
    """End the jobs of dead workers: their locks would hold everybody else for ever. None is run a second time."""
    from procrastinate.jobs import Status  # noqa: PLC0415 - an extra

    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=silent):
        if job.id is not None:
            log.warning("job %s of a dead worker is given up", job.id)
            await jobs.finish_job_by_id_async(job.id, Status.FAILED, delete_job=False)
