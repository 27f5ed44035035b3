"""Two places that speak of one thing call it the same: environments within a file, namespaces of an overlay."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from resources.catalogue import _
from tools.consistency.world import Said, World
from tools.delivery import Mismatch


def check(world: World) -> Iterator[Mismatch]:
    """Every pair that differs."""
    for subject, first, second in world.alike:
        if first.value != second.value:
            yield _differ(subject, first, second)
    yield from _namespaces(world)


def _namespaces(world: World) -> Iterator[Mismatch]:
    """An overlay fills the namespace it makes; a pipeline and Prometheus work in one that an overlay fills."""
    for first in world.namespaces:
        for second in world.namespaces:
            folders = [PurePosixPath(each.place.path).parent for each in (first, second)]
            within = folders[1] == folders[0] or folders[0] in folders[1].parents
            if within and first.value != second.value:
                yield _differ("namespace", first, second)
    known = {each.value for each in world.namespaces}
    meant_too = [said for labels, said in world.policies if _selects(labels, world)]
    # A list that has nothing to do with these overlays may name whatever it likes.
    listed = [said for each in world.namespace_lists if known & {one.value for one in each} for said in each]
    for meant in [*world.meant_namespaces, *meant_too, *listed]:
        if known and meant.value not in known:
            yield _differ("namespace", world.namespaces[0], meant)


def _selects(labels: dict[str, str], world: World) -> bool:
    return any(labels.items() <= pods.labels.items() for pods in world.pods)


def _differ(subject: str, first: Said, second: Said) -> Mismatch:
    word = _("the environment") if subject == "environment" else _("the namespace")
    return Mismatch(
        subject=f"{word} {first.value}",
        first=first.place,
        second=second.place,
        message=_(
            "{first} calls {subject} {value}; {second} calls it {other}.",
            first=first.place.path,
            subject=word,
            value=first.value,
            second=second.place.path,
            other=second.value,
        ),
    )
