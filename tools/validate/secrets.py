"""The scanner of secrets as a checker: it speaks only where a configuration file holds one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from resources.catalogue import _
from tools.delivery import Finding, Validation
from tools.validate.checker import ALL, Source

if TYPE_CHECKING:
    from tools.validate.bench import Bench

NAME = "scan_secrets"
PROGRAMS: tuple[str, ...] = ()
TAKES = ALL
_CONFIGURATION = frozenset({
    ".yml", ".yaml", ".json", ".toml", ".ini", ".cfg", ".conf", ".properties", ".xml", ".sh", ".tf", ".tfvars", ".hcl",
    ".env", ".example", ".tpl", ".j2", ".service", "",
})  # fmt: skip


def applies(source: Source) -> bool:
    """Whether `source` is configuration and holds a secret: a pass on every file would bury the others' words."""
    return bool(_findings(source))


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:  # noqa: ARG001 - the bytes are at hand
    """Every secret, by line and kind."""
    return [Validation(path=each.path, tool=NAME, status="failed", findings=_findings(each)) for each in sources]


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
