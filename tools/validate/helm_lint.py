"""helm lint: whether a chart is one, and its templates render with the values it ships."""

import re
from collections.abc import Sequence

from tools.delivery import Finding, FindingLevel, Validation
from tools.validate.bench import Bench
from tools.validate.checker import ONE, Source
from tools.validate.helm_chart import ALONE, INSTALL, folder_of, is_chart, lay, problem, refuse_if_incomplete
from tools.validate.tool import ask

NAME = "helm lint"
PROGRAMS: tuple[str, ...] = ("helm",)
TAKES = ONE
_SAID = re.compile(r"^\[(ERROR|WARNING)\] (.*(?:\n[ \t]+.*)*)", re.MULTILINE)
NO_TEMPLATES = "templates/: directory does not exist"
LEVELS: dict[str, FindingLevel] = {"ERROR": "error", "WARNING": "warning"}


def applies(source: Source) -> bool:
    """Charts, by their Chart.yaml."""
    return is_chart(source)


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:
    """Errors and warnings are findings; what Helm only recommends (an icon) is not, nor is a chart of charts."""
    (source,) = sources
    lay(source, bench)
    verdict = await ask(
        NAME,
        ["lint", folder_of(source)],
        sources,
        bench,
        program="helm",
        install=INSTALL,
        version=("version", "--short"),
        env=ALONE,
    )
    refuse_if_incomplete(verdict)
    said = [each for each in _SAID.findall(verdict.completed.stdout) if each[1] != NO_TEMPLATES]
    return [verdict.judged(source, [_finding(level, text) for level, text in said])]


def _finding(level: str, text: str) -> Finding:
    return problem(text).model_copy(update={"severity": LEVELS[level]})
