"""Plans that wait for a person: the very bytes that would be applied, and everything an approval is bound to."""

import hashlib
import json
import os
import re
import secrets
import shutil
import time
from pathlib import Path
from typing import Literal

from resources.catalogue import _
from tools.guard.errors import NotFoundError
from tools.guard.state import State
from tools.model import Model

FOLDER = "terraform/plans"
PLAN, RECORD = "plan", "record.json"
VALID_SECONDS = 24 * 3600
KEPT = 50
_ID = re.compile(r"[0-9a-f]{16}")

Progress = Literal["waiting", "applying", "applied", "failed", "indeterminate"]


class StateMark(Model):
    """Which state a plan was made against; `lineage` is empty when there was none."""

    lineage: str = ""
    serial: int = 0


class SavedPlan(Model):
    """One plan as it is kept. Nothing in it is secret; the plan's own bytes may be, and are readable to nobody else."""

    id: str
    progress: Progress = "waiting"
    made_at: float
    program: str
    program_version: str
    workspace_root: str
    folder: str
    workspace: str
    backend: str
    key: str
    sha256: str
    lock_file_sha256: str | None
    state: StateMark
    report_sha256: str
    verdict: str
    summary: str
    commit: str | None = None
    dirty: bool = False
    credentials: bool = False
    executes: list[str] = []
    process: str | None = None
    """Who applies it: machine, process and its start, while it is being applied."""

    @property
    def expired(self) -> bool:
        """Whether it is too old to be applied."""
        return time.time() > self.made_at + VALID_SECONDS


def new_id() -> str:
    """A name nobody can guess."""
    return secrets.token_hex(8)


def folder_of(state: State, plan_id: str) -> Path:
    """Where the plan `plan_id` is kept.

    Raises:
        NotFoundError: it is no plan's id.
    """
    if not _ID.fullmatch(plan_id):
        raise _unknown(plan_id)
    return state.directory / FOLDER / plan_id


def store(state: State, plan: SavedPlan, content: bytes) -> None:
    """Keep a new plan; the oldest that are done with go. Blocking."""
    folder = folder_of(state, plan.id)
    folder.mkdir(mode=0o700, parents=True)
    descriptor = os.open(folder / PLAN, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    record(state, plan)
    _prune(state)


def record(state: State, plan: SavedPlan) -> None:
    """Write the record anew, atomically and for good. Blocking."""
    folder = folder_of(state, plan.id)
    waiting = folder / f".{RECORD}.{secrets.token_hex(4)}"
    descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(plan.model_dump_json())
        stream.flush()
        os.fsync(stream.fileno())
    waiting.replace(folder / RECORD)


def load(state: State, plan_id: str) -> SavedPlan:
    """The record of a plan. Blocking.

    Raises:
        NotFoundError: there is none of that id.
    """
    try:
        text = (folder_of(state, plan_id) / RECORD).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise _unknown(plan_id) from error
    return SavedPlan.model_validate(json.loads(text))


def all_plans(state: State) -> list[SavedPlan]:
    """Every plan that is kept, the newest first. Blocking."""
    folder = state.directory / FOLDER
    names = [each.parent.name for each in folder.glob(f"*/{RECORD}")] if folder.is_dir() else []
    return sorted((load(state, name) for name in names), key=lambda each: -each.made_at)


def digest(path: Path) -> str:
    """SHA-256 of a file. Blocking."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _prune(state: State) -> None:
    # What was being applied is kept until someone has looked at it.
    done = [each for each in all_plans(state) if each.progress not in {"applying", "indeterminate"}]
    for number, each in enumerate(done):
        if number >= KEPT or (each.progress == "waiting" and each.expired):
            shutil.rmtree(folder_of(state, each.id), ignore_errors=True)


def _unknown(plan_id: str) -> NotFoundError:
    return NotFoundError(
        _("There is no plan {id}.", id=plan_id[:40]),
        _("Make one with plan_terraform; plans are kept for {hours} hours.", hours=VALID_SECONDS // 3600),
    )
