"""How a new version replaces the one that runs: the versions that stand side by side, and where that can be done."""

from dataclasses import dataclass

from resources.catalogue import _
from tools.brief import Brief, Strategy
from tools.containers.workloads import workloads
from tools.deployment.targets import Target
from tools.guard.errors import UnsupportedError
from tools.pipelines.image import is_deployed
from tools.project import Component

# The ending of each version's name, and its share of the traffic to begin with. Blue is live, a canary hears nothing.
SIDES: dict[Strategy, tuple[tuple[str, int], ...]] = {
    "rolling": (("", 100),),
    "blue_green": (("-blue", 100), ("-green", 0)),
    "canary": (("", 100), ("-canary", 0)),
}
WEIGHED = ("swarm", "compose")
"""Here it is Traefik that shares the traffic out."""


@dataclass(frozen=True)
class Side:
    """One version of a component: `name` is its own, `of` the component's, `share` its percentage of the traffic."""

    name: str
    of: str
    share: int


@dataclass(frozen=True)
class Sides:
    """A brief in which every version is a component of its own, and which stand for which; by the component's name."""

    brief: Brief
    of: dict[str, tuple[Side, ...]]

    def original(self, name: str) -> str:
        """The component that `name` is a version of."""
        return next((side.of for sides in self.of.values() for side in sides if side.name == name), name)


def sides(brief: Brief, target: Target) -> Sides:
    """The versions of every component that answers; what only works in the background is replaced as it stands.

    Raises:
        UnsupportedError: the target cannot do the brief's strategy; the text says what to change.
    """
    strategy = brief.context.platform.strategy
    if strategy != "rolling" and target in WEIGHED and brief.context.proxy != "traefik":
        raise UnsupportedError(
            _("{strategy} on {target} needs something that shares the traffic out.", strategy=strategy, target=target),
            _("Set context.proxy to traefik, or platform.strategy to rolling."),
        )
    if strategy == "rolling":
        return Sides(brief, {})
    answering = {each.component.path: each for each in workloads(brief, overwrite=False) if each.port is not None}
    components: list[Component] = []
    for component in brief.context.components:
        if component.path not in answering or not is_deployed(component):
            components.append(component)
            continue
        name = component.name or brief.name
        for number, (ending, _share) in enumerate(SIDES[strategy]):
            changed: dict[str, object] = {"name": f"{name}{ending}"}
            if number:  # one schema for both: it is migrated once
                changed["migrate_command"] = None
            components.append(component.model_copy(update=changed))
    split = brief.model_copy(update={"context": brief.context.model_copy(update={"components": components})})
    made = workloads(split, overwrite=False)
    of: dict[str, tuple[Side, ...]] = {}
    for path, before in answering.items():
        names = [each.subject.name for each in made if each.component.path == path]
        shares = [share for _ending, share in SIDES[strategy]]
        of[before.subject.name] = tuple(
            Side(name, before.subject.name, share) for name, share in zip(names, shares, strict=True)
        )
    return Sides(split, of)
