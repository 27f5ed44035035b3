"""Reads pydantic-settings classes: each field of a BaseSettings subclass is an environment variable."""

import ast
import warnings
from dataclasses import dataclass

from tools.stacks.tree import Tree

_SECRET_TYPES = ("SecretStr", "SecretBytes", "Secret")


@dataclass(frozen=True)
class SettingsVariable:
    """One field as the environment names it."""

    name: str
    default: str | None
    secret: bool
    line: int


def settings_variables(tree: Tree, paths: list[str]) -> list[tuple[str, SettingsVariable]]:
    """The variables of every settings class in Python files, with the file; a file that cannot be parsed has none.

    A project's own base class may stand in another file: files are asked again until no new class turns up.
    """
    known = {"BaseSettings"}
    found: dict[str, list[SettingsVariable]] = {}
    waiting = [path for path in paths if b"Settings" in (tree.data(path) or b"")]
    while True:
        ready = [path for path in waiting if _inherits(tree.data(path) or b"", known)]
        if not ready:
            return [(path, variable) for path, variables in found.items() for variable in variables]
        waiting = [path for path in waiting if path not in ready]
        for path in ready:
            found[path] = _in_file(tree.text(path) or "", known)


def _inherits(content: bytes, known: set[str]) -> bool:
    return any(name.encode() in content for name in known)


def _in_file(text: str, known: set[str]) -> list[SettingsVariable]:
    """The fields of the settings classes in one file; their names join `known`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape in their code is no news for our log
            module = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found: list[SettingsVariable] = []
    for node in module.body:
        if isinstance(node, ast.ClassDef) and any(_name(base) in known for base in node.bases):
            known.add(node.name)
            found.extend(_fields(node))
    return found


def _fields(node: ast.ClassDef) -> list[SettingsVariable]:
    prefix = _prefix(node)
    found: list[SettingsVariable] = []
    for statement in node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        field = statement.target.id
        annotation = ast.unparse(statement.annotation)
        if field.startswith("_") or field == "model_config" or "ClassVar" in annotation:
            continue
        call = statement.value if isinstance(statement.value, ast.Call) else None
        default = statement.value
        name = (prefix + field).upper()
        if call is not None:
            keywords = {keyword.arg: keyword.value for keyword in call.keywords}
            first = call.args[0] if call.args else None
            default = keywords.get("default", first)
            name = _alias(keywords) or name
        found.append(
            SettingsVariable(
                name=name,
                default=_literal(default),
                secret=any(secret in annotation for secret in _SECRET_TYPES),
                line=statement.lineno,
            )
        )
    return found


def _alias(keywords: dict[str | None, ast.expr]) -> str | None:
    for key in ("validation_alias", "alias", "env"):
        value = keywords.get(key)
        if isinstance(value, ast.Call) and value.args:  # AliasChoices("A", "B")
            value = value.args[0]
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value.value.upper()
    return None


def _prefix(node: ast.ClassDef) -> str:
    """`env_prefix` of `model_config = SettingsConfigDict(…)`, of a dict, or of the old inner `class Config`."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.keyword) and inner.arg == "env_prefix":
            return _literal(inner.value) or ""
        if isinstance(inner, ast.Dict):
            for key, value in zip(inner.keys, inner.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "env_prefix":
                    return _literal(value) or ""
        if isinstance(inner, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "env_prefix" for target in inner.targets
        ):
            return _literal(inner.value) or ""
    return ""


def _literal(value: ast.expr | None) -> str | None:
    if isinstance(value, ast.Constant) and isinstance(value.value, str | int | float | bool):
        return str(value.value)
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub) and isinstance(value.operand, ast.Constant):
        return ast.unparse(value)
    return None


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
