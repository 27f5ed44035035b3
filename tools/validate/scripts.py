"""Tells shell scripts from other files, and which dialect they are in."""

import re

from tools.validate.checker import Source

_SHEBANG = re.compile(r"^#!\s*(?:\S*/)?(?:env\s+(?:-\S+\s+|\w+=\S*\s+)*)?(?:\S*/)?(?:busybox\s+)?(\w+)\b")
_ENDINGS = {".sh": "sh", ".bash": "bash", ".ksh": "ksh", ".bats": "bats"}
_DIALECTS = frozenset({"sh", "bash", "dash", "ash", "ksh", "bats"})
_TEMPLATES = frozenset({".j2", ".jinja", ".jinja2", ".tpl", ".tmpl", ".template", ".erb", ".in", ".mustache", ".hbs"})


def dialect(source: Source) -> str | None:
    """sh, bash, dash, ash, ksh or bats by the shebang, else by the ending; None when it is no such script.

    zsh and fish have no checker here. A template of a script is not yet a script.
    """
    if source.suffix in _TEMPLATES:
        return None
    line = source.first_line.lstrip("\ufeff")
    if line.startswith("#!"):
        shebang = _SHEBANG.match(line)
        return shebang[1] if shebang and shebang[1] in _DIALECTS else None
    return _ENDINGS.get(source.suffix)
