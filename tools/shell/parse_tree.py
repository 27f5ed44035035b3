"""Reads a syntax tree by its bytes: places, texts, and children with nothing between them that bash would read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tools.shell.unquote import UnreadableError

if TYPE_CHECKING:
    from tree_sitter import Node

_BLANKS = re.compile(rb"[ \t\n]*")
SEPARATORS = {
    ";", "&", "&&", "||", "\n", "{", "}", "(", ")", "do", "done", "if", "then", "elif", "else", "fi", "while",
    "until", "!", "|", "|&", ";;", ";&", ";;&", "case", "esac", "in", "for", "select", "((", "))", "comment", "[[",
    "]]", "[", "]", "function",
}  # fmt: skip
_ONE_LINE = {
    "command", "declaration_command", "unset_command", "file_redirect", "herestring_redirect", "redirected_statement",
    "variable_assignment", "variable_assignments", "negated_command",
}  # fmt: skip
_BEFORE_COMMENT = {b"", b" ", b"\t", b"\n", b";", b"&", b"|"}


class TreeReader:
    """The text of one tree."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.ascii = text.isascii()
        self.raw = text.encode()

    def at(self, byte: int) -> int:
        """The character offset of a byte offset."""
        return byte if self.ascii else len(self.raw[:byte].decode(errors="replace"))

    def start(self, node: Node) -> int:
        """Where a node begins."""
        return self.at(node.start_byte)

    def source(self, node: Node) -> str:
        """A node's own text."""
        return self.raw[node.start_byte : node.end_byte].decode()

    def fail(self, why: str, node: Node) -> UnreadableError:
        """The error for a node."""
        return UnreadableError(why, self.start(node))

    def children(self, node: Node) -> list[Node]:
        """A node's children, when nothing but blanks lies between them."""
        cursor = node.start_byte
        assigned = False
        for child in node.children:
            if child.is_missing or child.is_error:
                raise self.fail("syntax", child)
            if not blank(self.raw[cursor : child.start_byte]):
                raise self.fail("syntax", child)
            if node.type in _ONE_LINE and b"\n" in self.raw[cursor : child.start_byte].replace(b"\\\n", b""):
                raise self.fail("line_end", child)
            touches = child.start_byte == cursor
            if (
                child.type == "comment"
                and self.raw[max(0, child.start_byte - 1) : child.start_byte] not in _BEFORE_COMMENT
            ):
                raise self.fail("word", child)
            if assigned and touches and child.type not in SEPARATORS and not child.type.endswith("redirect"):
                raise self.fail("word", child)  # `x=(1)y` is one word to bash
            assigned = child.type == "variable_assignment"
            cursor = max(cursor, child.end_byte)
        if not blank(self.raw[cursor : node.end_byte]):
            raise self.fail("syntax", node)
        return node.children

    def place(self, node: Node) -> tuple[int, int]:
        """Where a node begins and ends."""
        return self.start(node), self.at(node.end_byte)


def blank(gap: bytes) -> bool:
    """Whether nothing stands in a gap between two tokens that bash would read.

    Bash takes a backslash and its line end out before it splits words: without a blank beside it, two words are one.
    """
    rest = gap.replace(b"\\\n", b"")
    return _BLANKS.fullmatch(rest) is not None and (len(rest) == len(gap) or bool(rest))


def first_error(node: Node) -> Node:
    for child in node.children:
        if child.is_error or child.is_missing:
            return child
        if child.has_error:
            return first_error(child)
    return node
