"""YAML 1.2 syntax and duplicate keys, by ruamel.yaml."""

import re
import time
from collections.abc import Iterator, Sequence
from typing import Any

import anyio.to_thread

from resources.catalogue import _
from tools.delivery import Finding, Validation
from tools.validate.bench import Bench
from tools.validate.checker import ALL, Source
from tools.validate.positions import composed

NAME = "ruamel.yaml"
PROGRAMS: tuple[str, ...] = ()
TAKES = ALL
MOST_FINDINGS = 100
# A line that opens with `{{` or `{%` is a directive of Helm, Jinja or Go: the file is YAML only once rendered.
_TEMPLATE = re.compile(rb"^[ \t]*(?:-[ \t]+)?\{[{%]", re.MULTILINE)


def applies(source: Source) -> bool:
    """Files that end in .yaml or .yml, but templates of such files."""
    in_templates = b"{{" in source.content and "/templates/" in f"/{source.path}"
    return source.suffix in {".yaml", ".yml"} and not in_templates and not _TEMPLATE.search(source.content)


async def check(sources: Sequence[Source], bench: Bench) -> list[Validation]:  # noqa: ARG001 - the bytes are at hand
    """Parse every document; a syntax error or a duplicate key is an error."""
    return await anyio.to_thread.run_sync(lambda: [_judged(each) for each in sources])


def _judged(source: Source) -> Validation:
    from importlib.metadata import version  # noqa: PLC0415 - cold start

    started = time.monotonic()
    findings = _problems(source.content)
    return Validation(
        path=source.path,
        tool=NAME,
        version=version("ruamel.yaml"),
        status="failed" if findings else "passed",
        findings=findings[:MOST_FINDINGS],
        duration=round(time.monotonic() - started, 3),
    )


def _problems(content: bytes) -> list[Finding]:
    try:
        text = content.decode(_encoding(content))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return [_error("encoding", line, 1, _("not UTF-8: {reason}", reason=error.reason))]
    nodes, problem = composed(text)
    findings = [each for node in nodes for each in _duplicates(node)]
    return findings if problem is None else [*findings, _told(problem)]


def _told(error: Exception) -> Finding:
    from ruamel.yaml.error import MarkedYAMLError  # noqa: PLC0415 - cold start

    if isinstance(error, RecursionError):
        return _error("nesting", None, None, _("nested too deeply to be read"))
    if not isinstance(error, MarkedYAMLError):
        return _error("syntax", None, None, " ".join(str(error).split())[:300])
    mark = error.problem_mark or error.context_mark
    said = " ".join((error.problem or str(error)).split())
    return _error("syntax", mark.line + 1 if mark else None, mark.column + 1 if mark else None, said)


def _encoding(content: bytes) -> str:
    """YAML 1.2 also allows UTF-16, with a byte-order mark."""
    return "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"


def _duplicates(root: Any) -> Iterator[Finding]:  # noqa: ANN401 - ruamel is untyped
    waiting, seen = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if node is None or id(node) in seen:  # an alias leads to a node that was looked at
            continue
        seen.add(id(node))
        if node.id == "mapping":
            yield from _repeated(node)
            waiting += [each for pair in node.value for each in pair]
        elif node.id == "sequence":
            waiting += node.value


def _repeated(mapping: Any) -> Iterator[Finding]:  # noqa: ANN401 - ruamel is untyped
    first: dict[tuple[str, str], int] = {}
    for key, _value in mapping.value:
        if key.id != "scalar" or key.value == "<<":  # several merges in one mapping are common and harmless
            continue
        line, column = key.start_mark.line + 1, key.start_mark.column + 1
        identity = (str(key.tag), key.value)
        if identity in first:
            message = _("duplicate key {key}, first on line {line}", key=repr(key.value), line=first[identity])
            yield _error("duplicate-key", line, column, message)
        first.setdefault(identity, line)


def _error(rule: str, line: int | None, column: int | None, message: str) -> Finding:
    return Finding(rule=rule, line=line, column=column, severity="error", message=message)
