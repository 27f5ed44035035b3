"""Static files need nothing on a runner."""

from tools.pipelines.step import Step
from tools.project import Component


def setup(component: Component, matrix: str | None) -> list[Step]:  # noqa: ARG001 - every language's signature
    """No steps: there is nothing to build with."""
    return []
