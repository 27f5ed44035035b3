"""Bun as runtime: the same recipe as Node, with Bun's own image."""

from tools.containers.languages import node
from tools.containers.recipe import Recipe
from tools.containers.subject import Subject


def recipe(subject: Subject) -> Recipe:
    """The image of `subject`."""
    return node.recipe(subject)
