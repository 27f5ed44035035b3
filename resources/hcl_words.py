"""Lays values into Terraform files, and lines them up as `terraform fmt` does."""

import json
import re
from collections.abc import Mapping, Sequence

_ATTRIBUTE = re.compile(r'(?P<key>\s*(?:[\w.-]+|"[^"]*"|\([^)]*\))) += (?P<value>.*)')
_NAME = re.compile(r"[A-Za-z_][\w-]*")


class Expression(str):
    """Something Terraform computes: written as it is."""

    __slots__ = ()


def hcl(value: object, indent: int = 0) -> str:
    """`value` as Terraform writes it. In a string nothing can end the string or begin an interpolation."""
    if isinstance(value, Expression):
        return str(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, Mapping):
        return _object(value, indent)
    if isinstance(value, Sequence):
        return _list(value, indent)
    raise TypeError(f"no Terraform value: {type(value).__name__}")


def aligned(text: str) -> str:
    """`text` with the equals signs of neighbouring attributes in one column, and no blank line that has no use."""
    lines = _tidy(text.splitlines())
    made: list[str] = []
    run: list[re.Match[str]] = []
    ends: str | None = None
    for line in lines:
        if ends is not None:  # inside a heredoc nothing is ours
            made.append(line)
            ends = None if line.strip() == ends else ends
            continue
        found = _ATTRIBUTE.fullmatch(line)
        alike = found and run and _depth(found["key"]) == _depth(run[-1]["key"])
        if run and not alike:
            made += _flushed(run)
            run = []
        if found and _closed(found["value"]):
            run.append(found)
            continue
        if found and run:
            made += _flushed(run)
            run = []
        made.append(f"{found['key']} = {found['value']}" if found else line)
        heredoc = re.search(r"<<-?(\w+)$", line)
        ends = heredoc[1] if heredoc else None
    return "\n".join([*made, *_flushed(run)]).rstrip("\n") + "\n"


def _object(value: Mapping[object, object], indent: int) -> str:
    if not value:
        return "{}"
    pad = " " * (indent + 2)
    rows = [f"{pad}{_key(key)} = {hcl(each, indent + 2)}" for key, each in value.items()]
    return "{\n" + "\n".join(rows) + "\n" + " " * indent + "}"


def _list(value: Sequence[object], indent: int) -> str:
    items = [hcl(each, indent + 2) for each in value]
    short = ", ".join(items)
    if len(short) + indent <= 90 and "\n" not in short:
        return f"[{short}]"
    pad = " " * (indent + 2)
    return "[\n" + "".join(f"{pad}{each},\n" for each in items) + " " * indent + "]"


def _key(key: object) -> str:
    text = str(key)
    return text if _NAME.fullmatch(text) else hcl(text)


def _depth(key: str) -> int:
    return len(key) - len(key.lstrip())


def _closed(value: str) -> bool:
    """Whether the value ends on its own line; those that do not are not lined up."""
    plain = re.sub(r'"(?:[^"\\]|\\.)*"', '""', value)
    if re.search(r"<<-?\w+$", plain):
        return False
    return sum(plain.count(each) for each in "[{(") <= sum(plain.count(each) for each in "]})")


def _flushed(run: list[re.Match[str]]) -> list[str]:
    widest = max((len(each["key"]) for each in run), default=0)
    return [f"{each['key'].ljust(widest)} = {each['value']}" for each in run]


def _tidy(lines: list[str]) -> list[str]:
    """Templates leave blank lines where a part of them is left out."""
    tidy: list[str] = []
    for line in lines:
        blank = not line.strip()
        if blank and (not tidy or not tidy[-1] or tidy[-1].rstrip().endswith(("{", "[", "("))):
            continue
        if re.fullmatch(r"\s*[\]})]+,?", line) and tidy and not tidy[-1]:
            tidy.pop()
        tidy.append("" if blank else line.rstrip())
    return tidy
