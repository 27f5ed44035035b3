"""The tool `inspect_project`: what a repository is made of, each fact with the line that says so."""

from typing import Annotated

from pydantic import Field

from tools.context import Given
from tools.project import Project


async def inspect_project(
    deps: Given,
    path: Annotated[str, Field(description="Folder of the repository, relative to the workspace.")] = ".",
) -> Project:
    """Find a repository's components, backing services, variables and existing delivery files, with evidence.

    What the repository does not say is null, with a question to ask.
    """
    from tools.stacks.detect import inspect  # noqa: PLC0415 - the detectors are not needed to start

    return await inspect(deps.place.directory(path))
