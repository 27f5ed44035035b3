"""A worker process: takes calls from the queues it serves until it is told to stop."""

from __future__ import annotations

import asyncio

from procrastinate import PsycopgConnector

from resources.catalogue import _
from server.gatehouse import report_interrupted
from server.jobs.carry_out import carry_out
from server.jobs.heartbeat import living
from server.jobs.queue import TASK, job_app
from server.settings import Settings, SettingsError
from server.state import state_of
from tools.guard.journal import Journal

LAST_WORDS = 30.0
"""Seconds that calls under way are given when the worker is told to stop; then they are cancelled."""


async def work(settings: Settings, queues: list[str], concurrency: int) -> None:
    """Serve `queues` until SIGTERM or SIGINT.

    Raises:
        SettingsError: no database is set.
    """
    if settings.database_url is None:
        raise SettingsError(_("A worker needs the database that the replicas use."), _("Set ASTREINTE_DATABASE_URL."))
    state = state_of(settings)
    connector = PsycopgConnector(conninfo=settings.database_url.get_secret_value(), min_size=1, max_size=4)
    app = job_app(connector)

    @app.task(name=TASK, pass_context=False)
    async def call(body: str, seal: str) -> None:
        # In its own task: what it sets for itself, the caller's name above all, must not reach the next job.
        await asyncio.create_task(carry_out(settings, state, body, seal))

    async with app.open_async(), living(state, settings.heartbeat, app.job_manager):
        await asyncio.to_thread(report_interrupted, Journal(state))
        await app.run_worker_async(
            queues=queues, concurrency=concurrency, shutdown_graceful_timeout=LAST_WORDS, delete_jobs="successful"
        )
    state.close()
