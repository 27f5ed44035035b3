"""zizmor: the security of GitHub workflows, actions and Dependabot, offline and in its pedantic persona."""

import re
from typing import Any

from tools.delivery import Finding, FindingLevel, Validation
from tools.validate.bench import Bench
from tools.validate.checker import Source
from tools.validate.github_workflow import is_action, is_workflow
from tools.validate.suppressions import hidden
from tools.validate.tool import Verdict, ask

NAME = "zizmor"
PROGRAMS: tuple[str, ...] = ("zizmor",)
LEVELS: dict[str, FindingLevel] = {"High": "error", "Medium": "warning", "Low": "info", "Informational": "info"}
FLAGS = ["--offline", "--no-config", "--persona=pedantic", "--format=json-v1", "--no-progress", "--quiet"]
# With findings zizmor ends with 11 to 14, by the highest severity.
ACCEPTED = (0, 11, 12, 13, 14)
_DEPENDABOT = re.compile(r"(^|/)\.github/dependabot\.ya?ml$")


def applies(source: Source) -> bool:
    """GitHub workflows, action metadata and Dependabot's configuration."""
    return is_workflow(source) or is_action(source) or bool(_DEPENDABOT.search(source.path))


async def check(source: Source, bench: Bench) -> Validation:
    """Severity High is an error, Medium a warning, the rest info. What an ignore comment hides is `suppressed`."""
    # `--` is not understood after the flags by every version: a path never starts with a dash here.
    path = "./{path}"
    verdict = await ask(NAME, [*FLAGS, "--no-ignores", path], source, bench, accepted=ACCEPTED)
    everything = _findings(verdict)
    if b"zizmor:" not in source.content or not everything:
        return verdict.judged(everything)
    verdict = await ask(NAME, [*FLAGS, path], source, bench, accepted=ACCEPTED)
    shown = _findings(verdict)
    return verdict.judged(shown, suppressed=hidden(shown, everything))


def _findings(verdict: Verdict) -> list[Finding]:
    return [_finding(each) for each in verdict.json()]


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
