"""Reads the delivery material that a repository already has, so that what is generated can be held against it."""

from collections.abc import Sequence

import anyio.to_thread

from tools.context import Deps
from tools.guard.errors import ExpectedError
from tools.project import Existing
from tools.validate.checker import Source

LARGEST = 200_000  # bytes; what people write by hand is shorter
MOST = 300
# Samples and tools of developers say nothing of what runs.
_ASIDE = {"devops_yaml", "devcontainer", "makefile", "taskfile", "justfile", "renovate", "pre_commit", "dependabot"}


async def existing_files(deps: Deps, path: str, existing: Sequence[Existing]) -> list[Source]:
    """The files of `existing` below the repository `path`; what cannot be read is left out."""
    wanted = [each.path for each in existing if each.kind not in _ASIDE][:MOST]
    return await anyio.to_thread.run_sync(lambda: [each for name in wanted if (each := _read(deps, path, name))])


def _read(deps: Deps, path: str, name: str) -> Source | None:
    try:
        with deps.place.open(f"{path}/{name}") as stream:
            content = stream.read(LARGEST + 1)
    except (ExpectedError, OSError):
        return None
    return Source(name, content) if len(content) <= LARGEST else None
