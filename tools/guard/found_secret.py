"""Where a secret stands in a text, and how sure that is."""

from typing import NamedTuple


class Found(NamedTuple):
    """A secret by its place in the text. `certain` is false where only the surroundings say so."""

    start: int
    end: int
    rule: str
    certain: bool
