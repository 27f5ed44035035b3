"""Tells GitHub workflows from other files."""

import re

from tools.validate.checker import Source

_WORKFLOW = re.compile(r"(^|/)\.github/workflows/[^/]+\.ya?ml$")


def is_workflow(source: Source) -> bool:
    """Whether GitHub would read `source` as a workflow."""
    return bool(_WORKFLOW.search(source.path))
