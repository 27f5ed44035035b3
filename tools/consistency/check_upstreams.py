"""What a proxy or Prometheus asks is what listens there."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.consistency.world import Said, World
from tools.delivery import Mismatch

_LOOPBACK = {"127.0.0.1", "localhost"}


def check(world: World) -> Iterator[Mismatch]:
    """Every address of a service that these files know and that listens on another port."""
    published = {port: said for each in world.services for port, said in each.published.items()}
    for reference in world.references:
        here = Said(reference.port, reference.place)
        if reference.host in _LOOPBACK:
            # Alone on the machine, a proxy may well reach something that no compose file starts.
            if published and reference.port not in published and not reference.place.path.endswith((".yml", ".yaml")):
                yield _differs(reference.host, next(iter(published.values())), here, sorted(published))
            continue
        listens = [said for each in world.services if each.name == reference.host for said in each.listens]
        images = [
            world.images[each.dockerfile]
            for each in world.services
            if each.name == reference.host and each.dockerfile in world.images
        ]
        listens += [said for image in images for said in image.exposed]
        front = next((each for each in world.fronts if each.name == reference.host.split(".")[0]), None)
        if front is not None:
            listens += [Said(port, said.place) for port, said in front.ports.items() if port.isdigit()]
        if listens and reference.port not in {each.value for each in listens}:
            yield _differs(reference.host, listens[0], here, sorted({each.value for each in listens}))


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
