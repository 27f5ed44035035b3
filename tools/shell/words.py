"""Expands words as bash would, as far as that is known before they run."""

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tools.shell.facts import Facts
from tools.shell.syntax import Piece, Script, Word

HOLE = "\x00"
"""Stands in an argument for text that nobody knows before the command runs."""
MAX_EXPANSIONS = 64
MAX_ALTERNATIVES = 16
MAX_RANGE = 9_999
# Known to hold one harmless token, or the caller's own folder.
NUMBERS = {"?", "#", "$", "!", "RANDOM", "SECONDS", "LINENO", "UID", "EUID", "PPID", "BASHPID", "SHLVL"}
# Braces that quotes protect are marked, and no part of a list or a range.
_LIST = re.compile(r"(?<!\x01)\{((?:\x01.|[^{}\x01])*)\}", re.DOTALL)
_PARTS = re.compile(r",?((?:\x01.|[^,\x01])*)", re.DOTALL)
_RANGE = re.compile(r"(?<!\x01)\{(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(\.\.-?\d+)?\}")
_GLOB = re.compile(r"[*?\[]")
_QUOTED_MARK = "\x01"  # before a character that quotes protect, while braces and globs are looked for

Bindings = Mapping[str, tuple[str | None, ...]]
"""For each variable assigned in the script, its possible values; None for one that is not known."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a program. `pattern` when bash will look for matching files."""

    text: str
    start: int
    end: int
    pattern: bool = False
    commands: tuple[int, ...] = ()
    """The commands whose output it holds."""
    process: bool = False
    """Whether it is the pipe of a process substitution."""
    loose: bool = False
    """Whether it may become several arguments, or none: an expansion of unknown text outside quotes."""

    @property
    def known(self) -> bool:
        """Whether its text holds nothing that is decided when it runs."""
        return HOLE not in self.text


def bindings_of(script: Script, facts: Facts) -> dict[str, tuple[str | None, ...]]:
    """Every value that each assigned variable may have, wherever it is assigned: order is not relied on."""
    values: dict[str, list[str | None]] = {}
    for assignment in script.assignments:
        known: list[str | None] = [None]
        if assignment.value is not None and not assignment.values:
            known = [literal(assignment.value, facts)]
            # The word of a loop undergoes braces and splitting, that of an assignment does not: both are possible.
            expanded = _expand(assignment.value, {}, facts)
            known += [argument.text if argument.known else None for argument in expanded]
        values.setdefault(assignment.name, []).extend(known)
    for command in script.commands:
        texts = [literal(word, facts) or "" for word in command.words]
        if setters := _SETTERS.keys() & texts:  # `command read x` sets x too
            named = [text.partition("=")[0] for text in texts]
            for name in (*named, *(_SETTERS[each] for each in setters)):
                if name.isidentifier():
                    values.setdefault(name, []).append(None)
    return {name: tuple(dict.fromkeys(each)) for name, each in values.items()}


DECLARES = {"declare", "typeset", "local", "export", "readonly"}
# What sets variables by name, and the one that it sets of its own accord.
_SETTERS = {
    "read": "REPLY", "mapfile": "MAPFILE", "readarray": "MAPFILE", "getopts": "OPTARG", "printf": "", "local": "",
    "declare": "", "typeset": "", "export": "", "readonly": "", "let": "", "unset": "", "wait": "", "coproc": "COPROC",
}  # fmt: skip


def literal(word: Word, facts: Facts) -> str | None:
    """The text of a word that expands to itself; None when something in it is decided later."""
    text = "".join(piece.text if piece.kind == "text" else _known(piece, {}, facts) or HOLE for piece in word.pieces)
    return None if HOLE in text else text


def alternatives(words: Iterable[Word], bindings: Bindings, facts: Facts) -> list[tuple[Argument, ...]]:
    """Every list of arguments that `words` may become: several when a variable has several possible values."""
    words = tuple(words)
    names = sorted(
        {piece.text for word in words for piece in word.pieces if piece.kind == "variable"} & bindings.keys()
    )
    choices = [_with_ambient(name, bindings[name], facts) for name in names]
    size = 1
    for choice in choices:
        size *= len(choice)
    if size > MAX_ALTERNATIVES:
        choices = [(None,) for _name in names]
    expanded = []
    for values in itertools.product(*choices):
        chosen = dict(zip(names, values, strict=True))
        expanded.append(tuple(argument for word in words for argument in _expand(word, chosen, facts)))
    return expanded


def _with_ambient(name: str, values: tuple[str | None, ...], facts: Facts) -> tuple[str | None, ...]:
    ambient = _known(Piece("variable", name, True), {}, facts)
    return values if ambient is None else tuple(dict.fromkeys((*values, ambient)))


def _known(piece: Piece, chosen: Mapping[str, str | None], facts: Facts) -> str | None:
    if piece.kind == "number":
        return "0"
    if piece.kind != "variable":
        return None
    if piece.text in chosen:
        return chosen[piece.text]
    if piece.text in NUMBERS:
        return "0"
    return {"HOME": facts.home, "PWD": facts.folder, "TMPDIR": "/tmp"}.get(piece.text)  # noqa: S108 - bash's own


def _expand(word: Word, chosen: Mapping[str, str | None], facts: Facts) -> list[Argument]:
    marked: list[str] = []
    splits = False
    commands: tuple[int, ...] = ()
    process = False
    for piece in word.pieces:
        commands += piece.commands
        process = process or piece.kind == "process"
        text = piece.text if piece.kind == "text" else _known(piece, chosen, facts)
        if text is None:
            marked.append(HOLE)
            splits = splits or (not piece.quoted and piece.kind != "process")
            continue
        if piece.quoted:
            marked.append("".join(_QUOTED_MARK + char for char in text))
        else:
            splits = splits or (piece.kind == "variable" and any(char in " \t\n" for char in text))
            marked.append(text)
    quoted_empty = any(piece.quoted for piece in word.pieces)
    texts = _braces("".join(marked))
    arguments = []
    for text in texts:
        parts = text.split() if splits and HOLE not in text else [text]
        for part in parts:
            pattern = bool(_GLOB.search(re.sub(_QUOTED_MARK + ".", "", part, flags=re.DOTALL)))
            plain = _home(part, facts).replace(_QUOTED_MARK, "")
            if plain or quoted_empty or HOLE in part:
                loose = splits and HOLE in part
                arguments.append(Argument(plain, word.start, word.end, pattern, commands, process, loose))
    return arguments


def _home(text: str, facts: Facts) -> str:
    if text == "~" or text.startswith("~/"):
        return facts.home + text[1:]
    return text


def _braces(text: str) -> list[str]:
    """Brace expansion; a word that has too many becomes one whose text is not known."""
    pending = [text]
    done: list[str] = []
    while pending:
        if len(pending) + len(done) > MAX_EXPANSIONS:
            return [HOLE]
        current = pending.pop(0)
        lists = ((match, _listed(match[1])) for match in _LIST.finditer(current))
        match, parts = next(((match, parts) for match, parts in lists if len(parts) > 1), (None, []))
        if match is None and (match := _RANGE.search(current)):
            parts = [HOLE] if match[3] else _range(match[1], match[2])
        if len(parts) > MAX_EXPANSIONS:
            return [HOLE]
        if match is None:
            done.append(current)
        else:
            pending = [current[: match.start()] + part + current[match.end() :] for part in parts] + pending
    return done


def _listed(text: str) -> list[str]:
    """The parts of a brace list, separated by commas that nothing protects."""
    parts = [match[1] for match in _PARTS.finditer("," + text)]
    return parts[:-1] if len(parts) > 1 and not parts[-1] else parts


def _range(first: str, last: str) -> list[str]:
    digits = [each.lstrip("-") for each in (first, last)]
    if any(len(each) > len(str(MAX_RANGE)) or (len(each) > 1 and each[0] == "0") for each in digits):
        return [HOLE]  # too long, or filled up with zeros
    numbers = all(each.isdigit() for each in digits)
    if not numbers and not (first.isalpha() and last.isalpha()):
        return [HOLE]
    low, high = (int(first), int(last)) if numbers else (ord(first), ord(last))
    step = 1 if low <= high else -1
    return [str(each) if numbers else chr(each) for each in range(low, high + step, step)]
