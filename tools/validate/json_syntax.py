"""JSON syntax, by Python's own parser."""

import json
import platform
from collections import Counter
from pathlib import Path

from tools.delivery import Finding, Validation
from tools.validate.checker import Source

NAME = "json"


def applies(source: Source) -> bool:
    """Files that end in .json, but the kinds whose tools allow comments."""
    commented = source.name.startswith(("tsconfig", "jsconfig")) or "/.vscode/" in f"/{source.path}"
    return source.suffix == ".json" and not commented


async def check(source: Source, tree: Path) -> Validation:  # noqa: ARG001 - the bytes are at hand
    """Parse the file; a syntax error or a duplicate key is an error."""
    findings: list[Finding] = []

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        counts = Counter(key for key, _value in pairs)
        findings.extend(
            Finding(rule="duplicate-key", severity="error", message=f"duplicate key {key!r}")
            for key, count in counts.items()
            if count > 1
        )
        return dict(pairs)

    try:
        json.loads(source.content.decode("utf-8-sig"), object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        findings.append(
            Finding(rule="syntax", line=error.lineno, column=error.colno, severity="error", message=error.msg)
        )
    except (UnicodeDecodeError, RecursionError) as error:
        findings.append(Finding(rule="encoding", severity="error", message=str(error)[:300]))
    version = platform.python_version()
    return Validation(
        path=source.path, tool=NAME, version=version, status="failed" if findings else "passed", findings=findings
    )
