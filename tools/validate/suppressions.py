"""Takes the silencing comments out of a file, so that what they hide can be reported."""

import re
from collections import Counter
from collections.abc import Sequence

from tools.delivery import Finding

_SHELLCHECK = re.compile(rb"(#[ \t]*shellcheck[ \t]+)([^\n]*\bdisable=[^\n]*)")
_DISABLE = re.compile(rb"\bdisable=\S+")


def without_shellcheck_directives(content: bytes) -> bytes | None:
    """`content` with its `# shellcheck disable=…` blanked, every line and column kept; None when it has none."""
    blanked, count = _SHELLCHECK.subn(_blank, content)
    return blanked if count else None


def _blank(found: re.Match[bytes]) -> bytes:
    rest = _DISABLE.sub(lambda token: b" " * len(token[0]), found[2])
    if rest.split(b"#")[0].strip():  # other directives share the comment
        return found[1] + rest
    # The sign stays: in a workflow, a line of nothing but spaces can change where the script begins.
    return b"#" + b" " * (len(found[1]) + len(rest) - 1)


def hidden(shown: Sequence[Finding], everything: Sequence[Finding]) -> list[Finding]:
    """The findings of `everything` that are not among `shown`."""
    seen = Counter((each.rule, each.line, each.column) for each in shown)
    silent: list[Finding] = []
    for each in everything:
        key = (each.rule, each.line, each.column)
        if seen[key]:
            seen[key] -= 1
        else:
            silent.append(each)
    return silent
