"""Finds the line that a schema's path points to, so that a finding names a place in the file and not in its data."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Step = str | int
SMALL = 65_536
_JSON_PATH = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]")


@dataclass(frozen=True)
class Place:
    """A 1-based position."""

    line: int
    column: int


def json_path(path: str) -> list[Step]:
    """The steps of a path as jsonschema writes it: `$.jobs['a b'].steps[0]`."""
    return [
        int(index) if index else (name or re.sub(r"\\(.)", r"\1", quoted))
        for name, index, quoted in _JSON_PATH.findall(path)
    ]


def documents(text: str) -> list[Any]:
    """The nodes of each YAML (or JSON) document of `text`; what cannot be parsed ends the list."""
    return list(composed(text)[0])


def composed(text: str) -> tuple[Sequence[Any], Exception | None]:
    """The nodes of `text`, and what ended the list early; nobody may change a node.

    Composed, not constructed: tags of other programs are welcome and aliases are not multiplied. Half a dozen
    readers want the same file one after the other: a small one is parsed once.
    """
    return _kept(text) if len(text) <= SMALL else _compose(text)


@lru_cache(maxsize=128)
def _kept(text: str) -> tuple[Sequence[Any], Exception | None]:
    return _compose(text)


def _compose(text: str) -> tuple[Sequence[Any], Exception | None]:
    from ruamel.yaml import YAML  # noqa: PLC0415 - cold start
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    found: list[Any] = []
    try:
        for node in YAML(typ="safe", pure=True).compose_all(text):
            found.append(node)  # noqa: PERF402 - what was composed before an error is kept
    except (YAMLError, RecursionError, ValueError) as error:
        return found, error.with_traceback(None)  # the frames would keep the whole parser
    return found, None


def locate(node: Any, path: Sequence[Step]) -> Place | None:  # noqa: ANN401 - ruamel is untyped
    """Where `path` leads below `node`: its key, or the deepest part of the path that exists."""
    if node is None:
        return None
    mark = node.start_mark
    for step in path:
        found = _child(node, step)
        if found is None:
            break
        mark, node = found
    return Place(mark.line + 1, mark.column + 1)


def value_at(node: Any, path: Sequence[Step]) -> str | None:  # noqa: ANN401
    """The scalar at `path`, as written."""
    for step in path:
        found = _child(node, step)
        if found is None:
            return None
        node = found[1]
    return node.value if isinstance(getattr(node, "value", None), str) else None


def _child(node: Any, step: Step) -> tuple[Any, Any] | None:  # noqa: ANN401
    value = getattr(node, "value", None)
    if not isinstance(value, list):
        return None
    if value and isinstance(value[0], tuple):
        return next(((key.start_mark, each) for key, each in entries(value) if key.value == str(step)), None)
    if isinstance(step, int) and step < len(value):
        return value[step].start_mark, value[step]
    return None


def entries(pairs: list[tuple[Any, Any]], depth: int = 0) -> Iterator[tuple[Any, Any]]:
    """The keys of a mapping, those merged in by `<<` last."""
    yield from pairs
    for key, value in pairs:
        if key.value == "<<" and depth < 10:  # merges may be cyclic in a hostile file
            for merged in value.value if value.id == "sequence" else [value]:
                if merged.id == "mapping":
                    yield from entries(merged.value, depth + 1)
