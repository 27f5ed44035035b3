"""Knows the commands that print names of the workspace's files, or revisions of git, and nothing else.

What they print may become arguments of a program that reads: it is then judged as the pattern that stands for it.
"""

import re
from collections.abc import Sequence

from tools.shell import paths
from tools.shell.facts import Facts

Words = tuple[str | None, ...]
"""A command's words; None for one that is decided when it runs."""

ANY_FILE = "./*"
REVISION = "HEAD"
TAKE_FILES = {
    "wc", "ls", "stat", "du", "cat", "head", "tail", "nl", "grep", "egrep", "fgrep", "md5sum", "sha1sum",
    "sha256sum", "sha512sum", "cksum", "basename", "dirname",
}  # fmt: skip
"""Programs that read the files they are given, and have no option that writes or runs anything."""
SHOWS_CONTENT = {"cat", "tac", "head", "tail", "nl", "more", "strings", "xxd", "od", "hexdump", "base64", "base32"}
"""Programs that show all of what they read."""
_FIND_VALUES = {
    "-name", "-iname", "-path", "-ipath", "-wholename", "-type", "-size", "-mtime", "-mmin", "-atime", "-amin",
    "-ctime", "-cmin", "-newer", "-newermt", "-maxdepth", "-mindepth", "-perm", "-user", "-group", "-regex",
    "-iregex", "-regextype",
}  # fmt: skip
_FIND_ALONE = {
    "-print", "-print0", "-prune", "-empty", "-not", "!", "(", ")", "-o", "-or", "-a", "-and", "-xdev", "-mount",
    "-depth", "-readable", "-executable", "-quit",
}  # fmt: skip
_CHOOSES = {"-not", "!", "(", ")", "-o", "-or"}
_PLAIN = r"(?!-)(?!/)(?!.*\.\.)[^\x00]+"
_GIT_LISTS = {
    "ls-files": r"-[cdmoz]+|--(?:cached|deleted|modified|others|exclude-standard|full-name)",
    "diff": r"--name-only|--cached|--staged|-z|--diff-filter=\w+|--relative",
}
_FILTERS = {
    "grep": r"-[viEFnwxz]*[viEFwxz]|-v|--invert-match",
    "sort": r"-[urzV]+",
    "uniq": r"-[uz]",
    "head": r"-n?\d*|--lines=\d+",
    "tail": r"-n?\d*|--lines=\d+",
}
_GIT_REVISIONS = {
    "merge-base": (r"-a|--all|--octopus|--fork-point", _PLAIN),
    "rev-parse": (r"--short(?:=\d+)?|--verify|--abbrev-ref|-q", _PLAIN),
    "describe": (r"--tags|--always|--abbrev=\d+|--exact-match|--all", _PLAIN),
    "branch": (r"--show-current", r"(?!)"),
}


def listed(commands: Sequence[Words], folders: tuple[str, ...], facts: Facts) -> str | None:
    """The pattern that stands for what a pipeline prints: the first of `commands` lists, the others choose."""
    if not commands or not all(_filters(words) for words in commands[1:]):
        return None
    words = commands[0]
    if words[0] == "find":
        return found(words[1:], folders, facts)
    if words[0] == "git" and len(words) > 1 and words[1] in _GIT_LISTS:
        known = all(
            each is not None and re.fullmatch(f"--|{_GIT_LISTS[words[1]]}|{_PLAIN}", each) for each in words[2:]
        )
        return ANY_FILE if known and (words[1] != "diff" or "--name-only" in words) else None
    return None


def found(words: Words, folders: tuple[str, ...], facts: Facts) -> str | None:
    """The pattern that stands for what `find` finds, when all of it lies in the workspace."""
    starts: list[str] = []
    names: list[str] = []
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if word is None:
            return None
        if word in _FIND_VALUES and waiting:
            value = waiting.pop(0)
            if value is None:
                return None
            names += [value] if word in {"-name", "-iname"} else []
        elif word not in _FIND_ALONE:
            if word.startswith("-") or not paths.is_inside(word, folders, facts):
                return None
            starts.append(word)
    if len(starts) > 1:
        return None
    if any(map(paths.finds_secret, names)):
        return None
    chosen = names[0] if len(names) == 1 and not _CHOOSES & {each for each in words if each} else "*"
    return f"{starts[0].rstrip('/') if starts else '.'}/{chosen}"


def is_revision(words: Words) -> bool:
    """Whether a command prints names of revisions only."""
    if len(words) < 2 or words[0] != "git" or words[1] not in _GIT_REVISIONS:
        return False
    options, operands = _GIT_REVISIONS[words[1]]
    return all(each is not None and re.fullmatch(f"{options}|{operands}", each) for each in words[2:])


def _filters(words: Words) -> bool:
    """Whether a command prints some of the lines it is given, and no others."""
    known = _FILTERS.get(words[0] or "")
    if known is None or any(each is None for each in words):
        return False
    given = [each for each in words[1:] if each]
    options = [each for each in given if re.fullmatch(known, each)]
    operands = [each for each in given if each not in options]
    if words[0] in {"head", "tail"}:
        return not [each for each in operands if not each.isdigit()]
    return len(operands) == (words[0] == "grep") and not any(each.startswith("-") for each in operands)
