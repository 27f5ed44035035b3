"""The brief: `devops.yaml` against its own model."""

from pathlib import Path

import anyio.to_thread

from tools.brief_file import problems
from tools.delivery import Validation
from tools.validate.checker import Source

NAME = "devops.yaml schema"


def applies(source: Source) -> bool:
    """Files named devops.yaml or devops.yml."""
    return source.name in {"devops.yaml", "devops.yml"}


async def check(source: Source, tree: Path) -> Validation:  # noqa: ARG001 - the bytes are at hand
    """Every unknown field and wrong value is an error, with its line and what is allowed."""
    found = await anyio.to_thread.run_sync(problems, source.content.decode("utf-8", errors="replace"))
    return Validation(path=source.path, tool=NAME, version="1", status="failed" if found else "passed", findings=found)
