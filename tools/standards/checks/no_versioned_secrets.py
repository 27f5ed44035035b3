"""Never a secret in a versioned file."""

from pathlib import PurePosixPath

from resources.catalogue import _
from tools.guard.secret_values import is_dotenv
from tools.stacks.folders import is_fixture
from tools.standards.repository import Repository
from tools.standards.standing import Evidence, Standing, failed, passed

NAME = "no_versioned_secrets"


def check(repository: Repository) -> Standing:
    """Finds of the scanner, and dotenv files that git does not ignore."""
    found = [
        Evidence(path=leak.path, line=leak.line, says=f"{leak.rule} ({leak.fingerprint})")
        for leak in repository.leaks
        if leak.certainty == "certain"
    ]
    found += [
        Evidence(path=path, says=_("A dotenv file that .gitignore lets through."))
        for path in sorted(repository.paths)
        if is_dotenv(PurePosixPath(path).name) and not is_fixture(path)  # a sample; what it holds was scanned
    ]
    if not found:
        return passed(NAME)
    return failed(
        NAME, found, _("Rotate each, then remove it and add the file to .gitignore; see scan_secrets with history.")
    )
