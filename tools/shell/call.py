"""One call of a program, as the rules of that program see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from resources.catalogue import _
from tools.guard.decision import Reason, Span, Verdict
from tools.shell import paths
from tools.shell.facts import Facts
from tools.shell.options import Options, Parsed, read
from tools.shell.syntax import Stdin
from tools.shell.words import Argument


@dataclass(frozen=True, slots=True)
class Source:
    """The text a command stands in, and where that text lies in what the caller sent."""

    text: str
    outer: Span | None = None
    """Set for a text inside an argument (`sh -c '…'`): its pieces have no place of their own outside."""

    def span(self, start: int, end: int) -> Span:
        """The span of a piece, as offsets into what the caller sent."""
        piece = self.text[start:end]
        if self.outer is not None:
            return Span(start=self.outer.start, end=self.outer.end, text=piece or self.outer.text)
        return Span(start=start, end=end, text=piece)


class Nested(Protocol):
    """Judges a command line that a wrapper runs, with the variables the wrapper hands on."""

    def __call__(
        self, words: tuple[Argument, ...], variables: tuple[tuple[str, str | None], ...] = (), /
    ) -> list[Reason]: ...


@dataclass(frozen=True, slots=True)
class Call:
    """A program with its arguments. `nested` judges a command line that it runs, `script` a bash text."""

    program: str
    arguments: tuple[Argument, ...]
    facts: Facts
    folders: tuple[str, ...]
    span: Span
    stdin: Stdin
    upstream: tuple[str, ...]
    """The programs whose output it reads."""
    variables: tuple[tuple[str, str | None], ...]
    """Assignments that reach this program: name and text."""
    nested: Nested
    script: Callable[[str, Argument], list[Reason]]
    producers: Callable[[Argument], tuple[str, ...]]
    """The programs whose output an argument holds."""
    feeds: bool = False
    """Whether its output becomes the arguments of another program."""
    piped: str | None = None
    """The pattern that stands for what it reads, when that is only names of the workspace's files."""

    def say(self, verdict: Verdict, rule: str, message: str) -> list[Reason]:
        """One reason about the whole call."""
        return [Reason(rule=rule, verdict=verdict, message=message, span=self.span)]

    def reads(self, rule: str = "") -> list[Reason]:
        """It only reads."""
        return self.say("allow", rule or f"{self.program}.read", _("{program} only reads here.", program=self.program))

    def changes(self, rule: str, what: str) -> list[Reason]:
        """It changes something: `what` is a sentence."""
        return self.say("ask", rule, what)

    def unknown(self, argument: Argument | None = None) -> list[Reason]:
        """Nobody has said that this form only reads."""
        shown = self.program if argument is None else f"{self.program} {argument.text}".replace("\x00", "…")
        return self.say(
            "ask", f"{self.program}.unknown", _("Nobody has vouched that `{shown}` only reads.", shown=shown)
        )

    def refuses(self, rule: str, why: str) -> list[Reason]:
        """It is never let through: `why` is a sentence."""
        return self.say("deny", rule, why)

    def parse(self, known: Options, *, first_operand_ends: bool = False) -> Parsed:
        """The arguments, sorted by the options that only read."""
        return read(self.arguments, known, first_operand_ends=first_operand_ends)

    def of(self, program: str, arguments: tuple[Argument, ...]) -> Call:
        """The same call with another name and other arguments: a subcommand."""
        return replace(self, program=program, arguments=arguments)

    def kind(self, argument: Argument) -> paths.Kind:
        """What the path `argument` is."""
        # A quoted variable may hold the pattern a loop goes through: its text is taken for a pattern either way.
        pattern = argument.pattern or any(sign in argument.text for sign in "*?[")
        return paths.kind_of(argument.text, self.folders, self.facts, pattern=pattern)

    def read_paths(self, arguments: list[Argument] | tuple[Argument, ...]) -> list[Reason]:
        """Reasons against reading these paths; empty when all may be read."""
        return [reason for argument in arguments for reason in self._read(argument)]

    def _read(self, argument: Argument) -> list[Reason]:
        if argument.process:
            return []
        kind = self.kind(argument)
        shown = argument.text.replace("\x00", "…")
        if kind in {"secret", "device"}:
            return self.refuses("files.secret_read", _("{path} holds secrets or is a device.", path=shown))
        if kind == "guard" and argument.text.endswith("config"):
            kind = "sensitive"  # the settings of git may hold an address with a password
        if kind in {"outside", "sensitive"}:
            return self.say("ask", f"files.{kind}_read", _("{path} is outside the workspace or sensitive.", path=shown))
        if kind == "unknown":
            return self.say(
                "ask", "files.unknown_path", _("Which file {path} names is decided when it runs.", path=shown)
            )
        return []

    def write_paths(self, arguments: list[Argument] | tuple[Argument, ...]) -> list[Reason]:
        """Reasons against writing these paths; writing always asks."""
        reasons: list[Reason] = []
        for argument in arguments:
            kind = self.kind(argument)
            shown = argument.text.replace("\x00", "…")
            if kind in {"guard", "secret", "device"} and not (
                kind == "secret" and paths.is_inside(argument.text, self.folders, self.facts)
            ):
                reasons += self.refuses(
                    "files.protected_write",
                    _("{path} is protected: it limits the agent or harms the host.", path=shown),
                )
            elif kind in {"outside", "system"}:
                reasons += self.refuses("files.outside_write", _("{path} is outside the workspace.", path=shown))
            elif kind != "null":
                reasons += self.say("ask", "files.write", _("{path} is written.", path=shown))
        return reasons
