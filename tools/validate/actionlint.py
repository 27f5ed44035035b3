"""actionlint: the syntax, expressions and `run:` scripts of GitHub workflows."""

import re
from typing import Any

import anyio.to_thread

from resources.catalogue import _
from tools.delivery import Finding, FindingLevel, Validation
from tools.guard.process import find_program
from tools.validate.bench import Bench
from tools.validate.checker import Source
from tools.validate.github_workflow import bring_called_files, is_workflow
from tools.validate.suppressions import hidden, without_shellcheck_directives
from tools.validate.tool import WITH_EXTRA, Verdict, ask

NAME = "actionlint"
PROGRAMS: tuple[str, ...] = ("actionlint", "shellcheck")
# `shellcheck reported issue in this script: SC2086:info:2:6: Double quote …`
_SHELLCHECK = re.compile(r"(SC\d+):(error|warning|info|style):\d+:\d+: (.*)", re.DOTALL)
_RUN = re.compile(r"^\s*(?:-\s+)?[\"']?run[\"']?\s*:", re.MULTILINE)
_LABEL = re.compile(r"[\w.-]{1,100}")
_CONFIGURATIONS = (".github/actionlint.yaml", ".github/actionlint.yml")


def applies(source: Source) -> bool:
    """GitHub workflows."""
    return is_workflow(source)


async def check(source: Source, bench: Bench) -> Validation:
    """Problems are errors; unknown runner labels are warnings; shellcheck's keep the level shellcheck gave them.

    Of the repository's own configuration only the names of its self-hosted runners count: they are facts about
    the repository, whereas `ignore` would silence the judge.
    """
    await anyio.to_thread.run_sync(bring_called_files, source, bench)
    (bench.root / ".git").mkdir(exist_ok=True)  # marks the root of the project, so that `./…` is resolved
    labels = await anyio.to_thread.run_sync(_own_runner_labels, bench)
    config = bench.home / "actionlint.yaml"
    config.write_text(
        "".join(["self-hosted-runner:\n  labels:\n", *(f"    - '{each}'\n" for each in labels)]) if labels else ""
    )
    shellcheck = find_program("shellcheck")
    # shellcheck's options reach it through actionlint's environment: none is inherited.
    flags = ["-no-color", "-format", "{{json .}}", "-pyflakes", "", "-shellcheck", shellcheck or ""]
    arguments = [*flags, "-config-file", str(config), "{path}"]
    verdict = await ask(NAME, arguments, source, bench, version=("-version",))
    found = _findings(verdict)
    unarmed = without_shellcheck_directives(source.content)
    silenced: list[Finding] = []
    if unarmed:
        bench.write(source.path, unarmed)
        again = await ask(NAME, arguments, source, bench, version=("-version",))
        silenced = hidden(found, _findings(again))
    said = verdict.judged(found, suppressed=silenced)
    if shellcheck is None and _RUN.search(source.text):
        reason = _(
            "shellcheck is absent: the `run:` scripts were not judged. Install it: {install}.", install=WITH_EXTRA
        )
        return said.model_copy(update={"status": "failed" if found else "not_validated", "reason": reason})
    return said


def _findings(verdict: Verdict) -> list[Finding]:
    return [_finding(each) for each in verdict.json() or []]


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


def _own_runner_labels(bench: Bench) -> list[str]:
    from ruamel.yaml import YAML  # noqa: PLC0415 - cold start
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    for name in _CONFIGURATIONS:
        if bench.bring(name):
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
