"""helm template: a chart rendered for each environment, and what it renders to held against Kubernetes' schemas."""

import re
from collections.abc import Sequence

from tools.delivery import Finding, Validation
from tools.validate import kubernetes_validate
from tools.validate.bench import Bench
from tools.validate.checker import ONE, Source
from tools.validate.helm_chart import ALONE, INSTALL, folder_of, is_chart, lay, problem, refuse_if_incomplete
from tools.validate.tool import NotJudgedError, Verdict, ask

NAME = "helm template"
PROGRAMS: tuple[str, ...] = ("helm", *kubernetes_validate.PROGRAMS)
TAKES = ONE
RENDERED = "rendered.yaml"
LARGEST = 8_000_000


def applies(source: Source) -> bool:
    """Charts, by their Chart.yaml."""
    return is_chart(source)


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:
    """A chart that does not render is an error, and so is what no API server would take of it.

    The values of each environment (`values-prod.yaml`) lie over the chart's own; without any, those alone count.
    """
    (source,) = sources
    findings: list[Finding] = []
    documents: dict[str, None] = {}  # what several environments render alike is judged once
    verdict: Verdict | None = None
    for name in lay(source, bench) or [""]:
        verdict = await _render(source, bench, name)
        refuse_if_incomplete(verdict)
        if verdict.completed.returncode:
            findings.append(problem(verdict.completed.stderr, name))
        else:
            documents |= dict.fromkeys(re.split(r"^---$", verdict.completed.stdout, flags=re.MULTILINE))
    assert verdict is not None  # noqa: S101 - there is always one rendering
    found, reason = await _schemas("---".join(documents), bench)
    judged = verdict.judged(source, [*findings, *found])
    if reason is None or judged.status == "failed":
        return [judged.model_copy(update={"reason": reason})]
    return [judged.model_copy(update={"status": "not_validated", "reason": reason})]


async def _render(source: Source, bench: Bench, values: str) -> Verdict:
    folder = folder_of(source)
    over = ["--values", f"{folder}/{values}"] if values else []
    return await ask(
        NAME,
        ["template", "release", folder, *over],
        [source],
        bench,
        program="helm",
        install=INSTALL,
        version=("version", "--short"),
        env=ALONE,
        output_limit=LARGEST,
    )


async def _schemas(rendering: str, bench: Bench) -> tuple[list[Finding], str | None]:
    """What kubernetes-validate says of the rendering, and what it could not judge."""
    rendered = Source(RENDERED, rendering.encode())
    if not kubernetes_validate.applies(rendered):
        return [], None
    bench.write(rendered.path, rendered.content)
    try:
        (said,) = await kubernetes_validate.check([rendered], bench)
    except NotJudgedError as error:
        return [], error.validation.reason
    assert said is not None  # noqa: S101 - of a file alone there is no doubt which one is meant
    return [each.model_copy(update={"line": None, "column": None}) for each in said.findings], said.reason
