"""The tool `inspect_terraform`: what a configuration is made of, and what is wrong with it, without running it."""

from typing import Annotated

from pydantic import Field

from tools.context import Given
from tools.terraform.inspect_report import TerraformInspection


async def inspect_terraform(
    deps: Given,
    path: Annotated[str, Field(description="Folder with Terraform files, relative to the workspace.")] = ".",
) -> TerraformInspection:
    """Read Terraform/OpenTofu files without running them: modules, providers, resources, variables, backends, findings.

    Files that do not parse are reported with their line; the others are still inspected.
    """
    from tools.terraform.inspect_sources import inspect_sources  # noqa: PLC0415 - the rules are not needed to start

    return await inspect_sources(deps.place, deps.place.directory(path), path, deps.output_limit)
