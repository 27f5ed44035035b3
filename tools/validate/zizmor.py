"""zizmor: the security of GitHub workflows and composite actions, offline and in its pedantic persona."""

import json
from pathlib import Path
from typing import Any

from tools.delivery import Finding, FindingLevel, Validation
from tools.validate.checker import Source
from tools.validate.github_workflow import is_workflow
from tools.validate.tool import ask, judged

NAME = "zizmor"
LEVELS: dict[str, FindingLevel] = {"High": "error", "Medium": "warning", "Low": "info", "Informational": "info"}
FLAGS = ["--offline", "--no-config", "--no-ignores", "--persona=pedantic", "--format=json-v1", "--no-progress"]


def applies(source: Source) -> bool:
    """GitHub workflows and action metadata."""
    return is_workflow(source) or source.name in {"action.yml", "action.yaml"}


async def check(source: Source, tree: Path) -> Validation:
    """Severity High is an error, Medium a warning, the rest info."""
    # With findings zizmor ends with 11 to 14, by the highest severity.
    verdict = await ask(NAME, [*FLAGS, "{path}"], source, tree, accepted=(0, 11, 12, 13, 14))
    if isinstance(verdict, Validation):
        return verdict
    return judged(NAME, source, verdict, [_finding(each) for each in json.loads(verdict.completed.stdout)])


def _finding(told: dict[str, Any]) -> Finding:
    primary = next((each for each in told["locations"] if each["symbolic"]["kind"] == "Primary"), told["locations"][0])
    start = primary["concrete"]["location"]["start_point"]
    return Finding(
        rule=told["ident"],
        line=start["row"] + 1,
        column=start["column"] + 1,
        severity=LEVELS.get(told["determinations"]["severity"], "warning"),
        message=f"{told['desc']}: {primary['symbolic']['annotation']}",
    )
