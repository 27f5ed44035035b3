"""check-jsonschema: GitHub workflows against the published JSON Schema it ships."""

from pathlib import Path

from tools.delivery import Validation
from tools.validate.checker import Source
from tools.validate.github_workflow import is_workflow
from tools.validate.json_schema import check_builtin

NAME = "check-jsonschema"


def applies(source: Source) -> bool:
    """GitHub workflows."""
    return is_workflow(source)


async def check(source: Source, tree: Path) -> Validation:
    """Every violation is an error, with the path inside the document."""
    return await check_builtin("vendor.github-workflows", source, tree)
