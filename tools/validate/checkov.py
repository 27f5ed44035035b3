"""checkov: policies for Dockerfiles, Kubernetes manifests and Terraform; slow, and so only where it is installed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from resources.catalogue import _
from tools.delivery import Finding, FindingLevel, Validation
from tools.guard.process import find_program
from tools.validate.bench import Bench
from tools.validate.checker import ALL, Source
from tools.validate.hadolint import is_dockerfile
from tools.validate.kubernetes_manifest import is_manifest
from tools.validate.tool import Verdict, ask

NAME = "checkov"
PROGRAMS: tuple[str, ...] = ("checkov",)
TAKES = ALL
INSTALL = "pipx install checkov"
TREE = "judged"
OUTPUT = 64_000_000
# Offline checkov knows no severities: its findings are policies, so warnings unless it says more.
LEVELS: dict[str, FindingLevel] = {"CRITICAL": "error", "HIGH": "error", "MEDIUM": "warning", "LOW": "info"}


def applies(source: Source) -> bool:
    """Dockerfiles, manifests and Terraform, when checkov is installed: nobody is asked to miss it."""
    return _framework(source) is not None and find_program("checkov") is not None


def _framework(source: Source) -> str | None:
    if is_dockerfile(source):
        return "dockerfile"
    if source.suffix == ".tf":
        return "terraform"
    return "kubernetes" if is_manifest(source) else None


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:
    """Each failed policy is a finding; what `#checkov:skip=` hides is `suppressed`. Nothing is downloaded."""
    verdict = await _run(sources, bench)
    told = verdict.json()
    reports = [each.get("results", {}) for each in (told if isinstance(told, list) else [told])]
    return [_judged(each, reports, verdict) for each in sources]


def _judged(source: Source, reports: Sequence[dict[str, Any]], verdict: Verdict) -> Validation:
    failed, skipped, seen = [], [], False
    for results in reports:
        if any(_is(source, path) for path in results.get("parsing_errors", [])):
            return verdict.refused(_("it could not parse the file."), source).validation
        failed += [each for each in results.get("failed_checks", []) if _is(source, each["file_abs_path"])]
        skipped += [each for each in results.get("skipped_checks", []) if _is(source, each["file_abs_path"])]
        seen = seen or any(_is(source, each["file_abs_path"]) for each in results.get("passed_checks", []))
    if is_dockerfile(source) and not (failed or skipped or seen):
        # It leaves out what it cannot read, without a word.
        return verdict.refused(_("it could not parse the file."), source).validation
    return verdict.judged(
        source, [_finding(source, each) for each in failed], suppressed=[_finding(source, each) for each in skipped]
    )


async def _run(sources: Sequence[Source], bench: Bench) -> Verdict:
    config = bench.home / "checkov.yaml"
    config.write_text("skip-download: true\n")
    # It reads a `.checkov.yaml` where it is started: that is not where the files lie.
    started = replace(bench, root=bench.home)
    for each in sources:
        started.write(f"{TREE}/{each.path}", each.content)
    frameworks = sorted({_framework(each) or "" for each in sources})
    flags = ["--framework", *frameworks, "--output", "json", "--compact", "--skip-download"]
    arguments = [*flags, "--config-file", str(config), "--file", f"./{TREE}/{{path}}"]
    return await ask(NAME, arguments, sources, started, install=INSTALL, output_limit=OUTPUT)


def _is(source: Source, path: str) -> bool:
    return path.endswith(f"/{TREE}/{source.path}")


def _finding(source: Source, told: dict[str, Any]) -> Finding:
    lines = told.get("file_line_range") or [None]
    return Finding(
        rule=told["check_id"],
        line=max(1, lines[0]) if lines[0] is not None else None,
        severity=LEVELS.get(str(told.get("severity")), "warning"),
        message=f"{str(told['resource']).replace(f'./{TREE}/{source.path}', source.path)}: {told['check_name']}",
    )
