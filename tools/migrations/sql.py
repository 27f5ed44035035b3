"""Reads SQL: each statement's operations, whatever stands in comments and literals left out."""

import re
from collections.abc import Iterator

from tools.migrations.operation import Kind, Operation

# What is no statement: comments, literals, and bodies between dollars. What is never closed goes to the end, so
# that no text is looked through twice.
_ASIDE = re.compile(
    r"--[^\n]*|/\*.*?(?:\*/|\Z)|'(?:[^']|'')*(?:'|\Z)|\$(?P<tag>\w{0,63})\$.*?(?:\$(?P=tag)\$|\Z)", re.DOTALL
)
_NAME = r"(?:[\w$\"`\[\].]+)"
_ROUTINE = r"(?:(?:MATERIALIZED\s+)?VIEW|FUNCTION|PROCEDURE|ROUTINE|TYPE|DOMAIN|SEQUENCE)"
_IF = r"(?:IF\s+(?:NOT\s+)?EXISTS\s+)?"
_ALTER = re.compile(
    rf"ALTER\s+(?:FOREIGN\s+)?TABLE\s+{_IF}(?:ONLY\s+)?(?P<table>{_NAME})\s+(?P<actions>.+)", re.DOTALL | re.IGNORECASE
)
_INDEX = re.compile(
    rf"CREATE\s+(?:UNIQUE\s+)?(?:CLUSTERED\s+|NONCLUSTERED\s+)?INDEX\s+(?P<concurrently>CONCURRENTLY\s+)?{_IF}"
    rf"(?:{_NAME}\s+)?ON\s+(?:ONLY\s+)?(?P<table>{_NAME})",
    re.IGNORECASE,
)
Rule = tuple[re.Pattern[str], Kind]


def _rules(*pairs: tuple[str, Kind]) -> tuple[Rule, ...]:
    return tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), kind) for pattern, kind in pairs)


# The first that matches a whole statement says what it is.
_STATEMENTS = _rules(
    (rf"CREATE\s+(?:\w+\s+)*?TABLE\s+{_IF}(?P<table>{_NAME})", "create"),
    (rf"DROP\s+(?:\w+\s+)?TABLE\s+{_IF}(?P<table>{_NAME})", "drop_table"),
    (rf"DROP\s+(?:SCHEMA|DATABASE|TABLESPACE)\s+{_IF}(?P<table>{_NAME})", "drop_table"),
    (rf"DROP\s+{_ROUTINE}\s+{_IF}(?P<what>{_NAME})", "drop_routine"),
    (rf"DROP\s+\w+\s+(?:CONCURRENTLY\s+)?{_IF}(?P<what>{_NAME})", "drop_other"),
    (rf"TRUNCATE\s+(?:TABLE\s+)?(?P<table>{_NAME})", "delete_rows"),
    (rf"DELETE\s+FROM\s+(?:ONLY\s+)?(?P<table>{_NAME})", "delete_rows"),
    (rf"UPDATE\s+(?:ONLY\s+)?(?P<table>{_NAME})", "update_rows"),
    (rf"RENAME\s+TABLE\s+(?P<table>{_NAME})", "rename"),
    (rf"ALTER\s+TYPE\s+(?P<what>{_NAME})\s+(?:RENAME|ALTER|DROP)\b", "rename"),
    (r"EXEC(?:UTE)?\s+(?:sys\.)?sp_rename\b", "rename"),
    (r"(?:DO|EXEC|EXECUTE|CALL)\b", "code"),
)
_NOT_A_COLUMN = (
    r"(?!CONSTRAINT\b|INDEX\b|KEY\b|PRIMARY\b|FOREIGN\b|CHECK\b|PARTITION\b|UNIQUE\b|DEFAULT\b|EXPRESSION\b)"
)
_REQUIRED = r"(?=.*\bNOT\s+NULL\b)(?!.*\b(?:DEFAULT|GENERATED|IDENTITY|AUTO_INCREMENT|(?:BIG|SMALL)?SERIAL)\b)"
# Actions of ALTER TABLE, in the same way.
_ACTIONS = _rules(
    (rf"DROP\s+(?:COLUMN\s+)?{_NOT_A_COLUMN}{_IF}(?P<what>{_NAME})", "drop_column"),
    (r"DROP\b", "drop_other"),
    (r"RENAME\s+(?:CONSTRAINT|INDEX|KEY)\b", "add"),
    (rf"RENAME\s+(?:COLUMN\s+)?(?P<what>{_NAME})?", "rename"),
    (rf"(?:CHANGE|MODIFY)\s+(?:COLUMN\s+)?(?P<what>{_NAME})", "change_type"),
    (rf"ALTER\s+(?:COLUMN\s+)?(?P<what>{_NAME})\s+SET\s+NOT\s+NULL", "not_null"),
    (rf"ALTER\s+(?:COLUMN\s+)?(?P<what>{_NAME})\s+(?:SET\s+DATA\s+)?TYPE\b", "change_type"),
    (rf"ALTER\s+(?:COLUMN\s+)?{_NAME}\s+(?:SET|DROP|ADD|RESTART)\b", "add"),
    (rf"ALTER\s+COLUMN\s+(?P<what>{_NAME})\s+\w", "change_type"),
    (r"ADD\s+(?:CONSTRAINT\s+\S+\s+)?(?:FOREIGN\s+KEY|CHECK)\b(?!.*\bNOT\s+VALID\b)", "blocking_constraint"),
    (r"ADD\s+(?:CONSTRAINT\s+\S+\s+)?(?:UNIQUE|PRIMARY\s+KEY|EXCLUDE)\b(?!.*\bUSING\s+INDEX\b)", "blocking_index"),
    (
        rf"ADD\s+(?:COLUMN\s+)?{_NOT_A_COLUMN}{_IF}(?P<what>{_NAME}){_REQUIRED}",
        "not_null_column",
    ),
)


def judge_sql(text: str, first: int = 1) -> list[Operation]:
    """The operations of `text`, whose first line is the file's line `first`."""
    found: list[Operation] = []
    for start, statement in _statements(text):
        line = first + text.count("\n", 0, start)
        found += _statement(statement, line)
    return found


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each statement with its place; comments and literals are blank, so that places stay what they are."""
    bare = _ASIDE.sub(_blank, text)
    start = 0
    for end in [*(match.start() for match in re.finditer(";", bare)), len(bare)]:
        statement = bare[start:end]
        shift = len(statement) - len(statement.lstrip())
        if statement.strip():
            yield start + shift, statement.strip()
        start = end + 1


def _blank(match: re.Match[str]) -> str:
    # A default of '' is still a default: a literal leaves its quotes.
    kept = "''" if match[0].startswith("'") and len(match[0]) > 1 else ""
    return kept + "".join("\n" if char == "\n" else " " for char in match[0][len(kept) :])


def _statement(statement: str, line: int) -> list[Operation]:
    altered = _ALTER.match(statement)
    if altered is not None:
        table = name_of(altered["table"])
        place = altered.start("actions")
        return [
            _action(action, table, line + statement.count("\n", 0, place + shift))
            for shift, action in _split(altered["actions"])
        ]
    index = _INDEX.match(statement)
    if index is not None:
        kind: Kind = "add" if index["concurrently"] else "blocking_index"
        return [Operation(kind, line, name_of(index["table"]), "index")]
    for pattern, known in _STATEMENTS:
        match = pattern.match(statement)
        if match is not None:
            groups = match.groupdict()
            return [
                Operation(known, line, name_of(groups.get("table") or "") or None, name_of(groups.get("what") or ""))
            ]
    return []


def _action(action: str, table: str, line: int) -> Operation:
    for pattern, kind in _ACTIONS:
        match = pattern.match(action)
        if match is not None:
            what = match.groupdict().get("what")
            return Operation(kind, line, table, name_of(what) if what else "")
    return Operation("add", line, table, "column")


def _split(actions: str) -> Iterator[tuple[int, str]]:
    depth = start = 0
    for place, char in enumerate(actions + ","):
        depth += (char == "(") - (char == ")")
        if char == "," and depth <= 0:
            part = actions[start:place]
            if part.strip():
                yield start + len(part) - len(part.lstrip()), part.strip()
            start = place + 1


def name_of(written: str) -> str:
    """A name without its quotes."""
    return re.sub(r"[\"`\[\]]", "", written).strip(".")
