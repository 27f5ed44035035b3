"""The tool that generates a CI/CD pipeline and has it judged by the real checkers."""

from typing import Annotated, Any

from pydantic import Field

from resources.catalogue import speaking
from tools.brief import PipelinePlatform
from tools.context import Given
from tools.delivery import Delivery
from tools.existing_files import existing_files
from tools.migrations.with_migrations import with_migrations
from tools.prove import prove
from tools.resolve_brief import resolve_brief


async def generate_pipeline(
    deps: Given,
    platform: Annotated[PipelinePlatform | None, Field(description="Default: the brief's.")] = None,
    path: Annotated[str, Field(description="Repository folder inside the workspace.")] = ".",
    brief: Annotated[
        dict[str, Any] | None,
        Field(description="Fields of devops.yaml that win over the file (schema: devops://schema/devops.yaml)."),
    ] = None,
) -> Delivery:
    """Generate the complete, commented pipeline of a repository: lint, test, build, image, deploy, check, rollback.

    Returns a Delivery: files, commands in order, variables and secrets to set, checks, rollback, risks, and what
    each real checker said of each file. Nothing is written.
    """
    from tools.pipelines.generate import PLATFORMS  # noqa: PLC0415 - the generators are not needed to start

    resolved, project = await resolve_brief(deps, path, brief or {})
    beside = await existing_files(deps, path, project.existing)
    chosen = platform or resolved.context.pipeline
    resolved = resolved.model_copy(update={"context": resolved.context.model_copy(update={"pipeline": chosen})})
    with speaking(resolved.language or deps.language):
        await deps.progress(1, 3, "generate")
        delivery = await with_migrations(deps, path, resolved, PLATFORMS[chosen](resolved))
        await deps.progress(2, 3, "validate")
        return await prove(delivery, questions=project.questions, brief=resolved, beside=beside)
