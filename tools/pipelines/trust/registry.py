"""Every cloud whose trust can be set up by command, one line each."""

from collections.abc import Sequence
from typing import Protocol

from tools.brief import Brief, Environment
from tools.delivery import Command
from tools.pipelines.trust import aws, azure, gcp
from tools.project import Component


class Trust(Protocol):
    """How a cloud comes to trust the workflows; a module satisfies it."""

    def needed(self, brief: Brief) -> bool:
        """Whether anything of the pipeline signs in there."""
        ...

    def commands(self, brief: Brief, deployed: Sequence[Component]) -> list[Command]:
        """What to run once, in order, in one shell."""
        ...

    def values(self, brief: Brief, environment: Environment | None) -> dict[str, str]:
        """What these commands make known, by the name of the variable that holds it."""
        ...


TRUSTS: tuple[Trust, ...] = (
    aws,
    gcp,
    azure,
)
