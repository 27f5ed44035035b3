"""The texts of a brief that are laid into generated files: names and single lines, with nothing hidden in them."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field


def _slug(value: str) -> str:
    if not re.fullmatch(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?", value):
        raise ValueError("use lower-case letters, digits and hyphens, starting with a letter (DNS label)")
    return value


Slug = Annotated[str, AfterValidator(_slug), Field(description="DNS label: a-z, 0-9 and hyphens.")]


def _one_line(value: str) -> str:
    # These strings are laid into generated files: a newline would start a line of its own there.
    if not value.isprintable():
        raise ValueError("line breaks, control and invisible characters are not allowed")
    return value


Line = Annotated[str, AfterValidator(_one_line), Field(max_length=500)]
