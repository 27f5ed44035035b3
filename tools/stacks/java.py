"""Java projects: Maven and Gradle; Spring Boot, Quarkus and Micronaut services, plain programs and libraries."""

from tools.stacks.draft import Draft
from tools.stacks.jvm import jvm_drafts
from tools.stacks.tree import Tree

NAME = "java"


def detect(tree: Tree) -> list[Draft]:
    """Every module written in Java that is built into something of its own."""
    return jvm_drafts(tree, NAME)
