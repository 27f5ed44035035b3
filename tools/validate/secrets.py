"""The scanner of secrets as a checker: it speaks only where a configuration file holds one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resources.catalogue import _
from tools.delivery import Finding, Validation
from tools.validate.checker import Source

if TYPE_CHECKING:
    from tools.validate.bench import Bench

NAME = "scan_secrets"
PROGRAMS: tuple[str, ...] = ()
_CONFIGURATION = frozenset({
    ".yml", ".yaml", ".json", ".toml", ".ini", ".cfg", ".conf", ".properties", ".xml", ".sh", ".tf", ".tfvars", ".hcl",
    ".env", ".example", ".tpl", ".j2", ".service", "",
})  # fmt: skip


def applies(source: Source) -> bool:
    """Whether `source` is configuration and holds a secret: a pass on every file would bury the others' words."""
    return bool(_findings(source))


async def check(source: Source, bench: Bench) -> Validation:  # noqa: ARG001 - the protocol's signature
    """Every secret in `source`, by line and kind."""
    return Validation(path=source.path, tool=NAME, status="failed", findings=_findings(source))


def _findings(source: Source) -> list[Finding]:
    if source.suffix not in _CONFIGURATION and not source.name.startswith((".env", "Dockerfile")):
        return []
    from tools.secrets.scan_text import scan_text  # noqa: PLC0415 - compiling its patterns takes a while

    return [
        Finding(
            rule=each.rule,
            line=each.line,
            severity="error" if each.certainty == "certain" else "warning",
            message=_("A secret in a versioned file (fingerprint {print}).", print=each.fingerprint),
        )
        for each in scan_text(source.path, source.content) or []
    ]
