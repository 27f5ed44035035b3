"""One pass over the files of a delivery, or of a repository that people edited, for what contradicts what."""

from collections.abc import Iterable, Sequence

from tools.brief import Brief
from tools.consistency import (
    check_alike,
    check_declared,
    check_environments,
    check_firewall,
    check_kubernetes,
    check_ports,
    check_upstreams,
    check_variables,
    read_compose,
    read_dockerfile,
    read_environments,
    read_firewall,
    read_kubernetes,
    read_queries,
    read_render,
    read_scripts,
    read_terraform,
    read_upstreams,
    read_vault,
)
from tools.consistency.world import World
from tools.delivery import Mismatch, Place
from tools.validate.checker import Source

READERS = (
    read_queries,
    read_dockerfile, read_compose, read_kubernetes, read_upstreams, read_environments, read_firewall, read_render,
    read_scripts, read_terraform, read_vault,
)  # fmt: skip
CHECKS = (
    check_ports.check, check_kubernetes.check, check_upstreams.check, check_declared.check, check_firewall.check,
    check_alike.check,
)  # fmt: skip
MOST = 100


def contradictions(sources: Sequence[Source], brief: Brief | None = None) -> list[Mismatch]:
    """Every contradiction among `sources`, each with both places, at most `MOST`; pure and deterministic.

    With a `brief`, its environments and the secrets of its components count as said by `devops.yaml`.
    """
    world = World()
    for source in sorted(sources, key=lambda each: each.path):
        for reader in READERS:
            if reader.applies(source):
                reader.read(source, world)
    found: list[Mismatch] = []
    for check in CHECKS:
        found += check(world)
    if brief is not None:
        world.environments["devops.yaml"] = {
            each.name: Place(path="devops.yaml", says=each.name) for each in brief.context.environments
        }
        found += check_variables.check(world, brief)
    found += check_variables.lists(world, brief)
    found += check_environments.check(world)
    return list(_once(found))[:MOST]


def _once(found: Iterable[Mismatch]) -> Iterable[Mismatch]:
    seen: set[Mismatch] = set()
    for each in found:
        if each not in seen:
            seen.add(each)
            yield each
