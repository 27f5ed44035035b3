"""zizmor: the security of GitHub workflows, actions and Dependabot, offline and in its pedantic persona."""

import re
from collections.abc import Sequence
from typing import Any

from tools.delivery import Finding, FindingLevel, Validation
from tools.validate.bench import Bench
from tools.validate.checker import MANY, Source
from tools.validate.github_workflow import is_action, is_workflow
from tools.validate.suppressions import hidden
from tools.validate.tool import Verdict, ask

NAME = "zizmor"
PROGRAMS: tuple[str, ...] = ("zizmor",)
TAKES = MANY
LEVELS: dict[str, FindingLevel] = {"High": "error", "Medium": "warning", "Low": "info", "Informational": "info"}
# Strict: a file that it cannot read would be left out with a warning, and so pass for a clean one.
FLAGS = [
    "--offline",
    "--no-config",
    "--strict-collection",
    "--persona=pedantic",
    "--format=json-v1",
    "--no-progress",
    "--quiet",
]
# With findings zizmor ends with 11 to 14, by the highest severity.
ACCEPTED = (0, 11, 12, 13, 14)
_DEPENDABOT = re.compile(r"(^|/)\.github/dependabot\.ya?ml$")


def applies(source: Source) -> bool:
    """GitHub workflows, action metadata and Dependabot's configuration."""
    return is_workflow(source) or is_action(source) or bool(_DEPENDABOT.search(source.path))


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:
    """Severity High is an error, Medium a warning, the rest info. What an ignore comment hides is `suppressed`."""
    # `--` is not understood after the flags by every version: a path never starts with a dash here.
    path = "./{path}"
    verdict = await ask(NAME, [*FLAGS, "--no-ignores", path], sources, bench, accepted=ACCEPTED)
    everything = _findings(verdict)
    said = {each.path: verdict.judged(each, everything[each.path]) for each in sources}
    silencing = [each for each in sources if everything[each.path] and b"zizmor:" in each.content]
    if silencing:
        verdict = await ask(NAME, [*FLAGS, path], silencing, bench, accepted=ACCEPTED)
        shown = _findings(verdict)
        for each in silencing:
            silent = hidden(shown[each.path], everything[each.path])
            said[each.path] = verdict.judged(each, shown[each.path], suppressed=silent)
    return list(said.values())


def _findings(verdict: Verdict) -> dict[str, list[Finding]]:
    told = verdict.by_file(
        verdict.json(), lambda each: str(_primary(each)["symbolic"]["key"]["Local"]["verbatim_path"])
    )
    return {path: [_finding(each) for each in some] for path, some in told.items()}


def _finding(told: dict[str, Any]) -> Finding:
    primary = _primary(told)
    start = primary["concrete"]["location"]["start_point"]
    return Finding(
        rule=told["ident"],
        line=start["row"] + 1,
        column=start["column"] + 1,
        severity=LEVELS.get(told["determinations"]["severity"], "warning"),
        message=f"{told['desc']}: {primary['symbolic']['annotation']}",
    )


def _path(told: dict[str, Any]) -> str:
    return str(_primary(told)["symbolic"]["key"]["Local"]["verbatim_path"])


def _primary(told: dict[str, Any]) -> dict[str, Any]:
    places: list[dict[str, Any]] = told["locations"]
    return next((each for each in places if each["symbolic"]["kind"] == "Primary"), places[0])
