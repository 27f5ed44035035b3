"""Reads a program's arguments by the list of the options that only read: everything else is not known."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field

from tools.shell.words import Argument

_NUMBER = re.compile(r"-\d+")


@dataclass(frozen=True)
class Options:
    """A list of options. `-x` stands alone, `-x=` takes a value, `-x@` takes a file to read, `-#` is a number.

    Long options take their value after `=` or as the next argument; a `--name?` takes one only after `=`.
    """

    alone: frozenset[str]
    values: dict[str, str]
    single_dash: bool = False
    """Whether long options begin with one dash (terraform, find, java)."""


@dataclass
class Parsed:
    """What the arguments are: in order, and only what the list explains; the rest is in `unknown`."""

    operands: list[Argument] = field(default_factory=list)
    options: dict[str, list[Argument | None]] = field(default_factory=dict)
    files: list[Argument] = field(default_factory=list)
    unknown: list[Argument] = field(default_factory=list)

    def has(self, *names: str) -> bool:
        """Whether one of these options is given."""
        return any(name in self.options for name in names)


@functools.cache
def options(text: str, *, single_dash: bool = False) -> Options:
    """The list written in `text`, separated by blanks."""
    alone: set[str] = set()
    values: dict[str, str] = {}
    for token in text.split():
        name, kind = (token[:-1], token[-1]) if token[-1] in "=@?" and len(token) > 1 else (token, "")
        if kind:
            values[name] = kind
        else:
            alone.add(name)
    return Options(frozenset(alone), values, single_dash)


def read(arguments: tuple[Argument, ...], known: Options, *, first_operand_ends: bool = False) -> Parsed:
    """Sort `arguments`; with `first_operand_ends`, everything from the first operand on is an operand."""
    parsed = Parsed()
    waiting = list(arguments)
    while waiting:
        argument = waiting.pop(0)
        text = argument.text
        if argument.loose:
            parsed.unknown.append(argument)
            continue
        if text == "--":
            parsed.operands += waiting
            break
        if not text.startswith("-") or text == "-":
            if not argument.known and not argument.process and (text.startswith("\x00") or argument.commands):
                parsed.unknown.append(argument)  # it may turn out to be an option
            else:
                parsed.operands.append(argument)
            if first_operand_ends:
                parsed.operands += waiting
                break
            continue
        if not _option(argument, known, waiting, parsed):
            parsed.unknown.append(argument)
    return parsed


def _option(argument: Argument, known: Options, waiting: list[Argument], parsed: Parsed) -> bool:
    text = argument.text
    if _NUMBER.fullmatch(text) and "-#" in known.alone:
        return True
    if text.startswith("--") or known.single_dash:
        name, equals, value = text.partition("=")
        if equals and name in known.values:
            return _note(parsed, name, known.values[name], _part(argument, value))
        if not equals and known.values.get(name, "?") != "?":
            return bool(waiting) and _note(parsed, name, known.values[name], waiting.pop(0))
        if not equals and (name in known.alone or name in known.values):
            return _note(parsed, name, "", None)
        return False
    for position in range(1, len(text)):
        name = "-" + text[position]
        kind = known.values.get(name)
        if kind is None:
            if name not in known.alone:
                return False
            _note(parsed, name, "", None)
            continue
        rest = text[position + 1 :]
        if rest or kind == "?":
            return _note(parsed, name, kind, _part(argument, rest) if rest else None)
        return bool(waiting) and _note(parsed, name, kind, waiting.pop(0))
    return True


def _note(parsed: Parsed, name: str, kind: str, value: Argument | None) -> bool:
    parsed.options.setdefault(name, []).append(value)
    if kind == "@" and value is not None:
        parsed.files.append(value)
    return True


def _part(argument: Argument, text: str) -> Argument:
    return Argument(text, argument.start, argument.end, argument.pattern, argument.commands, argument.process)
