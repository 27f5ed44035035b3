"""Rules of the programs that run another one: the other one is judged too."""

import re
from dataclasses import replace

from resources.catalogue import _
from tools.guard.decision import Reason
from tools.shell.call import Call
from tools.shell.environment import assigned, handed_on
from tools.shell.listings import SHOWS_CONTENT, TAKE_FILES
from tools.shell.options import Parsed, options, read
from tools.shell.words import HOLE, Argument

MOST_PLACES = 4
# Wrapper -> (its options, how many operands come before the program).
TRANSPARENT: dict[str, tuple[str, int]] = {
    "timeout": ("-s= -k= -v --signal= --kill-after= --preserve-status --foreground --verbose", 1),
    "nice": ("-n= -# --adjustment=", 0),
    "nohup": ("", 0),
    "stdbuf": ("-i= -o= -e= --input= --output= --error=", 0),
    "setsid": ("-w -f -c --wait --fork", 0),
    "time": ("-p -v -f= --format= --verbose --portability", 0),
    "ionice": ("-c= -n= -t --class= --classdata=", 0),
    "command": ("-p", 0),
    "builtin": ("", 0),
    "exec": ("-c -l", 0),
    "coproc": ("", 0),
    "caffeinate": ("-d -i -m -s -u -t=", 0),
    "unbuffer": ("-p", 0),
    "env": ("-i -0 -v -u= --ignore-environment --null --unset= --debug", 0),
    "busybox": ("", 0),
    "toybox": ("", 0),
    "gtimeout": ("-s= -k= --signal= --kill-after= --preserve-status --foreground", 1),
}
_BASH_OWN = {"command", "builtin", "coproc", "time"}
BUILTINS = {
    "export", "declare", "typeset", "local", "readonly", "unset", "read", "mapfile", "readarray", "shopt", "set", "cd", "pushd", "popd",
    "dirs", "let", "eval", "source", ".", "trap", "alias", "unalias", "jobs", "wait", "hash", "type", "umask", "ulimit", "times",
    "break", "continue", "return", "exit", "shift", "getopts", "exec", "enable", "history", "fc", "builtin", "command", ":",
}  # fmt: skip
# These change something themselves, whatever they run.
OPAQUE: dict[str, tuple[str, int]] = {
    "xargs": ("-0 -r -t -p -x -a@ -d= -E= -e? -I= -i? -L= -l? -n= -P= -s= --null --no-run-if-empty --verbose --arg-file@ --delimiter= --max-args= --max-procs= --max-lines= --replace?", 0),
    "parallel": ("-j= -k --jobs= --keep-order --no-notice --bar -0 --null", 0),
    "strace": ("-f -e= -o= -c -p= -s= -t -tt -y", 0),
    "ltrace": ("-f -e= -o= -c -s=", 0),
    "taskset": ("-c= -p", 0),
    "flock": ("-n -x -s -w= -e -u -o --nonblock --exclusive --shared --timeout=", 1),
    "watch": ("-n= -d -t -x -c -e -g --interval= --no-title --exec --color", 0),
    "chronic": ("", 0),
    "firejail": ("", 0),
    "proot": ("-r= -b= -w= -0", 0),
    "fakeroot": ("", 0),
    "valgrind": ("--tool= -q --leak-check=", 0),
    "perf": ("stat record -e= -a -g", 0),
    "entr": ("-r -c -d -p -s -n", 0),
    "direnv": ("", 0),
    "proxychains": ("-q -f=", 0),
    "proxychains4": ("-q -f=", 0),
    "torsocks": ("", 0),
    "dotenv": ("-f= -e= -o", 0),
    "cross-env": ("", 0),
    "concurrently": ("-k -n= -c=", 0),
    "hyperfine": ("-w= -r= -N", 0),
    "script": ("-q -e -f -a -c= --command= --quiet", 0),
    "chrt": ("-f -r -o", 1),
    "nodemon": ("", 0),
    "dbus-run-session": ("--", 0),
    "systemd-run": ("--user --scope -q --unit= -p= --wait --pty -t", 0),
    "at": ("-f= -q= -t=", 0),
    "batch": ("", 0),
}  # fmt: skip
ELEVATING: dict[str, str] = {
    "sudo": "-n -E -H -k -S -A -b -i -s -v -l -u= -g= -h= -p= -C= -T= --user= --group= --non-interactive --preserve-env? --login --shell",
    "sudoedit": "-n -u=",
    "doas": "-n -s -u=",
    "su": "-l -m -p -c= -s= --login --command= --shell= -",
    "pkexec": "--user=",
    "runuser": "-l -u= -g= -c= -s=",
    "chroot": "--userspec= --groups= --skip-chdir",
    "nsenter": "-t= -m -u -i -n -p -U -C -a --target= --mount? --uts? --ipc? --net? --pid? --all",
    "unshare": "-m -u -i -n -p -U -C -r -f --mount? --user? --pid? --net? --fork --map-root-user --mount-proc?",
    "setpriv": "--reuid= --regid= --clear-groups --init-groups --no-new-privs",
    "capsh": "--print",
    "newgrp": "-",
    "sg": "-c=",
    "machinectl": "",
    "bwrap": "",
    "gosu": "",
    "su-exec": "",
    "run0": "-u=",
    "dzdo": "",
    "calife": "",
}


def transparent(call: Call, _document: str | None) -> list[Reason]:
    """A wrapper that only changes how long, how nicely or with which variables the program runs."""
    if call.program == "command" and call.arguments and call.arguments[0].text in {"-v", "-V"}:
        return call.reads()
    known, skipped = TRANSPARENT[call.program]
    parsed = call.parse(options(known), first_operand_ends=True)
    if parsed.unknown:
        return call.unknown(parsed.unknown[0]) + _tail(call, parsed.unknown[0])
    words = parsed.operands[skipped:]
    reasons: list[Reason] = []
    variables: list[tuple[str, str | None]] = []
    if call.program == "env":
        while words and re.match(r"[A-Za-z_]\w*=", words[0].text):
            name, _equals, value = words[0].text.partition("=")
            variables.append((name, value if words[0].known else None))
            reasons += _variable(call, words.pop(0))
        if not words:
            return reasons + call.changes("secrets.environment", _("It shows every variable, secrets too."))
    if not words:
        return reasons + (call.reads() if call.program in {"exec", "time", "builtin"} else call.unknown())
    if call.program not in _BASH_OWN and words[0].text in BUILTINS:
        reasons += call.unknown(words[0])  # outside bash a word of that name is a program nobody knows
    return reasons + call.nested(tuple(words), tuple(variables))


def opaque(call: Call, document: str | None) -> list[Reason]:
    """A wrapper that feeds the program what is decided only when it runs, or that a person should see."""
    known, skipped = OPAQUE[call.program]
    parsed = call.parse(options(known), first_operand_ends=True)
    if call.program == "systemd-run" and any(re.match(r"--[ug]id", each.text) for each in call.arguments):
        return call.refuses(
            "host.privileges", _("{program} gives rights that the agent must not have.", program=call.program)
        )
    if parsed.unknown:
        return call.unknown(parsed.unknown[0]) + _tail(call, parsed.unknown[0])
    words = parsed.operands[skipped:]
    reasons = call.changes("shell.wrapper", _("{program} runs another program its own way.", program=call.program))
    if call.program in {"watch", "flock", "concurrently"}:
        texts = words if call.program == "concurrently" else words[:1] if len(words) == 1 else []
        reasons += [reason for each in texts for reason in call.script(each.text, each)]
        if call.program == "flock" and words[:1] and words[0].text == "-c" and words[1:]:
            return reasons + call.script(words[1].text, words[1])
    if call.program == "script":
        commands = [each for name in ("-c", "--command") for each in parsed.options.get(name, []) if each is not None]
        return reasons + [reason for each in commands for reason in call.script(each.text, each)]
    if call.program in {"at", "batch"}:
        return reasons + (call.script(document, call.arguments[0]) if document and call.arguments else call.unknown())
    if not words:
        return reasons + ([] if call.program == "xargs" else call.unknown())
    if call.program == "xargs" and document is not None:
        given = tuple(replace(words[-1], text=each) for each in document.split())
        reasons += [each for each in call.nested((*words, *given)) if each.verdict == "deny"]
    last = words[-1]
    if call.program == "xargs" and (told := _lists(call, parsed, words)):
        return told
    if call.program in {"xargs", "parallel"}:
        marks = [each.text for name in ("-I", "-i", "--replace") for each in parsed.options.get(name, []) if each]
        words = [*_filled(words, ["{}", *marks]), Argument(HOLE, last.end, last.end, loose=True)]
        if words[0].text in {"sh", "bash", "dash", "zsh", "ksh"} and not any(
            each.text.endswith("c") for each in words[1:2]
        ):
            return call.refuses("shell.piped_program", _("A shell runs a text that another program produces."))
    return reasons + call.nested(tuple(words))


def _lists(call: Call, parsed: Parsed, words: list[Argument]) -> list[Reason]:
    """Reasons when `xargs` hands a reader names of the workspace's files, or anything to a program that only prints it."""
    program, last = words[0].text, words[-1]
    marks = {each.text for name in ("-I", "-i", "--replace") for each in parsed.options.get(name, []) if each} | {"{}"}
    whole = parsed.has("-0", "--null")
    if any(mark in each.text and each.text not in marks for mark in marks for each in words[1:]) or any(
        mark in program for mark in marks
    ):
        return []
    if call.piped is not None and program in TAKE_FILES and (whole or program not in SHOWS_CONTENT):
        file = Argument(call.piped, last.start, last.end, pattern=True)
        given = [file if each.text in marks else each for each in words[1:]]
        inner = call.nested((words[0], *given, *([] if file in given else [file])))
    elif program == "echo":
        inner = call.nested((words[0], *words[1:], Argument(HOLE, last.end, last.end, loose=True)))
    else:
        return []
    reasons = call.read_paths(parsed.files) + inner
    return reasons if all(each.verdict == "allow" for each in reasons) else []


def elevating(call: Call, _document: str | None) -> list[Reason]:
    """Other people's rights: never, whatever they would be used for."""
    reasons = call.refuses(
        "host.privileges", _("{program} gives rights that the agent must not have.", program=call.program)
    )
    parsed = read(call.arguments, options(ELEVATING[call.program]), first_operand_ends=True)
    words = [each for each in parsed.operands if not re.match(r"[A-Za-z_]\w*=", each.text)]
    inner = call.nested(tuple(words)) if words and not parsed.unknown else []
    return reasons + [each for each in inner if each.verdict == "deny"]


def ssh(call: Call, _document: str | None) -> list[Reason]:
    """`ssh`: another machine; what would run there is read too."""
    if [each.text for each in call.arguments] == ["-V"]:
        return call.reads()
    parsed = read(
        call.arguments,
        options(
            "-4 -6 -A -a -C -f -G -g -K -k -M -N -n -q -s -T -t -v -X -x -Y -y -B= -b= -c= -D= -E= -e= -F= -I= -i= -J= -L= -l= -m= -O= -o= -p= -Q= -R= -S= -W= -w="
        ),
        first_operand_ends=True,
    )
    reasons = call.changes("network.ssh", _("It works on another machine."))
    for option in parsed.options.get("-o", []):
        if option is not None and re.match(
            r"(?i)(?:proxycommand|localcommand|permitlocalcommand|knownhostscommand|pkcs11provider|securitykeyprovider)\b",
            option.text,
        ):
            reasons += call.refuses("shell.hidden_program", _("An option of ssh runs a program here."))
    if parsed.has("-I"):
        reasons += call.refuses("shell.hidden_program", _("An option of ssh runs a program here."))
    if parsed.has("-R", "-D", "-w", "-A", "-E", "-F"):
        reasons += call.changes("network.tunnel", _("It opens a tunnel or hands on keys."))
    words = parsed.operands[1:]
    if words and not parsed.unknown:
        text = " ".join(each.text for each in words)
        inner = call.script(text, Argument(text, words[0].start, words[-1].end))
        reasons += [
            each for each in inner if each.verdict == "deny" and not each.rule.startswith(("files.", "shell.dynamic"))
        ]
    return reasons


def terminals(call: Call, _document: str | None) -> list[Reason]:
    """tmux, screen: what they run, or type into another shell, is a text or the rest of the line."""
    texts = [each.text for each in call.arguments]
    if texts in (["-V"], ["-v"], ["ls"], ["list-sessions"], ["-ls"], ["--version"]):
        return call.reads()
    reasons = call.changes("shell.wrapper", _("{program} runs another program its own way.", program=call.program))
    for position, each in enumerate(call.arguments):
        inner = call.nested(call.arguments[position:]) if each.known and not each.loose else []
        if " " in each.text:
            inner = call.script(each.text, each)
        reasons += [reason for reason in inner if reason.verdict == "deny"]
    return reasons


def anywhere(call: Call, words: tuple[Argument, ...]) -> list[Reason]:
    """Why a command that begins at some place in `words`, after options nobody knows, must be refused."""
    places = [each for each, word in enumerate(words) if word.known and not word.text.startswith("-")]
    found = [reason for each in places[:MOST_PLACES] for reason in call.nested(words[each:])]
    return [each for each in found if each.verdict == "deny"]


def _variable(call: Call, word: Argument) -> list[Reason]:
    name, _equals, text = word.text.partition("=")
    value = text if word.known else None
    return [reason for each in assigned(name, value) + handed_on(name, value) for reason in call.say(*each)]


def _tail(call: Call, unknown: Argument) -> list[Reason]:
    """Whatever follows an option we do not know may be a program: look at each place it could begin."""
    reasons: list[Reason] = []
    if unknown.loose or unknown.text.startswith(HOLE):
        return call.refuses("shell.dynamic_program", _("Which program runs is decided only when it runs."))
    reasons += anywhere(call, call.arguments[call.arguments.index(unknown) + 1 :])
    if re.fullmatch(r"-\w*S|--split-string(?:=.*)?", unknown.text.partition("=")[0]) or unknown.text.startswith("-S"):
        reasons += call.refuses("shell.hidden_program", _("An option hides which program runs."))
    return reasons


def _filled(words: list[Argument], marks: list[str]) -> list[Argument]:
    """The words, with a hole wherever one of the marks is replaced by what is read."""
    found = re.compile("|".join(re.escape(mark) for mark in marks if mark))
    return [replace(each, text=found.sub(HOLE, each.text)) for each in words]
