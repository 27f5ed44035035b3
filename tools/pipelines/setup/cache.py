"""A dependency cache keyed by the lock file, for package managers whose set-up action brings none."""

import re

from resources.catalogue import _
from tools.pipelines.step import Step

# The path stands inside an expression's quotes: anything else could end them.
PLAIN_PATH = re.compile(r"[\w./@+-]+", re.ASCII)


def dependency_cache(tool: str, folder: str, lock_file: str | None) -> list[Step]:
    """The step that keeps `folder` between runs with the same lock file; none without one."""
    if lock_file is None or not PLAIN_PATH.fullmatch(lock_file):
        return []
    key = f"{tool}-${{{{ runner.os }}}}-${{{{ hashFiles('{lock_file}') }}}}"
    options = {"path": folder, "key": key, "restore-keys": f"{tool}-${{{{ runner.os }}}}-"}
    return [Step(_("Cache the dependencies"), action="actions/cache", options=options)]
