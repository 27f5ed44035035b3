"""Turns the command that starts a component into the exec form, so that signals reach the process itself."""

import re
import shlex
from dataclasses import dataclass

from tools.pipelines.targets.place import in_image

ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=([^\s'\"$`\\;&|<>()]*)\s+")
# What only a shell understands.
SHELL = re.compile(r"[$`;&|<>*?~(){}\n]")
MISSING = ["sh", "-c", "echo 'start_command is not known' >&2; exit 78"]


@dataclass(frozen=True)
class Process:
    """A command without its shell, and the variables that were set in front of it."""

    argv: list[str]
    env: dict[str, str]


def process(command: str | None) -> Process:
    """`command` as the image starts it: managers that only put an environment in place are left out."""
    text = in_image(command) or ""
    env: dict[str, str] = {}
    while (found := ASSIGNMENT.match(text)) is not None:
        env[found[1]] = found[2]
        text = in_image(text[found.end() :]) or ""
    if not text.strip():
        return Process(MISSING, env)
    try:
        words = shlex.split(text)
    except ValueError:
        words = []
    if not words or SHELL.search(text):
        several = re.search(r"&&|\|\||[;|\n]", text)
        # `exec` replaces the shell: the service is process 1 and hears SIGTERM.
        return Process(["sh", "-c", text if several else f"exec {text}"], env)
    return Process(words, env)
