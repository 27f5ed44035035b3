"""checkov: policies for Dockerfiles, Kubernetes manifests and Terraform; slow, and so only where it is installed."""

from typing import Any

from resources.catalogue import _
from tools.delivery import Finding, FindingLevel, Validation
from tools.guard.process import find_program
from tools.validate.bench import Bench
from tools.validate.checker import Source
from tools.validate.hadolint import is_dockerfile
from tools.validate.kubernetes_manifest import is_manifest
from tools.validate.tool import ask

NAME = "checkov"
PROGRAMS: tuple[str, ...] = ("checkov",)
INSTALL = "pipx install checkov"
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


async def check(source: Source, bench: Bench) -> Validation:
    """Each failed policy is a finding; what `#checkov:skip=` hides is `suppressed`. Nothing is downloaded."""
    config = bench.home / "checkov.yaml"
    config.write_text("skip-download: true\n")
    framework = _framework(source) or ""
    flags = ["--framework", framework, "--output", "json", "--compact", "--skip-download", "--config-file", str(config)]
    verdict = await ask(NAME, ["--file", "./{path}", *flags], source, bench, install=INSTALL)
    told = verdict.json()
    if isinstance(told, list):
        told = told[0] if told else {}
    results = told.get("results", {})
    if results.get("parsing_errors") or told.get("summary", told).get("parsing_errors"):
        raise verdict.refused(_("it could not parse the file."))
    return verdict.judged(
        [_finding(each) for each in results.get("failed_checks", [])],
        suppressed=[_finding(each) for each in results.get("skipped_checks", [])],
    )


def _finding(told: dict[str, Any]) -> Finding:
    lines = told.get("file_line_range") or [None]
    return Finding(
        rule=told["check_id"],
        line=max(1, lines[0]) if lines[0] is not None else None,
        severity=LEVELS.get(str(told.get("severity")), "warning"),
        message=f"{told['resource']}: {told['check_name']}",
    )
