"""Parses manifests: a broken one is a warning and an empty mapping, never an exception."""

# ruamel is imported inside: most repositories have no YAML that matters here, and cold start is a goal.
import json
import re
import tomllib
from typing import Any

from resources.catalogue import _
from tools.stacks.tree import Tree

Warnings = list[str]
_STRING_OR_COMMENT = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL)


def read_toml(tree: Tree, path: str, warnings: Warnings) -> dict[str, Any]:
    """The top table of a TOML file."""
    text = tree.text(path)
    if text is None:
        return _unreadable(path, warnings)
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return _broken(path, error, warnings)


def read_json(tree: Tree, path: str, warnings: Warnings) -> dict[str, Any]:
    """The top object of a JSON file; comments and trailing commas are allowed, as in tsconfig.json."""
    text = tree.text(path)
    if text is None:
        return _unreadable(path, warnings)
    try:
        try:
            value = json.loads(text)
        except ValueError:
            value = json.loads(_STRING_OR_COMMENT.sub(lambda match: match[1] or "", text))
    except (ValueError, RecursionError) as error:
        return _broken(path, error, warnings)
    return value if isinstance(value, dict) else _broken(path, TypeError(_("not an object")), warnings)


def read_yaml(tree: Tree, path: str, warnings: Warnings) -> dict[str, Any]:
    """The top mapping of the first document of a YAML file. Custom tags are read as the plain value."""
    from ruamel.yaml import YAML  # noqa: PLC0415
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    text = tree.text(path)
    if text is None:
        return _unreadable(path, warnings)
    loader = YAML(typ="safe", pure=True)
    loader.allow_duplicate_keys = True
    try:
        value = next(iter(loader.load_all(text)), None)
    except (YAMLError, RecursionError, ValueError, TypeError) as error:
        return _broken(path, error, warnings)
    return value if isinstance(value, dict) else {}


def table(value: object, *keys: str) -> dict[str, Any]:
    """The mapping under `keys`, empty when something on the way is absent or of another type."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def strings(value: object) -> list[str]:
    """The strings of a list; a lone string is a list of one; anything else is empty."""
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def string(value: object) -> str | None:
    """`value` if it is a non-blank string."""
    return value.strip() or None if isinstance(value, str) else None


def _unreadable(path: str, warnings: Warnings) -> dict[str, Any]:
    warnings.append(_("{path} is binary, too large or not readable.", path=path))
    return {}


def _broken(path: str, error: Exception, warnings: Warnings) -> dict[str, Any]:
    reason = " ".join(str(error).split())[:200]
    warnings.append(_("{path} cannot be parsed: {reason}.", path=path, reason=reason))
    return {}
