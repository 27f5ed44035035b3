"""Follows secrets through the variables of a script: shown, sent, or handed on under another name."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from resources.catalogue import _
from tools.guard.decision import Reason, Verdict
from tools.shell import environment
from tools.shell.facts import Facts
from tools.shell.syntax import Script, Word
from tools.shell.words import Bindings, literal

Say = Callable[[Verdict, str, str, int, int], Reason]
# A variable in the source of an expansion; the group after it is there when the value itself is not shown.
_NAMED = re.compile(r"\$\{?!?([A-Za-z_]\w*)(:?\+)?")


def reasons(script: Script, names: list[str], bindings: Bindings, facts: Facts, say: Say) -> list[Reason]:
    """Secrets shown or sent by their variable; handed on in another variable, a person decides.

    `names` are the programs of the script's commands, `say` makes a reason about a piece of its text.
    """
    secrets = secret_names(script, bindings)
    told = []
    for word, verdict in _places(script, names, facts):
        for each in _revealed(word, secrets, bindings):
            message = _("The value of {name} is a secret.", name=each)
            told.append(say(verdict, "secrets.variable", message, word.start, word.end))
        for each in _mentioned(word):
            if each not in bindings and environment.may_hold_secret(each):
                message = _("The value of {name} may hold a secret.", name=each)
                told.append(say("ask", "secrets.variable", message, word.start, word.end))
    return told


def secret_names(script: Script, bindings: Bindings) -> set[str]:
    """Variables with secrets in them, by their name, and those that another one's value was given to."""
    names: set[str] = set()
    while True:
        found = {
            assignment.name
            for assignment in script.assignments
            for word in (assignment.value, *assignment.values)
            if word is not None and any(_revealed(word, names, bindings))
        }
        if found <= names:
            return names
        names |= found


def _places(script: Script, names: list[str], facts: Facts) -> list[tuple[Word, Verdict]]:
    """Every word that bash expands, and how a secret in it is judged."""
    places: list[tuple[Word, Verdict]] = []
    for command, name in zip(script.commands, names, strict=True):
        words = [*command.words, *(() if command.document is None else (command.document,))]
        if name == "test":
            words = [each for before, each in pairwise(words) if literal(before, facts) not in {"-n", "-z"}]
        places += [(each, "deny") for each in words]
        places += [(each.target, "deny") for each in command.redirects]
    places += [(each.target, "deny") for each in script.loose_redirects]
    for assignment in script.assignments:
        places += [(each, "ask") for each in (assignment.value, *assignment.values) if each is not None]
    return places + [(each, "ask") for each in script.tests]


def _revealed(word: Word, names: set[str], bindings: Bindings) -> Iterator[str]:
    """The secret variables whose value, or a piece of it, stands in a word."""
    for each in _mentioned(word):
        if each in names or (each not in bindings and environment.is_secret(each)):
            yield each


def _mentioned(word: Word) -> Iterator[str]:
    """The variables whose value, or a piece of it, stands in a word."""
    for piece in word.pieces:
        if piece.kind == "variable":
            yield piece.text
        elif piece.kind == "unknown":
            yield from (found[1] for found in _NAMED.finditer(piece.text) if not found[2])
