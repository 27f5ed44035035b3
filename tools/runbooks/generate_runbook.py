"""The tool that writes the runbooks of a service."""

from typing import Annotated, Any

from pydantic import Field

from resources.catalogue import speaking
from tools.context import Given
from tools.delivery import Delivery
from tools.prove import prove
from tools.resolve_brief import resolve_brief
from tools.runbooks.procedure import Kind


async def generate_runbook(
    deps: Given,
    kinds: Annotated[list[Kind] | None, Field(description="Default: all.")] = None,
    path: Annotated[str, Field(description="Repository folder inside the workspace.")] = ".",
    brief: Annotated[dict[str, Any] | None, Field(description="Fields of devops.yaml that win over the file.")] = None,
) -> Delivery:
    """Write runbooks with the exact commands of this service: what to do, how to know it worked, whom to call.

    Nothing is written.
    """
    from tools.runbooks.generate import generate  # noqa: PLC0415 - the generators are not needed to start

    resolved, project = await resolve_brief(deps, path, brief or {})
    with speaking(resolved.language or deps.language):
        return await prove(generate(resolved, kinds), questions=project.questions, brief=resolved)
