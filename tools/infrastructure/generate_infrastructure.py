"""The tool that generates the Terraform of a brief, and has it judged by the real checkers."""

from typing import Annotated, Any

from pydantic import Field

from resources.catalogue import speaking
from tools.context import Given
from tools.delivery import Delivery
from tools.infrastructure.layout import Layout
from tools.prove import prove
from tools.resolve_brief import resolve_brief


async def generate_infrastructure(
    deps: Given,
    path: Annotated[str, Field(description="Repository folder.")] = ".",
    layout: Annotated[Layout, Field(description="One root an environment, or workspaces.")] = "directories",
    moved: Annotated[dict[str, str], Field(description="Old address: new.")] = {},  # noqa: B006 - frozen by the SDK
    imports: Annotated[dict[str, dict[str, str]], Field(description="Environment: {address: id}.")] = {},  # noqa: B006 - as above
    brief: Annotated[dict[str, Any] | None, Field(description="Wins over devops.yaml.")] = None,
) -> Delivery:
    """Generate Terraform (AWS, GCP): modules, environments, state bootstrap, tests, cost estimate.

    SLA, budget and regulations decide. Nothing is written.
    """
    from tools.infrastructure.generate import infrastructure  # noqa: PLC0415 - the generators are not needed to start

    resolved, project = await resolve_brief(deps, path, brief or {})
    with speaking(resolved.language or deps.language):
        await deps.progress(1, 3, "generate")
        delivery = infrastructure(resolved, layout, moved=moved, imports=imports)
        await deps.progress(2, 3, "validate")
        return await prove(delivery, questions=project.questions)
