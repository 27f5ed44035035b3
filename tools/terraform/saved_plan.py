"""Plans that wait for a person: what is known of each, in the database; its files, on the machine that made it."""

import hashlib
import hmac
import re
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from resources.catalogue import _
from tools.guard.errors import ExpectedError, NotFoundError
from tools.guard.journal import canonical
from tools.guard.state import State
from tools.model import Model
from tools.terraform.apply_result import Progress
from tools.terraform.risk_report import RiskReport

FOLDER = "terraform/plans"
PLAN, REPORT, TREE, SETTINGS, LOG = "plan", "report.json", "tree", "settings.tfrc", "apply.log"
VALID_SECONDS = 24 * 3600
KEPT = 20
"""Of a machine's copies, and of one person's plans."""
REMEMBERED_SECONDS = 90 * 86_400
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
    instance: str = ""
    """The same, as other machines know it."""

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
    """Keep what the person will be shown before they approve, where other machines find it too. Blocking."""
    path = folder_of(state, plan_id) / REPORT
    path.touch(mode=0o600)
    path.write_text(report, encoding="utf-8")
    if state.artefacts.shared:
        state.artefacts.put(f"reports/{plan_id}", report.encode())


def report_of(state: State, plan: SavedPlan) -> RiskReport:
    """The report that was made with the plan, on whatever machine. Blocking.

    Raises:
        NotFoundError: it was made on a machine with which this one shares no artefacts.
        PlanChangedError: it is not the one that was written.
    """
    path = folder_of(state, plan.id) / REPORT
    content = path.read_bytes() if path.is_file() else state.artefacts.get(f"reports/{plan.id}")
    if content is None:
        raise elsewhere(plan)
    if hashlib.sha256(content).hexdigest() != plan.report_sha256:
        raise PlanChangedError(_("The report of plan {id} was changed.", id=plan.id), _("Make a new plan."))
    return RiskReport.model_validate_json(content)


def record(state: State, plan: SavedPlan) -> None:
    """Write what is known of the plan anew. Blocking."""
    text = plan.model_dump_json()
    with state.transaction() as db:
        db.execute("DELETE FROM plans WHERE id = ?", (plan.id,))
        db.execute(
            "INSERT INTO plans (id, made, progress, record, seal) VALUES (?, ?, ?, ?, ?)",
            (plan.id, plan.made_at, plan.progress, text, _seal(state, plan.id, text)),
        )


def claim(state: State, plan: SavedPlan) -> bool:
    """Take a waiting plan to apply it; of all processes on all machines exactly one ever gets it. Blocking."""
    text = plan.model_copy(update={"progress": "applying"}).model_dump_json()
    with state.transaction() as db:
        taken = db.execute(
            "UPDATE plans SET progress = 'applying', record = ?, seal = ? WHERE id = ? AND progress = 'waiting'",
            (text, _seal(state, plan.id, text), plan.id),
        ).rowcount
    return taken == 1


def load(state: State, plan_id: str) -> SavedPlan:
    """What is known of a plan. Blocking.

    Raises:
        NotFoundError: there is none of that id.
        PlanChangedError: the database was changed by something that lacks the key.
    """
    folder_of(state, plan_id)
    with state.reading() as db:
        row = db.execute("SELECT record, seal FROM plans WHERE id = ?", (plan_id,)).fetchone()
    if row is None:
        raise _unknown(plan_id)
    if not hmac.compare_digest(row[1], _seal(state, plan_id, row[0])):
        raise PlanChangedError(_("The record of plan {id} was changed.", id=plan_id), _("Make a new plan."))
    try:
        return SavedPlan.model_validate_json(row[0])
    except ValidationError as error:  # another version of this program wrote it
        raise _unknown(plan_id) from error


def all_plans(state: State) -> list[SavedPlan]:
    """Every plan that is kept, the newest first. Blocking."""
    with state.reading() as db:
        rows = db.execute("SELECT id FROM plans ORDER BY made DESC").fetchall()
    found: list[SavedPlan] = []
    for (name,) in rows:
        with suppress(NotFoundError, PlanChangedError):
            found.append(load(state, name))
    return found


def elsewhere(plan: SavedPlan) -> NotFoundError:
    """The error that says that the plan's files are on another machine alone."""
    return NotFoundError(
        _("The files of plan {id} are not on this machine.", id=plan.id),
        _("Somebody who runs the servers names a place that they share in ASTREINTE_ARTEFACTS; or make a new plan."),
    )


def digest(path: Path) -> str:
    """SHA-256 of a file. Blocking."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _prune(state: State) -> None:
    # What was being applied is kept until someone has looked at it.
    known = all_plans(state)
    done = [each for each in known if each.progress not in {"applying", "indeterminate"}]
    for number, old in enumerate(done):
        forgotten = (
            (old.progress == "waiting" and old.expired)
            or time.time() - old.made_at > REMEMBERED_SECONDS
            or (number >= KEPT and not state.shared)
        )
        if forgotten:
            with state.transaction() as db:
                db.execute("DELETE FROM plans WHERE id = ? AND progress = ?", (old.id, old.progress))
        if forgotten or number >= KEPT:
            shutil.rmtree(folder_of(state, old.id), ignore_errors=True)
    folder, names = state.directory / FOLDER, {each.id for each in known}
    for each in folder.iterdir() if folder.is_dir() else ():  # left by a server that was killed while it planned
        if each.name not in names and time.time() - each.stat().st_mtime > ABANDONED_SECONDS:
            shutil.rmtree(each, ignore_errors=True)


def _seal(state: State, plan_id: str, text: str) -> str:
    return hmac.new(state.key("plans.key"), canonical([plan_id, text]).encode(), hashlib.sha256).hexdigest()


def _unknown(plan_id: str) -> NotFoundError:
    return NotFoundError(
        _("There is no plan {id}.", id=plan_id[:40]),
        _("Make one with plan_terraform; plans are kept for {hours} hours.", hours=VALID_SECONDS // 3600),
    )
