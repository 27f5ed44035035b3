"""The tool that generates Dockerfiles and what goes with them, and has them judged by the real checkers."""

from typing import Annotated, Any

from pydantic import Field

from resources.catalogue import _, speaking
from tools.brief import Brief
from tools.context import Deps, Given
from tools.delivery import Delivery, File
from tools.existing_files import existing_files
from tools.guard.errors import ExpectedError
from tools.prove import prove
from tools.resolve_brief import resolve_brief

LARGEST = 200_000  # bytes; no Dockerfile is longer


async def generate_containers(
    deps: Given,
    path: Annotated[str, Field(description="Repository folder inside the workspace.")] = ".",
    overwrite: Annotated[bool, Field(description="Replace Dockerfiles and compose files the repository has.")] = False,
    brief: Annotated[
        dict[str, Any] | None,
        Field(description="Fields of devops.yaml that win over the file (schema: devops://schema/devops.yaml)."),
    ] = None,
) -> Delivery:
    """Generate Dockerfile and .dockerignore for every deployed component, compose.yaml, Swarm stack.

    Multi-stage, small, pinned, without root; what exists is kept and judged. Nothing is written.
    """
    from tools.containers.generate import containers  # noqa: PLC0415 - the generators are not needed to start
    from tools.validate.validate import validate_files  # noqa: PLC0415 - nor are the checkers

    resolved, project = await resolve_brief(deps, path, brief or {})
    beside = await existing_files(deps, path, project.existing)
    with speaking(resolved.language or deps.language):
        await deps.progress(1, 3, "generate")
        delivery = containers(resolved, overwrite=overwrite, existing=project.existing)
        await deps.progress(2, 3, "validate")
        proved = await prove(delivery, questions=project.questions, brief=resolved, beside=beside)
        # What the repository already has is judged too, but does not block what was made.
        kept = await validate_files(_kept(deps, path, resolved, {each.path for each in delivery.files}))
        return proved.model_copy(update={"validations": [*proved.validations, *kept]})


def _kept(deps: Deps, path: str, brief: Brief, made: set[str]) -> list[File]:
    kept: list[File] = []
    for name in dict.fromkeys(each.dockerfile for each in brief.context.components):
        if name is None or name in made:
            continue
        try:
            with deps.place.open(f"{path}/{name}") as stream:
                text = stream.read(LARGEST).decode("utf-8", errors="replace")
        except ExpectedError:
            continue
        kept.append(File(path=name, content=text, purpose=_("The repository's own Dockerfile.")))
    return kept
