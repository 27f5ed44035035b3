"""The tool that tries an image: started behind limits, waited for until it is healthy, its logs read, removed."""

from typing import Annotated, Literal

from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import Field

from resources.catalogue import _
from tools.containers.run_plan import RunPlan
from tools.context import Given
from tools.guard.gate import ApprovalRequired, Consent, answered
from tools.model import Model

Network = Literal["none", "bridge"]


class RunResult(Model):
    """How the image behaved. `healthy` is null when it has no health check: then it only had to stay up."""

    summary: str
    status: Literal["done", "approval_required"]
    passed: bool | None = None
    state: str | None = Field(default=None, description="running, exited, or dead, before it was stopped.")
    healthy: bool | None = None
    health_output: str | None = Field(default=None, description="What its last health check printed.")
    exit_status: int | None = None
    out_of_memory: bool = False
    seconds: float = Field(default=0.0, description="Until healthy, or until it ended.")
    logs: str = ""
    truncated: bool = False
    limits: dict[str, str] = {}
    approval_required: ApprovalRequired | None = None


async def planned(
    deps: Given,
    image: str,
    command: list[str],
    environment: dict[str, str],
    network: Network,
    memory: str,
    wait: float,
    writable: list[str],
) -> RunPlan:
    """The run as it would be, judged. Resolved once for the question and the act."""
    from tools.containers.plan_run import plan_run  # noqa: PLC0415 - cold start

    return await plan_run(
        deps,
        image=image,
        command=command,
        environment=environment,
        network=network,
        memory=memory,
        wait=wait,
        writable=writable,
    )


async def consent_to_run(
    deps: Given, plan: Annotated[RunPlan, Resolve(planned)], approval: str | None
) -> Elicit[Consent] | Consent | None:
    """Ask the person, where the guard wants that and the client can."""
    if approval or not deps.can_ask or plan.decision.decision != "ask":
        return None
    return deps.guard.question(plan.action, plan.decision)


async def run_container(
    deps: Given,
    plan: Annotated[RunPlan, Resolve(planned)],
    consent: Annotated[ElicitationResult[Consent], Resolve(consent_to_run)],
    image: Annotated[str, Field(description="An image the engine has; nothing is pulled.")],
    command: Annotated[list[str], Field(description="Instead of the image's own.")] = [],  # noqa: B006 - frozen by the SDK
    environment: Annotated[dict[str, str], Field(description="Plain settings.")] = {},  # noqa: B006 - as above
    network: Annotated[Network, Field(description="bridge only if it must reach others.")] = "none",
    memory: Annotated[str, Field(pattern=r"^\d{1,6}[kmg]$", description="Limit.")] = "512m",
    wait: Annotated[float, Field(gt=0, le=600, description="Seconds to become healthy, or to stay up.")] = 30.0,
    writable: Annotated[list[str], Field(description="Folders given as tmpfs besides /tmp.")] = [],  # noqa: B006 - as above
    approval: Annotated[str | None, Field(description="Id a person approved.")] = None,
) -> RunResult:
    """Smoke-test an image: read-only root, no capabilities, limits, no network; always stopped and removed.

    It passes when its health check succeeds; without one, when it stays up or ends with status 0.
    """
    from tools.containers.smoke_test import smoke_test  # noqa: PLC0415 - cold start

    admitted = await deps.guard.admit(
        plan.action, plan.decision, who=deps.who, answer=answered(consent), approval=approval
    )
    if isinstance(admitted, ApprovalRequired):
        told = _("A person must approve this run. {how}", how=admitted.how)
        return RunResult(summary=told, status="approval_required", approval_required=admitted)
    async with deps.guard.recorded(admitted, who=deps.who) as entry:
        result = await smoke_test(deps, plan)
        entry.result = "ok" if result.passed else "failed"
        entry.details.update(state=result.state, exit_status=result.exit_status, healthy=result.healthy)
    return result
