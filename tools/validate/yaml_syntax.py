"""YAML 1.2 syntax and duplicate keys, by ruamel.yaml."""

import time
from pathlib import Path

import anyio.to_thread

from tools.delivery import Finding, Validation
from tools.validate.checker import Source

NAME = "ruamel.yaml"


def applies(source: Source) -> bool:
    """Files that end in .yaml or .yml, but Helm templates, which are not YAML before they are rendered."""
    return source.suffix in {".yaml", ".yml"} and b"{{-" not in source.content and b"{{ ." not in source.content


async def check(source: Source, tree: Path) -> Validation:  # noqa: ARG001 - the bytes are at hand
    """Parse every document; a syntax error or a duplicate key is an error."""
    from importlib.metadata import version  # noqa: PLC0415 - cold start

    started = time.monotonic()
    findings = await anyio.to_thread.run_sync(_problems, source.content)
    return Validation(
        path=source.path,
        tool=NAME,
        version=version("ruamel.yaml"),
        status="failed" if findings else "passed",
        findings=findings,
        duration=round(time.monotonic() - started, 3),
    )


def _problems(content: bytes) -> list[Finding]:
    from ruamel.yaml import YAML  # noqa: PLC0415 - cold start
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415

    try:
        for document in YAML(typ="rt", pure=True).load_all(content.decode("utf-8")):
            del document
    except UnicodeDecodeError as error:
        return [Finding(rule="encoding", severity="error", message=str(error))]
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        rule = "duplicate-key" if "duplicate key" in (error.problem or "") else "syntax"
        return [
            Finding(
                rule=rule,
                line=mark.line + 1 if mark else None,
                column=mark.column + 1 if mark else None,
                severity="error",
                message=(error.problem or str(error)).strip(),
            )
        ]
    except (YAMLError, RecursionError, ValueError) as error:
        return [Finding(rule="syntax", severity="error", message=str(error)[:300])]
    return []
