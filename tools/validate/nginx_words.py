"""Reads an Nginx configuration into its directives: quotes, comments and blocks as Nginx itself takes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Word:
    """One word, without its quotes, and where it stands in the text."""

    text: str
    start: int
    end: int


@dataclass
class Directive:
    """A name with its arguments; `depth` counts the blocks around it."""

    words: list[Word] = field(default_factory=list)
    depth: int = 0
    block: bool = False
    end: int = 0
    """Behind its semicolon or its brace."""

    @property
    def name(self) -> str:
        """What it is called, however it is quoted."""
        return self.words[0].text

    @property
    def arguments(self) -> list[str]:
        """What it is given."""
        return [each.text for each in self.words[1:]]


def directives(text: str) -> Iterator[Directive]:
    """Every directive in order, a block's own before those within; what is left open at the end is left out."""
    current, depth, at = Directive(), 0, 0
    while at < len(text):
        sign = text[at]
        if sign.isspace():
            at += 1
        elif sign == "#":
            at = (text.find("\n", at) + 1) or len(text)
        elif sign in ";{}":
            at += 1
            if current.words:
                current.depth, current.block, current.end = depth, sign == "{", at
                yield current
            current = Directive()
            depth += (sign == "{") - (sign == "}")
        else:
            word = _word(text, at)
            current.words.append(word)
            at = word.end


def _word(text: str, start: int) -> Word:
    quote = text[start] if text[start] in "\"'" else ""
    at, said = start + len(quote), ""
    while at < len(text):
        sign = text[at]
        if sign == "\\" and at + 1 < len(text):
            said += text[at + 1] if text[at + 1] in "\"'\\ ;{}" else text[at : at + 2]
            at += 2
        elif quote and sign == quote:
            return Word(said, start, at + 1)
        elif not quote and text.startswith("${", at):  # a variable in braces is part of the word
            end = text.find("}", at)
            end = len(text) if end < 0 else end + 1
            said += text[at:end]
            at = end
        elif not quote and (sign.isspace() or sign in ";{}"):
            break
        else:
            said += sign
            at += 1
    return Word(said, start, at)
