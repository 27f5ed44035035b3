"""Builds the gate from the settings: the state directory, the journal, the approvals, the policy, the redactor."""

import asyncio
import logging

import anyio.to_thread

from server.settings import Settings
from server.state import state_of
from tools.guard.approval import Approvals
from tools.guard.artefact_places import ArtefactError
from tools.guard.gate import Gate
from tools.guard.journal import Journal
from tools.guard.policy import FILE_NAME, WORKSPACE_FILE, read_policy
from tools.guard.redact import Redactor
from tools.guard.state import State
from tools.runs.run_store import RunStore

AFTER_START = 2.0
SWEEP_EVERY = 3600.0
DAY = 86_400.0
log = logging.getLogger(__name__)


def build_gate(settings: Settings) -> Gate:
    """The gate of this server process.

    Raises:
        StateError: the state directory is unusable.
        PolicyError: a policy file cannot be understood.
    """
    return gate_on(state_of(settings), settings)


def gate_on(state: State, settings: Settings) -> Gate:
    """The gate over `state`, with the policies of the state directory and of the workspace.

    Raises:
        PolicyError: a policy file cannot be understood.
    """
    policy = read_policy(state.directory / FILE_NAME)
    if settings.workspace:
        policy = policy.stricter(read_policy(settings.workspace / WORKSPACE_FILE))
    # The environment's secrets; those of a workspace's `.env` files are read with each call, for they change.
    return Gate(Journal(state), Approvals(state), policy, Redactor.of())


async def report_confinement() -> None:
    """Say in the log when no sandbox can be built here, once the client has had its first answers."""
    await asyncio.sleep(AFTER_START)
    from tools.shell.sandbox import probe  # noqa: PLC0415 - cold start: it is tried beside the first calls

    status = await probe()
    if not status.works:
        log.warning("no sandbox can be built here (%s): every command will be asked about", status.reason)


async def sweep_containers() -> None:
    """Remove the containers of run_container that a killed server left behind, once the first answers are out."""
    await asyncio.sleep(AFTER_START)
    from tools.containers.endpoint import NoEngineError  # noqa: PLC0415 - cold start, as above
    from tools.containers.engine import here  # noqa: PLC0415
    from tools.containers.owned import sweep  # noqa: PLC0415

    try:
        where = here()
    except NoEngineError:
        return
    for name in await anyio.to_thread.run_sync(sweep, where):
        log.warning("removed the container %s, which a server that has ended left behind", name)


async def sweep_artefacts(state: State, days: float) -> None:
    """Remove what has been kept for long enough, after the first answers and every hour."""
    await asyncio.sleep(AFTER_START)
    while True:
        try:
            gone = await anyio.to_thread.run_sync(state.artefacts.sweep, days * DAY)
        except ArtefactError as error:
            log.warning("%s", error)
        else:
            log.info("%s artefacts were kept for long enough", len(gone))
        await asyncio.sleep(SWEEP_EVERY)


def report_interrupted(journal: Journal) -> None:
    """Close, and say in the log, every action that an earlier process left open. Blocking."""
    for record in journal.interrupted():
        log.warning("interrupted: %s on %s, begun %s", record.body.get("tool"), record.body.get("target"), record.at)
    for run in RunStore(journal.state).interrupted():
        log.warning("interrupted: run %s of %s", run.id, run.tool)


async def report_applies(gate: Gate) -> None:
    """Say in the log what became of the applies that a killed server left under way, after the first answers."""
    await asyncio.sleep(AFTER_START)
    from tools.terraform.interrupted_applies import interrupted_applies  # noqa: PLC0415 - cold start, as above

    for plan, running in await anyio.to_thread.run_sync(interrupted_applies, gate.journal.state):
        where = f"{plan.folder} ({plan.workspace})"
        if running:
            log.warning("plan %s is still being applied in %s, without a server: let it finish", plan.id, where)
        elif plan.progress == "applied":
            log.warning("plan %s was applied to its end in %s after its server had been killed", plan.id, where)
        else:
            log.warning("nobody knows how far plan %s came in %s: plan it with refresh_only", plan.id, where)
