"""Tells shell scripts from other files, and which dialect they are in."""

import re

from tools.validate.checker import Source

_SHEBANG = re.compile(r"^#!\s*(?:/usr/bin/env\s+(?:-S\s+)?)?(?:\S*/)?(sh|bash|dash|ksh)\b")
_ENDINGS = {".sh": "sh", ".bash": "bash", ".ksh": "ksh"}


def dialect(source: Source) -> str | None:
    """sh, bash, dash or ksh by the shebang, else by the ending; None when `source` is no shell script."""
    shebang = _SHEBANG.match(source.first_line)
    if shebang:
        return shebang[1]
    if source.first_line.startswith("#!"):
        return None
    return _ENDINGS.get(source.suffix)
