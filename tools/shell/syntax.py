"""What the parser found in a bash command: every simple command in it, wherever it hides, and its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PieceKind = Literal["text", "variable", "number", "substitution", "process", "unknown"]
Stdin = Literal["inherited", "pipe", "file", "document", "unknown"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a word. `text` is the literal, the variable's name, or the source of what is not known.

    `commands` are the positions, in `Script.commands`, of the commands a substitution runs.
    """

    kind: PieceKind
    text: str
    quoted: bool
    commands: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """One word before expansion: character offsets, end exclusive."""

    pieces: tuple[Piece, ...]
    start: int
    end: int
    spelt_by_number: bool = False
    """Whether a `$'…'` in it spells printable characters by their number."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """`name=value`; `value` is None for an array element list, whose words stand in `values`."""

    name: str
    value: Word | None
    values: tuple[Word, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Redirect:
    """`operator` and its target word."""

    operator: str
    target: Word
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Simple:
    """One simple command. `document` is the here-document or here-string it reads, `upstream` what is piped in."""

    words: tuple[Word, ...]
    assignments: tuple[Assignment, ...]
    redirects: tuple[Redirect, ...]
    stdin: Stdin
    document: Word | None
    upstream: tuple[int, ...]
    start: int
    end: int
    exports: bool = False
    """Whether its assignments reach the environment of other programs (`export`, `declare -x`)."""


@dataclass(frozen=True, slots=True)
class Script:
    """All simple commands of a text in the order they stand, and what else the judge must know of it."""

    text: str
    commands: tuple[Simple, ...]
    assignments: tuple[Assignment, ...]
    """All of them, wherever they stand: of commands, alone, of loops."""
    loose_redirects: tuple[Redirect, ...]
    """Redirections of groups, loops and functions."""
    tests: tuple[Word, ...]
    """Operands of `[[ … ]]`, `case` words and patterns: expanded, never run."""
    arithmetic: tuple[tuple[str, int, int], ...]
    """Names of variables that arithmetic evaluates, with their place: bash evaluates their text again."""
    splitting: tuple[tuple[str, int, int], ...]
    """Variables without quotes in `[ … ]`, with their place: their text may become operators, `-v a[…]` too."""
    functions: dict[str, tuple[int, ...]]
    """The commands of each function's body."""
