"""Each place that runs a component gives it every secret that its code reads."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.brief import Brief, dns_label
from tools.consistency.world import Pods, Said, Service, World
from tools.containers.subject import Subject
from tools.delivery import Mismatch, Place
from tools.pipelines.image import TOKENS


def check(world: World, brief: Brief) -> Iterator[Mismatch]:
    """Every secret of the brief that a compose file, a stack or a Kubernetes workload leaves out."""
    for component in brief.context.components:
        if component.kind == "static":
            continue  # a site is files: nothing in it reads a variable
        wanted = {each.name: each.source for each in component.variables if each.secret and each.name not in TOKENS}
        name = component.name or brief.name
        names = {name, dns_label(name), Subject(component, brief).name}
        for service in world.services:
            # A compose file of development may do without; a stack runs in production.
            if service.stack and not service.open_ended and service.name in names:
                yield from _missing(name, wanted, _given(service), service.place)
        for pods in world.pods:
            if pods.name in names:
                yield from _missing(name, wanted, _held(pods, world), _holder(pods, world))


def _given(service: Service) -> set[str]:
    return set(service.variables)


def _held(pods: Pods, world: World) -> set[str]:
    held = set(pods.variables)
    for _kind, said in pods.refers:
        held |= {key.value for key in world.data.get(said.value, [])}
    return held


def _holder(pods: Pods, world: World) -> Place:
    """Where a secret would be added: beside those that the workload reads already."""
    secrets = [said.value for kind, said in pods.refers if kind == "Secret"]
    return next((key.place for name in secrets for key in world.data.get(name, [])), pods.place)


def _missing(name: str, wanted: dict[str, str | None], given: set[str], place: Place) -> Iterator[Mismatch]:
    for variable, source in wanted.items():
        if variable not in given:
            path, _colon, line = (source or "devops.yaml").partition(":")
            said = Said(variable, Place(path=path, line=int(line) if line.isdigit() else None, says=variable))
            yield Mismatch(
                subject=_("variable {name}", name=variable),
                first=said.place,
                second=place,
                message=_("{name} reads {variable}; {path} does not give it.",
                          name=name, variable=variable, path=place.path),
            )  # fmt: skip
