"""Thinks an apply through: is it still the plan that was judged, and what must the person know."""

import hashlib

import anyio.to_thread

from resources.catalogue import _
from tools.context import Deps
from tools.guard.action import Action
from tools.guard.decision import Decision, Reason
from tools.guard.errors import ExpectedError, WorkspaceError
from tools.terraform.apply_intent import ApplyIntent
from tools.terraform.judge_run import target_reasons
from tools.terraform.risk_report import RiskReport
from tools.terraform.saved_plan import PLAN, PlanChangedError, SavedPlan, digest, folder_of, load, report_of

MOST_SHOWN = 8
SHOWN = ("critical", "high", "medium")


class NotWaitingError(ExpectedError):
    """The plan has been applied already, or is being applied, or nobody knows how far it came."""


async def think_apply(deps: Deps, plan_id: str) -> ApplyIntent:
    """The judged intent of applying `plan_id`. Nothing has run.

    Raises:
        NotFoundError: there is no such plan.
        NotWaitingError: it was applied or interrupted, or is too old.
        PlanChangedError: the kept bytes are not those that were judged.
        WorkspaceError: it is a plan of another workspace of the server.
    """
    return await anyio.to_thread.run_sync(_think, deps, plan_id)


def check_waiting(plan: SavedPlan) -> None:
    """Refuse a plan that is not waiting any more. Raises NotWaitingError."""
    if plan.progress == "waiting" and not plan.expired:
        return
    if plan.progress in {"applying", "indeterminate"}:
        raise NotWaitingError(
            _("Plan {id} was being applied and did not end as it should: it is never applied twice.", id=plan.id),
            _("See what is there with plan_terraform and refresh_only, then plan anew."),
        )
    if plan.progress == "waiting":
        raise NotWaitingError(_("Plan {id} is too old.", id=plan.id), _("Make a new plan."))
    raise NotWaitingError(_("Plan {id} has been used ({progress}).", id=plan.id, progress=plan.progress),
                          _("Make a new plan."))  # fmt: skip


def _think(deps: Deps, plan_id: str) -> ApplyIntent:
    state = deps.guard.journal.state
    plan = load(state, plan_id)
    if plan.workspace_root != str(deps.place.root):
        raise WorkspaceError(
            _("Plan {id} was made in another workspace: {path}.", id=plan.id, path=plan.workspace_root)
        )
    check_waiting(plan)
    if deps.checkout is not None and plan.state_in_workspace:
        raise WorkspaceError(
            _("The state of plan {id} would stay in your private checkout, where nobody finds it.", id=plan.id),
            _("Name a remote backend in the configuration, then plan anew."),
        )
    bytes_here = folder_of(state, plan.id) / PLAN
    if bytes_here.is_file() and digest(bytes_here) != plan.sha256:  # another machine looks when it has brought them
        raise PlanChangedError(_("The plan {id} is not the one that was judged.", id=plan.id), _("Make a new plan."))
    report = report_of(state, plan)
    action = _action(plan, report)
    reasons = [Reason(rule="terraform.apply", verdict="ask", message=plan.summary)]
    shown = [each for each in report.risks if each.level in SHOWN]
    for risk in shown[:MOST_SHOWN]:
        message = f"[{risk.level}] {risk.address}: {risk.message}"
        reasons.append(Reason(rule=f"terraform.apply.{risk.rule}", verdict="ask", message=message))
    if len(shown) > MOST_SHOWN:
        message = _("Other risks that are no less than medium: {count}.", count=len(shown) - MOST_SHOWN)
        reasons.append(Reason(rule="terraform.apply.more", verdict="ask", message=message))
    if report.unknown:
        message = _("{count} things are known only when it is applied.", count=len(report.unknown))
        reasons.append(Reason(rule="terraform.apply.unknown", verdict="ask", message=message))
    if plan.dirty and plan.commit:
        message = _("The configuration has changes that are not committed.")
        reasons.append(Reason(rule="terraform.apply.dirty", verdict="ask", message=message))
    reasons += target_reasons(deps, deps.place.root, plan.workspace, changes=True)
    decision = deps.guard.judge(action, Decision.of(reasons), changes=True)
    return ApplyIntent(plan, report, action, decision)


def _action(plan: SavedPlan, report: RiskReport) -> Action:
    lost = report.blast_radius.stateful_lost
    undo = _("rollback_terraform plans the commit before; what was destroyed comes back empty.")
    if lost:
        undo = _("Nothing brings back the data of {names}; take a backup first.", names=", ".join(lost[:5]))
    return Action(
        tool="apply_terraform",
        target=f"{plan.folder} ({plan.workspace})",
        arguments={"plan_id": plan.id, "program": f"{plan.program} {plan.program_version}", "commit": plan.commit},
        digests={
            "plan": plan.sha256,
            "lock_file": plan.lock_file_sha256 or "",
            "tree": plan.tree_sha256,
            "report": plan.report_sha256,
            "state": f"{plan.state.lineage}/{plan.state.serial}",
            "workspace": plan.workspace,
            "record": hashlib.sha256(plan.model_dump_json().encode()).hexdigest(),
        },
        what=_("Apply plan {id} in {path}, workspace {workspace}. {summary}", id=plan.id, path=plan.folder,
               workspace=plan.workspace, summary=plan.summary),
        undo=undo,
    )  # fmt: skip
