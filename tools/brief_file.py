"""Reads `devops.yaml`: every problem names its line, the field and what is allowed there."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, get_args

from pydantic import ValidationError

from resources.catalogue import _
from tools.brief import Brief
from tools.delivery import Finding
from tools.guard.errors import BriefError
from tools.model import Model

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

DEEPEST = 50


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


def problems(text: str) -> list[Finding]:
    """Everything that is wrong with a brief; empty when it is acceptable."""
    return _examine(text)[1]


def _examine(text: str) -> tuple[dict[str, Any], list[Finding]]:
    from ruamel.yaml import YAML  # noqa: PLC0415 - cold start
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415

    try:
        node = YAML(typ="rt", pure=True).compose(text)
        data = _plain(YAML(typ="safe", pure=True), text, node)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = (error.problem or str(error)).strip()
        return {}, [_finding("syntax", mark.line + 1 if mark else 1, message)]
    except (YAMLError, RecursionError, ValueError) as error:
        return {}, [_finding("syntax", 1, str(error)[:300])]
    if data is None:
        return {}, []
    if not isinstance(data, dict):
        return {}, [_finding("type", 1, _("A brief is a mapping of fields to values."))]
    try:
        Brief.model_validate(data)
    except ValidationError as error:
        return {}, [_explain(each, node) for each in error.errors(include_url=False)]
    return data, []


def _plain(yaml: Any, text: str, node: Any) -> Any:  # noqa: ANN401 - ruamel is untyped
    if _has_anchor(node, 0):  # a few nested aliases expand to gigabytes, and a brief needs none
        raise ValueError(_("Anchors and aliases are not accepted in a brief."))
    return yaml.load(text)


def _has_anchor(node: Any, depth: int) -> bool:  # noqa: ANN401
    if depth > DEEPEST:
        raise ValueError(_("The document is nested too deeply."))
    if node is None or getattr(node, "anchor", None):
        return node is not None
    value = node.value if isinstance(node.value, list) else []
    children = [child for each in value for child in (each if isinstance(each, tuple) else (each,))]
    return any(_has_anchor(child, depth + 1) for child in children)


def _explain(error: ErrorDetails, node: Any) -> Finding:  # noqa: ANN401
    where = ".".join(str(part) for part in error["loc"])
    line = _line(node, error["loc"])
    if error["type"] == "extra_forbidden":
        allowed = _fields_at(error["loc"][:-1])
        guess = difflib.get_close_matches(str(error["loc"][-1]), allowed, 1)
        hint = _(" Did you mean {guess}?", guess=guess[0]) if guess else ""
        message = _(
            "{field}: there is no such field.{hint} Allowed: {allowed}.",
            field=where,
            hint=hint,
            allowed=", ".join(sorted(allowed)),
        )
        return _finding("unknown-field", line, message)
    message = _("{field}: {reason} (got {value}).", field=where, reason=error["msg"], value=_short(error.get("input")))
    return _finding(error["type"], line, message)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "…"


def _fields_at(location: tuple[int | str, ...]) -> list[str]:
    """The field names allowed at a place of the brief."""
    model: Any = Brief
    for part in location:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        model = _model_in(field.annotation) if field else None
        if model is None:
            return []
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[Model] | None:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_in(each))), None)


def _line(node: Any, location: tuple[int | str, ...]) -> int:  # noqa: ANN401 - ruamel is untyped
    """The 1-based line of the deepest part of `location` that exists."""
    line = int(node.start_mark.line)
    for part in location:
        if isinstance(part, int) and isinstance(node.value, list) and part < len(node.value):
            child = key = node.value[part]
        else:
            pairs = node.value if isinstance(node.value, list) else []
            pair = next((each for each in pairs if isinstance(each, tuple) and each[0].value == part), None)
            if pair is None:
                break
            key, child = pair
        line, node = int(key.start_mark.line), child
    return line + 1


def _finding(rule: str, line: int, message: str) -> Finding:
    return Finding(rule=rule, line=line, severity="error", message=message)
