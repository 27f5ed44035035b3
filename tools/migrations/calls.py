"""Migrations in languages that are not parsed here: the calls of their frameworks, found by name in the code."""

import re
from collections.abc import Callable, Iterator
from itertools import islice

from tools.migrations.call_rules import ALTERING, COMMENTS, HANDS_ON, REQUIRED, RULES
from tools.migrations.operation import Operation
from tools.migrations.sections import forward
from tools.migrations.sql import judge_sql

MOST_CALLS = 200
_LITERAL = re.compile(
    r'<<[~-]?[\'"]?(?P<mark>\w+)[\'"]?[^\n]*\n(?P<here>.{0,20000}?)\n[ \t]{0,40}(?P=mark)\b|'
    r'"""(?P<long>.{0,20000}?)"""|`(?P<tick>[^`]*)`|'
    r'"(?P<double>(?:[^"\\]|\\.)*)"|\'(?P<single>(?:[^\'\\]|\\.)*)\'',
    re.DOTALL,
)
_ROLLBACK = re.compile(
    r"<rollback\b[^>]{0,200}/>|<rollback\b.*?(?:</rollback>|\Z)|"
    r"^(?P<pad>[ \t]*)(?:- )?rollback:.*?(?=^(?P=pad)\S|\Z)",
    re.DOTALL | re.MULTILINE,
)


def reader(language: str) -> Callable[[str], tuple[list[Operation], bool]]:
    """What reads migrations of `language`."""
    return lambda text: read_calls(text, language)


def read_calls(text: str, language: str) -> tuple[list[Operation], bool]:
    """The operations of `text` in the order of its lines, and whether it says how to go back."""
    bare = COMMENTS[language].sub(_blank, text)
    if language == "liquibase":
        bare, undone = _without_rollback(bare)
    else:
        bare, undone = forward(bare, language)
    found = [*_named(bare, language), *_required(bare, language), *_handed_on(bare, language)]
    unique = dict.fromkeys(sorted(found, key=lambda each: (each.line, each.kind, each.subject)))
    return list(unique), undone


def _named(text: str, language: str) -> Iterator[Operation]:
    taken: set[int] = set()
    for pattern, kind in RULES[language]:
        for match in pattern.finditer(text):
            if match.start() in taken:
                continue  # an earlier rule has read this very call
            taken.add(match.start())
            groups = match.groupdict()
            line = _line(text, match.start() + len(match[0]) - len(match[0].lstrip()))
            yield Operation(kind, line, groups.get("table"), groups.get("what") or "")


def _required(text: str, language: str) -> Iterator[Operation]:
    if language not in ALTERING:
        return
    for block in ALTERING[language].finditer(text):
        for match in REQUIRED[language].finditer(block["block"]):
            line = _line(text, block.start("block") + match.start())
            yield Operation("not_null_column", line, block["table"], match["what"])


def _handed_on(text: str, language: str) -> Iterator[Operation]:
    for call in islice(HANDS_ON[language].finditer(text), MOST_CALLS):
        if language == "liquibase":
            end = re.compile(r"</sql>|\n\s*- \w+:|\n\n").search(text, call.end())
            yield from judge_sql(text[call.end() : end.start() if end else len(text)], _line(text, call.end()))
            continue
        literal = _LITERAL.match(text, call.end())
        if literal is None:
            yield Operation(
                "code", _line(text, call.start()), None, " ".join(text[call.start() : call.start() + 60].split())
            )
            continue
        name = next(each for each in ("here", "long", "tick", "double", "single") if literal[each] is not None)
        yield from judge_sql(literal[name], _line(text, literal.start(name)))


def _without_rollback(text: str) -> tuple[str, bool]:
    return _ROLLBACK.sub(_blank, text), _ROLLBACK.search(text) is not None


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _blank(match: re.Match[str]) -> str:
    return "".join("\n" if char == "\n" else " " for char in match[0])
