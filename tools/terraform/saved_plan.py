"""Plans that wait for a person: the very bytes that would be applied, and everything an approval is bound to."""

import hashlib
import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from resources.catalogue import _
from tools.guard.errors import ExpectedError, NotFoundError
from tools.guard.state import State
from tools.model import Model
from tools.terraform.apply_result import Progress
from tools.terraform.risk_report import RiskReport

FOLDER = "terraform/plans"
PLAN, RECORD, REPORT, TREE, SETTINGS, LOG = "plan", "record.json", "report.json", "tree", "settings.tfrc", "apply.log"
VALID_SECONDS = 24 * 3600
KEPT = 20
ABANDONED_SECONDS = 3 * 3600
_ID = re.compile(r"[0-9a-f]{16}")


class PlanChangedError(ExpectedError):
    """What is kept of a plan is not what was judged."""


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
    relative: str
    """The root module's folder in the copy."""
    workspace: str
    backend: str
    key: str
    sha256: str
    lock_file_sha256: str | None
    tree_sha256: str
    """Of the copy: provisioners run scripts of it, and functions read files of it again."""
    var_files: list[str]
    state: StateMark
    report_sha256: str
    verdict: str
    summary: str
    commit: str | None = None
    dirty: bool = False
    credentials: bool = False
    executes: list[str] = []
    state_in_workspace: bool = False
    """Whether the state is a file of the workspace."""
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


def create(state: State, plan_id: str) -> Path:
    """The new private folder of a plan that is being made; it counts only once its record is written. Blocking."""
    _prune(state)
    folder = folder_of(state, plan_id)
    folder.mkdir(mode=0o700, parents=True)
    return folder


def keep_report(state: State, plan_id: str, report: str) -> None:
    """Keep what the person will be shown before they approve. Blocking."""
    path = folder_of(state, plan_id) / REPORT
    path.touch(mode=0o600)
    path.write_text(report, encoding="utf-8")


def report_of(state: State, plan: SavedPlan) -> RiskReport:
    """The report that was made with the plan. Blocking.

    Raises:
        PlanChangedError: it is not the one that was written.
    """
    text = (folder_of(state, plan.id) / REPORT).read_text(encoding="utf-8")
    if hashlib.sha256(text.encode()).hexdigest() != plan.report_sha256:
        raise PlanChangedError(_("The report of plan {id} was changed.", id=plan.id), _("Make a new plan."))
    return RiskReport.model_validate_json(text)


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
    try:
        return SavedPlan.model_validate_json(text)
    except ValidationError as error:  # another version of this program wrote it
        raise _unknown(plan_id) from error


def all_plans(state: State) -> list[SavedPlan]:
    """Every plan that is kept, the newest first. Blocking."""
    folder = state.directory / FOLDER
    names = [each.parent.name for each in folder.glob(f"*/{RECORD}")] if folder.is_dir() else []
    found: list[SavedPlan] = []
    for name in names:
        with suppress(NotFoundError):
            found.append(load(state, name))
    return sorted(found, key=lambda each: -each.made_at)


def digest(path: Path) -> str:
    """SHA-256 of a file. Blocking."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _prune(state: State) -> None:
    # What was being applied is kept until someone has looked at it.
    done = [each for each in all_plans(state) if each.progress not in {"applying", "indeterminate"}]
    for number, old in enumerate(done):
        if number >= KEPT or (old.progress == "waiting" and old.expired):
            shutil.rmtree(folder_of(state, old.id), ignore_errors=True)
    folder = state.directory / FOLDER
    for each in folder.iterdir() if folder.is_dir() else ():  # left by a server that was killed while it planned
        if not (each / RECORD).exists() and time.time() - each.stat().st_mtime > ABANDONED_SECONDS:
            shutil.rmtree(each, ignore_errors=True)


def _unknown(plan_id: str) -> NotFoundError:
    return NotFoundError(
        _("There is no plan {id}.", id=plan_id[:40]),
        _("Make one with plan_terraform; plans are kept for {hours} hours.", hours=VALID_SECONDS // 3600),
    )
