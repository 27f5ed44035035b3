"""What the platforms that build images need to know: where the Dockerfile is, and what concerns a component."""

import json
from typing import Any

from resources.catalogue import _
from tools.brief import Brief
from tools.delivery import Check, Risk
from tools.pipelines import changes, image
from tools.pipelines.targets.place import in_image, workload
from tools.project import Component, Question


def built(brief: Brief) -> list[Component]:
    """The components that become a service of their own."""
    return [each for each in brief.context.components if image.is_deployed(each)]


def name_of(brief: Brief, component: Component) -> str:
    """What the component is called there."""
    return workload(brief, component)


def migration(component: Component) -> str | None:
    """The command that migrates, as it runs in the image."""
    return in_image(component.migrate_command)


def watched(brief: Brief, component: Component, file: str) -> list[str]:
    """The patterns whose change concerns the component; empty: every change does."""
    return changes.concern(component, brief.context.components, file).pushed


def unbuilt(brief: Brief, components: list[Component]) -> list[Risk]:
    """Images whose Dockerfile neither the repository nor this delivery has."""
    if "containers" in brief.deliverables:
        return []
    missing = ", ".join(image.dockerfile(each) for each in components if each.dockerfile is None)
    if not missing:
        return []
    return [
        Risk(
            kind="compatibility",
            level="medium",
            message=_("The platform builds from {paths}, which the repository does not have.", paths=missing),
            mitigation=_("Ask for the deliverable «containers» too (generate_containers), and commit both together."),
        )
    ]


def asked(components: list[Component], brief: Brief) -> list[Check]:
    """One check per environment of the brief that has an address."""
    answering = [each for each in components if each.kind != "worker"]
    if not answering:
        return []
    path = answering[0].health_path or "/"
    return [
        Check(
            name=_("{environment} answers", environment=each.name),
            url=f"{each.url.rstrip('/')}/{path.lstrip('/')}",
            expect="200",
            environment=each.name,
        )
        for each in brief.context.environments
        if each.url
    ]


def elsewhere(component: Component, needs: list[str], platform: str) -> list[Question]:
    """Services that somebody else must run."""
    return [
        Question(
            component=component.path,
            field="needs",
            question=_("{platform} runs no {need}: who does, and what is its address?", platform=platform, need=need),
        )
        for need in needs
    ]


def document(value: dict[str, Any]) -> str:
    """A JSON file."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
