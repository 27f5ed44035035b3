"""Rules of the coreutils and their neighbours that write, delete, link, and change permissions."""

import re
from dataclasses import replace

from resources.catalogue import _
from tools.guard.decision import Reason
from tools.shell import paths
from tools.shell.call import Call

_WRITTEN_OPTIONS = {
    "--target-directory",
    "--directory",
    "--output",
    "--log-file",
    "--backup-dir",
    "--temp-dir",
    "--partial-dir",
}
_TARGETS = {"cp", "mv", "ln", "install"}
_RUNS_OPTIONS = {"zip": "-TT$|--unzip-command", "cpio": "--rsh-command"}
WRITERS = {
    "touch", "mkdir", "rmdir", "cp", "mv", "ln", "install", "tee", "truncate", "split", "csplit", "mktemp", "mkfifo", "unlink",
    "rsync", "patch", "gzip", "gunzip", "bzip2", "bunzip2", "xz", "unxz", "zstd", "zip", "unzip", "7z", "ar", "cpio", "dos2unix",
    "chgrp", "rename", "shuf", "link", "sync", "logger", "indent", "uniq", "sort",
}  # fmt: skip


def writer(call: Call, _document: str | None) -> list[Reason]:
    """A program that writes what its operands name."""
    operands = [each for each in call.arguments if not each.text.startswith("-")]
    if call.program == "tee" and all(call.kind(each) == "null" for each in operands):
        return call.reads()
    reasons = call.changes("files.write", _("{program} changes files.", program=call.program))
    if call.program == "csplit":
        return reasons + call.read_paths(operands[:1])
    if call.program in {"cp", "rsync", "install", "ln"}:
        reasons += call.read_paths(operands[:-1])
        operands = operands[-1:]
    for argument, following in zip(call.arguments, (*call.arguments[1:], None), strict=False):
        name, _equals, value = argument.text.partition("=")
        if name in _WRITTEN_OPTIONS and value:
            operands.append(replace(argument, text=value))
        elif following is not None and (name in _WRITTEN_OPTIONS or (call.program in _TARGETS and name == "-t")):
            operands.append(following)
        if re.match(_RUNS_OPTIONS.get(call.program, r"(?!)"), argument.text):
            reasons += call.refuses("shell.hidden_program", _("An option hides which program runs."))
        if call.program == "split" and name == "--filter":
            told = call.script(value, argument) if value else call.unknown(argument)
            reasons += [each for each in told if each.verdict == "deny"]
        if call.program == "rsync" and re.match(r"-[a-zA-Z]*e$|--rsh$|--rsync-path$", name):
            text = value or (following.text if following is not None else "")
            if not re.fullmatch(r"ssh(?: -[46CqTx]| -[pil] ?[\w./~-]+)*|(?:/usr/bin/)?rsync", text):
                reasons += call.refuses("shell.hidden_program", _("An option hides which program runs."))
        if call.program == "install" and re.match(r"(?:-m|--mode)=?$", name):
            mode = value or (following.text if following is not None else "")
            if re.match(r"0?[2-7][0-7]{3}$|.*s", mode):
                reasons += call.refuses("host.privileges", _("A setuid file gives its runner other people's rights."))
    if call.program == "ln" and any(call.kind(each) in {"outside", "secret", "device"} for each in call.arguments):
        reasons += call.refuses("files.outside_link", _("A link would lead out of the workspace."))
    if call.program == "rsync":
        reasons += [
            each
            for each in call.write_paths([each for each in operands if ":" not in each.text])
            if each.verdict == "deny"
        ]
    if call.program == "rsync" and any(":" in each.text for each in call.arguments if not each.text.startswith("-")):
        return reasons + call.changes("network.transfer", _("It copies files to or from another machine."))
    if call.program in {"zip", "patch", "sync", "logger"}:
        return reasons
    return reasons + [each for each in call.write_paths(operands) if each.verdict == "deny"]


def remove(call: Call, _document: str | None) -> list[Reason]:
    """`rm`, `shred`: inside the workspace a person may approve, elsewhere never."""
    if call.program == "shred":
        return call.refuses("host.destruction", _("It destroys data beyond recovery."))
    reasons = call.changes("files.delete", _("It deletes files."))
    recursive = any(re.match(r"-\w*[rR]|--recursive", each.text) for each in call.arguments)
    for argument in call.arguments:
        if argument.text.startswith("-"):
            if argument.text == "--no-preserve-root":
                reasons += call.refuses("host.destruction", _("It deletes the whole system."))
            continue
        places = {paths.resolved(argument.text.replace("\x00", "*"), folder) for folder in call.folders}
        above = call.facts.workspace
        if recursive and any(
            above == each.rstrip("*").rstrip("/") or above.startswith(each.rstrip("/*") + "/") for each in places
        ):
            reasons += call.refuses("host.destruction", _("It deletes the workspace itself or what contains it."))
        elif (
            call.kind(argument) in {"outside", "system", "guard", "device"}
            or (call.kind(argument) == "secret" and not paths.is_inside(argument.text, call.folders, call.facts))
            or argument.text.startswith("\x00/")
        ):
            reasons += call.refuses(
                "files.outside_delete",
                _("{path} is outside the workspace or protected.", path=argument.text.replace("\x00", "…")),
            )
    return reasons


def permissions(call: Call, _document: str | None) -> list[Reason]:
    """`chmod`, `chown`: never setuid, never outside."""
    operands = [
        each for each in call.arguments if not re.match(r"-[a-zA-Z-]+$", each.text) or each.text in {"-x", "-w", "-r"}
    ]
    mode = operands[0].text if operands else ""
    if call.program == "chmod" and (re.fullmatch(r"0?[2-7][0-7]{3}", mode) or re.search(r"[+=][rwxXt]*s", mode)):
        return call.refuses("host.privileges", _("A setuid file gives its runner other people's rights."))
    if call.program == "chown" and re.match(r"root\b|0\b|:root|:0", mode):
        return call.refuses("host.privileges", _("Files owned by root are not the agent's to make."))
    reasons = call.changes("files.permissions", _("It changes permissions or owners."))
    return reasons + [each for each in call.write_paths(operands[1:]) if each.verdict == "deny"]


def dd(call: Call, _document: str | None) -> list[Reason]:
    """`dd`: its operands are `if=` and `of=`."""
    reasons = call.changes("files.write", _("{program} changes files.", program="dd"))
    for argument in call.arguments:
        name, _equals, value = argument.text.partition("=")
        file = argument.__class__(value, argument.start, argument.end)
        if name == "of":
            reasons += call.write_paths([file])
        elif name == "if":
            reasons += call.read_paths([file])
    return reasons
