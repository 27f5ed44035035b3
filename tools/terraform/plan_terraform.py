"""The tool that plans: the real program in a private copy, its plan judged, kept, and not applied."""

from typing import Annotated, Literal

from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import Field

from resources.catalogue import _
from tools.context import Given
from tools.guard.gate import ApprovalRequired, Consent, answered
from tools.terraform.plan_intent import PlanIntent
from tools.terraform.plan_result import PlanResult

Engine = Literal["auto", "terraform", "tofu"]


async def planned(
    deps: Given,
    path: str,
    workspace: str,
    var_files: list[str],
    targets: list[str],
    refresh_only: bool,
    destroy: bool,
    plan_json: str | None,
    engine: Engine,
) -> PlanIntent | None:
    """The run as it would be, judged; None where a plan made elsewhere is only read."""
    from tools.terraform.think_plan import Wanted, is_binary, think_plan  # noqa: PLC0415 - cold start

    if plan_json is not None and not await is_binary(deps.place, plan_json):
        return None

    wanted = Wanted(
        path=path,
        workspace=workspace,
        var_files=tuple(var_files),
        targets=tuple(targets),
        refresh_only=refresh_only,
        destroy=destroy,
        engine=engine,
        plan_file=plan_json,
    )
    return await think_plan(deps, wanted)


async def consent_to_plan(
    deps: Given, intent: Annotated[PlanIntent | None, Resolve(planned)], approval: str | None
) -> Elicit[Consent] | Consent | None:
    """Ask the person, where the guard wants that and the client can."""
    if intent is None or approval or not deps.can_ask or intent.decision.decision != "ask":
        return None
    return deps.guard.question(intent.action, intent.decision)


async def plan_terraform(
    deps: Given,
    intent: Annotated[PlanIntent | None, Resolve(planned)],
    consent: Annotated[ElicitationResult[Consent], Resolve(consent_to_plan)],
    path: Annotated[str, Field(description="Folder of the root module.")] = ".",
    workspace: Annotated[str, Field(description="Terraform workspace.")] = "default",
    var_files: Annotated[list[str], Field(description="Relative to path.")] = [],  # noqa: B006 - frozen by the SDK
    targets: Annotated[list[str], Field(description="Addresses; for emergencies.")] = [],  # noqa: B006 - as above
    refresh_only: Annotated[bool, Field(description="Only look for drift.")] = False,
    destroy: Annotated[bool, Field(description="Plan the end of everything.")] = False,
    plan_json: Annotated[
        str | None, Field(description="Judge this file instead: `show -json` output, or a plan of this folder.")
    ] = None,
    engine: Annotated[Engine, Field(description="Which program.")] = "auto",
    approval: Annotated[str | None, Field(description="Id a person approved.")] = None,
) -> PlanResult:
    """Plan with Terraform or OpenTofu in a private copy, and judge the plan: risks, blast radius, cost, unknowns.

    Changes nothing; apply_terraform applies exactly this plan once a person approved it.
    """
    from tools.escalation.by_itself import by_itself  # noqa: PLC0415 - cold start
    from tools.terraform.plan_run import judge_elsewhere, run_plan  # noqa: PLC0415 - cold start

    if intent is None:
        return await judge_elsewhere(deps, plan_json or "")
    admitted = await deps.guard.admit(
        intent.action, intent.decision, who=deps.who, answer=answered(consent), approval=approval
    )
    if isinstance(admitted, ApprovalRequired):
        told = _("A person must approve making this plan. {how}", how=admitted.how)
        return PlanResult(summary=told, status="approval_required", approval_required=admitted)
    async with deps.guard.recorded(admitted, who=deps.who) as entry:
        result = await run_plan(deps, intent)
        entry.details.update(plan=result.plan_id, verdict=result.report.verdict if result.report else None)
    await by_itself(deps, result.report.escalations if result.report else [])
    return result
