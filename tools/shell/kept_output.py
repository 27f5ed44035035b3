"""Keeps what a command printed, redacted, so that a client can read the part that an answer had no room for."""

import re
import secrets
from pathlib import Path

from resources.catalogue import _
from tools.guard.errors import NotFoundError
from tools.guard.state import State

FOLDER = "outputs"
KEPT = 100
_NAME = re.compile(r"[0-9a-f]{16}")


def keep(state: State, text: str) -> str:
    """Store `text` (already redacted) and return its name; the oldest beyond `KEPT` go. Blocking."""
    folder = state.directory / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    name = secrets.token_hex(8)
    path = folder / name
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    for old in sorted(folder.iterdir(), key=_age)[:-KEPT]:
        old.unlink(missing_ok=True)
    return name


def kept(state: State, name: str) -> str:
    """What `keep` stored. Blocking.

    Raises:
        NotFoundError: nothing of that name is kept any more.
    """
    path = state.directory / FOLDER / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFoundError(
            _("No output {name} is kept.", name=name), _("The last {count} outputs are kept.", count=KEPT)
        )
    return path.read_text(encoding="utf-8")


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another call pruned it
        return 0.0
