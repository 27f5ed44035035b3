"""Rules of the shells and of bash's own words that run text: sh -c, eval, source, trap."""

import re
from dataclasses import replace

from resources.catalogue import _
from tools.guard.decision import Reason
from tools.shell import paths
from tools.shell.call import Call
from tools.shell.words import HOLE, Argument

_BASH_WORDS = re.compile(
    r"-[eulxnvrfpiCH]*(?P<c>c)[eulxnvrfpi]*|-[eulxnvfpiCH]+|--(?:login|norc|noprofile|posix|verbose|restricted)|[+-]o"
)


_LIKE_BASH = {"sh", "bash", "dash", "ash", "rbash"}


def shell(call: Call, document: str | None) -> list[Reason]:
    """`sh`, `bash` and their kin: the text they run is judged when it is known, refused when it is not."""
    if call.program not in _LIKE_BASH and [each.text for each in call.arguments] != ["--version"]:
        told = call.changes(
            "shell.other_shell", _("{program} reads texts by other rules than bash.", program=call.program)
        )
        return told + shell(call.of("bash", call.arguments), document)
    waiting = list(call.arguments)
    runs_text = False
    while waiting and waiting[0].text.startswith(("-", "+")) and waiting[0].text not in {"-", "--"}:
        option = waiting.pop(0)
        if option.text in {"--version", "--help"} and not waiting:
            return call.reads()
        match = _BASH_WORDS.fullmatch(option.text)
        if match is None or option.loose:
            return call.unknown(option) + call.refuses(
                "shell.options", _("These options of a shell hide what it runs.")
            )
        runs_text = runs_text or match["c"] is not None
        if option.text in {"-o", "+o", "-O", "+O"}:
            waiting = waiting[1:]
        if option.text == "-s":
            return _from_input(call, document)
    if waiting and waiting[0].text in {"--", "-"}:
        waiting = waiting[1:]
    if runs_text:
        if not waiting:
            return call.unknown()
        return call.script(waiting[0].text, waiting[0]) + call.say(
            "allow", "shell.text", _("The text it runs is judged itself.")
        )
    if not waiting or waiting[0].text in {"/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"}:
        return _from_input(call, document)
    return _runs_file(call, waiting[0])


def _from_input(call: Call, document: str | None) -> list[Reason]:
    if document is not None:
        place = Argument(document, call.span.start, call.span.end)
        return call.script(document, place) + call.say("allow", "shell.text", _("The text it runs is judged itself."))
    if call.stdin == "inherited" and not call.arguments:
        return call.changes("shell.interactive", _("It starts a shell without a text."))
    if call.stdin == "file":
        return call.changes("shell.script_file", _("It runs a file: nobody has read it here."))
    return call.refuses("shell.piped_program", _("A shell runs a text that another program produces."))


def _runs_file(call: Call, file: Argument) -> list[Reason]:
    if file.process or not file.known or file.loose:
        return call.refuses("shell.dynamic_script", _("A shell runs a text that is decided only when it runs."))
    reasons = call.read_paths([file])
    if call.kind(file) in {"scratch", "outside", "secret", "device"}:
        return reasons + call.changes("shell.foreign_script", _("It runs a file from outside the workspace."))
    return reasons + call.changes("shell.script_file", _("It runs a file: nobody has read it here."))


def evaluate(call: Call, _document: str | None) -> list[Reason]:
    """`eval`: the words, joined, are a text."""
    if not call.arguments:
        return call.reads()
    if any(not each.known or each.loose or each.commands for each in call.arguments):
        return call.refuses("shell.dynamic_script", _("A shell runs a text that is decided only when it runs."))
    text = " ".join(each.text for each in call.arguments)
    whole = Argument(text, call.arguments[0].start, call.arguments[-1].end)
    return call.script(text, whole)


def source(call: Call, _document: str | None) -> list[Reason]:
    """`source` and `.`: a file's text runs in this shell."""
    if not call.arguments:
        return call.unknown()
    if call.arguments[0].text.startswith(("/dev/", "/proc/")):
        return call.refuses("shell.piped_program", _("A shell runs a text that another program produces."))
    return _runs_file(call, call.arguments[0])


def trap(call: Call, _document: str | None) -> list[Reason]:
    """`trap`: its first operand is a text that runs later."""
    if not call.arguments or call.arguments[0].text in {"-l", "-p", "-"}:
        return call.reads()
    action = call.arguments[0]
    return call.script(action.text, action) if action.text else call.reads()


def alias(call: Call, _document: str | None) -> list[Reason]:
    """`alias`: a text that may run under a harmless name."""
    if not any("=" in each.text for each in call.arguments):
        return call.reads()
    reasons = call.changes("shell.alias", _("A name is given to another command."))
    for each in call.arguments:
        name, _equals, text = each.text.partition("=")
        reasons += call.script(text, each) if text and not name.startswith("-") else []
    return reasons


def interpreter(call: Call, document: str | None) -> list[Reason]:
    """Python, Perl, Node and their kin: programs nobody can judge here; piped-in ones are refused."""
    words = [each.text for each in call.arguments]
    if words in (["--version"], ["-V"], ["-v"], ["version"], ["--help"], ["-h"], ["-VV"], ["-version"]):
        return call.reads()
    if call.program.startswith("python") and words[:1] == ["-m"] and words[1:2] in (["astreinte"], ["server"]):
        return call.refuses("guard.self_approval", _("The agent does not operate its own guard."))
    code = {"python": {"-c", "-m"}}.get(
        "python" if call.program.startswith("python") else "",
        {"-e", "-E", "-r", "-p", "--eval", "--print", "-c", "-pe", "-ne", "-lane", "-i", "-pi"},
    )
    files = [each for each in call.arguments if not each.text.startswith("-")]
    runs_input = (not call.arguments or words[0] in {"-", "/dev/stdin"}) and document is None
    if runs_input and call.stdin in {"pipe", "unknown"}:
        return call.refuses("shell.piped_program", _("An interpreter runs a program that another program produces."))
    if runs_input and call.stdin == "document":
        return call.refuses("shell.dynamic_script", _("An interpreter runs a program that another program produces."))
    text = () if document is None else (Argument(document, call.span.start, call.span.end),)
    if any(paths.mentions_secret(each.text, call.folders, call.facts) for each in text):
        return call.refuses("files.secret_read", _("{path} holds secrets or is a device.", path="<<"))
    for option, argument in zip(("", *words), (*call.arguments, *text), strict=False):
        if option in code and argument.text == HOLE:
            return call.refuses(
                "shell.dynamic_script", _("An interpreter runs a program that is decided only when it runs.")
            )
        if argument.process:
            return call.refuses(
                "shell.piped_program", _("An interpreter runs a program that another program produces.")
            )
        hidden = re.search(
            r"b64decode|base64|fromhex|unhexlify|rot13|codecs\.decode|atob\(|\\x[0-9a-f]{2}\\x|chr\(\d+\)|Buffer\.from|pack\W+H|marshal|zlib",
            argument.text,
        )
        if hidden and re.search(
            r"exec|eval|system|spawn|popen|subprocess|Function\(|compile|child_process", argument.text
        ):
            return call.refuses("shell.hidden_program", _("Its program is encoded: that only hides it."))
        if re.search(
            r"socket.*(?:dup2|connect).*(?:/bin/|pty|subprocess|spawn)|pty\.spawn|TCPSocket|fsockopen|/dev/tcp|setuid\(0\)|os\.setuid",
            argument.text,
            re.DOTALL,
        ):
            return call.refuses("network.reverse_shell", _("It hands a shell to another machine."))
    if any(word in code for word in words):
        return call.changes("interpreter.code", _("{program} runs code that is not judged here.", program=call.program))
    if files and call.kind(files[0]) in {"scratch", "outside"}:
        return call.changes("shell.foreign_script", _("It runs a file from outside the workspace."))
    return call.changes("interpreter.file", _("{program} runs code that is not judged here.", program=call.program))


_ESCAPE = re.compile(r"(?:^|[:|;+\s])(?:!|shell\s+|term\w*\s+)\s*(?P<command>[^|].*)", re.DOTALL)


def editor(call: Call, document: str | None) -> list[Reason]:
    """vim, ed, gdb and their kin: a command of theirs may begin with `!` and run a program."""
    reasons = interpreter(call, document)
    for argument in call.arguments:
        if found := _ESCAPE.search(argument.text):
            inner = call.script(found["command"], replace(argument, text=found["command"]))
            reasons += [each for each in inner if each.verdict == "deny"]
    return reasons


def enable(call: Call, _document: str | None) -> list[Reason]:
    """`enable`: with -f it loads a library into this shell."""
    if any(re.match(r"-[a-z]*f", each.text) for each in call.arguments):
        return call.refuses("shell.hidden_program", _("An option hides which program runs."))
    return call.unknown()
