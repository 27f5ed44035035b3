"""The tool that composes everything a brief asks for into one delivery."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import anyio.to_thread
from pydantic import Field

from resources.catalogue import speaking
from tools.brief import Brief, Deliverable
from tools.context import Deps, Given
from tools.delivery import Delivery, combine
from tools.escalation.by_itself import by_itself
from tools.existing_files import existing_files
from tools.migrations.with_migrations import with_migrations
from tools.project import Project
from tools.prove import prove
from tools.resolve_brief import resolve_brief
from tools.secrets.gitignore import with_gitignore
from tools.validate.checker import Source


def _pipeline(brief: Brief, _project: Project) -> Delivery:
    from tools.pipelines.generate import PLATFORMS  # noqa: PLC0415 - the generators are not needed to start

    return PLATFORMS[brief.context.pipeline](brief)


def _containers(brief: Brief, project: Project) -> Delivery:
    from tools.containers.generate import containers  # noqa: PLC0415 - the generators are not needed to start

    return containers(brief, existing=project.existing)


def _deployment(brief: Brief, _project: Project) -> Delivery:
    from tools.deployment.generate_deployment import of_brief  # noqa: PLC0415 - the generators are not needed to start

    return of_brief(brief)


def _observability(brief: Brief, _project: Project) -> Delivery:
    from tools.observability.generate import generate  # noqa: PLC0415 - the generators are not needed to start

    return generate(brief)


def _infrastructure(brief: Brief, _project: Project) -> Delivery:
    from tools.infrastructure.generate import infrastructure  # noqa: PLC0415 - the generators are not needed to start

    return infrastructure(brief)


def _runbooks(brief: Brief, _project: Project) -> Delivery:
    from tools.runbooks.generate import generate  # noqa: PLC0415 - the generators are not needed to start

    return generate(brief)


def _secrets(brief: Brief, _project: Project) -> Delivery:
    from tools.secrets.generate import generate  # noqa: PLC0415 - the generators are not needed to start

    return generate(brief)


GENERATORS: dict[Deliverable, Callable[[Brief, Project], Delivery]] = {
    "pipeline": _pipeline,
    "containers": _containers,
    "deployment": _deployment,
    "observability": _observability,
    "runbooks": _runbooks,
    "infrastructure": _infrastructure,
    "secrets": _secrets,
}


@dataclass(frozen=True)
class Composed:
    """A delivery before the checkers have seen it, with what it was made from."""

    brief: Brief
    project: Project
    beside: Sequence[Source]
    delivery: Delivery


async def deliver(
    deps: Given,
    path: Annotated[str, Field(description="Repository folder inside the workspace.")] = ".",
    brief: Annotated[
        dict[str, Any] | None,
        Field(description="Fields of devops.yaml that win over the file (schema: devops://schema/devops.yaml)."),
    ] = None,
) -> Delivery:
    """Deliver everything the brief (devops.yaml, completed by detection) asks for, in the card's response format.

    Same result as the generators, all deliverables together. Nothing is written.
    """
    composed = await compose(deps, path, brief or {})
    with speaking(composed.brief.language or deps.language):
        steps = len(composed.brief.deliverables) + 1
        await deps.progress(steps - 1, steps, "validate")
        proved = await prove(
            composed.delivery, questions=composed.project.questions, brief=composed.brief, beside=composed.beside
        )
        await by_itself(deps, proved.escalations)
        return proved


async def compose(deps: Deps, path: str, given: dict[str, Any]) -> Composed:
    """Everything the brief of `path` asks for, each file made and none judged yet."""
    from tools.pictures.overview import with_overview  # noqa: PLC0415 - the generators are not needed to start

    resolved, project = await resolve_brief(deps, path, given)
    beside = await existing_files(deps, path, project.existing)
    with speaking(resolved.language or deps.language):
        parts: list[Delivery] = []
        for number, deliverable in enumerate(resolved.deliverables):
            await deps.progress(number, len(resolved.deliverables) + 1, deliverable)
            parts.append(GENERATORS[deliverable](resolved, project))
        whole = await with_migrations(deps, path, resolved, combine(parts))
        if "secrets" in resolved.deliverables:
            whole = await with_gitignore(deps, path, whole)
        whole = await anyio.to_thread.run_sync(with_overview, resolved, whole)
        return Composed(resolved, project, beside, whole)
