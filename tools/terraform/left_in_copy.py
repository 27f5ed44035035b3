"""Finds the files that an apply wrote into the private copy, where nobody would look for them."""

import os
from pathlib import Path

from tools.terraform.working_copy import SKIPPED, STATES

Listing = dict[str, tuple[int, int]]
"""Of each file its size and when it was written, by its path in the copy."""


def listing(tree: Path) -> Listing:
    """What lies in the copy now. Blocking."""
    found: Listing = {}
    for parent, folders, names in os.walk(tree, followlinks=False):
        folders[:] = [each for each in folders if each not in SKIPPED]
        for name in names:
            path = Path(parent, name)
            if not path.is_symlink() and not name.endswith(STATES):
                told = path.stat()
                found[path.relative_to(tree).as_posix()] = (told.st_size, told.st_mtime_ns)
    return found


def written(before: Listing, after: Listing) -> list[str]:
    """The files that are new or other than before."""
    return sorted(name for name, told in after.items() if before.get(name) != told)
