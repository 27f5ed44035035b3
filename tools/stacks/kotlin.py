"""Kotlin projects: Spring Boot, Ktor, Micronaut and Quarkus services, plain programs and libraries."""

from tools.stacks.draft import Draft
from tools.stacks.jvm import jvm_drafts
from tools.stacks.tree import Tree

NAME = "kotlin"


def detect(tree: Tree) -> list[Draft]:
    """Every module written in Kotlin that is built into something of its own."""
    return jvm_drafts(tree, NAME)
