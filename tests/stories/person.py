"""The person: sits at a real terminal, reads what `astreinte approve` shows, and types the id or refuses."""

import multiprocessing
import os
import pty
import select
import shlex
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.stories.moves import Verdict

LONGEST = 60.0
# Each command is a process of its own on a terminal of its own; only the second it takes to import is spent once.
PROCESSES: Any = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["server.cli", "server.commands.approve"])


@dataclass(frozen=True)
class Person:
    """Whoever may approve. `judge` is their mind: it reads what the terminal shows."""

    environment: Mapping[str, str]
    judge: Callable[[str], Verdict]

    def decide(self, request: str) -> list[tuple[str, str]]:
        """Read the action that waits as `request`, then approve or refuse it; each command with what it showed."""
        verdict = Verdict()

        def read_then_type(shown: str) -> str:
            nonlocal verdict
            verdict = self.judge(shown)
            return request if verdict.approve else "no"

        told = [self._command(["approve", request], read_then_type)]
        if not verdict.approve:
            told.append(self._command(["approve", request, "--refuse", "--reason", verdict.reason], str))
        return told

    def _command(self, arguments: list[str], answer: Callable[[str], str]) -> tuple[str, str]:
        person, terminal = pty.openpty()
        command = PROCESSES.Process(target=_astreinte, args=(os.ttyname(terminal), arguments, dict(self.environment)))
        command.start()
        try:
            shown = _conversation(person, command, answer)
        finally:
            os.close(person)
            os.close(terminal)
            command.kill()
            command.join(LONGEST)
        return f"astreinte {shlex.join(arguments)}", shown


def _conversation(person: int, command: Any, answer: Callable[[str], str]) -> str:
    shown, typed, until = b"", False, time.monotonic() + LONGEST
    while time.monotonic() < until:
        ended = not command.is_alive()
        if select.select([person], [], [], 0.02)[0]:
            shown += os.read(person, 65_536)
            if not typed and shown.endswith(b": "):  # the prompt
                typed = True
                os.write(person, answer(shown.decode()).encode() + b"\n")
        elif ended:
            return shown.decode().replace("\r\n", "\n")
    raise TimeoutError(shown.decode(errors="replace"))


def _astreinte(terminal: str, arguments: list[str], environment: dict[str, str]) -> None:
    from server.cli import app

    os.environ.clear()
    os.environ.update(environment)
    os.setsid()
    seat = os.open(terminal, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(seat, stream)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(stream, mode) for stream, mode in ((0, "r"), (1, "w"), (2, "w")))
    app(arguments, prog_name="astreinte")
