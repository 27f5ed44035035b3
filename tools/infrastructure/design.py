"""What a cloud's package hands to the layout: modules, the roots of the environments, what they cost, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tools.brief import Brief, Environment, Target
from tools.delivery import Check, Command, File, Risk, Rollback, VariableToSet
from tools.infrastructure.module import Module
from tools.infrastructure.scale import Scale
from tools.project import Question


@dataclass(frozen=True)
class BillLine:
    """One line of the estimate: `count` resources of `type` with `values`, or a sum known by its rate."""

    what: str
    type: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    count: float = 1
    monthly: float | None = None


@dataclass(frozen=True)
class Root:
    """One environment. `values` are decided here, `asked` are first values that people change in `terraform.tfvars`."""

    environment: Environment
    region: str
    values: Mapping[str, object]
    asked: Mapping[str, object]
    tags: Mapping[str, str]
    backend: Mapping[str, object]
    """Arguments of the backend block; what is None is unknown and comes with -backend-config."""
    provider: Mapping[str, object] = field(default_factory=dict)
    """Values for the templates of the provider."""

    @property
    def name(self) -> str:
        """The environment's name."""
        return self.environment.name


@dataclass(frozen=True)
class Design:
    """Everything of one cloud. `stack` is the module that puts the others together; each root calls it."""

    cloud: str
    """The folder of the cloud's templates under `resources/templates/infrastructure`."""
    modules: tuple[Module, ...]
    stack: Module
    roots: tuple[Root, ...]
    bootstrap: tuple[File, ...]
    first: tuple[Command, ...] = ()
    """What is run once, before the first `terraform init` of a root."""
    extra: tuple[File, ...] = ()
    """Files beside the modules and roots."""
    after: tuple[Command, ...] = ()
    variables: tuple[VariableToSet, ...] = ()
    checks: tuple[Check, ...] = ()
    rollback: tuple[Rollback, ...] = ()
    risks: tuple[Risk, ...] = ()
    questions: tuple[Question, ...] = ()


class Cloud(Protocol):
    """A cloud; a package with this module satisfies it, and one line in `generate.CLOUDS` names it."""

    def usual_target(self, brief: Brief) -> Target:
        """What runs it where the brief does not say."""
        ...

    def bill(self, brief: Brief, environment: Environment, scale: Scale) -> list[BillLine]:
        """What the environment would cost at `scale`."""
        ...

    def promise(self, brief: Brief) -> float:
        """The best availability one region of this blueprint can be built for, in percent."""
        ...

    def design(self, brief: Brief, scales: Mapping[str, Scale], budgets: Mapping[str, int]) -> Design:
        """The design; `budgets` is what each environment may cost a month in USD before somebody is told.

        Raises:
            BriefError: something is missing or contradicts; the text says what to change.
            UnsupportedError: this cloud has no blueprint for the target.
        """
        ...
