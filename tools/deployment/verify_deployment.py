"""The tool that looks whether a deployed service answers as it should."""

from typing import Annotated

from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import Field

from resources.catalogue import _
from tools.context import Given
from tools.deployment.checks import CheckResult, DeploymentCheck, Verdict
from tools.deployment.verify_plan import Pace, VerifyPlan
from tools.guard.gate import ApprovalRequired, Consent, answered
from tools.model import Model


class VerifyResult(Model):
    """Whether it works, with what was seen. `unknown` is never a pass."""

    summary: str
    verdict: Verdict
    environment: str
    checks: list[CheckResult] = []
    approval_required: ApprovalRequired | None = None


async def planned(
    deps: Given, path: str, environment: str, checks: list[DeploymentCheck], probes: int, deadline: float
) -> VerifyPlan:
    """What would be asked, judged."""
    from tools.deployment.think_verify import think_verify  # noqa: PLC0415 - cold start

    return await think_verify(deps, path, environment or None, checks, Pace(probes, deadline))


async def consent_to_verify(
    deps: Given, plan: Annotated[VerifyPlan, Resolve(planned)], approval: str
) -> Elicit[Consent] | Consent | None:
    """Ask the person, where the guard wants that and the client can."""
    if approval or not deps.can_ask or plan.decision.decision != "ask":
        return None
    return deps.guard.question(plan.action, plan.decision)


async def verify_deployment(
    deps: Given,
    plan: Annotated[VerifyPlan, Resolve(planned)],
    consent: Annotated[ElicitationResult[Consent], Resolve(consent_to_verify)],
    path: Annotated[str, Field(description="Repository folder.")] = ".",
    environment: Annotated[str, Field(description="Of devops.yaml.")] = "",
    checks: Annotated[list[DeploymentCheck], Field(description="Default: its url.")] = [],  # noqa: B006 - frozen by the SDK
    probes: Annotated[int, Field(description="Requests a check.")] = 5,
    deadline: Annotated[float, Field(description="Seconds.")] = 60.0,
    approval: Annotated[str, Field(description="Number of the approval.")] = "",
) -> VerifyResult:
    """Check a deployed service (default: the last environment's url); retries for `deadline` seconds.

    target: URL, host:port (tls, tcp), host (dns), name. expect: status or body text, Location, days left (tls),
    addresses, PromQL. max_ms: p95.
    """
    from tools.deployment.verify_run import verify  # noqa: PLC0415 - cold start

    admitted = await deps.guard.admit(
        plan.action, plan.decision, who=deps.who, answer=answered(consent), approval=approval or None
    )
    if isinstance(admitted, ApprovalRequired):
        told = _("A person must approve these checks. {how}", how=admitted.how)
        return VerifyResult(
            summary=told, verdict="unknown", environment=plan.environment.name, approval_required=admitted
        )
    async with deps.guard.recorded(admitted, who=deps.who) as entry:
        result = await verify(deps, plan)
        entry.details.update(verdict=result.verdict)
    return result
