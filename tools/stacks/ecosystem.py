"""What an ecosystem is: one module with a name and one pure function over the tree.

To add one: write `tools/stacks/<name>.py` with `NAME` and `detect`, add its line to `registry.py`, add a
golden folder `tests/golden/stacks/<example>/`. What is common to all of them is not its business:
Dockerfile, compose and Procfile (`runtime.py`), backing services (`needs.py`, from `Draft.dependencies`),
environment variables (`variables.py`) and existing material (`existing.py`) are laid over every draft.
"""

from typing import Protocol

from tools.stacks.draft import Draft
from tools.stacks.tree import Tree


class Ecosystem(Protocol):
    """One language or family of tools; a module satisfies it."""

    NAME: str
    """Value of `Component.language`."""

    def detect(self, tree: Tree) -> list[Draft]:
        """The components of this ecosystem, each field with its evidence.

        Never raises for what a repository contains: a broken manifest is a warning on the draft, and
        what can be said without it is said.
        """
        ...
