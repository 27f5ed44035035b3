"""The queue of calls: which tool goes where, and a job's content, sealed so that only a replica can have made it."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from tools.checkouts.repository import Repository
from tools.guard.state import State
from tools.model import Model

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.connector import BaseConnector

TASK = "astreinte.call"
QUEUES = {
    "plan_terraform": "terraform",
    "apply_terraform": "terraform",
    "rollback_terraform": "terraform",
    "build_image": "build",
    "run_container": "build",
    "bash": "shell",
    "verify_deployment": "check",
    "audit_standards": "check",
}
"""Where each tool's calls are carried out; the others stay with the replica that was asked."""
ONE_AT_A_TIME = frozenset({"plan_terraform", "apply_terraform", "rollback_terraform"})
"""Tools of which a workspace bears only one call at once."""


class Job(Model):
    """One call, as the replica that was asked would have made it."""

    run: str
    tool: str
    arguments: dict[str, Any]
    who: str
    workspace: Path | None
    repository: Repository | None = None
    """What the caller works on, at the very commit that the replica judged."""
    consent: str | None = None
    """Fingerprint of the action that the person at the client agreed to."""


class ForgedJobError(Exception):
    """The job was not made by a replica that knows the secret."""


def sealed(job: Job, state: State) -> dict[str, str]:
    """What goes into the queue."""
    body = job.model_dump_json()
    return {"body": body, "seal": _seal(body, state)}


def unsealed(body: str, seal: str, state: State) -> Job:
    """The job that a replica queued.

    Raises:
        ForgedJobError: somebody else wrote it into the database.
    """
    if not hmac.compare_digest(seal, _seal(body, state)):
        raise ForgedJobError
    try:
        return Job.model_validate_json(body)
    except ValidationError as error:  # a replica of another version
        raise ForgedJobError from error


def lock_of(job: Job) -> str | None:
    """Jobs with the same lock wait for each other, on whatever machine they would run."""
    if job.tool not in ONE_AT_A_TIME:
        return None
    # Private checkouts of one repository hold the same configurations, whose states are the same.
    return f"{QUEUES[job.tool]} {job.repository.url if job.repository else job.workspace}"


def job_app(connector: BaseConnector) -> App:
    """The queue's own application."""
    from procrastinate import App  # noqa: PLC0415 - an extra

    return App(connector=connector)


def _seal(body: str, state: State) -> str:
    return hmac.new(state.key("jobs.key"), body.encode(), hashlib.sha256).hexdigest()
