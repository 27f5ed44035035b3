"""Judges one call by the rules of its program, and by what no argument of any program may be."""

from resources.catalogue import _
from tools.guard.decision import Reason, Verdict
from tools.shell import environment, paths
from tools.shell.call import Call
from tools.shell.destinations import is_metadata
from tools.shell.programs.registry import PROGRAMS
from tools.shell.programs.wrappers import TRANSPARENT
from tools.shell.words import HOLE, Argument

STANDARD_FOLDERS = ("/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")
# Programs to which no argument is an option that does more, and those whose own rules look at every one.
_TAKES_ANYTHING = {"echo", "printf", ":", "true", "false", "cd", "find", "xargs", *TRANSPARENT}


def judged(call: Call, document: str | None) -> list[Reason]:
    """Reasons about one call by the rules of its program."""
    name = call.program
    if "/" in name:
        folder, _slash, base = name.rpartition("/")
        if base == "astreinte":
            return PROGRAMS[base](call, document)
        if folder not in STANDARD_FOLDERS:
            return call.read_paths([Argument(name, call.span.start, call.span.end)]) + call.changes(
                "shell.program_by_path",
                _("{program} is a program of its own: nobody knows what it does.", program=name),
            )
        name = base
    rule = PROGRAMS.get(name)
    reasons = call.read_paths([]) if rule is None else rule(call.of(name, call.arguments), document)
    if rule is None:
        reasons = call.of(name, call.arguments).unknown()
    loose = next((each for each in call.arguments if each.loose), None)
    if loose is not None and name not in _TAKES_ANYTHING and all(each.verdict == "allow" for each in reasons):
        reasons += call.of(name, call.arguments).unknown(loose)
    return reasons + everywhere(call, name)


def everywhere(call: Call, name: str) -> list[Reason]:
    """What no argument of any program may be."""
    reasons: list[Reason] = []
    for argument in call.arguments:
        text = argument.text
        if is_metadata(text):
            reasons += call.refuses("secrets.metadata", _("The cloud's metadata service hands out credentials."))
        if (call.feeds or name not in environment.TEXT_ONLY) and paths.mentions_secret(text, call.folders, call.facts):
            verdict: Verdict = "ask" if name in environment.NAMES_ONLY and not call.feeds else "deny"
            message = _("{path} holds secrets or is a device.", path=text.replace(HOLE, "…"))
            reasons += call.say(verdict, "files.secret_read", message)
        elif call.feeds and argument.text[:1] != "-" and paths.is_secret_pattern(text, call.folders, call.facts):
            reasons += call.refuses("files.secret_read", _("{path} holds secrets or is a device.", path=text))
        if call.feeds and name in {"pgrep", "pidof"} and "astreinte" in text:
            reasons += call.refuses("guard.kill", _("It ends what keeps the machine or the guard running."))
        if call.facts.state and call.facts.state in text:
            reasons += call.refuses("guard.state", _("The server's own state is not the agent's to touch."))
    return reasons
