"""JSON syntax and duplicate keys, by Python's own parser."""

import json
import platform
import time
from collections.abc import Sequence
from typing import Any, NoReturn

import anyio.to_thread

from resources.catalogue import _
from tools.delivery import Finding, Validation
from tools.validate.bench import Bench
from tools.validate.checker import ALL, Source

NAME = "json"
PROGRAMS: tuple[str, ...] = ()
TAKES = ALL
# Their own tools accept comments and trailing commas in these.
_COMMENTED_NAMES = ("tsconfig", "jsconfig", "devcontainer", ".devcontainer", "api-extractor", ".eslintrc", "tslint")
_COMMENTED_FOLDERS = ("/.vscode/", "/.devcontainer/", "/.zed/")


def applies(source: Source) -> bool:
    """Files that end in .json, but the kinds whose tools allow comments."""
    commented = source.name.startswith(_COMMENTED_NAMES) or any(
        each in f"/{source.path}" for each in _COMMENTED_FOLDERS
    )
    return source.suffix == ".json" and not commented


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:  # noqa: ARG001 - the bytes are at hand
    """A syntax error is an error; a duplicate key, which parsers settle differently, is a warning."""
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
    repeated: list[str] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        mapping = dict(pairs)
        if len(mapping) < len(pairs):
            keys = [key for key, _value in pairs]
            repeated.extend(sorted({key for key in keys if keys.count(key) > 1}))
        return mapping

    try:
        json.loads(source.content.decode("utf-8"), object_pairs_hook=unique, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        return [Finding(rule="syntax", line=error.lineno, column=error.colno, severity="error", message=error.msg)]
    except UnicodeDecodeError as error:
        line = source.content[: error.start].count(b"\n") + 1
        return [
            Finding(rule="encoding", line=line, severity="error", message=_("not UTF-8: {reason}", reason=error.reason))
        ]
    except RecursionError:
        return [Finding(rule="nesting", severity="error", message=_("nested too deeply to be read"))]
    except ValueError as error:  # an integer of thousands of digits, NaN, Infinity
        return [Finding(rule="syntax", severity="error", message=str(error)[:300])]
    return [_duplicate(source, key) for key in repeated]


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(_("{name} is not JSON", name=name))


def _duplicate(source: Source, key: str) -> Finding:
    """The second place where `"key":` stands; exact unless another object has the same key before it."""
    written = json.dumps(key, ensure_ascii=False)
    at = source.text.find(written, source.text.find(written) + 1)
    line = source.text.count("\n", 0, at) + 1 if at >= 0 else None
    message = _("duplicate key {key}", key=repr(key))
    return Finding(rule="duplicate-key", line=line, severity="warning", message=message)
