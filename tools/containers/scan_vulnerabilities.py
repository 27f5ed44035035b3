"""Asks a vulnerability scanner, where one is installed, about the packages of an SBOM."""

import json
import tempfile
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from resources.catalogue import _
from tools.guard.errors import ProcessTimeoutError, ProgramMissingError
from tools.guard.process import find_program, run
from tools.model import Model

MOST_TOLD = 20
SECONDS = 300
SEVERITIES = ("critical", "high", "medium", "low", "negligible", "unknown")


class Vulnerability(Model):
    """One known weakness of one package."""

    id: str
    package: str
    version: str
    severity: str
    fixed_in: str | None = None


class Vulnerabilities(Model):
    """`not_scanned` says that nobody has looked; it never means that there are none."""

    status: Literal["scanned", "not_scanned"]
    scanner: str | None = None
    reason: str | None = None
    counts: dict[str, int] = {}
    worst: list[Vulnerability] = Field(default=[], description="The most severe first, at most 20.")


async def scan_vulnerabilities(bill: str, root: Path) -> Vulnerabilities:
    """What trivy, else grype, says of the CycloneDX text `bill`; their databases come from the network."""
    for name, arguments in (("trivy", ["sbom", "--quiet", "--format", "json"]), ("grype", ["-q", "-o", "json"])):
        program = find_program(name)
        if program is None:
            continue
        with tempfile.TemporaryDirectory(prefix="astreinte-sbom-") as folder:
            path = Path(folder) / "image.cdx.json"
            path.write_text(bill, encoding="utf-8")
            try:
                told = await run(
                    [program, *arguments, str(path) if name == "trivy" else f"sbom:{path}"],
                    cwd=root,
                    timeout=SECONDS,
                    output_limit=50_000_000,
                )
            except (ProgramMissingError, ProcessTimeoutError) as error:
                return Vulnerabilities(status="not_scanned", scanner=name, reason=str(error))
        if told.returncode != 0:
            last = (told.stderr.strip().splitlines() or ["?"])[-1]
            return Vulnerabilities(status="not_scanned", scanner=name, reason=last)
        return counted(name, read_report(name, json.loads(told.stdout)))
    return Vulnerabilities(status="not_scanned", reason=_("Neither trivy nor grype is installed."))


def counted(scanner: str, found: list[Vulnerability]) -> Vulnerabilities:
    """The findings of a scanner, counted by severity; pure."""
    ordered = sorted(set(found), key=lambda each: (_rank(each.severity), each.id, each.package))
    counts = {name: sum(1 for each in ordered if each.severity == name) for name in SEVERITIES}
    worst = ordered[:MOST_TOLD]
    kept = {name: count for name, count in counts.items() if count}
    return Vulnerabilities(status="scanned", scanner=scanner, counts=kept, worst=worst)


def read_report(scanner: str, told: dict[str, Any]) -> list[Vulnerability]:
    """The JSON report of trivy or grype as one form; pure."""
    if scanner == "trivy":
        return [
            Vulnerability(
                id=each["VulnerabilityID"],
                package=each["PkgName"],
                version=each.get("InstalledVersion", ""),
                severity=str(each.get("Severity", "unknown")).lower(),
                fixed_in=each.get("FixedVersion") or None,
            )
            for result in told.get("Results") or []
            for each in result.get("Vulnerabilities") or []
        ]
    return [
        Vulnerability(
            id=each["vulnerability"]["id"],
            package=each["artifact"]["name"],
            version=each["artifact"].get("version", ""),
            severity=str(each["vulnerability"].get("severity", "unknown")).lower(),
            fixed_in=next(iter((each["vulnerability"].get("fix") or {}).get("versions") or []), None),
        )
        for each in told.get("matches") or []
    ]


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)
