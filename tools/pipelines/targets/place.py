"""One image going to one environment."""

from dataclasses import dataclass
from typing import Protocol

from tools.brief import Brief, Environment
from tools.delivery import VariableToSet
from tools.pipelines.step import Step
from tools.project import Component


@dataclass(frozen=True)
class Place:
    """What is deployed and where. `image` is the workflow expression of the full image reference."""

    brief: Brief
    component: Component
    environment: Environment | None
    """None in the rollback workflow, where the person chooses it: then only variables of the environment are used."""
    image: str
    repository: str
    """The expression of the image reference without tag or digest."""

    @property
    def workload(self) -> str:
        """Name of the service, deployment or revision."""
        name = self.component.name or self.brief.name
        return name if name == self.brief.name else f"{self.brief.name}-{name}"

    def value(self, name: str, known: str | None) -> str:
        """`known`, or the environment's variable `name` where it is not known."""
        return known if known is not None else f"${{{{ vars.{name} }}}}"

    @property
    def region(self) -> str | None:
        """The region, when the brief names it for this place."""
        differing = any(each.region for each in self.brief.context.environments)
        if differing:
            # The rollback workflow learns the environment only when it runs: its region comes from a variable.
            own = self.environment.region if self.environment else None
            return own or (self.brief.context.platform.region if self.environment else None)
        return self.brief.context.platform.region

    @property
    def region_is_fixed(self) -> bool:
        """Whether one region holds for every environment, so that no variable has to name it."""
        context = self.brief.context
        return context.platform.region is not None and not any(each.region for each in context.environments)


class Target(Protocol):
    """Where containers run; a module satisfies it."""

    def deploy(self, place: Place) -> list[Step]:
        """Steps that put the image into service and wait until it is."""
        ...

    def undo(self, place: Place) -> list[Step]:
        """Steps that put the previous version back when the checks after the deployment failed."""
        ...

    def variables(self, place: Place) -> list[VariableToSet]:
        """What a person must set in the GitHub environment for these steps."""
        ...
