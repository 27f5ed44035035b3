"""Keeps the state as it was before an apply: readable to nobody else, encrypted where a key is given."""

import base64
import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

from tools.guard.state import State
from tools.terraform.plan_steps import mark_of

KEY = "ASTREINTE_STATE_KEY"
KEPT = 50


def back_up(state: State, key: str, content: str) -> Path | None:
    """Write `content`, a pulled state, beside the others of the same configuration; None when there is none. Blocking.

    With ASTREINTE_STATE_KEY set (any text), the file is a Fernet token under the SHA-256 of it.
    """
    if not content.strip():
        return None
    folder = state.directory / "terraform" / "states" / key
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark = mark_of(content)
    secret = os.environ.get(KEY)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-serial{mark.serial}.tfstate" + (".fernet" if secret else "")
    data = content.encode()
    if secret:
        from cryptography.fernet import Fernet  # noqa: PLC0415 - only where a key is set

        data = Fernet(fernet_key(secret)).encrypt(data)
    descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    for old in sorted(folder.iterdir())[:-KEPT]:
        old.unlink(missing_ok=True)
    return folder / name


def fernet_key(secret: str) -> bytes:
    """The key that `secret` stands for."""
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest())
