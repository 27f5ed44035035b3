"""What a proxy or Prometheus asks is what listens there."""

from collections.abc import Iterator

from resources.catalogue import _
from resources.facts import read_facts
from tools.consistency.world import Reference, Said, Service, World
from tools.delivery import Mismatch

METRICS_PORTS = frozenset(
    entry["port"] for entry in read_facts("http_metrics")["languages"].values() if entry.get("port")
)
_LOOPBACK = {"127.0.0.1", "localhost"}


def check(world: World) -> Iterator[Mismatch]:
    """Every address of a service that these files know and that listens on another port."""
    for reference in world.references:
        here = Said(reference.port, reference.place)
        if reference.host in _LOOPBACK:
            if reference.proxy:
                yield from _on_this_machine(here, world)
            continue
        meant = [each for each in world.services if _is_called(reference.host, each)]
        listens = [said for each in meant for said in [*each.listens, *each.opens]]
        images = [world.images[each.dockerfile] for each in meant if each.dockerfile in world.images]
        listens += [said for image in images for said in image.exposed]
        first = reference.host.split(".")[0]
        front = next((each for each in world.fronts if each.name == first), None)
        pods = next((each for each in world.pods if each.name == first), None)
        if front is not None:
            listens += [Said(port, said.place) for port, said in front.ports.items() if port.isdigit()]
        if pods is not None:
            listens += pods.ports.values()
        if not meant and front is None and pods is None:
            yield from _otherwise_called(reference, world)
        if not reference.proxy and int(reference.port) in METRICS_PORTS:
            continue  # the instrumentation opens it beside the program's own port, and no file says so
        if listens and reference.port not in {each.value for each in listens}:
            yield _differs(reference.host, listens[0], here, sorted({each.value for each in listens}))


def _otherwise_called(reference: Reference, world: World) -> Iterator[Mismatch]:
    """A container's network knows the service by its own name, not by that of the project before it."""
    for each in world.services:
        whole = reference.host == each.project and each.dockerfile is not None
        if each.project and (whole or reference.host == f"{each.project}-{each.name}"):
            yield Mismatch(
                subject=_("name of {name}", name=each.name),
                first=each.place,
                second=reference.place,
                message=_("{path} asks {host}; the service is called {name}.",
                          path=reference.place.path, host=reference.host, name=each.name),
            )  # fmt: skip
            return


def _on_this_machine(here: Said, world: World) -> Iterator[Mismatch]:
    """A proxy on the machine reaches what every file that starts services there publishes.

    Where something is deployed, what a developer starts at home does not count. A proxy may well reach something
    that none of these files starts, but not when one of them publishes that very port and another does not.
    """
    by_file: dict[str, dict[str, Said]] = {}
    publishing = [each for each in world.services if each.published]
    in_folder = [each for each in publishing if each.place.path.startswith("deploy/")]
    for each in in_folder or [each for each in publishing if each.stack] or publishing:
        by_file.setdefault(each.place.path, {}).update(each.published)
    for published in by_file.values():
        if here.value not in published:
            yield _differs("127.0.0.1", next(iter(published.values())), here, sorted(published))


def _is_called(host: str, service: Service) -> bool:
    """Whether `host` means the service: by its name, alone or below a cloud's domain."""
    return host == service.name or host.startswith(f"{service.name}.")


def _differs(name: str, first: Said, second: Said, known: list[str]) -> Mismatch:
    return Mismatch(
        subject=_("port of {name}", name=name),
        first=first.place,
        second=second.place,
        message=_(
            "{path} asks {name} at port {port}; there listens: {known}.",
            path=second.place.path,
            name=name,
            port=second.value,
            known=", ".join(known),
        ),
    )
