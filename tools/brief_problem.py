"""Puts a wrong field of the brief into words: its line, its path, what is allowed there, what was perhaps meant."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, get_args

from resources.catalogue import _
from tools.brief import Brief
from tools.delivery import Finding
from tools.model import Model

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Context = Mapping[str, Any]

# pydantic's error types -> what is wrong, in the reader's language. Others keep pydantic's own sentence.
_REASONS: dict[str, Callable[[Context], str]] = {
    "literal_error": lambda context: _("allowed: {allowed}", allowed=context["expected"]),
    "missing": lambda _context: _("this field is required"),
    "string_type": lambda _context: _("must be text; a number needs quotes"),
    "list_type": lambda _context: _("must be a list"),
    "model_type": lambda _context: _("must be a mapping of fields to values"),
    "dict_type": lambda _context: _("must be a mapping of fields to values"),
    "bool_type": lambda _context: _("must be true or false"),
    "bool_parsing": lambda _context: _("must be true or false"),
    "int_type": lambda _context: _("must be a whole number"),
    "int_parsing": lambda _context: _("must be a whole number"),
    "int_from_float": lambda _context: _("must be a whole number"),
    "float_type": lambda _context: _("must be a number"),
    "float_parsing": lambda _context: _("must be a number"),
    "greater_than": lambda context: _("must be more than {limit}", limit=context["gt"]),
    "greater_than_equal": lambda context: _("must be at least {limit}", limit=context["ge"]),
    "less_than_equal": lambda context: _("must be at most {limit}", limit=context["le"]),
    "too_short": lambda context: _("must have at least {count} entries", count=context["min_length"]),
    "value_error": lambda context: str(context["error"]),
}


def explain(error: ErrorDetails, node: Any) -> Finding:  # noqa: ANN401 - ruamel is untyped
    """The finding for one of pydantic's errors; `node` is the document it was made from."""
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
    return _finding(error["type"], line, f"{where}: {_reason(error)}{_got(error)}.")


def _reason(error: ErrorDetails) -> str:
    reason = _REASONS.get(error["type"])
    return reason(error.get("ctx", {})) if reason else error["msg"]


def _got(error: ErrorDetails) -> str:
    """The wrong value, where it is one word: a whole mapping would only hide the reason."""
    value = error.get("input")
    if error["type"] == "missing" or isinstance(value, dict | list):
        return ""
    text = repr(value)
    return " " + _("(got {value})", value=text if len(text) <= 80 else text[:77] + "…")


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
