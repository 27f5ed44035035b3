"""The tool that follows, waits for and cancels a run."""

import time
from typing import Annotated, Any

import anyio
import anyio.to_thread
from pydantic import Field

from resources.catalogue import _
from tools.context import Given
from tools.guard.approval import person_of
from tools.guard.errors import NotFoundError
from tools.model import Model
from tools.runs.run import Run, RunState
from tools.runs.run_store import RunStore

LOOKS = 0.3
MOST_LINES = 200


class RunStatus(Model):
    """A run as it stands. `result` is what the tool itself would have answered."""

    summary: str
    state: RunState
    lines: list[str] = []
    cursor: int = Field(default=0, description="Pass it back for the lines after these.")
    result: dict[str, Any] | None = None
    error: str | None = None


async def run_status(
    deps: Given,
    run_id: Annotated[str, Field(description="From the call that goes on.")],
    wait: Annotated[float, Field(ge=0, le=50, description="Seconds to wait for its end.")] = 20.0,
    cursor: Annotated[int, Field(ge=0, description="From the last answer.")] = 0,
    cancel: Annotated[bool, Field(description="End it, and what it started.")] = False,
) -> RunStatus:
    """Follow, wait for or cancel a call that goes on as a run: its state, new lines, and its result once done."""
    store = RunStore(deps.guard.journal.state)
    run = await anyio.to_thread.run_sync(store.get, run_id)
    if person_of(run.who) != person_of(deps.who):  # that it exists is nobody else's business either
        raise NotFoundError(_("There is no run {id}.", id=run_id), _("Call the tool again."))
    if cancel:
        await anyio.to_thread.run_sync(store.cancel, run_id)
    until = time.monotonic() + wait
    while not run.over and time.monotonic() < until:
        await anyio.sleep(LOOKS)
        run = await anyio.to_thread.run_sync(store.get, run_id)
        await deps.progress(run.done, run.total, "")
    lines = await anyio.to_thread.run_sync(store.lines, run_id, cursor, MOST_LINES)
    return RunStatus(
        summary=told(run),
        state=run.state,
        lines=[line.text for line in lines],
        cursor=lines[-1].number if lines else cursor,
        result=run.result,
        error=run.error,
    )


def told(run: Run) -> str:
    """One sentence on a run as it stands."""
    seconds = round((run.ended or time.time()) - run.created)
    words = {
        "queued": _("{tool} has waited {seconds} s for a worker.", tool=run.tool, seconds=seconds),
        "running": _("{tool} has been running for {seconds} s.", tool=run.tool, seconds=seconds),
        "done": _("{tool} is done after {seconds} s.", tool=run.tool, seconds=seconds),
        "failed": _("{tool} failed after {seconds} s.", tool=run.tool, seconds=seconds),
        "cancelled": _("{tool} was cancelled after {seconds} s.", tool=run.tool, seconds=seconds),
        "interrupted": _(
            "{tool} was interrupted: its server ended first. Look at what it did before you do it again.", tool=run.tool
        ),
    }
    return words[run.state]
