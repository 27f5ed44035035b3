"""A secret that stands where it must not, named without being shown."""

import hashlib
from typing import Literal

from pydantic import Field

from tools.model import Model

SALT = b"astreinte secret baseline"
WORK = 2**12
"""A fingerprint is published in the baseline: a weak password must not be guessed from it in passing."""


class Leak(Model):
    """One secret by its place. The value is nowhere in here."""

    path: str
    line: int
    rule: str
    certainty: Literal["certain", "likely"]
    fingerprint: str = Field(description="For the baseline; the same secret has the same one everywhere.")
    blob: str | None = Field(default=None, description="With history: the oldest git object that holds it.")
    commit: str | None = Field(default=None, description="The commit that brought it in.")
    date: str | None = Field(default=None, description="When its author wrote that commit.")
    in_head: bool | None = Field(default=None, description="With history: whether HEAD still holds it.")


def fingerprint(value: str) -> str:
    """What a baseline holds of `value`."""
    # Begins with letters: YAML would read a number in digits alone.
    return "fp" + hashlib.scrypt(value.encode(), salt=SALT, n=WORK, r=8, p=1, dklen=12).hex()
