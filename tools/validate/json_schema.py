"""Asks check-jsonschema about a file, with one of the schemas it ships."""

import json
from pathlib import Path

from tools.delivery import Finding, Validation
from tools.validate.checker import Source
from tools.validate.tool import ask, judged

TOOL = "check-jsonschema"


async def check_builtin(schema: str, source: Source, tree: Path) -> Validation:
    """Judge `source` by the built-in `schema`, for example vendor.github-workflows. Never touches the network."""
    arguments = ["--builtin-schema", schema, "--output-format", "json", "--color", "never", "{path}"]
    verdict = await ask(TOOL, arguments, source, tree)
    if isinstance(verdict, Validation):
        return verdict
    told = json.loads(verdict.completed.stdout)
    found = []
    for each in told.get("errors", []):
        best = each.get("best_match") or each  # `anyOf` errors name the branch that came closest
        found.append(Finding(rule="schema", severity="error", message=f"{best['path']}: {best['message']}"[:1_000]))
    found += [
        Finding(rule="syntax", severity="error", message=str(each)[:1_000]) for each in told.get("parse_errors", [])
    ]
    return judged(TOOL, source, verdict, found)
