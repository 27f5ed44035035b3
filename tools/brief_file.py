"""Reads `devops.yaml`: every problem names its line, the field and what is allowed there."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from resources.catalogue import _
from tools.brief import Brief
from tools.brief_problem import explain
from tools.delivery import Finding
from tools.guard.errors import BriefError

DEEPEST = 50
LARGEST = 1_000_000  # characters; a brief is a page, not a database


class _UnreadableError(Exception):
    """The text is no document that a brief could be; the finding says why."""

    def __init__(self, rule: str, line: int, message: str) -> None:
        self.finding = Finding(rule=rule, line=line, severity="error", message=message)
        super().__init__(message)


def read_brief_data(text: str, name: str = "devops.yaml") -> dict[str, Any]:
    """The mapping that `text` holds, sure that it makes a valid brief.

    Raises:
        BriefError: it does not; the text lists every problem with its line.
    """
    data, found = _examine(text)
    if found:
        told = "\n".join(f"{name}:{each.line or 1}: {each.message}" for each in found)
        raise BriefError(
            _("{name} is not acceptable:\n{problems}\n", name=name, problems=told),
            _("The schema is devops://schema/devops.yaml."),
        )
    return data


def read_brief(text: str, name: str = "devops.yaml") -> Brief:
    """The brief that `text` holds.

    Raises:
        BriefError: it holds none; the text lists every problem with its line.
    """
    return Brief.model_validate(read_brief_data(text, name))


def problems(text: str) -> list[Finding]:
    """Everything that is wrong with a brief; empty when it is acceptable."""
    return _examine(text)[1]


def _examine(text: str) -> tuple[dict[str, Any], list[Finding]]:
    """The mapping in `text` and what is wrong with it."""
    try:
        node, data = _load(text)
    except _UnreadableError as error:
        return {}, [error.finding]
    try:
        Brief.model_validate(data)
    except ValidationError as error:
        return {}, [explain(each, node) for each in error.errors(include_url=False)]
    return data, []


def _load(text: str) -> tuple[Any, dict[str, Any]]:
    """The document as nodes, which know their lines, and as data."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - cold start
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415

    if len(text) > LARGEST:
        raise _UnreadableError("size", 1, _("The file is larger than {size} characters.", size=LARGEST))
    try:
        node = YAML(typ="rt", pure=True).compose(text)
        _refuse_anchors(node)
        data = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = " ".join((error.problem or str(error)).split())
        raise _UnreadableError("syntax", mark.line + 1 if mark else 1, message) from error
    except RecursionError as error:
        raise _UnreadableError("syntax", 1, _("The document is nested too deeply.")) from error
    except (YAMLError, ValueError) as error:
        raise _UnreadableError("syntax", 1, " ".join(str(error).split())[:300]) from error
    if data is None:
        return node, {}
    if not isinstance(data, dict):
        raise _UnreadableError("type", 1, _("A brief is a mapping of fields to values."))
    return node, data


def _refuse_anchors(node: Any, depth: int = 0) -> None:  # noqa: ANN401 - ruamel is untyped
    """A few nested aliases expand to gigabytes, and a brief needs none."""
    if node is None:
        return
    line = int(node.start_mark.line) + 1
    if depth > DEEPEST:
        raise _UnreadableError("syntax", line, _("The document is nested too deeply."))
    if getattr(node, "anchor", None):
        raise _UnreadableError("syntax", line, _("Anchors and aliases are not accepted in a brief."))
    for each in node.value if isinstance(node.value, list) else []:
        for child in each if isinstance(each, tuple) else (each,):
            _refuse_anchors(child, depth + 1)
