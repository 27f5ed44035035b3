"""Decides whether a bash command may run at once, needs a person's approval, or is refused. A pure function."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from resources.catalogue import _
from tools.guard.decision import Decision, Reason, Span, Verdict
from tools.shell import environment, listings, paths, production, secret_variables
from tools.shell.call import Call, Source
from tools.shell.facts import Facts
from tools.shell.judged_call import everywhere, judged
from tools.shell.parse import parse
from tools.shell.parse_words import plain
from tools.shell.programs.registry import PROGRAMS
from tools.shell.syntax import Assignment, Redirect, Script, Simple
from tools.shell.unquote import UnreadableError
from tools.shell.words import DECLARES, HOLE, NUMBERS, Argument, Bindings, alternatives, bindings_of, literal

MAX_NESTING = 8
MAX_FOLDERS = 16
MAX_REASONS = 200
MAX_ARGUMENT = 8_192
MAX_ARGUMENTS = 1_000
# What stays one word, and no option, wherever it stands without quotes.
_ONE_WORD = re.compile(r"[\w./:@%+,*?=][\w./:@%+,*?=-]*", re.ASCII)
_PRINTS = {"echo", "printf", ":", "true", "false", "test", "["}


def decide(command: str, facts: Facts) -> Decision:
    """The verdict on `command`, with every reason: `allow` only when each part of it is known to read only.

    `deny` is for what cannot be read before it runs, and for what no approval should let through: obfuscated
    execution, exfiltration, credentials, destruction of the host, privileges, leaving the workspace, tampering
    with the guard. Everything else that changes something, or that nobody vouched for, is `ask`.
    """
    reasons = _Judge(facts, ()).text(command, Source(command), facts_folders=(facts.folder,))
    return Decision.of(list({(each.rule, each.verdict, each.message, each.span): each for each in reasons}.values()))


@dataclass(frozen=True)
class _Judge:
    facts: Facts
    nesting: tuple[str, ...]
    inherited: Bindings = field(default_factory=dict)
    """Values that variables of the text may have before it begins."""

    def text(self, text: str, source: Source, facts_folders: tuple[str, ...]) -> list[Reason]:
        """Reasons about a whole bash text."""
        if len(self.nesting) > MAX_NESTING:
            return [Reason(rule="shell.nesting", verdict="deny", message=_("Too many shells inside shells."))]
        try:
            script = parse(text)
        except UnreadableError as error:
            span = source.span(error.position, min(error.position + 40, len(text)))
            message = _("This cannot be read with certainty before it runs ({why}); write it plainly.", why=error.why)
            return [Reason(rule="shell.unreadable", verdict="deny", message=message, span=span)]
        return _ScriptJudge(self, script, source, facts_folders).judge()


class _ScriptJudge:
    """Judges one parsed text."""

    def __init__(self, judge: _Judge, script: Script, source: Source, folders: tuple[str, ...]) -> None:
        self.outer = judge
        self.facts = judge.facts
        self.script = script
        self.source = source
        own = bindings_of(script, self.facts)
        self.bindings: Bindings = {
            **own,
            **{name: (*own.get(name, ()), *each) for name, each in judge.inherited.items()},
        }
        self.names = [
            (literal(command.words[0], self.facts) or "") if command.words else "" for command in script.commands
        ]
        self.folders = self.all_folders(folders)
        self.feeding = self.feeders()
        self.arrays = bool(judge.nesting) or any(each.values for each in script.assignments)
        self.arrays = self.arrays or any(map(_makes_array, script.commands))

    def judge(self) -> list[Reason]:
        """Every reason, from every part."""
        reasons: list[Reason] = []
        for command in self.script.commands:
            reasons += self.command(command)
            if len(reasons) > MAX_REASONS:
                return [*reasons, self.say("ask", "shell.length", _("The command is too long to be read by a person."))]
        for redirect in self.script.loose_redirects:
            reasons += self.redirect(redirect)
        # `IFS= read -r line`: for that one command only, and it runs nothing.
        harmless = {
            id(each)
            for command in self.script.commands
            for each in command.assignments
            if each.name == "IFS" and command.words and literal(command.words[0], self.facts) in {"read", "mapfile"}
        }
        for assignment in self.script.assignments:
            if id(assignment) not in harmless:
                reasons += self.assignment(assignment)
        reasons += secret_variables.reasons(self.script, self.names, self.bindings, self.facts, self.say)
        reasons += self.arithmetic()
        reasons += self.functions()
        if not reasons:
            reasons.append(self.say("allow", "shell.nothing", _("It runs no program.")))
        return reasons

    def say(self, verdict: Verdict, rule: str, message: str, start: int = 0, end: int | None = None) -> Reason:
        """One reason about a piece of the text."""
        span = self.source.span(start, len(self.script.text) if end is None else end)
        return Reason(rule=rule, verdict=verdict, message=message, span=span)

    # Commands

    def command(self, command: Simple) -> list[Reason]:
        """Reasons about one simple command, in every form its variables may give it."""
        reasons = [reason for redirect in command.redirects for reason in self.redirect(redirect)]
        variables = tuple(
            (each.name, literal(each.value, self.facts) if each.value else "") for each in command.assignments
        )
        if command.words or command.exports:
            for assignment in command.assignments:
                reasons += self.exported(assignment) if assignment.name != "IFS" else []
        if not command.words:
            return reasons
        first = command.words[0]
        name = literal(first, self.facts)
        if name is None or any(piece.kind != "text" for piece in first.pieces):
            message = _("Which program runs is decided only when it runs.")
            return [*reasons, self.say("deny", "shell.dynamic_program", message, first.start, first.end)]
        if first.spelt_by_number:
            message = _("The program's name is spelt by numbers: that only hides it.")
            return [*reasons, self.say("deny", "shell.hidden_program", message, first.start, first.end)]
        for arguments in alternatives(command.words, self.bindings, self.facts):
            if not arguments or arguments[0].text != name or arguments[0].pattern:
                message = _("The program's name comes out of a pattern or a list.")
                return [*reasons, self.say("deny", "shell.dynamic_program", message, first.start, first.end)]
            named = [each for each in command.assignments if each.start > first.start]  # `export NAME=value`
            operands = tuple(Argument(each.name, each.start, each.end) for each in named)
            reasons += [reason for each in named for reason in self.declared(each)]
            reasons += self.called(command, arguments + operands, variables)
        return reasons

    def declared(self, assignment: Assignment) -> list[Reason]:
        """`declare name=text`: when name is an array and text begins with a bracket, bash runs what stands in text."""
        if assignment.value is None or assignment.values:
            return []
        forms = [each for each in alternatives((assignment.value,), self.bindings, self.facts) if each]
        texts = [each[0].text for each in forms]
        if any(text.startswith("(") or (self.arrays and text.startswith(HOLE)) for text in texts):
            message = _("Bash would read this text as a list and run what stands in it.")
            return [self.say("ask", "shell.array_text", message, assignment.start, assignment.end)]
        return []

    def called(
        self, command: Simple, arguments: tuple[Argument, ...], variables: tuple[tuple[str, str | None], ...]
    ) -> list[Reason]:
        """Reasons about one list of arguments, the program first."""
        program = arguments[0].text
        if any(len(argument.text) > MAX_ARGUMENT for argument in arguments) or len(arguments) > MAX_ARGUMENTS:
            message = _("The command is too long to be read by a person.")
            return [self.say("ask", "shell.length", message, command.start, command.end)]
        end = max(command.end, *(argument.end for argument in arguments))
        span = self.source.span(command.start, end)
        arguments = tuple(self.settled(each, program) for each in arguments)
        exported = environment.exported(self.script.assignments, self.facts) + variables
        call = Call(
            program, arguments[1:], self.facts, self.folders, span, command.stdin,
            tuple(self.names[each] for each in command.upstream), exported,
            nested=lambda words, more=(): self.nested(command, words, variables + more),
            script=lambda text, argument: self.inner(text, argument, exported),
            producers=lambda argument: tuple(self.names[each] for each in argument.commands),
            feeds=id(command) in self.feeding,
            piped=self.listed(command.upstream) if command.stdin == "pipe" else None,
        )  # fmt: skip
        if program in self.script.functions:
            told = call.say("allow", "shell.function", _("{program} is a function of this command.", program=program))
            return told + everywhere(call, program)
        document = literal(command.document, self.facts) if command.document else None
        reasons = judged(call, document)
        return reasons + production.reasons(call, reasons)

    def settled(self, argument: Argument, program: str) -> Argument:
        """An argument that a substitution gives, as what it stands for when it only lists files or revisions."""
        words = [self.words_of(each) for each in argument.commands]
        if program == "git" and len(words) == 1 and argument.text.count(HOLE) == 1 and listings.is_revision(words[0]):
            return replace(argument, text=argument.text.replace(HOLE, listings.REVISION), commands=(), loose=False)
        if argument.text == HOLE and program in listings.TAKE_FILES and (pattern := self.listed(argument.commands)):
            return Argument(pattern, argument.start, argument.end, pattern=True)
        return argument

    def listed(self, positions: tuple[int, ...]) -> str | None:
        """The pattern that stands for what these commands print, when that is names of the workspace's files."""
        return listings.listed([self.words_of(each) for each in positions], self.folders, self.facts)

    def words_of(self, position: int) -> listings.Words:
        """The words of one command, as far as they are known."""
        return tuple(literal(word, self.facts) for word in self.script.commands[position].words)

    def nested(
        self, command: Simple, words: tuple[Argument, ...], variables: tuple[tuple[str, str | None], ...]
    ) -> list[Reason]:
        """Reasons about a command line that a wrapper runs."""
        if not words:
            return []
        first = words[0]
        if not first.known or first.loose or first.pattern:
            message = _("Which program runs is decided only when it runs.")
            return [self.say("deny", "shell.dynamic_program", message, first.start, first.end)]
        judge = _ScriptJudge.__new__(_ScriptJudge)
        judge.__dict__.update(self.__dict__)
        judge.outer = _Judge(self.facts, (*self.outer.nesting, "command"), self.outer.inherited)
        if len(judge.outer.nesting) > MAX_NESTING:
            return [self.say("deny", "shell.nesting", _("Too many wrappers inside wrappers."))]
        return judge.called(command, words, variables)

    def inner(self, text: str, argument: Argument, variables: tuple[tuple[str, str | None], ...]) -> list[Reason]:
        """Reasons about a bash text inside an argument."""
        if HOLE in text:
            message = _("A shell runs a text that is decided only when it runs.")
            return [self.say("deny", "shell.dynamic_script", message, argument.start, argument.end)]
        span = self.source.span(argument.start, argument.end)
        inherited = {name: tuple(dict.fromkeys(values)) for name, values in self.bindings.items()}
        for name, value in variables:
            inherited[name] = (*inherited.get(name, ()), value)
        judge = _Judge(self.facts, (*self.outer.nesting, "script"), inherited)
        return judge.text(text, Source(text, span), self.folders)

    # What stands beside commands

    def redirect(self, redirect: Redirect) -> list[Reason]:
        """Reading and writing by redirection."""
        place = self.source.span(redirect.start, redirect.end)
        reasons: list[Reason] = []
        for arguments in alternatives((redirect.target,), self.bindings, self.facts):
            for argument in arguments:
                reasons += self.redirected(redirect.operator, argument, place)
            if len(arguments) != 1:
                reasons.append(
                    self.say("ask", "shell.redirect", _("A redirection needs one file."), redirect.start, redirect.end)
                )
        return reasons

    def redirected(self, operator: str, argument: Argument, place: Span) -> list[Reason]:
        """One target of a redirection."""
        call = Call(
            "bash", (), self.facts, self.folders, place, "inherited", (), (),
            nested=lambda _words, _more=(): [], script=lambda _text, _argument: [], producers=lambda _argument: (),
        )  # fmt: skip
        if argument.process or (operator.endswith("&") and (argument.text.isdigit() or argument.text == "-")):
            return []
        if operator.endswith("&-"):
            return []
        if operator.startswith("<"):
            return call.read_paths([argument])
        return call.write_paths([argument])

    def text_of(self, assignment: Assignment) -> str | None:
        """What is assigned, when that is known."""
        return literal(assignment.value, self.facts) if assignment.value is not None else None

    def assignment(self, assignment: Assignment) -> list[Reason]:
        """A variable that changes how bash or other programs work."""
        return [
            self.say(verdict, rule, message, assignment.start, assignment.end)
            for verdict, rule, message in environment.assigned(assignment.name, self.text_of(assignment))
        ]

    def exported(self, assignment: Assignment) -> list[Reason]:
        """A variable handed to a program."""
        return [
            self.say(verdict, rule, message, assignment.start, assignment.end)
            for verdict, rule, message in environment.handed_on(assignment.name, self.text_of(assignment))
        ]

    def feeders(self) -> set[int]:
        """Commands whose output becomes the arguments of another program: what they print is more than text."""
        positions: set[int] = set()
        for command, name in zip(self.script.commands, self.names, strict=True):
            if name not in _PRINTS:
                positions.update(each for word in command.words for piece in word.pieces for each in piece.commands)
            if any(literal(word, self.facts) in {"xargs", "parallel"} for word in command.words):
                positions.update(command.upstream)
        return {id(self.script.commands[each]) for each in positions}

    def arithmetic(self) -> list[Reason]:
        """Bash evaluates a variable's text again inside arithmetic: `a[$(command)]` would run."""
        reasons = []
        for name, start, end in self.script.arithmetic:
            values = self.bindings.get(name, ("0",) if name in NUMBERS else (None,))
            if name == "" or any(value is None or not value.lstrip("-").isdigit() for value in values):
                message = _("Arithmetic on text that is not known to be a number may run commands.")
                reasons.append(self.say("ask", "shell.arithmetic", message, start, end))
        for name, start, end in self.script.splitting:
            values = self.bindings.get(name, ("0",) if name in NUMBERS else (None,))
            if name == "" or any(value is None or not _ONE_WORD.fullmatch(value) for value in values):
                message = _("Without quotes, this text may become an option of the test and run commands: quote it.")
                reasons.append(self.say("ask", "shell.split_test", message, start, end))
        return reasons

    def functions(self) -> list[Reason]:
        """Functions that call themselves, or that take the name of a program we judge by its name."""
        reasons = []
        for name, body in self.script.functions.items():
            called = {self.names[each] for each in body}
            reachable = set(called)
            for each in called & self.script.functions.keys():
                reachable |= {self.names[inner] for inner in self.script.functions[each]}
            if name in reachable:
                reasons.append(self.say("deny", "shell.fork_bomb", _("The function {name} calls itself.", name=name)))
            if name in PROGRAMS:
                message = _("The function {name} takes the name of a program.", name=name)
                reasons.append(self.say("deny", "shell.shadowed_program", message))
        return reasons

    def all_folders(self, start: tuple[str, ...]) -> tuple[str, ...]:
        """Every folder the commands may run in: `cd` may have happened or not."""
        folders = dict.fromkeys(start)
        for command in self.script.commands:
            if not command.words or literal(command.words[0], self.facts) not in {"cd", "pushd", "builtin", "command"}:
                continue
            for arguments in alternatives(command.words, self.bindings, self.facts):
                targets = [
                    each for each in arguments[1:] if not each.text.startswith("-") and each.text not in {"cd", "pushd"}
                ]
                target = targets[0].text if targets else self.facts.home
                for folder in list(folders):
                    folders[paths.resolved(target, folder)] = None
            if len(folders) > MAX_FOLDERS:
                return (*start, HOLE)
        return tuple(folders)


def _makes_array(command: Simple) -> bool:
    words = [plain(word) for word in command.words]
    flagged = any(re.match(r"-\w*[aA]", word) for word in words) and bool((DECLARES | {"read"}) & set(words))
    return flagged or bool({"mapfile", "readarray"} & set(words))
