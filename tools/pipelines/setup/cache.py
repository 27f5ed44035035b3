"""A dependency cache keyed by the lock file, for package managers whose set-up action brings none."""

import re
from collections.abc import Sequence

from resources.catalogue import _
from tools.pipelines.step import Step

# The path stands inside an expression's quotes: anything else could end them.
PLAIN_PATH = re.compile(r"[\w./@+-]+", re.ASCII)


def dependency_cache(tool: str, folder: str, lock_file: str | None) -> list[Step]:
    """The step that keeps `folder` between runs with the same lock file; none without one."""
    if lock_file is None or not PLAIN_PATH.fullmatch(lock_file):
        return []
    return [keyed_cache(tool, folder, [lock_file])]


def keyed_cache(tool: str, folder: str, patterns: Sequence[str]) -> Step:
    """The step that keeps `folder` while no file that `patterns` name changes. They must be plain, or our own."""
    hashed = ", ".join(f"'{each}'" for each in patterns)
    prefix = f"{tool}-${{{{ runner.os }}}}-"
    options = {"path": folder, "key": f"{prefix}${{{{ hashFiles({hashed}) }}}}", "restore-keys": prefix}
    return Step(_("Cache the dependencies"), action="actions/cache", options=options)
