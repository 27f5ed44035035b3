"""One image going to one environment."""

import re
from dataclasses import dataclass
from typing import Protocol

from tools.brief import Brief, Environment
from tools.delivery import VariableToSet
from tools.pipelines.holders import holder, reference
from tools.pipelines.step import Step
from tools.project import Component

# After a failure, or a cancellation half-way: an environment is never left between two versions.
BROKEN = "(failure() || cancelled())"


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
        return workload(self.brief, self.component)

    @property
    def environment_name(self) -> str:
        """The environment's name, or the expression of the chosen one."""
        return self.environment.name if self.environment else "${{ inputs.environment }}"

    @property
    def migration(self) -> str | None:
        """The command that migrates the database before the new version serves; none when going back."""
        return in_image(self.component.migrate_command) if self.environment else None

    def value(self, name: str, known: str | None) -> str:
        """`known`, or the environment's variable `name` where it is not known."""
        return known if known is not None else reference(self.brief, name)

    @property
    def region(self) -> str | None:
        """The region, when the brief names it for this place."""
        platform = self.brief.context.platform.region
        if self.region_is_fixed:
            return platform
        # The rollback workflow learns the environment only when it runs: its region comes from a variable.
        return (self.environment.region or platform) if self.environment else None

    @property
    def region_is_fixed(self) -> bool:
        """Whether one region holds for every environment, so that no variable has to name it."""
        context = self.brief.context
        return context.platform.region is not None and not any(each.region for each in context.environments)

    def variable(self, name: str, purpose: str, example: str) -> VariableToSet:
        """A variable to set in this place's environment."""
        where = holder(self.brief, self.environment.name if self.environment else "*")
        return VariableToSet(name=name, secret=False, where=where, purpose=purpose, example=example)


def workload(brief: Brief, component: Component) -> str:
    """What `component` is called where it runs, and what its image is called: the service alone, if it is alone."""
    if len(brief.context.components) == 1 or component.name in {None, brief.name}:
        return brief.name
    return f"{brief.name}-{component.name}"


# A command of the sources -> the same inside the image, whose working directory is what was built. The virtual
# environment is on PATH; a release of Elixir, the programs of a Cargo workspace, the bundle of Entity Framework's
# migrations and the folder of SQL migrations lie in that directory; package managers and SDKs stay behind.
_IN_IMAGE = (
    (re.compile(r"^(?:uv|poetry|pdm|pipenv) run (?:--\S+ )*"), ""),
    (re.compile(r"\b_build/prod/rel/[\w.-]+/(?=bin/)"), ""),
    (
        re.compile(
            r"^cargo run (?:--?(?!package\b|bin\b|p\b)[\w-]+ )*(?:--package|--bin|-p) (?P<program>[\w-]+)(?: --)?"
        ),
        r"./\g<program>",
    ),
    (re.compile(r"^dotnet ef database update\b.*"), "./efbundle"),
    (re.compile(r"(?<=--source )(?:\.\./)+|(?<=--migration-dir )(?:\.\./)+"), ""),
)


def in_image(command: str | None) -> str | None:
    """`command` as it runs inside the image, where the tools that built it are absent."""
    for pattern, replacement in _IN_IMAGE:
        command = pattern.sub(replacement, command) if command is not None else None
    return command


class Target(Protocol):
    """Where containers run; a module satisfies it."""

    def deploy(self, place: Place) -> list[Step]:
        """Steps that migrate the database, put the image into service and wait until it is."""
        ...

    def undo(self, place: Place) -> list[Step]:
        """Steps that put the previous version back when the checks after the deployment failed."""
        ...

    def variables(self, place: Place) -> list[VariableToSet]:
        """What a person must set in the environment for these steps."""
        ...
