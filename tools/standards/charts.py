"""Helm charts read without Helm: templates filled with the chart's own values, as far as that can be told.

Not a template engine: conditions and values that are plain paths are followed, everything else stays unresolved. A
template whose image or whose YAML cannot be told so is named, for a check that passes without it would be a lie.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from tools.standards.repository import UNRESOLVED, Text

_ACTION = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}")
_ALONE = re.compile(r"(\s*)\{\{-?\s*(.*?)\s*-?\}\}\s*$")
_PATH = re.compile(r"\(?(\.(?:Values|Chart|Release)(?:\.\w+)+|\$\.(?:Values|Chart|Release)(?:\.\w+)+|\.)\)?")
_DEFAULT = re.compile(r"default\s+(?:\"([^\"]*)\"|(\.(?:Values|Chart)(?:\.\w+)+)|(\d+))")
_BLOCK = re.compile(r"(if|with|range|define|block)\b\s*(.*)")
_NOTHING = re.compile(r"/\*|\$\w+\s*:?=|include\b|template\b|fail\b|required\b|printf\b")


def charts_of(paths: frozenset[str]) -> list[str]:
    """The folders that hold a chart."""
    return sorted(str(PurePosixPath(path).parent) for path in paths if PurePosixPath(path).name == "Chart.yaml")


def chart_texts(root: Path, paths: frozenset[str]) -> tuple[list[Text], list[str]]:
    """The templates of every chart as manifests, and those that Helm alone could read. Blocking."""
    texts: list[Text] = []
    unread: list[str] = []
    for folder in charts_of(paths):
        within = "" if folder == "." else f"{folder}/"
        known = {
            "Values": _mapping(root / f"{within}values.yaml"),
            "Chart": {
                key[:1].upper() + key[1:]: value for key, value in _mapping(root / f"{within}Chart.yaml").items()
            },
            "Release": {"Name": "release", "Namespace": "default", "Service": "Helm"},
        }
        for path in sorted(paths):
            inside = path.removeprefix(within)
            if not (path.startswith(within) and inside.startswith("templates/")):
                continue
            if not inside.endswith((".yaml", ".yml")) or inside.startswith("templates/tests/"):
                continue
            content = filled((root / path).read_text(encoding="utf-8", errors="replace"), known)
            if not is_read(content):
                unread.append(path)
            texts.append(Text(path, "kubernetes", content))
    return texts, unread


def filled(template: str, known: Mapping[str, Any]) -> str:
    """`template` with what the chart's own values say, line for line. Pure."""
    blocks: list[tuple[bool, Any]] = []  # whether the branch is taken, and what `.` is inside
    lines: list[str] = []
    for line in template.splitlines():
        alone = _ALONE.match(line)
        if (alone and _steers(alone[2], blocks, known)) or not all(taken for taken, _dot in blocks):
            lines.append("")
        else:
            dot = next((dot for _taken, dot in reversed(blocks) if dot is not None), known)
            lines.append(_filled_line(line, alone, known, dot))
    return "\n".join(lines) + "\n"


def is_read(content: str) -> bool:
    """Whether a filled template is YAML, and each image in it is known."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - cold start
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    if any(UNRESOLVED in line for line in content.splitlines() if re.match(r"\s*(?:- )?image:", line)):
        return False
    loader = YAML(typ="safe", pure=True)
    loader.allow_duplicate_keys = True  # both branches of a condition that cannot be told
    try:
        list(loader.load_all(content))
    except (YAMLError, RecursionError, ValueError, TypeError):
        return False
    return True


def _steers(action: str, blocks: list[tuple[bool, Any]], known: Mapping[str, Any]) -> bool:
    """Whether the line holds no manifest but opens, turns or closes a block."""
    if opened := _BLOCK.match(action):
        word, condition = opened[1], opened[2]
        value = _resolved(condition.removeprefix("not").strip(), known, None)
        taken = value is None or bool(value) != condition.startswith("not")
        blocks.append((taken and word not in {"define", "block"}, value if word == "with" else None))
        return True
    if action == "end":
        if blocks:
            blocks.pop()
        return True
    if action.startswith("else"):
        if blocks:
            blocks[-1] = (not blocks[-1][0], None)
        return True
    return _NOTHING.match(action) is not None


def _filled_line(line: str, alone: re.Match[str] | None, known: Mapping[str, Any], dot: Any) -> str:  # noqa: ANN401
    if alone and alone[2].startswith("toYaml"):
        value = _resolved(alone[2].removeprefix("toYaml").strip(), known, dot)
        deeper = re.search(r"n?indent\s+(\d+)", alone[2])
        indent = " " * int(deeper[1]) if deeper else alone[1]
        return "" if value is None else indent + json.dumps(value)
    return _ACTION.sub(lambda action: _told(action[1], known, dot), line)


def _told(action: str, known: Mapping[str, Any], dot: Any) -> str:  # noqa: ANN401 - YAML
    action = action.removeprefix("toYaml").removeprefix("tpl").strip()
    value = _resolved(action.removeprefix("quote").strip(), known, dot)
    if value in (None, "") and (default := _DEFAULT.search(action)):
        value = default[1] or default[3] or (_resolved(default[2], known, dot) if default[2] else None)
    if value in (None, ""):
        return UNRESOLVED
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def _resolved(expression: str, known: Mapping[str, Any], dot: Any) -> Any:  # noqa: ANN401 - YAML
    found = _PATH.match(expression)
    if found is None:
        return None
    if found[1] == ".":
        return dot if dot is not known else None
    value: Any = known
    for name in found[1].removeprefix("$").split(".")[1:]:
        value = value.get(name) if isinstance(value, Mapping) else None
    # `{}` and "" are values too: what they leave out is left out.
    return value


def _mapping(path: Path) -> dict[str, Any]:
    from ruamel.yaml import YAML  # noqa: PLC0415 - cold start
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    try:
        found = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (OSError, YAMLError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
