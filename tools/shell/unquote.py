"""Takes quotes and escapes off literal pieces of bash words, and refuses the spellings that readers differ about."""

import re

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v"}
_ANSI = re.compile(
    r"\\(?:(?P<simple>[ntrabeEfv])|(?P<same>[\\'\"?])|x(?P<hex>[0-9A-Fa-f]{1,2})|u(?P<u>[0-9A-Fa-f]{1,4})"
    r"|U(?P<U>[0-9A-Fa-f]{1,8})|(?P<octal>[0-7]{1,3})|(?P<bad>.))",
    re.DOTALL,
)
ASCII_END = 0x7F


class UnreadableError(Exception):
    """The command cannot be read at `position`; `why` is a short stable word for it."""

    def __init__(self, why: str, position: int) -> None:
        super().__init__(why)
        self.why = why
        self.position = position


def plain_text(source: str) -> list[tuple[str, bool]]:
    r"""An unquoted piece as (text, quoted) runs: what follows a backslash counts as quoted."""
    runs: list[tuple[str, bool]] = []
    for match in re.finditer(r"\\(.)|([^\\]+)", source, re.DOTALL):
        if match[1] == "\n":
            continue
        runs.append((match[1], True) if match[1] is not None else (match[2], False))
    return runs


def double_text(source: str, *, document: bool = False) -> str:
    """The text of a piece between double quotes, or of an expanding here-document."""
    escapable = "$`\\\n" if document else '$`"\\\n'

    def unescaped(match: re.Match[str]) -> str:
        following = match[1]
        if following not in escapable:
            return match[0]
        return "" if following == "\n" else following

    return re.sub(r"\\(.)", unescaped, source, flags=re.DOTALL)


def ansi_text(source: str, position: int) -> tuple[str, bool]:
    """The text inside `$'…'`, and whether printable characters in it are spelt by number.

    Raises:
        UnreadableError: an escape that means different things in different locales or versions.
    """
    spelt = False

    def unescaped(match: re.Match[str]) -> str:
        nonlocal spelt
        if match["simple"]:
            return _ESCAPES[match["simple"]]
        if match["same"]:
            return match["same"]
        digits = match["hex"] or match["u"] or match["U"]
        if digits is None and match["octal"] is None:
            raise UnreadableError("ansi_escape", position)
        code = int(digits, 16) if digits else int(match["octal"], 8)
        if not 1 < code <= ASCII_END:
            raise UnreadableError("ansi_escape", position)
        spelt = spelt or chr(code).isprintable()
        return chr(code)

    return _ANSI.sub(unescaped, source), spelt
