"""Looks up one key in a settings file (.properties, .yml, .toml) together with the line it stands on."""

import re

from tools.stacks.tree import Tree

_ENTRY = re.compile(r"^(?P<indent> *)(?:- +)?[\"']?(?P<key>[\w.$-]+)[\"']?\s*:(?:\s+(?P<value>.*))?$")


def setting(tree: Tree, path: str, key: str) -> tuple[str, str] | None:
    """The first value of the dotted `key` and its evidence; the text as it stands, without quotes."""
    lines = (tree.text(path) or "").split("\n")
    if path.endswith(".properties"):
        for number, line in enumerate(lines, start=1):
            name, sign, value = line.strip().partition("=")
            if sign and name.strip() == key:
                return value.strip(), f"{path}:{number}"
        return None
    if path.endswith(".toml"):
        return _toml(lines, path, key)
    open_keys: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=1):
        entry = _ENTRY.match(line.rstrip())
        if entry is None:
            continue
        indent = len(entry["indent"])
        open_keys = [each for each in open_keys if each[0] < indent]
        open_keys.append((indent, entry["key"]))
        value = re.sub(r"\s+#.*$", "", entry["value"] or "").strip().strip("\"'")
        if value and ".".join(name for _indent, name in open_keys) == key:
            return value, f"{path}:{number}"
    return None


def _toml(lines: list[str], path: str, key: str) -> tuple[str, str] | None:
    section = ""
    for number, line in enumerate(lines, start=1):
        head = re.match(r"\s*\[([\w.-]+)\]", line)
        name, sign, value = line.partition("=")
        if head is not None:
            section = head[1] + "."
        elif sign and section + name.strip() == key:
            return re.sub(r"\s+#.*$", "", value).strip().strip("\"'"), f"{path}:{number}"
    return None


def number_in(value: str) -> int | None:
    """The port in `8080` or `${PORT:8080}`; None when it is left to a variable alone."""
    match = re.fullmatch(r"(?:\$\{?[\w.-]+:-?)*(\d{2,5})\}*", value.strip())
    return int(match[1]) if match and 0 < int(match[1]) < 65536 else None
