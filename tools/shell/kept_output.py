"""Keeps what a command printed, redacted, so that a client can read the part that an answer had no room for."""

import re
import secrets

from resources.catalogue import _
from tools.guard.errors import NotFoundError
from tools.guard.state import State

FOLDER = "outputs"
_NAME = re.compile(r"[0-9a-f]{16}")


def keep(state: State, text: str) -> str:
    """Store `text` (already redacted) and return its name. Blocking."""
    name = secrets.token_hex(8)
    state.artefacts.put(f"{FOLDER}/{name}", text.encode())
    return name


def kept(state: State, name: str) -> str:
    """What `keep` stored, on whatever machine. Blocking.

    Raises:
        NotFoundError: nothing of that name is kept any more.
    """
    found = state.artefacts.get(f"{FOLDER}/{name}") if _NAME.fullmatch(name) else None
    if found is None:
        raise NotFoundError(
            _("No output {name} is kept.", name=name[:40]), _("Outputs are kept for some days; run it again.")
        )
    return found.decode(errors="replace")
