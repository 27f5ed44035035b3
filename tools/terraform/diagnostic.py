"""What terraform says is wrong, as its JSON tells it."""

import json
from typing import Any, Literal

from tools.model import Model


class Diagnostic(Model):
    """One error or warning."""

    severity: Literal["error", "warning"]
    summary: str
    detail: str = ""
    address: str | None = None
    file: str | None = None
    line: int | None = None


def diagnostics(output: str) -> list[Diagnostic]:
    """The errors and warnings in what `-json` printed; lines that are not JSON are left out."""
    found: list[Diagnostic] = []
    for line in output.splitlines():
        if not line.startswith("{"):
            continue
        try:
            told = json.loads(line)
        except ValueError:
            continue
        each = told.get("diagnostic")
        if isinstance(each, dict):
            found.append(diagnostic(each))
    return found


def diagnostic(told: dict[str, Any]) -> Diagnostic:
    """One diagnostic as terraform's JSON writes it."""
    place = told.get("range") or {}
    return Diagnostic(
        severity="error" if told.get("severity") == "error" else "warning",
        summary=str(told.get("summary", "")),
        detail=str(told.get("detail", "")),
        address=told.get("address"),
        file=place.get("filename"),
        line=(place.get("start") or {}).get("line"),
    )
