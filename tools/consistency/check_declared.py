"""What a compose file or a stack refers to, it declares."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.consistency.world import World
from tools.delivery import Mismatch


def check(world: World) -> Iterator[Mismatch]:
    """Every secret, config, network, volume or service that is used and not declared."""
    for kind, said in world.undeclared:
        yield Mismatch(
            subject=f"{kind}.{said.value}",
            first=said.place,
            second=said.place,
            message=_("{path} uses {name} and does not declare it under `{kind}`.",
                      path=said.place.path, name=said.value, kind=kind),
        )  # fmt: skip
