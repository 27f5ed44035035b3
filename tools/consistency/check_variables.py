"""Each place that runs a component gives it every secret that its code reads."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.brief import Brief, dns_label
from tools.consistency.world import Pods, Service, World
from tools.containers.subject import Subject
from tools.delivery import Mismatch, Place
from tools.deployment.strategy import SIDES
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
            if service.deployed and not service.open_ended and _original(service.name) in names:
                yield from _missing(name, wanted, _given(service), service.place)
        for called, listed in world.secret_lists:
            if called in names and listed:
                yield from _missing(name, wanted, set(listed), next(iter(listed.values())))
        for pods in world.pods:
            if pods.name in names:
                yield from _missing(name, wanted, _held(pods, world), _holder(pods, world))


def _original(name: str) -> str:
    """Without the ending that tells two versions apart."""
    endings = [ending for sides in SIDES.values() for ending, _share in sides if ending]
    return next((name.removesuffix(each) for each in endings if name.endswith(each)), name)


def lists(world: World, brief: Brief | None) -> Iterator[Mismatch]:
    """Every secret in a list of a script or of Terraform that nothing reads."""
    known = {name: said.place for each in world.services for name, said in each.variables.items()}
    known |= {name: said.place for each in world.pods for name, said in each.variables.items()}
    known |= {key.value: key.place for keys in world.data.values() for key in keys}
    for component in brief.context.components if brief else ():
        known |= {each.name: _read_at(each.name, each.source) for each in component.variables}
    for service, names in world.secret_lists:
        if service:
            known |= names
    # Where nobody knows what the code reads, the usual names were put down: they prove nothing.
    read = brief is None or any(component.variables for component in brief.context.components)
    for name, place in ((name, place) for _service, names in world.secret_lists for name, place in names.items()):
        if known and read and name not in known:
            yield _nobody_reads(name, next(iter(known.values())), place)
    stores = [names for service, names in world.secret_lists if not service]
    for said in world.fetched:
        if stores and not any(said.value in names for names in stores):
            yield Mismatch(
                subject=_("variable {name}", name=said.value),
                first=next(iter(stores[0].values())),
                second=said.place,
                message=_("{path} fetches the secret {name}; nothing keeps it.", path=said.place.path, name=said.value),
            )


def _nobody_reads(name: str, first: Place, second: Place) -> Mismatch:
    return Mismatch(
        subject=_("variable {name}", name=name),
        first=first,
        second=second,
        message=_("{path} lists the secret {name}; nothing reads it.", path=second.path, name=name),
    )


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
            yield Mismatch(
                subject=_("variable {name}", name=variable),
                first=_read_at(variable, source),
                second=place,
                message=_("{name} reads {variable}; {path} does not give it.",
                          name=name, variable=variable, path=place.path),
            )  # fmt: skip


def _read_at(variable: str, source: str | None) -> Place:
    path, _colon, line = (source or "devops.yaml").partition(":")
    return Place(path=path, line=int(line) if line.isdigit() else None, says=variable)
