"""Each pipeline and script says what it is for."""

import re

from resources.catalogue import _
from tools.standards.repository import Repository
from tools.standards.standing import Evidence, Standing, failed, passed, unknown

NAME = "documented_pipelines_and_scripts"
FEWEST_WORDS = 4


def check(repository: Repository) -> Standing:
    """A comment with a sentence before the first line of work."""
    texts = [*repository.pipelines, *repository.of("script")]
    if not texts:
        return unknown(NAME, _("Neither pipeline nor script is here."))
    silent = [
        Evidence(path=each.path, line=1, says=_("begins without a word")) for each in texts if not _speaks(each.content)
    ]
    if silent:
        return failed(NAME, silent, _("Begin each with a comment: what it does, when it runs, how to take it back."))
    return passed(NAME)


def _speaks(content: str) -> bool:
    for line in content.splitlines()[:15]:
        if line.startswith("#!"):
            continue
        found = re.match(r"\s*(?:#|//)\s*(.+)", line)
        if found and len(found[1].split()) >= FEWEST_WORDS:
            return True
    return False
