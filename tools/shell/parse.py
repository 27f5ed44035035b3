"""Finds every simple command in a bash text, by the syntax tree of tree-sitter-bash and a list of what we understand.

The tree is not trusted blindly: a node type that is not listed, a missing or erroneous node, or a leaf whose own
text holds a character that its type cannot hold raises `UnreadableError`. What cannot be read the same way by
everybody is not judged, it is refused.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tools.shell.syntax import Assignment, Piece, Redirect, Script, Simple, Stdin, Word
from tools.shell.unquote import UnreadableError, ansi_text, double_text, plain_text

if TYPE_CHECKING:
    from tree_sitter import Language, Node

MAX_LENGTH = 50_000
MAX_DEPTH = 60
# Leaves may hold nothing that bash would read otherwise than the tree did.
_WORD = re.compile(r"(?:\\.|\\\n|[^\s\\'\"$`;&|<>()])+|\$", re.DOTALL)
_NUMBER = re.compile(r"-?[\w#]+", re.ASCII)
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_STRING = re.compile(r"(?:\\.|[^\\\"`$]|\$(?![\w({\[@*#?$!-])|(?<=\n)\s)*\$?", re.DOTALL)
_DOCUMENT = re.compile(r"(?:\\.|[^\\`$]|\$(?![\w({\[@*#?$!-]))*\$?", re.DOTALL)
_BLANKS = re.compile(rb"[ \t\n]*")
_LISTS = {
    "program", "list", "compound_statement", "subshell", "do_group", "if_statement", "elif_clause", "else_clause",
    "while_statement", "negated_command",
}  # fmt: skip
_SEPARATORS = {
    ";", "&", "&&", "||", "\n", "{", "}", "(", ")", "do", "done", "if", "then", "elif", "else", "fi", "while",
    "until", "!", "|", "|&", ";;", ";&", ";;&", "case", "esac", "in", "for", "select", "((", "))", "comment", "[[",
    "]]", "[", "]", "function",
}  # fmt: skip
_SIMPLE = {"command", "declaration_command", "unset_command", "test_command"}
_WORDS = {
    "word", "string", "raw_string", "ansi_c_string", "translated_string", "concatenation", "number",
    "simple_expansion", "expansion", "command_substitution", "process_substitution", "arithmetic_expansion",
    "brace_expression", "variable_name", "extglob_pattern", "regex", "$", "test_operator",
}  # fmt: skip
_REDIRECTS = {"file_redirect", "heredoc_redirect", "herestring_redirect"}
_ARITHMETIC_LEAVES = re.compile(r"[-+*/%<>=!&|^~?:,()\[\]]+|\+\+|--|\*\*|<<|>>", re.ASCII)
_HANDLED = {
    "pipeline", "redirected_statement", "for_statement", "c_style_for_statement", "case_statement",
    "function_definition", "variable_assignment", "variable_assignments",
}  # fmt: skip
_EXPANSIONS = {
    "simple_expansion", "expansion", "command_substitution", "process_substitution", "arithmetic_expansion",
}  # fmt: skip
_SUBSTITUTION_MARKS = {"$(", "`", "<(", ">(", ")"}
_CALCULATIONS = {
    "binary_expression", "unary_expression", "postfix_expression", "ternary_expression", "parenthesized_expression",
    "arithmetic_expansion", "compound_statement", "subscript",
}  # fmt: skip
_TESTS = {"binary_expression", "unary_expression", "negation_expression", "parenthesized_expression"}
_EVALUATING = {"-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-v"}
_OPERATORS = {"<", ">", ">>", ">|", ">&", "<&", "&>", "&>>", "<&-", ">&-"}
_PATTERN = re.compile(r"(?:\\.|[^\\'\"$`;&<>]|\$$|\$(?=\)))*", re.DOTALL)
_QUOTES = 2
_SAFE_OPERATORS = {
    ":-",
    "-",
    ":+",
    "+",
    ":?",
    "?",
    "#",
    "##",
    "%",
    "%%",
    "/",
    "//",
    "/#",
    "/%",
    "^",
    "^^",
    ",",
    ",,",
    ":",
}


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
    from tree_sitter import Parser  # noqa: PLC0415 - as above

    tree = Parser(_language()).parse(text.encode())
    return _Walk(text).script(tree.root_node)


@dataclass(frozen=True, slots=True)
class _Input:
    """What the commands of a node read, and the words that a redirection of theirs has swallowed."""

    stdin: Stdin = "inherited"
    document: Word | None = None
    upstream: tuple[int, ...] = ()
    extra: tuple[Word, ...] = ()
    redirects: tuple[Redirect, ...] = ()


class _Walk:
    """One walk over one tree. Methods are named after the node types they read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.ascii = text.isascii()
        self.raw = text.encode()
        self.commands: list[Simple] = []
        self.assignments: list[Assignment] = []
        self.loose: list[Redirect] = []
        self.tests: list[Word] = []
        self.arithmetic: list[tuple[str, int, int]] = []
        self.functions: dict[str, tuple[int, ...]] = {}
        self.depth = 0
        self.spelt = False

    def script(self, root: Node) -> Script:
        """The whole text."""
        if root.has_error:
            raise UnreadableError("syntax", self.start(_first_error(root)))
        leading, trailing = self.raw[: root.start_byte], self.raw[root.end_byte :]
        if not _blank(leading) or not _blank(trailing):
            raise UnreadableError("syntax", 0)
        self.visit(root, _Input())
        return Script(
            self.text, tuple(self.commands), tuple(self.assignments), tuple(self.loose), tuple(self.tests),
            tuple(self.arithmetic), self.functions,
        )  # fmt: skip

    # Places

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
        for child in node.children:
            if child.is_missing or child.is_error:
                raise self.fail("syntax", child)
            if not _blank(self.raw[cursor : child.start_byte]):
                raise self.fail("syntax", child)
            cursor = max(cursor, child.end_byte)
        if not _blank(self.raw[cursor : node.end_byte]):
            raise self.fail("syntax", node)
        return node.children

    # Statements

    def visit(self, node: Node, given: _Input) -> None:
        """Read a statement."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail("depth", node)
        kind = node.type
        if kind == "compound_statement" and node.children and node.children[0].type == "((":
            self.evaluate(node)
        elif kind in _LISTS:
            self.loose += given.redirects
            inner = replace(given, extra=(), redirects=())
            if given.extra:
                raise self.fail("redirect", node)
            for child in self.children(node):
                if child.type not in _SEPARATORS:
                    self.visit(child, inner)
        elif kind in _SIMPLE:
            self.simple(node, given)
        elif given.extra:
            raise self.fail("redirect", node)
        elif kind in _HANDLED:
            getattr(self, kind)(node, given)
        else:
            raise self.fail("node", node)
        self.depth -= 1

    def pipeline(self, node: Node, given: _Input) -> None:
        """Commands joined by pipes."""
        first = len(self.commands)
        self.loose += given.redirects
        current = replace(given, redirects=())
        for child in self.children(node):
            if child.type in {"|", "|&"}:
                current = _Input("pipe", None, (*given.upstream, *range(first, len(self.commands))))
            elif child.type != "comment":
                self.visit(child, current)

    def redirected_statement(self, node: Node, given: _Input) -> None:
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
                    inner = replace(inner, stdin="file", document=None)
                continue
            documents += 1
            word = self.herestring(child) if child.type == "herestring_redirect" else None
            if word is None:
                word = self.heredoc(child, redirects, later)
            inner = replace(inner, stdin="document", document=word)
        if documents > 1:
            raise self.fail("heredoc", node)
        first = len(self.commands)
        if body is None:
            self.loose += redirects
            if extra or later:
                raise self.fail("redirect", node)
            return
        if body.type not in _SIMPLE and inner.stdin in {"file", "document"}:
            inner = replace(inner, stdin="unknown", document=None)
        self.visit(body, replace(inner, extra=tuple(extra), redirects=tuple(redirects)))
        for tail, piped in later:
            upstream = (*given.upstream, *range(first, len(self.commands)))
            if not piped:
                self.visit(tail, replace(given, redirects=(), extra=()))
                continue
            for child in self.children(tail) if tail.type == "pipeline" else [tail]:
                if child.type not in _SEPARATORS:
                    self.visit(child, _Input("pipe", None, upstream))

    def negated_command(self, node: Node, given: _Input) -> None:
        """`! command`."""
        for child in self.children(node):
            if child.type not in _SEPARATORS:
                self.visit(child, given)

    def for_statement(self, node: Node, given: _Input) -> None:
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
                values = words if listed else [_unknown(self.start(node))]
                self.assignments += [Assignment(name, each, (), each.start, each.end) for each in values]
                self.visit(child, replace(given, redirects=()))
            elif child.type in _WORDS:
                words.append(self.word(child))
            elif child.type not in _SEPARATORS:
                raise self.fail("node", child)

    def c_style_for_statement(self, node: Node, given: _Input) -> None:
        """`for ((…))`."""
        self.loose += given.redirects
        for child in self.children(node):
            if child.type in {"do_group", "compound_statement"}:
                self.visit(child, replace(given, redirects=()))
            elif child.type not in _SEPARATORS:
                self.evaluate(child)

    def case_statement(self, node: Node, given: _Input) -> None:
        """`case`."""
        self.loose += given.redirects
        for child in self.children(node):
            if child.type == "case_item":
                for part in self.children(child):
                    if part.type in _WORDS:
                        self.tests.append(self.word(part))
                    elif part.type not in _SEPARATORS:
                        self.visit(part, replace(given, redirects=()))
            elif child.type in _WORDS:
                self.tests.append(self.word(child))
            elif child.type not in _SEPARATORS:
                raise self.fail("node", child)

    def function_definition(self, node: Node, given: _Input) -> None:
        """A function: its body is judged where it stands, and its name remembered."""
        name: str | None = None
        first = len(self.commands)
        for child in self.children(node):
            if child.type == "word" and name is None:
                name = self.source(child)
            elif child.type in _REDIRECTS:
                raise self.fail("redirect", child)
            elif child.type not in _SEPARATORS:
                self.visit(child, _Input("unknown", redirects=given.redirects))
        if name is None or not re.fullmatch(r"[\w.:+-]+", name):
            raise self.fail("function", node)
        self.functions[name] = (*self.functions.get(name, ()), *range(first, len(self.commands)))

    def variable_assignment(self, node: Node, given: _Input) -> None:
        """An assignment that stands alone."""
        self.loose += given.redirects
        self.assignments.append(self.assignment(node))

    def variable_assignments(self, node: Node, given: _Input) -> None:
        """Several of them."""
        self.loose += given.redirects
        self.assignments += [self.assignment(child) for child in self.children(node)]

    # Simple commands

    def simple(self, node: Node, given: _Input) -> None:
        """A simple command with all its words, assignments and redirections."""
        words: list[Word] = []
        assignments: list[Assignment] = []
        redirects = list(given.redirects)
        previous = -1
        if node.type == "test_command":
            self.test(node)
            self.loose += redirects
            if given.extra:
                raise self.fail("redirect", node)
            return
        for child in self.children(node):
            kind = child.type
            if kind == "variable_assignment":
                assignments.append(self.assignment(child))
                continue
            if kind == "herestring_redirect":
                given = replace(given, stdin="document", document=self.herestring(child))
                continue
            if kind == "file_redirect":
                redirect, more = self.file_redirect(child)
                if more and not words:
                    raise self.fail("redirect", child)
                words += more
                redirects.append(redirect)
                if redirect.operator.startswith("<"):
                    given = replace(given, stdin="file", document=None)
                continue
            if child.start_byte == previous:
                raise self.fail("word", child)  # two words that touch are one to bash
            previous = child.end_byte
            if kind == "command_name":
                (child,) = self.children(child)
                words.append(self.word(child))
            elif kind in _WORDS:
                words.append(self.word(child))
            elif node.type != "command" and not child.is_named:
                source = self.source(child)
                words.append(Word((Piece("text", source, False),), self.start(child), self.at(child.end_byte)))
            else:
                raise self.fail("node", child)
        words += given.extra
        exports = node.type == "declaration_command" and (
            self.source(node.children[0]) == "export" or any(_plain(word).startswith("-") for word in words[1:])
        )
        self.assignments += assignments
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
            )  # fmt: skip
        )

    def assignment(self, node: Node) -> Assignment:
        """`name=value`, `name+=value`, `name[i]=value`, `name=(values)`."""
        name = ""
        value: Word | None = None
        values: list[Word] = []
        added = False
        for child in self.children(node):
            if child.type == "variable_name" and not name:
                name = self.name(child)
            elif child.type == "subscript" and not name:
                name = self.name(child.children[0])
                self.evaluate(child)
                added = True
            elif child.type in {"=", "+="}:
                added = added or child.type == "+="
            elif child.type == "array":
                values = [self.word(each) for each in self.children(child) if each.type not in {"(", ")", "comment"}]
                value = _unknown(self.start(child))
            else:
                value = self.word(child)
        place = self.start(node), self.at(node.end_byte)
        if added and value is not None:
            value, values = _unknown(place[0]), [*values, value]
        return Assignment(name, value or Word((), place[1], place[1]), tuple(values), *place)

    # Redirections

    def file_redirect(self, node: Node) -> tuple[Redirect, list[Word]]:
        """A redirection, and the words after its target: the tree takes them in, bash does not."""
        operator = ""
        words: list[Word] = []
        for child in self.children(node):
            if child.type == "file_descriptor":
                continue
            if not operator:
                operator = self.source(child)
            else:
                words.append(self.word(child))
        if operator not in _OPERATORS:
            raise self.fail("redirect", node)
        place = self.start(node), self.at(node.end_byte)
        if operator.endswith("&-"):
            return Redirect(operator, Word((Piece("text", "-", False),), *place), *place), words
        if not words:
            raise self.fail("redirect", node)
        return Redirect(operator, words[0], place[0], words[0].end), words[1:]

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
                if self.source(child).strip("\t") != delimiter:
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

    # Words

    def name(self, node: Node) -> str:
        """A variable's name."""
        source = self.source(node)
        if not _NAME.fullmatch(source):
            raise self.fail("name", node)
        return source

    def word(self, node: Node) -> Word:
        """A word of any kind."""
        self.spelt = False
        pieces = tuple(self.pieces(node))
        spelt, self.spelt = self.spelt, False
        return Word(pieces, self.start(node), self.at(node.end_byte), spelt)

    def pieces(self, node: Node) -> list[Piece]:
        """What a word-like node is made of."""
        kind = node.type
        source = self.source(node)
        if kind in {"word", "number", "extglob_pattern", "regex", "variable_name", "test_operator", "$"}:
            pattern = _PATTERN if kind in {"extglob_pattern", "regex"} else _WORD
            if node.named_child_count and kind == "number":
                raise self.fail("node", node)
            if not pattern.fullmatch(source):
                raise self.fail("word", node)
            if kind == "$" and self.raw[node.end_byte : node.end_byte + 1] in {b'"', b"'"}:
                raise self.fail("word", node)
            return [Piece("text", text, quoted) for text, quoted in plain_text(source)]
        if kind == "raw_string":
            if len(source) < _QUOTES or source[0] != "'" or source.find("'", 1) != len(source) - 1:
                raise self.fail("quote", node)
            return [Piece("text", source[1:-1], True)]
        if kind == "ansi_c_string":
            if not re.fullmatch(r"\$'(?:\\.|[^\\'])*'", source, re.DOTALL):
                raise self.fail("quote", node)
            text, spelt = ansi_text(source[2:-1], self.start(node))
            self.spelt = self.spelt or spelt
            return [Piece("text", text, True)]
        if kind == "string":
            return [Piece("text", "", True), *self.glued(node, _STRING)]
        if kind == "concatenation":
            return self.concatenation(node)
        if kind == "brace_expression":
            if not re.fullmatch(r"\{-?\w+\.\.-?\w+\}", source):
                raise self.fail("word", node)
            return [Piece("text", source, False)]
        return [self.expanded(node, quoted=False)]

    def concatenation(self, node: Node) -> list[Piece]:
        """Pieces without a blank between them."""
        pieces: list[Piece] = []
        cursor = node.start_byte
        for child in node.children:
            if child.is_missing or self.raw[cursor : child.start_byte].replace(b"\\\n", b""):
                raise self.fail("word", child)
            pieces += self.pieces(child)
            cursor = child.end_byte
        return pieces

    def glued(self, node: Node, literal: re.Pattern[str], *, document: bool = False) -> list[Piece]:
        """A double-quoted string or a here-document: expansions, and literal text wherever there is none."""
        pieces: list[Piece] = []
        start, end = (node.start_byte, node.end_byte) if document else (node.start_byte + 1, node.end_byte - 1)
        cursor = start

        def text(upto: int) -> None:
            source = self.raw[cursor:upto].decode()
            if not literal.fullmatch(source):
                raise UnreadableError("quote", self.at(cursor))
            if source:
                pieces.append(Piece("text", double_text(source, document=document), True))

        for child in node.children:
            if child.is_missing or child.is_error:
                raise self.fail("syntax", child)
            if child.type in _EXPANSIONS:
                blanks = len(self.source(child)) - len(self.source(child).lstrip(" \t\n"))
                text(child.start_byte + blanks)  # the tree counts blanks before `$name` as part of it
                pieces.append(self.expanded(child, quoted=True))
                cursor = child.end_byte
            elif child.type not in {"string_content", "heredoc_content", '"', "$"}:
                raise self.fail("node", child)
        text(end)
        return pieces

    def expanded(self, node: Node, *, quoted: bool) -> Piece:
        """Whatever `$`, backquotes and `<(` begin."""
        kind, source = node.type, self.source(node)
        if kind == "simple_expansion":
            source = source.lstrip(" \t\n") if quoted else source
            if not re.fullmatch(r"\$(?:[A-Za-z_]\w*|[0-9@*#?$!_-])", source, re.ASCII):
                raise self.fail("expansion", node)
            return Piece("variable", source[1:], quoted)
        if kind == "expansion":
            return self.braced(node, quoted=quoted)
        if kind in {"command_substitution", "process_substitution"}:
            if source.startswith("`") and "\\" in source:
                raise self.fail("quote", node)
            first = len(self.commands)
            for child in self.children(node):
                if child.type == "file_redirect":
                    redirect, more = self.file_redirect(child)
                    if more:
                        raise self.fail("redirect", child)
                    self.loose.append(redirect)
                elif child.type not in _SUBSTITUTION_MARKS and child.type not in _SEPARATORS:
                    self.visit(child, _Input("unknown" if kind == "process_substitution" else "inherited"))
            inner = tuple(range(first, len(self.commands)))
            return Piece("process" if kind == "process_substitution" else "substitution", source, quoted, inner)
        if kind == "arithmetic_expansion":
            self.evaluate(node)
            return Piece("unknown", source, True)
        raise self.fail("node", node)

    def braced(self, node: Node, *, quoted: bool) -> Piece:
        """`${…}`: plain, or with an operator that only cuts, replaces or defaults."""
        source = self.source(node)
        if match := re.fullmatch(r"\$\{([A-Za-z_]\w*|[0-9]+|[@*#?$!-])\}", source, re.ASCII):
            return Piece("variable", match[1], quoted)
        first = len(self.commands)
        name = ""
        for child in self.children(node)[1:-1]:
            if child.type == "variable_name" and not name:
                name = self.name(child)
            elif child.type == "special_variable_name" and not name:
                name = self.source(child)
            elif child.type == "subscript" and not name:
                name = self.name(child.children[0])
                if self.source(child)[len(name) :] not in {"[@]", "[*]"}:
                    self.evaluate(child)
            elif not child.is_named:
                operator = self.source(child)
                if operator in {":=", "="}:
                    self.assignments.append(Assignment(name, _unknown(self.start(node)), (), *self.place(node)))
                elif operator == "#" and not name:
                    continue
                elif operator not in _SAFE_OPERATORS:
                    raise self.fail("expansion", child)
            elif child.type in _WORDS:
                self.pieces(child)
            else:
                self.evaluate(child)
        if not name:
            raise self.fail("expansion", node)
        return Piece("unknown", source, quoted, tuple(range(first, len(self.commands))))

    def place(self, node: Node) -> tuple[int, int]:
        """Where a node begins and ends."""
        return self.start(node), self.at(node.end_byte)

    # What bash evaluates without running: arithmetic, tests

    def evaluate(self, node: Node) -> None:
        """Arithmetic: note every variable in it, for bash evaluates their text as arithmetic again."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail("depth", node)
        kind = node.type
        if kind in _EXPANSIONS and kind != "arithmetic_expansion":
            piece = self.expanded(node, quoted=True)
            self.arithmetic.append((piece.text if piece.kind == "variable" else "", *self.place(node)))
        elif kind in {"variable_name", "word"}:
            self.arithmetic.append((self.source(node), *self.place(node)))
            if not re.fullmatch(r"\w+", self.source(node), re.ASCII):
                raise self.fail("arithmetic", node)
        elif kind == "number":
            if not _NUMBER.fullmatch(self.source(node)):
                raise self.fail("arithmetic", node)
        elif kind == "variable_assignment":
            assignment = self.assignment(node)
            self.arithmetic.append((assignment.name, assignment.start, assignment.end))
            self.assignments.append(assignment)
        elif kind in _CALCULATIONS:
            for child in self.children(node):
                if child.is_named:
                    self.evaluate(child)
                elif not _ARITHMETIC_LEAVES.fullmatch(self.source(child)) and child.type not in {"$((", "$[", ";"}:
                    raise self.fail("arithmetic", child)
        else:
            raise self.fail("arithmetic", node)
        self.depth -= 1

    def test(self, node: Node) -> None:
        """`[ … ]` and `[[ … ]]`: operands are words; some operators evaluate them as arithmetic."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail("depth", node)
        first = len(self.tests)
        evaluates = False
        for child in self.children(node):
            kind = child.type
            if kind in _TESTS:
                self.test(child)
            elif kind == "test_operator" or not child.is_named:
                evaluates = evaluates or self.source(child) in _EVALUATING
            elif kind in _WORDS:
                self.tests.append(self.word(child))
            else:
                raise self.fail("node", child)
        if evaluates:
            for word in self.tests[first:]:
                for piece in word.pieces:
                    literal = piece.kind == "text" and re.fullmatch(r"-?\d*", piece.text)
                    if not literal:
                        self.arithmetic.append((piece.text if piece.kind == "variable" else "", word.start, word.end))
        self.depth -= 1


def _blank(gap: bytes) -> bool:
    """Whether nothing stands in a gap between two tokens that bash would read.

    Bash takes a backslash and its line end out before it splits words: without a blank beside it, two words are one.
    """
    rest = gap.replace(b"\\\n", b"")
    return _BLANKS.fullmatch(rest) is not None and (len(rest) == len(gap) or bool(rest))


def _unknown(position: int) -> Word:
    return Word((Piece("unknown", "", True),), position, position)


def _plain(word: Word) -> str:
    return "".join(piece.text for piece in word.pieces if piece.kind == "text")


def _first_error(node: Node) -> Node:
    for child in node.children:
        if child.is_error or child.is_missing:
            return child
        if child.has_error:
            return _first_error(child)
    return node
