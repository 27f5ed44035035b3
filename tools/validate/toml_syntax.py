"""TOML syntax and duplicate keys, by Python's own parser."""

import platform
import re
import time
import tomllib
from collections.abc import Sequence

import anyio.to_thread

from resources.catalogue import _
from tools.delivery import Finding, Validation
from tools.validate.bench import Bench
from tools.validate.checker import ALL, Source

NAME = "toml"
PROGRAMS: tuple[str, ...] = ()
TAKES = ALL
WHERE = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")


def applies(source: Source) -> bool:
    """Files that end in .toml, and the lock files that are written in it."""
    return source.suffix == ".toml" or source.name in {"poetry.lock", "uv.lock", "Cargo.lock", "Pipfile"}


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:  # noqa: ARG001 - the bytes are at hand
    """What the parser refuses is an error: TOML has one grammar, and a key twice is against it."""
    return await anyio.to_thread.run_sync(lambda: [_judged(each) for each in sources])


def _judged(source: Source) -> Validation:
    started = time.monotonic()
    findings = _problems(source)
    return Validation(
        path=source.path,
        tool=NAME,
        version=platform.python_version(),
        status="failed" if findings else "passed",
        findings=findings,
        duration=round(time.monotonic() - started, 3),
    )


def _problems(source: Source) -> list[Finding]:
    try:
        tomllib.loads(source.content.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = source.content[: error.start].count(b"\n") + 1
        message = _("not UTF-8: {reason}", reason=error.reason)
        return [Finding(rule="encoding", line=line, severity="error", message=message)]
    except RecursionError:
        return [Finding(rule="nesting", severity="error", message=_("nested too deeply to be read"))]
    except ValueError as error:  # also an integer of thousands of digits
        return [_found(str(error), source)]
    return []


def _found(told: str, source: Source) -> Finding:
    at = WHERE.search(told)
    line = int(at["line"]) if at and at["line"] else source.text.count("\n") + 1 if at else None
    column = int(at["column"]) if at and at["column"] else None
    return Finding(rule="syntax", line=line, column=column, severity="error", message=WHERE.sub("", told)[:300])
