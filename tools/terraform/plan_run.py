"""Carries a judged plan out: under the lock, in a private copy, kept with everything an approval is bound to."""

import hashlib
import os
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import anyio
import anyio.to_thread

from resources.catalogue import _
from tools.containers.image_tag import revision as revision_of
from tools.context import Deps
from tools.guard.errors import NotFoundError, UnreadableFileError
from tools.guard.state import State
from tools.terraform.diagnostic import Diagnostic
from tools.terraform.given_secrets import state_secrets
from tools.terraform.interrupted_applies import unsettled
from tools.terraform.plan_files import publish
from tools.terraform.plan_intent import PlanIntent
from tools.terraform.plan_result import PlanResult
from tools.terraform.plan_scrub import Scrub
from tools.terraform.plan_secrets import secrets_of
from tools.terraform.plan_steps import LOCK_FILE, Made, PlanRequest, Steps, pull
from tools.terraform.program import Program, TerraformError, environment, installation
from tools.terraform.revision_tree import revision_tree
from tools.terraform.risk import assess
from tools.terraform.risk_report import RiskReport
from tools.terraform.run_lock import key_of, run_lock
from tools.terraform.saved_plan import (
    PLAN,
    SETTINGS,
    TREE,
    VALID_SECONDS,
    SavedPlan,
    create,
    digest,
    keep_report,
    new_id,
    record,
)
from tools.terraform.working_copy import keep_state_in, link_states, tree_digest, working_copy

LARGEST_JSON = 400_000_000


async def run_plan(deps: Deps, intent: PlanIntent) -> PlanResult:
    """Make the plan of `intent`, judge it and keep it.

    Raises:
        TerraformError: a step failed.
        LockedError: another run holds the configuration.
    """
    state = deps.guard.journal.state
    program = Program(intent.program, intent.program_name, intent.program_version)
    key = key_of(intent.folder, intent.workspace, intent.backend)
    home = state.directory / "terraform" / "home"
    data = state.directory / "terraform" / "data" / key
    for each in (home, data):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
    plan_id = new_id()
    commit, dirty = (intent.revision, False) if intent.revision else await revision_of(intent.folder)
    relative = intent.folder.relative_to(intent.base)
    async with run_lock(state, key, f"plan {intent.folder}") as lock, _tree(intent, state) as base:
        interrupted = await anyio.to_thread.run_sync(unsettled, state, key)
        place = await anyio.to_thread.run_sync(create, state, plan_id)
        try:
            copy = await anyio.to_thread.run_sync(working_copy, base, base / relative, place / TREE)
            await anyio.to_thread.run_sync(link_states, copy, intent.base, intent.folder)
            settings = place / SETTINGS
            settings.write_text(installation(os.environ, Path.home()), encoding="utf-8")
            if intent.backend == "local":
                keep_state_in(copy.folder, intent.folder, intent.local_state)
            request = PlanRequest(
                copy.folder, intent.workspace, intent.var_files, intent.targets, intent.refresh_only, intent.destroy
            )
            given = environment(data, settings, home, intent.workspace, credentials=intent.credentials)
            steps = Steps(program, request, given, lock, _telling(deps, intent))
            try:
                if intent.plan_file is not None:
                    return await _shown(deps, intent, steps, place)
                made = await steps.make(place / PLAN)
            except TerraformError as error:
                raise await _without_secrets(error, intent, steps) from None
            lock_file = copy.folder / LOCK_FILE
            report, scrub = await anyio.to_thread.run_sync(_judged, made.shown, intent.secrets)
            text = report.model_dump_json()
            saved = SavedPlan(
                id=plan_id,
                made_at=time.time(),
                program=program.path,
                program_version=program.version,
                workspace_root=str(intent.base),
                folder=str(intent.folder),
                relative=relative.as_posix(),
                workspace=intent.workspace,
                backend=intent.backend,
                key=key,
                sha256=await anyio.to_thread.run_sync(digest, place / PLAN),
                lock_file_sha256=digest(lock_file) if lock_file.is_file() else None,
                tree_sha256=await anyio.to_thread.run_sync(tree_digest, place / TREE),
                var_files=list(intent.var_files),
                state=made.state,
                report_sha256=hashlib.sha256(text.encode()).hexdigest(),
                verdict=report.verdict,
                summary=told(report),
                commit=commit,
                dirty=dirty,
                credentials=intent.credentials,
                executes=list(intent.executes),
                state_in_workspace=_state_in_workspace(intent),
            )
            await anyio.to_thread.run_sync(keep_report, state, plan_id, text)
            await anyio.to_thread.run_sync(publish, state, plan_id)
            await anyio.to_thread.run_sync(record, state, saved)
        except BaseException:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(_clear, place)
            raise
    if interrupted is not None:
        made.messages.insert(0, _half_applied(interrupted))
    return _result(deps, saved, report, made, scrub, list(copy.skipped))


def _state_in_workspace(intent: PlanIntent) -> bool:
    path = intent.folder / (intent.local_state.path or "terraform.tfstate")
    return intent.backend == "local" and path.resolve().is_relative_to(intent.base)


async def _shown(deps: Deps, intent: PlanIntent, steps: Steps, place: Path) -> PlanResult:
    """The report of a plan that was made elsewhere. It is not kept: nobody knows against which state it was made."""
    made = await steps.show(Path(intent.plan_file or ""))
    report, _scrub = await anyio.to_thread.run_sync(_judged, made.shown)
    await anyio.to_thread.run_sync(_clear, place)
    room = max(4_000, deps.output_limit - 3_000)
    return PlanResult(
        summary=told(report),
        status="done",
        report=report.within(room),
        program=f"{intent.program_name} {intent.program_version}",
        seconds=made.seconds,
    )


async def judge_elsewhere(deps: Deps, name: str) -> PlanResult:
    """Judge the JSON of a plan that was made elsewhere. Nothing is run.

    Raises:
        PlanJsonError: it is no plan.
    """
    path = deps.place.resolve(name)
    if not path.is_file():
        raise NotFoundError(_("There is no file {path} in the workspace.", path=name))

    def read() -> bytes:
        if path.stat().st_size > LARGEST_JSON:
            raise UnreadableFileError(_("{path} is too large to be a plan.", path=name))
        return path.read_bytes()

    content = await anyio.to_thread.run_sync(read)
    report, _scrub = await anyio.to_thread.run_sync(_judged, content)
    room = max(4_000, deps.output_limit - 3_000)
    return PlanResult(summary=told(report), status="done", report=report.within(room))


def told(report: RiskReport) -> str:
    """One sentence on a plan."""
    counts = report.summary
    return _(
        "Verdict: {verdict}. To create: {create}, to update: {update}, to replace: {replace}, to destroy: {destroy}; "
        "risks: {risks}, unknown: {unknown}.",
        verdict={"safe": _("safe"), "review": _("to be reviewed"), "dangerous": _("dangerous")}[report.verdict],
        create=counts.create,
        update=counts.update,
        replace=counts.replace,
        destroy=counts.destroy,
        risks=len(report.risks),
        unknown=len(report.unknown),
    )


def _judged(shown: bytes, secrets: frozenset[str] = frozenset()) -> tuple[RiskReport, Scrub]:
    return assess(shown), Scrub(secrets | secrets_of(shown))


def _telling(deps: Deps, intent: PlanIntent) -> Callable[[float, float | None, str], Awaitable[None]]:
    """How far it is, without the secrets that are known already."""
    scrub = Scrub(intent.secrets)

    async def tell(done: float, total: float | None, text: str) -> None:
        await deps.progress(done, total, scrub(text))

    return tell


async def _without_secrets(error: TerraformError, intent: PlanIntent, steps: Steps) -> TerraformError:
    """The same error where no plan says yet what is secret: the files and the state do."""
    secrets = intent.secrets
    if "plan" in steps.made.seconds:  # a provider has read what the state holds
        with suppress(TerraformError):
            secrets |= state_secrets(await pull(steps.program, steps.request.folder, steps.environment, steps.lock))
    return TerraformError(Scrub(secrets)(error.happened), error.next_step)


def _clear(place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)


@asynccontextmanager
async def _tree(intent: PlanIntent, state: State) -> AsyncIterator[Path]:
    """The tree to copy: the workspace, or for a rollback the commit."""
    if intent.revision is None:
        yield intent.base
        return
    async with revision_tree(state, intent.base, intent.revision) as tree:
        yield tree


def _half_applied(plan: SavedPlan) -> Diagnostic:
    when = datetime.fromtimestamp(plan.made_at, UTC).isoformat(timespec="minutes")
    return Diagnostic(
        severity="warning",
        summary=_("Nobody saw the apply of plan {id} (made {when}) end: this plan shows what is left.", id=plan.id,
                  when=when),
        detail=_("What it had begun and not written to the state is not shown: look in the cloud for such things, and "
                 "import or remove them before you apply."),
    )  # fmt: skip


def _result(
    deps: Deps, saved: SavedPlan, report: RiskReport, made: Made, scrub: Scrub, skipped: list[str]
) -> PlanResult:
    def clean(each: Diagnostic) -> Diagnostic:
        return each.model_copy(update={"summary": scrub(each.summary), "detail": scrub(each.detail)})

    expires = datetime.fromtimestamp(saved.made_at + VALID_SECONDS, UTC)
    room = max(4_000, deps.output_limit - 5_000)
    return PlanResult(
        summary=told(report),
        status="done",
        plan_id=saved.id,
        report=report.within(room),
        program=f"{Path(saved.program).name} {saved.program_version}",
        workspace=saved.workspace,
        commit=f"{saved.commit}-dirty" if saved.commit and saved.dirty else saved.commit,
        unformatted=made.unformatted[:50],
        diagnostics=[clean(each) for each in made.messages][:30],
        seconds=made.seconds,
        expires_at=expires.isoformat(timespec="seconds").replace("+00:00", "Z"),
        skipped=skipped[:20],
    )
