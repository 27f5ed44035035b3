"""Reads the JSON data files that ship with the program."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"


@cache
def read_facts(name: str) -> dict[str, Any]:
    """The content of `resources/data/NAME.json`."""
    facts: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return facts
