"""Every environment exists in each kind of file, and in the brief."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.consistency.world import World
from tools.delivery import Mismatch, Place


def check(world: World) -> Iterator[Mismatch]:
    """Environments that one kind of file has and another lacks; `brief` counts as a kind."""
    kinds = {kind: known for kind, known in world.environments.items() if known}
    for kind, known in kinds.items():
        for other, names in kinds.items():
            for name in known.keys() - names.keys() if other != kind else ():
                yield _missing(name, known[name], other, next(iter(names.values())))


def _missing(name: str, first: Place, other: str, second: Place) -> Mismatch:
    return Mismatch(
        subject=_("environment {name}", name=name),
        first=first,
        second=second,
        message=_("{path} has the environment {name}; {other} lacks it.", path=first.path, name=name, other=other),
    )
