"""The tool that applies a saved plan, exactly as a person approved it, once."""

from typing import Annotated

from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import Field

from resources.catalogue import _
from tools.context import Given
from tools.guard.gate import ApprovalRequired, Consent, answered
from tools.terraform.apply_intent import ApplyIntent
from tools.terraform.apply_result import ApplyResult


async def planned(deps: Given, plan_id: str) -> ApplyIntent:
    """The apply as it would be, judged. Resolved for the question and for the act."""
    from tools.terraform.think_apply import think_apply  # noqa: PLC0415 - cold start

    return await think_apply(deps, plan_id)


async def consent_to_apply(
    deps: Given, intent: Annotated[ApplyIntent, Resolve(planned)], approval: str | None
) -> Elicit[Consent] | Consent | None:
    """Ask the person, where the client can."""
    if approval or not deps.can_ask or intent.decision.decision != "ask":
        return None
    return deps.guard.question(intent.action, intent.decision)


async def apply_terraform(
    deps: Given,
    intent: Annotated[ApplyIntent, Resolve(planned)],
    consent: Annotated[ElicitationResult[Consent], Resolve(consent_to_apply)],
    plan_id: Annotated[str, Field(description="From plan_terraform.")],
    approval: Annotated[str | None, Field(description="Id a person approved.")] = None,
) -> ApplyResult:
    """Apply a saved plan, once, exactly as it was judged; a person always approves.

    Refused when plan, lock file, report or state changed. The state is saved first; a refresh verifies afterwards.
    """
    from tools.terraform.apply_run import apply_plan  # noqa: PLC0415 - cold start

    admitted = await deps.guard.admit(
        intent.action, intent.decision, who=deps.who, answer=answered(consent), approval=approval
    )
    if isinstance(admitted, ApprovalRequired):
        told = _("A person must approve this plan. {how}", how=admitted.how)
        return ApplyResult(summary=told, status="approval_required", plan_id=plan_id, approval_required=admitted)
    async with deps.guard.recorded(admitted, who=deps.who) as entry:
        result = await apply_plan(deps, intent)
        entry.result = "ok" if result.outcome == "applied" else "failed"
        entry.details.update(outcome=result.outcome, changes=result.changes, drift=result.drift)
    return result
