"""actionlint: the syntax, expressions and `run:` scripts of GitHub workflows."""

import re
from collections.abc import Sequence
from typing import Any

import anyio.to_thread

from resources.catalogue import _
from tools.delivery import Finding, FindingLevel, Validation
from tools.guard.process import find_program
from tools.validate.bench import Bench
from tools.validate.checker import MANY, Source
from tools.validate.github_workflow import bring_called_files, is_workflow
from tools.validate.suppressions import hidden, without_shellcheck_directives
from tools.validate.tool import WITH_EXTRA, Verdict, ask

NAME = "actionlint"
PROGRAMS: tuple[str, ...] = ("actionlint", "shellcheck")
TAKES = MANY
# `shellcheck reported issue in this script: SC2086:info:2:6: Double quote …`
_SHELLCHECK = re.compile(r"(SC\d+):(error|warning|info|style):\d+:\d+: (.*)", re.DOTALL)
_RUN = re.compile(r"^\s*(?:-\s+)?[\"']?run[\"']?\s*:", re.MULTILINE)
_LABEL = re.compile(r"[\w.-]{1,100}")
_CONFIGURATIONS = (".github/actionlint.yaml", ".github/actionlint.yml")


def applies(source: Source) -> bool:
    """GitHub workflows."""
    return is_workflow(source)


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:
    """Problems are errors; unknown runner labels are warnings; shellcheck's keep the level shellcheck gave them.

    Of the repository's own configuration only the names of its self-hosted runners count: they are facts about
    the repository, whereas `ignore` would silence the judge.
    """
    await anyio.to_thread.run_sync(_lay_out, sources, bench)
    config = bench.home / "actionlint.yaml"
    shellcheck = find_program("shellcheck")
    # shellcheck's options reach it through actionlint's environment: none is inherited.
    flags = ["-no-color", "-format", "{{json .}}", "-pyflakes", "", "-shellcheck", shellcheck or ""]
    arguments = [*flags, "-config-file", str(config), "{path}"]
    verdict = await ask(NAME, arguments, sources, bench, version=("-version",))
    found = _findings(verdict)
    unarmed = {each.path: without_shellcheck_directives(each.content) for each in sources}
    silencing = [each for each in sources if unarmed[each.path]]
    silenced: dict[str, list[Finding]] = {}
    if silencing:
        for each in silencing:
            bench.write(each.path, unarmed[each.path] or each.content)
        again = _findings(await ask(NAME, arguments, silencing, bench, version=("-version",)))
        silenced = {each.path: hidden(found[each.path], again[each.path]) for each in silencing}
    said = [verdict.judged(each, found[each.path], suppressed=silenced.get(each.path, [])) for each in sources]
    if shellcheck is not None:
        return said
    return [
        _half_judged(result) if _RUN.search(each.text) else result for each, result in zip(sources, said, strict=True)
    ]


def _lay_out(sources: Sequence[Source], bench: Bench) -> None:
    for each in sources:
        bring_called_files(each, bench)
    (bench.root / ".git").mkdir(exist_ok=True)  # marks the root of the project, so that `./…` is resolved
    labels = _own_runner_labels(sources, bench)
    (bench.home / "actionlint.yaml").write_text(
        "".join(["self-hosted-runner:\n  labels:\n", *(f"    - '{each}'\n" for each in labels)]) if labels else ""
    )


def _half_judged(said: Validation) -> Validation:
    reason = _("shellcheck is absent: the `run:` scripts were not judged. Install it: {install}.", install=WITH_EXTRA)
    return said.model_copy(update={"status": "failed" if said.findings else "not_validated", "reason": reason})


def _findings(verdict: Verdict) -> dict[str, list[Finding]]:
    told = verdict.by_file(verdict.json() or [], lambda each: str(each["filepath"]))
    return {path: [_finding(each) for each in some] for path, some in told.items()}


def _finding(told: dict[str, Any]) -> Finding:
    kind, message = str(told["kind"]), str(told["message"])
    level: FindingLevel = "warning" if kind == "runner-label" else "error"
    script = _SHELLCHECK.search(message) if kind == "shellcheck" else None
    return Finding.model_validate(
        {
            "rule": script[1] if script else kind,
            "line": told["line"],
            "column": told["column"],
            "severity": script[2] if script else level,
            "message": script[3] if script else message,
        }
    )


def _own_runner_labels(sources: Sequence[Source], bench: Bench) -> list[str]:
    from ruamel.yaml import YAML  # noqa: PLC0415 - cold start
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    for name in _CONFIGURATIONS:
        present = [bench.bring(name, each) for each in sources]  # its absence is a part of each answer
        if any(present):
            path = bench.root / name
            text = path.read_text(errors="replace")
            path.unlink()  # read here, never by actionlint
            try:
                told = YAML(typ="safe", pure=True).load(text)
            except (YAMLError, RecursionError, ValueError):
                return []
            runner = told.get("self-hosted-runner") if isinstance(told, dict) else None
            labels = runner.get("labels") if isinstance(runner, dict) else None
            # Patterns would accept any misspelling.
            return [each for each in labels or [] if isinstance(each, str) and _LABEL.fullmatch(each)][:100]
    return []
