"""A worker process: takes calls from the queues it serves until it is told to stop, whatever the database does."""

from __future__ import annotations

import asyncio
import logging
import signal

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from psycopg import Error as DatabaseError
from psycopg_pool import PoolTimeout

from resources.catalogue import _
from server.gatehouse import report_interrupted
from server.jobs.carry_out import carry_out
from server.jobs.heartbeat import living
from server.jobs.queue import TASK, job_app
from server.settings import Settings, SettingsError
from server.state import state_of
from tools.guard.journal import Journal
from tools.guard.postgres_store import PostgresStore
from tools.guard.state import State

LAST_WORDS = 30.0
"""Seconds that calls under way are given when the worker is told to stop; then they are cancelled."""
RETURNS = 300.0
"""Seconds that a write waits for a database that is away: a call must not fail for its restart."""
AGAIN = 1.0
log = logging.getLogger(__name__)


async def work(settings: Settings, queues: list[str], concurrency: int) -> None:
    """Serve `queues` until SIGTERM or SIGINT.

    Raises:
        SettingsError: no database is set.
    """
    if settings.database_url is None:
        raise SettingsError(_("A worker needs the database that the replicas use."), _("Set ASTREINTE_DATABASE_URL."))
    state = state_of(settings)
    if isinstance(state.store, PostgresStore):
        state.store.patience = RETURNS
    address = settings.database_url.get_secret_value()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    calls: set[asyncio.Task[None]] = set()
    while not stopping.is_set():
        app = _app(settings, state, address, calls)
        try:
            async with app.open_async(), living(state, settings.heartbeat, app.job_manager):
                await asyncio.to_thread(report_interrupted, Journal(state))
                await _serve(app, queues, concurrency, stopping, calls)
        except (ConnectorException, DatabaseError, PoolTimeout) as error:
            log.warning("the queue cannot be reached: %s", str(error).strip().splitlines()[0])
        if not stopping.is_set():  # the queue's own worker gives up when the database restarts
            await asyncio.sleep(AGAIN)
    state.close()


def _app(settings: Settings, state: State, address: str, calls: set[asyncio.Task[None]]) -> App:
    app = job_app(PsycopgConnector(conninfo=address, min_size=1, max_size=4))

    @app.task(name=TASK, pass_context=False)
    async def call(body: str, seal: str) -> None:
        # In its own task: what it sets for itself, the caller's name above all, must not reach the next job.
        task = asyncio.create_task(carry_out(settings, state, body, seal))
        calls.add(task)
        task.add_done_callback(calls.discard)
        await task

    return app


async def _serve(
    app: App, queues: list[str], concurrency: int, stopping: asyncio.Event, calls: set[asyncio.Task[None]]
) -> None:
    """Take calls until told to stop, or until the queue is lost: then those under way are carried to their end."""
    serving = asyncio.ensure_future(
        app.run_worker_async(
            queues=queues, concurrency=concurrency, install_signal_handlers=False, delete_jobs="successful"
        )
    )
    stop = asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait({serving, stop}, return_when=asyncio.FIRST_COMPLETED)
        if not serving.done():
            serving.cancel()  # no new calls; it waits for those under way
            await asyncio.wait({serving}, timeout=LAST_WORDS)
            for each in list(calls):
                each.cancel()
            await asyncio.wait({serving})
    finally:
        stop.cancel()
    if not serving.cancelled():
        serving.result()
