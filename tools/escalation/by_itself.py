"""Escalates what a delivery or a plan found, without anybody asking for it."""

import anyio.to_thread

from tools.context import Deps
from tools.delivery import Escalation
from tools.escalation.escalate import escalated
from tools.escalation.routes import read_routes


async def by_itself(deps: Deps, escalations: list[Escalation]) -> None:
    """Send `escalations` where a person has configured routes for that; they stand in the result anyway."""
    if not escalations or deps.gate is None:
        return
    routes = await anyio.to_thread.run_sync(read_routes, deps.guard.journal.state.directory)
    for each in escalations:
        if routes.automatic and routes.to(each.to):
            await escalated(deps, each)
