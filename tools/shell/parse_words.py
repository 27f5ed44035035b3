"""Reads the words of a syntax tree: quotes, expansions, substitutions, arithmetic, tests, redirections.

A leaf whose own text holds a character that its type cannot hold raises `UnreadableError`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.shell.parse_tree import SEPARATORS, TreeReader
from tools.shell.syntax import Assignment, Piece, Redirect, Simple, Stdin, Word
from tools.shell.unquote import UnreadableError, ansi_text, double_text, plain_text

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_DEPTH = 150
# Leaves may hold nothing that bash would read otherwise than the tree did.
_WORD = re.compile(r"(?:\\.|\\\n|[^\s\\'\"$`;&|<>()])+|\$", re.DOTALL)
_NUMBER = re.compile(r"-?[\w#]+", re.ASCII)
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_STRING = re.compile(r"(?:\\.|[^\\\"`$]|\$(?![\w({\[@*#?$!-])|(?<=\n)\s)*\$?", re.DOTALL)
WORDS = {
    "word", "string", "raw_string", "ansi_c_string", "translated_string", "concatenation", "number",
    "simple_expansion", "expansion", "command_substitution", "process_substitution", "arithmetic_expansion",
    "brace_expression", "variable_name", "extglob_pattern", "regex", "$", "test_operator",
}  # fmt: skip
_ARITHMETIC_LEAVES = re.compile(r"[-+*/%<>=!&|^~?:,()\[\]]+|\+\+|--|\*\*|<<|>>", re.ASCII)
_EXPANSIONS = {
    "simple_expansion", "expansion", "command_substitution", "process_substitution", "arithmetic_expansion",
}  # fmt: skip
_SUBSTITUTION_MARKS = {"$(", "`", "<(", ">(", ")"}
_CALCULATIONS = {
    "binary_expression", "unary_expression", "postfix_expression", "ternary_expression", "parenthesized_expression",
    "arithmetic_expansion", "compound_statement", "subscript",
}  # fmt: skip
_TESTS = {"binary_expression", "unary_expression", "negation_expression", "parenthesized_expression"}
_EVALUATING = {"-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-v", "-R"}
_OPERATORS = {"<", ">", ">>", ">|", ">&", "<&", "&>", "&>>", "<&-", ">&-"}
_PATTERN = re.compile(r"(?:\\.|[^\\'\"$`;&<>]|\$$|\$(?=\)))*", re.DOTALL)
_QUOTES = 2
_QUOTED = {"string", "raw_string", "ansi_c_string", "translated_string", "concatenation", "array"}
_SAFE_OPERATORS = {
    ":-", "-", ":+", "+", ":?", "?", "#", "##", "%", "%%", "/", "//", "/#", "/%", "^", "^^", ",", ",,", ":",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """What the commands of a node read, and the words that a redirection of theirs has swallowed."""

    stdin: Stdin = "inherited"
    document: Word | None = None
    upstream: tuple[int, ...] = ()
    extra: tuple[Word, ...] = ()
    redirects: tuple[Redirect, ...] = ()


class WordReader(TreeReader):
    """A walk over the words of one tree; `parse` adds the statements."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.commands: list[Simple] = []
        self.assignments: list[Assignment] = []
        self.loose: list[Redirect] = []
        self.tests: list[Word] = []
        self.arithmetic: list[tuple[str, int, int]] = []
        self.splitting: list[tuple[str, int, int]] = []
        self.functions: dict[str, tuple[int, ...]] = {}
        self.depth = 0
        self.spelt = False

    def visit(self, node: Node, given: Input) -> None:
        """Read a statement inside a substitution."""
        raise NotImplementedError

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
            if (source.startswith("`") and "\\" in source) or source.startswith("$(("):
                raise self.fail("quote", node)
            first = len(self.commands)
            for child in self.children(node):
                if child.type == "file_redirect":
                    redirect, more = self.file_redirect(child)
                    if more:
                        raise self.fail("redirect", child)
                    self.loose.append(redirect)
                elif child.type not in _SUBSTITUTION_MARKS and child.type not in SEPARATORS:
                    self.visit(child, Input("unknown" if kind == "process_substitution" else "inherited"))
            inner = tuple(range(first, len(self.commands)))
            return Piece("process" if kind == "process_substitution" else "substitution", source, quoted, inner)
        if kind == "arithmetic_expansion":
            self.evaluate(node)
            return Piece("number", source, True)
        raise self.fail("node", node)

    def braced(self, node: Node, *, quoted: bool) -> Piece:
        """`${…}`: plain, or with an operator that only cuts, replaces or defaults."""
        source = self.source(node)
        if match := re.fullmatch(r"\$\{([A-Za-z_]\w*|[0-9]+|[@*#?$!-])\}", source, re.ASCII):
            return Piece("variable", match[1], quoted)
        first = len(self.commands)
        name = ""
        cuts = False
        for child in self.children(node)[1:-1]:
            if child.type == "variable_name" and not name:
                name = self.name(child)
            elif child.type == "special_variable_name" and not name:
                name = self.source(child)
            elif child.type == "subscript" and not name:
                name = self.name(child.children[0])
                if self.source(child)[len(name) :] not in {"[@]", "[*]"}:
                    self.index(child)
            elif not child.is_named:
                operator = self.source(child)
                if operator in {":=", "="}:
                    self.assignments.append(Assignment(name, unknown(self.start(node)), (), *self.place(node)))
                elif operator == "#" and not name:
                    continue
                elif operator == ":":
                    cuts = True  # an offset and a length are arithmetic
                elif operator not in _SAFE_OPERATORS:
                    raise self.fail("expansion", child)
            elif child.type in WORDS and not cuts:
                if quoted and "'" in self.source(child) and re.search(r"[$`\\]", self.source(child)):
                    raise self.fail("quote", child)  # between double quotes a single one may protect nothing
                self.pieces(child)
            else:
                self.evaluate(child)
        if not name:
            raise self.fail("expansion", node)
        return Piece("unknown", source, quoted, tuple(range(first, len(self.commands))))

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
                self.index(child)
                added = True
            elif child.type in {"=", "+="}:
                added = added or child.type == "+="
            elif child.type == "array":
                values = [self.word(each) for each in self.children(child) if each.type not in {"(", ")", "comment"}]
                self.subscripts(values)
                value = unknown(self.start(child))
            else:
                value = self.word(child)
        place = self.start(node), self.at(node.end_byte)
        if added and value is not None:
            value, values = unknown(place[0]), [*values, value]
        return Assignment(name, value or Word((), place[1], place[1]), tuple(values), *place)

    def index(self, subscript: Node) -> None:
        """The index of `name[index]`."""
        for child in self.children(subscript)[1:]:
            if child.is_named:
                self.evaluate(child)
            elif child.type not in {"[", "]"}:
                raise self.fail("arithmetic", child)

    def subscripts(self, values: list[Word]) -> None:
        """The `[index]=value` of an array: the index is arithmetic, whatever its quotes."""
        for word in values:
            text = "".join(piece.text if piece.kind == "text" else "$" for piece in word.pieces)
            if text.startswith("[") and not re.match(r"\[\d+\]", text, re.ASCII):
                self.arithmetic.append(("", word.start, word.end))

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
            if any(child.type in _QUOTED for child in node.children):
                raise self.fail("quote", node)  # quotes protect nothing within arithmetic
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

    def test(self, node: Node, *, single: bool = False) -> None:
        """`[ … ]` and `[[ … ]]`: operands are words; some operators evaluate them as arithmetic.

        In the `single` form operands are split: what is not quoted may turn out to be an operator.
        """
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail("depth", node)
        single = single or self.source(node.children[0]) == "["
        first = len(self.tests)
        evaluates = False
        only_length = False
        for child in self.children(node):
            kind = child.type
            if kind in _TESTS:
                self.test(child, single=single)
            elif kind == "test_operator" or not child.is_named:
                operator = self.source(child)
                followed = self.raw[child.end_byte : child.end_byte + 1]
                if operator in {"<", ">"} and (single or followed == b"("):
                    raise self.fail("redirect", child)  # a redirection, or the beginning of `<(…)`
                evaluates = evaluates or operator in ({"-v", "-R"} if single else _EVALUATING)
                only_length = operator in {"-n", "-z"}
            elif kind in WORDS:
                word = self.word(child)
                if not only_length:  # `-n` and `-z` tell nothing of the text
                    self.tests.append(word)
                if single:
                    self.splitting += [
                        (piece.text if piece.kind == "variable" else "", *self.place(child))
                        for piece in word.pieces
                        if piece.kind not in {"text", "number"} and not piece.quoted
                    ]
            else:
                raise self.fail("node", child)
        if evaluates:
            for word in self.tests[first:]:
                for piece in word.pieces:
                    literal = piece.kind == "text" and re.fullmatch(r"-?\d*", piece.text)
                    if not literal:
                        self.arithmetic.append((piece.text if piece.kind == "variable" else "", word.start, word.end))
        self.depth -= 1


def unknown(position: int) -> Word:
    return Word((Piece("unknown", "", True),), position, position)


def plain(word: Word) -> str:
    return "".join(piece.text for piece in word.pieces if piece.kind == "text")
