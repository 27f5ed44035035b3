"""Every dependency is locked."""

from resources.catalogue import _
from tools.standards.repository import Repository
from tools.standards.standing import Evidence, Standing, failed, passed, unknown

NAME = "lock_files"
UNLOCKED = frozenset({"maven", "pip", "sbt"})
"""Tools that have no lock file of their own, or whose pinned list is one."""


def check(repository: Repository) -> Standing:
    """Each component with a package manager."""
    managed = [each for each in repository.brief.context.components if each.package_manager]
    if not managed:
        return unknown(NAME, _("No component has a package manager."))
    missing = [
        Evidence(path=each.path, says=f"{each.package_manager}: {each.name or each.path}")
        for each in managed
        if not each.lock_file and each.package_manager not in UNLOCKED
    ]
    if missing:
        return failed(NAME, missing, _("Write the lock file with the package manager, and commit it."))
    return passed(
        NAME, [Evidence(path=each.lock_file or each.path, says=each.package_manager or "") for each in managed]
    )
