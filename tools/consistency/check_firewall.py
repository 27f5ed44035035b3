"""The firewall lets in what the proxy opens, and closes what the engine would publish to everybody."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.consistency.world import Said, World
from tools.delivery import Mismatch


def check(world: World) -> Iterator[Mismatch]:
    """Ports that one of the two knows and the other does not."""
    published = [
        Said(port, said.place) for each in world.services if each.deployed for port, said in each.published.items()
    ]
    known = {each.value for each in published}
    handled = {each.value for each in [*world.closed, *world.admitted]}
    for said in published if world.closed else ():
        if said.value not in handled:
            yield _differ(world.closed[0], said)
    for said in world.closed if published else ():
        if said.value not in known:
            yield _differ(published[0], said)
    copied = {path.rpartition("/")[2] for image in world.images.values() for path in image.copies}
    outer = [*world.entry_points]
    for path, listens in world.listens.items():
        if path.rpartition("/")[2] not in copied:
            outer += listens
    for said in outer if world.admitted else ():
        if said.value not in {each.value for each in world.admitted}:
            yield _differ(world.admitted[-1], said)


def _differ(first: Said, second: Said) -> Mismatch:
    return Mismatch(
        subject=_("port {port}", port=second.value),
        first=first.place,
        second=second.place,
        message=_(
            "{path} opens or closes port {port}; {other} knows nothing of it.",
            path=second.place.path,
            port=second.value,
            other=first.place.path,
        ),
    )
