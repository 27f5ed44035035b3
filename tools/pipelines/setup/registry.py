"""Every language a pipeline can be made for, one line each."""

from collections.abc import Callable

from tools.pipelines.setup import go, java, node, python, static
from tools.pipelines.step import Step
from tools.project import Component

SETUPS: dict[str, Callable[[Component, str | None], list[Step]]] = {
    "python": python.setup,
    "node": node.setup,
    "go": go.setup,
    "java": java.setup,
    "static": static.setup,
}
