"""Finds every simple command in a bash text, by the syntax tree of tree-sitter-bash and a list of what we understand.

The tree is not trusted blindly: a node type that is not listed, a missing or erroneous node, or a leaf whose own
text holds a character that its type cannot hold raises `UnreadableError`. What cannot be read the same way by
everybody is not judged, it is refused.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from tools.shell.parse_tree import SEPARATORS, blank, first_error
from tools.shell.parse_words import MAX_DEPTH, WORDS, Input, WordReader, plain, unknown
from tools.shell.syntax import Assignment, Piece, Redirect, Script, Simple, Stdin, Word
from tools.shell.unquote import UnreadableError

if TYPE_CHECKING:
    from tree_sitter import Language, Node

MAX_LENGTH = 50_000
MAX_COMMANDS = 500
# Bash takes a backslash and its line end out before it reads anything: a sign or a name cut by one is whole to it.
_JOINED = re.compile(r"(?:\$[\w{(\[!#@*?'\"-]*|[<>&|;(](?=\\\n(?:\\\n)*[<>&|;(]))\\\n", re.ASCII)
_DOCUMENT = re.compile(r"(?:\\.|[^\\`$]|\$(?![\w({\[@*#?$!-]))*\$?", re.DOTALL)
# Cyrillic and Greek letters that look like Latin ones, beside a Latin one: only a disguise is written so.
_ALIKE = "аеорсухѕіјһԁӏԛԝАВЕЅІЈКМНОРСТУХονΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
_LOOKALIKE = re.compile(rf"[A-Za-z][{_ALIKE}]|[{_ALIKE}][A-Za-z]|\.[{_ALIKE}]")
_LISTS = {
    "program", "list", "compound_statement", "subshell", "do_group", "if_statement", "elif_clause", "else_clause",
    "while_statement", "negated_command",
}  # fmt: skip
_SIMPLE = {"command", "declaration_command", "unset_command", "test_command"}
_REDIRECTS = {"file_redirect", "heredoc_redirect", "herestring_redirect"}
_HANDLED = {
    "pipeline", "redirected_statement", "for_statement", "c_style_for_statement", "case_statement",
    "function_definition", "variable_assignment", "variable_assignments",
}  # fmt: skip


@functools.cache
def _language() -> Language:
    import tree_sitter_bash  # noqa: PLC0415 - loading the grammar is for the first command, not for the start
    from tree_sitter import Language  # noqa: PLC0415

    return Language(tree_sitter_bash.language())


def parse(text: str) -> Script:
    """Every simple command of `text`.

    Raises:
        UnreadableError: some of it cannot be read with certainty.
    """
    if len(text) > MAX_LENGTH:
        raise UnreadableError("length", 0)
    for position, char in enumerate(text):
        if not char.isprintable() and char not in "\n\t" and unicodedata.category(char) != "Zs":
            raise UnreadableError("character", position)
        if ord(char) > 127 and unicodedata.category(char) in {"Zs", "Cf"}:
            raise UnreadableError("character", position)
    if joined := _JOINED.search(text):
        raise UnreadableError("line_end", joined.start())
    if not text.isascii() and (mixed := _LOOKALIKE.search(text)):
        raise UnreadableError("character", mixed.start())
    from tree_sitter import Parser  # noqa: PLC0415 - as above

    tree = Parser(_language()).parse(text.encode())
    return _Walk(text).script(tree.root_node)


class _Walk(WordReader):
    """One walk over one tree. Methods are named after the node types they read."""

    def script(self, root: Node) -> Script:
        """The whole text."""
        if root.has_error:
            raise UnreadableError("syntax", self.start(first_error(root)))
        leading, trailing = self.raw[: root.start_byte], self.raw[root.end_byte :]
        if not blank(leading) or not blank(trailing):
            raise UnreadableError("syntax", 0)
        self.visit(root, Input())
        return Script(
            self.text, tuple(self.commands), tuple(self.assignments), tuple(self.loose), tuple(self.tests),
            tuple(self.arithmetic), tuple(self.splitting), self.functions,
        )  # fmt: skip

    # Statements

    def visit(self, node: Node, given: Input) -> None:
        """Read a statement."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail("depth", node)
        kind = node.type
        if kind == "compound_statement" and node.children and node.children[0].type == "((":
            self.evaluate(node)
        elif kind == "subshell" and self.source(node).startswith("(("):
            raise self.fail("arithmetic", node)  # bash tries arithmetic first
        elif kind in _LISTS:
            self.loose += given.redirects
            inner = replace(given, extra=(), redirects=())
            if given.extra:
                raise self.fail("redirect", node)
            for child in self.children(node):
                if child.type not in SEPARATORS:
                    self.visit(child, inner)
        elif kind == "test_command":
            self.test(node)
            self.loose += given.redirects
            if given.extra:
                raise self.fail("redirect", node)
        elif kind in _SIMPLE:
            self.simple(node, given)
        elif given.extra:
            raise self.fail("redirect", node)
        elif kind in _HANDLED:
            getattr(self, kind)(node, given)
        else:
            raise self.fail("node", node)
        self.depth -= 1

    def pipeline(self, node: Node, given: Input) -> None:
        """Commands joined by pipes."""
        first = len(self.commands)
        self.loose += given.redirects
        current = replace(given, redirects=())
        for child in self.children(node):
            if child.type in {"|", "|&"}:
                current = Input("pipe", None, (*given.upstream, *range(first, len(self.commands))))
            elif child.type != "comment":
                self.visit(child, current)

    def redirected_statement(self, node: Node, given: Input) -> None:
        """A statement with redirections; the tree may hang those of the last command on the whole list."""
        body: Node | None = None
        redirects: list[Redirect] = list(given.redirects)
        extra: list[Word] = []
        later: list[tuple[Node, bool]] = []
        inner = given
        documents = 0
        for child in self.children(node):
            if child.type not in _REDIRECTS:
                if body is not None:
                    raise self.fail("redirect", child)
                body = child
                continue
            if child.type == "file_redirect":
                redirect, more = self.file_redirect(child)
                redirects.append(redirect)
                extra += more
                if redirect.operator.startswith("<"):
                    inner = replace(inner, stdin=_source_of(redirect), document=None)
                continue
            documents += 1
            word = self.herestring(child) if child.type == "herestring_redirect" else None
            if word is None:
                word = self.heredoc(child, redirects, later)
            inner = replace(inner, stdin="document", document=word)
        read = sum(redirect.operator.startswith("<") for redirect in redirects[len(given.redirects) :])
        if documents + read > 1:
            raise self.fail("heredoc", node)  # the last one counts, and the tree does not keep their order
        first = len(self.commands)
        if body is None:
            self.loose += redirects
            if extra or later:
                raise self.fail("redirect", node)
            return
        if body.type not in _SIMPLE and inner is not given:
            inner = replace(inner, stdin="unknown", document=None)
        self.visit(body, replace(inner, extra=tuple(extra), redirects=tuple(redirects)))
        for tail, piped in later:
            upstream = (*given.upstream, *range(first, len(self.commands)))
            if not piped:
                self.visit(tail, replace(given, redirects=(), extra=()))
                continue
            for child in self.children(tail) if tail.type == "pipeline" else [tail]:
                if child.type not in SEPARATORS:
                    self.visit(child, Input("pipe", None, upstream))

    def negated_command(self, node: Node, given: Input) -> None:
        """`! command`."""
        for child in self.children(node):
            if child.type not in SEPARATORS:
                self.visit(child, given)

    def for_statement(self, node: Node, given: Input) -> None:
        """`for` and `select`: every word of the list is a possible value."""
        self.loose += given.redirects
        name: str | None = None
        words: list[Word] = []
        listed = False
        for child in self.children(node):
            if child.type == "variable_name" and name is None:
                name = self.name(child)
            elif child.type == "in":
                listed = True
            elif child.type in {"do_group", "compound_statement"}:
                if name is None:
                    raise self.fail("node", node)
                values = words if listed else [unknown(self.start(node))]
                self.assignments += [Assignment(name, each, (), each.start, each.end) for each in values]
                self.visit(child, replace(given, redirects=()))
            elif child.type in WORDS:
                words.append(self.word(child))
            elif child.type not in SEPARATORS:
                raise self.fail("node", child)

    def c_style_for_statement(self, node: Node, given: Input) -> None:
        """`for ((…))`."""
        self.loose += given.redirects
        for child in self.children(node):
            if child.type in {"do_group", "compound_statement"}:
                self.visit(child, replace(given, redirects=()))
            elif child.type not in SEPARATORS:
                self.evaluate(child)

    def case_statement(self, node: Node, given: Input) -> None:
        """`case`."""
        self.loose += given.redirects
        for child in self.children(node):
            if child.type == "case_item":
                for part in self.children(child):
                    if part.type in WORDS:
                        self.tests.append(self.word(part))
                    elif part.type not in SEPARATORS:
                        self.visit(part, replace(given, redirects=()))
            elif child.type in WORDS:
                self.tests.append(self.word(child))
            elif child.type not in SEPARATORS:
                raise self.fail("node", child)

    def function_definition(self, node: Node, given: Input) -> None:
        """A function: its body is judged where it stands, and its name remembered."""
        name: str | None = None
        first = len(self.commands)
        for child in self.children(node):
            if child.type == "word" and name is None:
                name = self.source(child)
            elif child.type in _REDIRECTS:
                raise self.fail("redirect", child)
            elif child.type not in SEPARATORS:
                self.visit(child, Input("unknown", redirects=given.redirects))
        if name is None or not re.fullmatch(r"[\w.:+-]+", name):
            raise self.fail("function", node)
        self.functions[name] = (*self.functions.get(name, ()), *range(first, len(self.commands)))

    def variable_assignment(self, node: Node, given: Input) -> None:
        """An assignment that stands alone."""
        self.loose += given.redirects
        self.assignments.append(self.assignment(node))

    def variable_assignments(self, node: Node, given: Input) -> None:
        """Several of them."""
        self.loose += given.redirects
        self.assignments += [self.assignment(child) for child in self.children(node)]

    # Simple commands

    def simple(self, node: Node, given: Input) -> None:
        """A simple command with all its words, assignments and redirections."""
        words: list[Word] = []
        assignments: list[Assignment] = []
        redirects = list(given.redirects)
        fed = given.stdin in {"document", "file"}
        previous = -1
        for child in self.children(node):
            kind = child.type
            if kind == "variable_assignment":
                assignments.append(self.assignment(child))
                continue
            if kind == "herestring_redirect":
                if fed:
                    raise self.fail("heredoc", child)
                fed = True
                given = replace(given, stdin="document", document=self.herestring(child))
                continue
            if kind == "file_redirect":
                redirect, more = self.file_redirect(child)
                if more and not words:
                    raise self.fail("redirect", child)
                words += more
                redirects.append(redirect)
                if redirect.operator.startswith("<") and not redirect.operator.endswith("&-"):
                    if fed:
                        raise self.fail("heredoc", child)
                    fed = True
                    given = replace(given, stdin=_source_of(redirect), document=None)
                continue
            if child.start_byte == previous:
                raise self.fail("word", child)  # two words that touch are one to bash
            previous = child.end_byte
            if kind == "command_name":
                (name,) = self.children(child)
                words.append(self.word(name))
            elif kind in WORDS:
                words.append(self.word(child))
            elif node.type != "command" and not child.is_named:
                source = self.source(child)
                words.append(Word((Piece("text", source, False),), self.start(child), self.at(child.end_byte)))
            else:
                raise self.fail("node", child)
        words += given.extra
        exports = node.type == "declaration_command" and (
            self.source(node.children[0]) == "export" or any(plain(word).startswith("-") for word in words[1:])
        )
        self.assignments += assignments
        if len(self.commands) >= MAX_COMMANDS:
            raise self.fail("length", node)
        self.commands.append(
            Simple(
                tuple(words),
                tuple(assignments),
                tuple(redirects),
                given.stdin,
                given.document,
                given.upstream,
                self.start(node),
                self.at(node.end_byte),
                exports,
            )
        )

    def herestring(self, node: Node) -> Word:
        """`<<< word`."""
        parts = [child for child in self.children(node) if child.type not in {"<<<", "file_descriptor"}]
        if len(parts) != 1:
            raise self.fail("redirect", node)
        return self.word(parts[0])

    def heredoc(self, node: Node, redirects: list[Redirect], later: list[tuple[Node, bool]]) -> Word:
        """A here-document; what follows its opening on the same line goes to `redirects` and `later`."""
        delimiter, quoted, strip, follows = "", False, False, False
        body: Node | None = None
        for child in node.children:
            if child.is_missing or child.is_error:
                raise self.fail("heredoc", child)
            kind = child.type
            if kind == "heredoc_start":
                match = re.fullmatch(r"(\w+)|'(\w+)'|\"(\w+)\"|\\(\w+)", self.source(child))
                if match is None:
                    raise self.fail("heredoc", child)
                delimiter, quoted = match[match.lastindex or 1], match.lastindex != 1
            elif kind == "<<-":
                strip = True
            elif kind == "heredoc_body":
                body = child
            elif kind == "file_redirect":
                redirect, more = self.file_redirect(child)
                if more:
                    raise self.fail("redirect", child)
                redirects.append(redirect)
            elif kind in {"&&", "||"}:
                follows = True
            elif kind == "pipeline" or (follows and kind in {*_SIMPLE, "list", "redirected_statement"}):
                later.append((child, not follows))
            elif kind == "heredoc_end":
                followed = self.raw[child.end_byte : child.end_byte + 1]
                if self.source(child).strip("\t") != delimiter or followed not in {b"", b"\n"}:
                    raise self.fail("heredoc", child)
            elif kind not in {"<<", "file_descriptor"}:
                raise self.fail("heredoc", child)
        if body is None:
            return Word((), self.start(node), self.start(node))
        source = self.source(body)
        lines = (line.lstrip("\t") if strip else line for line in source.split("\n"))
        if any(line == delimiter for line in lines):
            raise self.fail("heredoc", body)
        if quoted:
            return Word((Piece("text", source, True),), self.start(body), self.at(body.end_byte))
        return Word(tuple(self.glued(body, _DOCUMENT, document=True)), self.start(body), self.at(body.end_byte))


def _source_of(redirect: Redirect) -> Stdin:
    """What a program reads through `<`: the output of others when the file is a `<(…)`."""
    return "pipe" if any(piece.kind == "process" for piece in redirect.target.pieces) else "file"
