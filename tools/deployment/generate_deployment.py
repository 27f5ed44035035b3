"""The tool that generates what runs the images, and has it judged by the real checkers."""

from typing import Annotated, Any, Literal

from pydantic import Field

from resources.catalogue import speaking
from tools.brief import Brief
from tools.context import Given
from tools.delivery import Delivery, combine
from tools.existing_files import existing_files
from tools.migrations.with_migrations import with_migrations
from tools.prove import prove
from tools.resolve_brief import resolve_brief

Target = Literal["kubernetes", "nginx", "vercel", "railway", "render"]
PLATFORMS = ("vercel", "railway", "render")


async def generate_deployment(
    deps: Given,
    path: Annotated[str, Field(description="Repository folder inside the workspace.")] = ".",
    target: Annotated[Target, Field(description="nginx: TLS proxy; platforms: config files.")] = "kubernetes",
    gateway: Annotated[bool, Field(description="Kubernetes: HTTPRoute instead of Ingress.")] = False,
    brief: Annotated[
        dict[str, Any] | None,
        Field(description="Fields of devops.yaml that win over the file (schema: devops://schema/devops.yaml)."),
    ] = None,
) -> Delivery:
    """Generate what runs the images: Kubernetes base and overlays, or the Nginx that terminates TLS before them.

    Probes, limits, network policies, rolling updates; secrets by reference only. Nothing is written.
    """
    resolved, project = await resolve_brief(deps, path, brief or {})
    beside = await existing_files(deps, path, project.existing)
    with speaking(resolved.language or deps.language):
        await deps.progress(1, 3, "generate")
        delivery = deployment(resolved, target, gateway=gateway)
        delivery = await with_migrations(deps, path, resolved, delivery)
        await deps.progress(2, 3, "validate")
        return await prove(delivery, questions=project.questions, brief=resolved, beside=beside)


def of_brief(brief: Brief) -> Delivery:
    """What the brief's own target and proxy ask for; nothing where the pipeline alone deploys."""
    parts: list[Delivery] = []
    if brief.context.platform.target == "kubernetes":
        parts.append(deployment(brief, "kubernetes", gateway=False))
    if brief.context.platform.target in {"vercel", "railway", "render"}:
        parts.append(deployment(brief, brief.context.platform.target, gateway=False))
    if brief.context.proxy == "nginx":
        parts.append(deployment(brief, "nginx", gateway=False))
    return combine(parts)


def deployment(brief: Brief, target: Target, *, gateway: bool) -> Delivery:
    """The delivery of one target."""
    if target == "nginx":
        from tools.deployment.nginx import nginx  # noqa: PLC0415 - the generators are not needed to start

        return nginx(brief)
    if target in PLATFORMS:
        from tools.deployment.platforms.registry import PLATFORMS as GENERATORS  # noqa: PLC0415 - as above

        return GENERATORS[target](brief)
    from tools.deployment.kubernetes import kubernetes  # noqa: PLC0415 - as above

    return kubernetes(brief, gateway=gateway)
