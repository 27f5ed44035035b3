"""Kubernetes objects find each other: ports by name, services by name, labels, ConfigMaps and Secrets."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.consistency.check_upstreams import METRICS_PORTS
from tools.consistency.world import Front, Pods, Said, World
from tools.delivery import Mismatch, Place


def check(world: World) -> Iterator[Mismatch]:
    """Every reference that leads nowhere."""
    for pods in world.pods:
        yield from _inside(pods, world)
    for front in world.fronts:
        yield from _behind(front, world)
    for backend in world.backends:
        yield from _backend(world, backend.host, Said(backend.port, backend.place))
    names = {pods.name for pods in world.pods}
    for kind, said in world.targets:
        if said.value not in names and kind in {"Deployment", "StatefulSet"}:
            yield _missing(f"{kind} {said.value}", said.place, said.place)
    for labels, ports, place in world.selectors:
        yield from _chosen(labels, ports, place, world)


def _chosen(labels: dict[str, str], ports: list[Said], place: Place, world: World) -> Iterator[Mismatch]:
    chosen = [pods for pods in world.pods if labels.items() <= pods.labels.items()]
    if not chosen and world.pods:
        yield _selects_nothing(labels, place)
    for said in ports:
        for pods in chosen if said.value not in {str(port) for port in METRICS_PORTS} else ():
            yield from _port(pods, said)


def _inside(pods: Pods, world: World) -> Iterator[Mismatch]:
    for asked in pods.asked:
        yield from _port(pods, asked)
    for kind, said in pods.refers:
        if (kind, said.value) not in world.defined:
            yield _missing(f"{kind} {said.value}", pods.place, said.place)


def _port(pods: Pods, asked: Said) -> Iterator[Mismatch]:
    numbers = {each.value for each in pods.ports.values()}
    if pods.ports and asked.value not in pods.ports and asked.value not in numbers:
        yield _unknown_port(pods, asked)


def _behind(front: Front, world: World) -> Iterator[Mismatch]:
    if not front.selects:
        return
    chosen = [pods for pods in world.pods if front.selects.items() <= pods.labels.items()]
    if not chosen and world.pods:
        yield _selects_nothing(front.selects, front.place)
    for said in {each.place: each for each in front.ports.values()}.values() if chosen else []:
        if not any(said.value in pods.ports or _number_of(pods, said.value) for pods in chosen):
            yield _unknown_port(chosen[0], said)


def _number_of(pods: Pods, port: str) -> bool:
    return port in {each.value for each in pods.ports.values()}


def _backend(world: World, host: str, said: Said) -> Iterator[Mismatch]:
    front = next((each for each in world.fronts if each.name == host), None)
    if front is None:
        if world.fronts:
            yield _missing(f"Service {host}", world.fronts[0].place, said.place)
    elif said.value and said.value not in front.ports:
        yield Mismatch(
            subject=_("port of {name}", name=host),
            first=front.place,
            second=said.place,
            message=_("The Service {name} has no port {port}.", name=host, port=said.value),
        )


def _unknown_port(pods: Pods, said: Said) -> Mismatch:
    shown = next(iter(pods.ports.values()), None)
    return Mismatch(
        subject=_("port of {name}", name=pods.name),
        first=shown.place if shown else pods.place,
        second=said.place,
        message=_(
            "The pods of {name} have no port {port}; they have: {known}.",
            name=pods.name,
            port=said.value,
            known=", ".join(f"{name} {each.value}" for name, each in pods.ports.items()) or "-",
        ),
    )


def _missing(what: str, first: Place, second: Place) -> Mismatch:
    return Mismatch(
        subject=what, first=first, second=second, message=_("{what} is referred to and nothing makes it.", what=what)
    )


def _selects_nothing(labels: dict[str, str], place: Place) -> Mismatch:
    told = ", ".join(f"{key}={value}" for key, value in labels.items())
    return Mismatch(
        subject=told, first=place, second=place, message=_("No pods have the labels {labels}.", labels=told)
    )
