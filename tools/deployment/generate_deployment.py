"""The tool that generates what runs the images, and has it judged by the real checkers."""

from typing import Annotated, Any

from pydantic import Field

from resources.catalogue import _, speaking
from tools.brief import Brief
from tools.context import Given
from tools.delivery import Delivery, combine
from tools.deployment.targets import Target
from tools.existing_files import existing_files
from tools.guard.errors import UnsupportedError
from tools.migrations.with_migrations import with_migrations
from tools.prove import prove
from tools.resolve_brief import resolve_brief


async def generate_deployment(
    deps: Given,
    path: Annotated[str, Field(description="Repository folder inside the workspace.")] = ".",
    target: Annotated[
        Target | None, Field(description="Default: devops.yaml's target and proxy, else kubernetes.")
    ] = None,
    gateway: Annotated[bool, Field(description="Kubernetes: HTTPRoute instead of Ingress.")] = False,
    brief: Annotated[
        dict[str, Any] | None,
        Field(description="Fields of devops.yaml that win over the file (schema: devops://schema/devops.yaml)."),
    ] = None,
) -> Delivery:
    """Generate what runs the images: manifests, stack, TLS proxy, deploy and rollback scripts, firewall, platforms.

    Probes, limits, network policies; rolling, blue/green or canary as the brief says; secrets by reference only.
    Nothing is written.
    """
    resolved, project = await resolve_brief(deps, path, brief or {})
    beside = await existing_files(deps, path, project.existing)
    with speaking(resolved.language or deps.language):
        await deps.progress(1, 3, "generate")
        delivery = deployment(resolved, target, gateway=gateway) if target else _asked_for(resolved, gateway=gateway)
        delivery = await with_migrations(deps, path, resolved, delivery)
        await deps.progress(2, 3, "validate")
        return await prove(delivery, questions=project.questions, brief=resolved, beside=beside)


def of_brief(brief: Brief, *, gateway: bool = False) -> Delivery:
    """What the brief's own target and proxy ask for; nothing where the pipeline alone deploys."""
    from tools.deployment.registry import OF_PLATFORM, OF_PROXY  # noqa: PLC0415 - cold start

    platform, proxy = brief.context.platform.target, brief.context.proxy
    targets = [OF_PLATFORM.get(platform) if platform else None, OF_PROXY.get(proxy) if proxy else None]
    return combine([deployment(brief, each, gateway=gateway) for each in targets if each is not None])


def deployment(brief: Brief, target: Target, *, gateway: bool = False) -> Delivery:
    """The delivery of one target."""
    from tools.deployment.registry import GENERATORS  # noqa: PLC0415 - the generators are not needed to start

    if target == "kubernetes":
        from tools.deployment.kubernetes import kubernetes  # noqa: PLC0415 - as above

        return kubernetes(brief, gateway=gateway)
    return GENERATORS[target](brief)


def _asked_for(brief: Brief, *, gateway: bool) -> Delivery:
    """As `of_brief`; a brief that says nothing is for Kubernetes."""
    delivery = of_brief(brief, gateway=gateway)
    platform = brief.context.platform.target
    if delivery != Delivery():
        return delivery
    if platform is None:
        return deployment(brief, "kubernetes", gateway=gateway)
    raise UnsupportedError(
        _("{target} is deployed by the pipeline itself, with its strategy and its way back.", target=platform),
        _("Call generate_pipeline, or give the target compose, nginx, traefik or firewall here."),
    )
