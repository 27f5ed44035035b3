"""The tool that generates where a service's secrets live, and has it judged by the real checkers."""

from typing import Annotated, Any

from pydantic import Field

from resources.catalogue import speaking
from tools.context import Given
from tools.delivery import Delivery
from tools.existing_files import existing_files
from tools.prove import prove
from tools.resolve_brief import resolve_brief


async def generate_secrets(
    deps: Given,
    path: Annotated[str, Field(description="Repository folder inside the workspace.")] = ".",
    brief: Annotated[
        dict[str, Any] | None,
        Field(description="Fields of devops.yaml that win over the file (schema: devops://schema/devops.yaml)."),
    ] = None,
) -> Delivery:
    """Generate where secrets live, who reads them, how they are set and rotated; files hold references only.

    Vault, AWS, GCP, SOPS or the forge's own; .env.example, .gitignore, External Secrets. Nothing is written.
    """
    from tools.secrets.generate import generate  # noqa: PLC0415 - the generators are not needed to start
    from tools.secrets.gitignore import with_gitignore  # noqa: PLC0415

    resolved, project = await resolve_brief(deps, path, brief or {})
    beside = await existing_files(deps, path, project.existing)
    with speaking(resolved.language or deps.language):
        await deps.progress(1, 3, "generate")
        delivery = await with_gitignore(deps, path, generate(resolved))
        await deps.progress(2, 3, "validate")
        return await prove(delivery, questions=project.questions, brief=resolved, beside=beside)
