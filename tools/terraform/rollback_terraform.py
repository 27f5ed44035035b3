"""The tool that plans the way back: an earlier commit, judged and approved like any other plan."""

from typing import Annotated

from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import Field

from resources.catalogue import _
from tools.context import Given
from tools.guard.gate import ApprovalRequired, Consent, answered
from tools.terraform.plan_intent import PlanIntent
from tools.terraform.plan_result import PlanResult


async def planned(deps: Given, path: str, workspace: str, var_files: list[str], revision: str) -> PlanIntent:
    """The plan of the earlier commit as it would be, judged."""
    from tools.terraform.think_rollback import think_rollback  # noqa: PLC0415 - cold start

    return await think_rollback(deps, path, workspace, tuple(var_files), revision)


async def consent_to_plan(
    deps: Given, intent: Annotated[PlanIntent, Resolve(planned)], approval: str | None
) -> Elicit[Consent] | Consent | None:
    """Ask the person, where the guard wants that and the client can."""
    if approval or not deps.can_ask or intent.decision.decision != "ask":
        return None
    return deps.guard.question(intent.action, intent.decision)


async def rollback_terraform(
    deps: Given,
    intent: Annotated[PlanIntent, Resolve(planned)],
    consent: Annotated[ElicitationResult[Consent], Resolve(consent_to_plan)],
    path: Annotated[str, Field(description="Folder of the root module.")] = ".",
    workspace: Annotated[str, Field(description="Terraform workspace.")] = "default",
    var_files: Annotated[list[str], Field(description="Relative to path, as they were in that commit.")] = [],  # noqa: B006 - frozen by the SDK
    revision: Annotated[str, Field(description="Commit to go back to.")] = "HEAD~1",
    approval: Annotated[str | None, Field(description="Id a person approved.")] = None,
) -> PlanResult:
    """Plan an earlier commit of the configuration, to go back to it with apply_terraform.

    Configuration comes back, data does not: `data_not_restored` names what would be empty.
    """
    from tools.terraform.plan_run import run_plan  # noqa: PLC0415 - cold start

    admitted = await deps.guard.admit(
        intent.action, intent.decision, who=deps.who, answer=answered(consent), approval=approval
    )
    if isinstance(admitted, ApprovalRequired):
        told = _("A person must approve making this plan. {how}", how=admitted.how)
        return PlanResult(summary=told, status="approval_required", approval_required=admitted)
    async with deps.guard.recorded(admitted, who=deps.who) as entry:
        result = await run_plan(deps, intent)
        entry.details.update(plan=result.plan_id, revision=intent.revision)
    lost = result.report.blast_radius.stateful_lost if result.report else []
    return result.model_copy(update={"data_not_restored": lost})
