"""Runs in a process of its own: reads HCL files from standard input as JSON and writes their blocks as JSON.

A hostile or broken file can make a parser slow, deep or crash; here that costs only this process. The syntax tree
(tree-sitter) gives blocks, values and positions; where it stumbles, python-hcl2 has the second word. It imports
nothing of this project, so that it starts fast and with Python's isolated mode.
"""

# Parsers are imported where they are first needed, and each file needs few; nodes and JSON have no better type.
# ruff: noqa: ANN401, PLC0415

import contextlib
import json
import signal
import sys
from typing import Any, NoReturn

SECONDS_A_FILE = 10
MEMORY = 1_500_000_000
DEEPEST = 100
# A block is {"t": type, "l": labels, "n": line, "a": {name: [value, line]}, "b": [blocks]}; an expression that is not
# a literal is {"$": its text}.
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class TooDeep(Exception):  # noqa: N818 - a verdict on the file, not a mistake
    """The file is nested deeper than people write."""


def read(path: str, text: str) -> dict[str, Any]:
    """The blocks of one file, or the line and the reason why it cannot be read."""
    try:
        return _read_json(text) if path.endswith(".json") else _read_hcl(text)
    except (RecursionError, TooDeep):
        return {"error": {"line": None, "code": "too_deep"}}
    except MemoryError:
        return {"error": {"line": None, "code": "too_large"}}


def _read_hcl(text: str) -> dict[str, Any]:
    import tree_sitter
    import tree_sitter_hcl

    source = text.encode()
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))
    root = parser.parse(source).root_node
    if root.has_error:
        return _second_word(text, root)
    bodies = [node for node in root.children if node.type == "body"]
    blocks = [node for body in bodies for node in body.children if node.type == "block"]
    return {"blocks": [_block(node, source, 0) for node in blocks], "attributes": _attributes(bodies, source, 0)}


def _second_word(text: str, root: Any) -> dict[str, Any]:
    import hcl2
    from lark.exceptions import LarkError, UnexpectedInput

    try:
        parsed = hcl2.loads(text if text.endswith("\n") else text + "\n")
    except UnexpectedInput as error:
        told: Any = error.line  # -1, or '?', at the end of the file
        line = told if isinstance(told, int) and told > 0 else _error_line(root)
        return {"error": {"line": line, "code": "syntax", "near": _near(text, line)}}
    except (LarkError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        line = _error_line(root)
        return {"error": {"line": line, "code": "syntax", "near": _near(text, line)}}
    return {"blocks": _from_mapping(parsed), "attributes": {}}


def _error_line(node: Any) -> int | None:
    """The line of the first place where the tree does not hold."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if each.is_missing or each.type == "ERROR":
            return int(each.start_point[0]) + 1
        waiting += [child for child in reversed(each.children) if child.has_error or child.is_missing]
    return None


def _near(text: str, line: int | None) -> str:
    lines = text.splitlines()
    return lines[line - 1].strip()[:60] if line and line <= len(lines) else ""


def _block(node: Any, source: bytes, depth: int) -> dict[str, Any]:
    if depth > DEEPEST:
        raise TooDeep
    names = [_text(child, source) for child in node.children if child.type == "identifier"]
    labels = [str(_plain(child, source)) for child in node.children if child.type == "string_lit"]
    bodies = [child for child in node.children if child.type == "body"]
    return {
        "t": names[0] if names else "",
        "l": [*labels, *names[1:]],
        "n": node.start_point[0] + 1,
        "a": _attributes(bodies, source, depth),
        "b": [_block(each, source, depth + 1) for body in bodies for each in body.children if each.type == "block"],
    }


def _attributes(bodies: list[Any], source: bytes, depth: int) -> dict[str, Any]:
    found = {}
    for body in bodies:
        for node in body.children:
            if node.type == "attribute":
                name, given = node.children[0], node.children[-1]
                found[_text(name, source)] = [_value(given, source, depth + 1), node.start_point[0] + 1]
    return found


def _value(node: Any, source: bytes, depth: int) -> Any:
    if depth > DEEPEST:
        raise TooDeep
    inner = node.named_children
    if node.type in {"expression", "literal_value", "collection_value", "template_expr"} and len(inner) == 1:
        return _value(inner[0], source, depth)
    if node.type == "string_lit":
        return _plain(node, source)
    if node.type == "heredoc_template":
        return _heredoc(node, source)
    if node.type == "tuple":
        return [_value(each, source, depth + 1) for each in inner if each.type == "expression"]
    if node.type == "object":
        return _object(inner, source, depth)
    return _scalar(node.type, _text(node, source))


def _scalar(kind: str, text: str) -> Any:
    if kind == "numeric_lit":
        return float(text) if any(char in text for char in ".eEx") else int(text)
    if kind in {"bool_lit", "null_lit"}:
        return {"true": True, "false": False}.get(text)
    return {"$": text[:2_000]}


def _object(members: list[Any], source: bytes, depth: int) -> dict[str, Any]:
    found = {}
    for member in members:
        if member.type == "object_elem":
            key, given = member.child_by_field_name("key"), member.child_by_field_name("val")
            if key is not None and given is not None:
                name = _value(key, source, depth + 1)
                found[name.get("$", "") if isinstance(name, dict) else str(name)] = _value(given, source, depth + 1)
    return found


def _plain(node: Any, source: bytes) -> Any:
    parts = []
    for child in node.named_children:
        if child.type == "template_literal":
            parts.append(_unescaped(_text(child, source)))
        elif child.type not in {"quoted_template_start", "quoted_template_end"}:
            return {"$": _text(node, source)[:2_000]}
    return "".join(parts)


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text.replace("$${", "${").replace("%%{", "%{")
    out, at = [], 0
    while at < len(text):
        char = text[at]
        if char == "\\" and at + 1 < len(text):
            out.append(_ESCAPES.get(text[at + 1], text[at : at + 2]))
            at += 2
        else:
            out.append(char)
            at += 1
    return "".join(out)


def _heredoc(node: Any, source: bytes) -> Any:
    literal = [child for child in node.named_children if child.type == "template_literal"]
    if any(child.type.startswith("template_") and child.type != "template_literal" for child in node.named_children):
        return {"$": _text(node, source)[:20_000]}
    return "".join(_text(child, source) for child in literal).strip("\n")


def _text(node: Any, source: bytes) -> str:
    return source[node.start_byte : node.end_byte].decode("utf-8", "replace")


def _read_json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        return {"error": {"line": error.lineno, "code": "json", "near": error.msg}}
    if not isinstance(found, dict):
        return {"error": {"line": 1, "code": "json", "near": ""}}
    return {"blocks": _from_mapping(found), "attributes": {name: [each, None] for name, each in found.items()}}


# How many labels each block of the JSON syntax (and of python-hcl2) has.
_LABELS = {"resource": 2, "data": 2, "ephemeral": 2, "variable": 1, "output": 1, "module": 1, "provider": 1,
           "backend": 1, "provisioner": 1, "check": 1, "dynamic": 1}  # fmt: skip
_INNER = {"terraform": ("required_providers", "backend", "cloud"), "resource": ("lifecycle", "provisioner")}


def _from_mapping(found: dict[str, Any]) -> list[dict[str, Any]]:
    blocks = []
    for name, each in found.items():
        if name in {"terraform", "locals", "moved", "import", "removed"} or name in _LABELS:
            blocks += _labelled(name, _clean(each), _LABELS.get(name, 0), [])
    return blocks


def _labelled(kind: str, found: Any, left: int, labels: list[str]) -> list[dict[str, Any]]:
    if isinstance(found, list):
        return [block for each in found for block in _labelled(kind, each, left, labels)]
    if not isinstance(found, dict):
        return []
    if left:
        return [block for name, each in found.items() for block in _labelled(kind, each, left - 1, [*labels, name])]
    inner = _INNER.get(kind, ())
    nested = [
        block for name in inner if name in found for block in _labelled(name, found[name], _LABELS.get(name, 0), [])
    ]
    values = {name: [each, None] for name, each in found.items() if name not in inner}
    return [{"t": kind, "l": labels, "n": None, "a": values, "b": nested}]


def _clean(found: Any) -> Any:
    """python-hcl2 keeps the quotes of strings and marks its blocks; expressions of both have their own form."""
    if isinstance(found, dict):
        return {_clean(name): _clean(each) for name, each in found.items() if name != "__is_block__"}
    if isinstance(found, list):
        return [_clean(each) for each in found]
    if isinstance(found, str):
        text = found[1:-1] if len(found) > 1 and found[0] == found[-1] == '"' else found
        return {"$": text[:2_000]} if "${" in text else text
    return found


def _stop(_number: int, _frame: Any) -> NoReturn:
    raise TimeoutError


def main() -> None:
    """One line of JSON a file, in the order they came, each written before the next is begun."""
    import resource

    with contextlib.suppress(ValueError, OSError):  # macOS knows the limit and refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, _stop)
    for file in json.load(sys.stdin):
        signal.alarm(SECONDS_A_FILE)
        try:
            answer = read(file["path"], file["text"])
        except TimeoutError:
            answer = {"error": {"line": None, "code": "too_slow"}}
        finally:
            signal.alarm(0)
        sys.stdout.write(json.dumps({"path": file["path"], **answer}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
