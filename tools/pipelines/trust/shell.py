"""Writes values into the commands a person will paste into a shell."""

import json
import re
import shlex
from typing import Any


def quoted(value: str) -> str:
    """`value` as one shell word, in which `${NAME}` of a variable set by an earlier command still stands for it."""
    if not re.search(r"\$\{[A-Z][A-Z0-9_]*\}", value):
        return shlex.quote(value)
    parts = re.split(r"(\$\{[A-Z][A-Z0-9_]*\})", value)
    return "".join(f'"{part}"' if index % 2 else shlex.quote(part) for index, part in enumerate(parts) if part)


def document(value: Any) -> str:  # noqa: ANN401 - JSON
    """A JSON document as one shell word."""
    return quoted(json.dumps(value, ensure_ascii=False))
