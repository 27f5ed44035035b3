"""Carries an approved plan out: the same bytes, on the same state, once; then looks whether the cloud agrees."""

import asyncio
import json
import time
from contextlib import suppress
from pathlib import Path

import anyio
import anyio.to_thread

from resources.catalogue import _
from tools.context import Deps
from tools.guard.errors import ExpectedError, ProgramMissingError
from tools.guard.journal import INSTANCE
from tools.guard.process import run
from tools.guard.server_process import owner
from tools.guard.state import State
from tools.terraform.apply_intent import ApplyIntent
from tools.terraform.apply_result import ApplyResult, Progress
from tools.terraform.diagnostic import Diagnostic, diagnostics
from tools.terraform.given_secrets import state_secrets
from tools.terraform.left_in_copy import listing, written
from tools.terraform.plan_files import bring
from tools.terraform.plan_scrub import Scrub
from tools.terraform.plan_secrets import secrets_of
from tools.terraform.plan_steps import LOCK_FILE, LOCK_SECONDS, PlanRequest, Steps, mark_of, pull
from tools.terraform.program import GRACE, LONGEST, Program, TerraformError, call, environment, find
from tools.terraform.run_lock import run_lock
from tools.terraform.saved_plan import (
    LOG,
    PLAN,
    SETTINGS,
    TREE,
    PlanChangedError,
    SavedPlan,
    claim,
    digest,
    folder_of,
    load,
    record,
    report_of,
)
from tools.terraform.state_backup import back_up
from tools.terraform.think_apply import check_waiting
from tools.terraform.verify_apply import cloud_differs
from tools.terraform.working_copy import tree_digest

LOOK_SECONDS = 0.3


class StalePlanError(ExpectedError):
    """The state is not the one the plan was made against."""


async def apply_plan(deps: Deps, intent: ApplyIntent) -> ApplyResult:
    """Apply the plan of `intent` under the lock, after a last look at everything it was approved with.

    What it prints goes to a file, and it inherits the lock: when this server is killed it goes on to its end, and
    nothing else can begin meanwhile.

    Raises:
        LockedError: another run holds the configuration.
        NotWaitingError: somebody else was faster.
        PlanChangedError: plan, lock file or report are not what was approved.
        StalePlanError: the state has moved on.
    """
    state = deps.guard.journal.state
    async with run_lock(state, intent.plan.key, f"apply {intent.plan.id} in {intent.plan.folder}") as lock:
        plan = await anyio.to_thread.run_sync(load, state, intent.plan.id)
        check_waiting(plan)
        place = folder_of(state, plan.id)
        folder = place / TREE / plan.relative
        fresh = await anyio.to_thread.run_sync(bring, state, plan)
        await anyio.to_thread.run_sync(_same, state, plan, intent)
        program = (
            await _program(plan) if fresh else Program(plan.program, Path(plan.program).name, plan.program_version)
        )
        data = state.directory / "terraform" / "data" / plan.key
        home = state.directory / "terraform" / "home"
        given = environment(data, place / SETTINGS, home, plan.workspace, credentials=plan.credentials)
        if fresh:
            for each in (data, home):
                each.mkdir(mode=0o700, parents=True, exist_ok=True)
            await Steps(program, PlanRequest(folder, plan.workspace), given, lock, deps.progress).prepare()
        content = await pull(program, folder, given, lock)
        if mark_of(content) != plan.state:
            raise StalePlanError(
                _("The state has changed since plan {id} was made.", id=plan.id), _("Make a new plan and judge it.")
            )
        shown = await call(program, ["show", "-json", str(place / PLAN)], cwd=folder, env=given, lock=lock)
        scrub = await anyio.to_thread.run_sync(lambda: Scrub(secrets_of(shown.stdout.encode())))
        backup = await anyio.to_thread.run_sync(back_up, state, plan.key, content)
        if backup is not None and state.artefacts.shared:  # the disk of a worker is no place for the only copy
            await anyio.to_thread.run_sync(state.artefacts.put, f"states/{plan.id}", content.encode())
        files = await anyio.to_thread.run_sync(listing, place / TREE)
        began = time.monotonic()
        plan = plan.model_copy(update={"process": owner(), "instance": INSTANCE})
        if not await anyio.to_thread.run_sync(claim, state, plan):
            check_waiting(await anyio.to_thread.run_sync(load, state, plan.id))
        try:
            status = await _apply(deps, program, place, folder, given, lock, scrub)
        except BaseException:  # cancelled too, the note must say how far it came
            with anyio.CancelScope(shield=True):
                await _note(state, plan, outcome_of(place / LOG, None), None)
            raise
        outcome = outcome_of(place / LOG, status)
        await _note(state, plan, outcome, None)
        left = written(files, await anyio.to_thread.run_sync(listing, place / TREE))
        drift = await cloud_differs(deps, program, folder, given, lock, plan.var_files)
        output = await anyio.to_thread.run_sync((place / LOG).read_text)
        messages = [_clean(each, scrub) for each in diagnostics(output)]
        if messages:  # what the cloud gave, such as a password of its own making, stands in the new state alone
            with suppress(TerraformError):
                later = Scrub(state_secrets(await pull(program, folder, given, lock)))
                messages = [_clean(each, later) for each in messages]
    await anyio.to_thread.run_sync(_keep_log, state, plan, place / LOG, scrub)
    result = _result(plan, outcome, output, messages, drift, backup, round(time.monotonic() - began, 3))
    if left:
        told = _(
            "It wrote files into the private copy, not into your folder: {names}, under {path}. Copy what you need.",
            names=", ".join(left[:10]),
            path=place / TREE,
        )
        result.next.append(told)
    return result


def outcome_of(log: Path, status: int | None) -> Progress:
    """How far an apply came, from its log and its status (None when nobody saw it end). Blocking, small.

    Only a log that says that the apply is complete counts as applied. A refusal before the first change is `failed`;
    everything between is `indeterminate`, for nobody knows what the provider had begun.
    """
    try:
        lines = [each for each in log.read_text(encoding="utf-8", errors="replace").splitlines() if each[:1] == "{"]
    except FileNotFoundError:
        return "indeterminate"
    kinds: list[str] = []
    for line in lines:
        with suppress(ValueError):
            told = json.loads(line)
            done = told.get("type") == "change_summary" and told.get("changes", {}).get("operation") == "apply"
            kinds.append("complete" if done else str(told.get("type")))
    if "complete" in kinds and status in {0, None}:
        return "applied"
    if status is None:
        return "indeterminate"
    # Terraform itself ended: what failed is told, and what was done before is in the state.
    return "failed"


async def _program(plan: SavedPlan) -> Program:
    """The program that made the plan, which must be here in the same version.

    Raises:
        ProgramMissingError: it is not.
    """
    tofu = Path(plan.program).name.startswith("tofu")
    found = await find("tofu" if tofu else "terraform", Path(plan.workspace_root))
    if (found.path, found.version) != (plan.program, plan.program_version):
        raise ProgramMissingError(
            _("Plan {id} was made by {path} {version}, which is not on this machine.", id=plan.id, path=plan.program,
              version=plan.program_version),
            _("Install the same program on every worker."),
        )  # fmt: skip
    return found


def _keep_log(state: State, plan: SavedPlan, log: Path, scrub: Scrub) -> None:
    """Keep what the program said where other machines find it too, without the secrets that the plan knew."""
    if state.artefacts.shared:
        state.artefacts.put(f"logs/{plan.id}", scrub(log.read_text(encoding="utf-8", errors="replace")).encode())


def _same(state: State, plan: SavedPlan, intent: ApplyIntent) -> None:
    """Refuse what is not what the person approved: the record, and every file that it names by its hash."""
    place = folder_of(state, plan.id)
    lock_file = place / TREE / plan.relative / LOCK_FILE
    locked = digest(lock_file) if lock_file.is_file() else None
    found = (digest(place / PLAN), locked, tree_digest(place / TREE))
    report_of(state, plan)
    if plan != intent.plan or found != (plan.sha256, plan.lock_file_sha256, plan.tree_sha256):
        raise PlanChangedError(_("The plan {id} is not the one that was judged.", id=plan.id), _("Make a new plan."))


async def _note(state: State, plan: SavedPlan, progress: Progress, process: str | None) -> None:
    changed = plan.model_copy(update={"progress": progress, "process": process})
    await anyio.to_thread.run_sync(record, state, changed)


async def _apply(
    deps: Deps, program: Program, place: Path, folder: Path, given: dict[str, str], lock: int, scrub: Scrub
) -> int:
    log = place / LOG
    log.touch(mode=0o600)
    arguments = ["apply", "-input=false", "-json", f"-lock-timeout={LOCK_SECONDS}s", str(place / PLAN)]
    telling = asyncio.ensure_future(_tell(deps, log, scrub))
    try:
        done = await run(
            # To a file: a pipe would break when this server is killed, and end terraform in the middle.
            ["sh", "-c", 'exec "$@" >>"$0" 2>&1', str(log), program.path, *arguments],
            cwd=folder,
            env=given,
            timeout=LONGEST,
            grace=GRACE,
            pass_fds=(lock,),
        )
    finally:
        telling.cancel()
    return done.returncode


async def _tell(deps: Deps, log: Path, scrub: Scrub) -> None:
    """Tell the client what the log says, as it grows."""
    at = count = 0
    while True:
        text = await anyio.to_thread.run_sync(_from, log, at)
        whole, newline, _rest = text.rpartition(b"\n")
        at += len(whole) + len(newline)
        for line in whole.decode("utf-8", errors="replace").splitlines():
            with suppress(ValueError):
                told = json.loads(line)
                if told.get("type") in {"apply_start", "apply_progress", "apply_complete", "apply_errored"}:
                    count += told["type"] == "apply_complete"
                    await deps.progress(count, None, scrub(str(told.get("@message", ""))))
        await asyncio.sleep(LOOK_SECONDS)


def _from(log: Path, at: int) -> bytes:
    with log.open("rb") as stream:
        stream.seek(at)
        return stream.read()


def _clean(each: Diagnostic, scrub: Scrub) -> Diagnostic:
    return each.model_copy(update={"summary": scrub(each.summary), "detail": scrub(each.detail)})


def _result(
    plan: SavedPlan,
    outcome: Progress,
    output: str,
    messages: list[Diagnostic],
    drift: bool | None,
    backup: Path | None,
    seconds: float,
) -> ApplyResult:
    counts = {"add": 0, "change": 0, "remove": 0}
    done: list[str] = []
    for line in output.splitlines():
        with suppress(ValueError):
            told = json.loads(line)
            if told.get("type") == "change_summary":
                counts = {name: int(told["changes"].get(name, 0)) for name in counts}
            elif told.get("type") == "apply_complete":
                done.append(str(told["hook"]["resource"]["addr"]))
    stopped = _("Plan {id} failed after {count} changes; what was done is in the state.", id=plan.id, count=len(done))
    summary = {
        "applied": _("Plan {id} was applied: {add} added, {change} changed, {remove} destroyed.", id=plan.id, **counts),
        "failed": stopped,
    }.get(outcome, _("Nobody knows how far plan {id} came.", id=plan.id))
    following: list[str] = []
    if drift:
        following.append(_("The cloud differs from the state: look with plan_terraform and refresh_only."))
    if drift is None:
        following.append(_("Whether the cloud agrees could not be seen: plan again with refresh_only."))
    if outcome != "applied":
        following.append(_("Make a new plan: it shows what is left to do. Nothing is applied twice."))
    return ApplyResult(
        summary=summary,
        status="done",
        outcome=outcome,
        plan_id=plan.id,
        changes=counts,
        completed=done[:200],
        diagnostics=messages[:30],
        drift=drift,
        state_backup=str(backup) if backup else None,
        seconds=seconds,
        next=following,
    )
