"""The one door for subprocesses: bounded in time and output, killed as a group, never blocking the loop."""

import asyncio
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import anyio

from resources.catalogue import _
from tools.guard.errors import ProcessTimeoutError, ProgramMissingError

Line = Callable[[str], Awaitable[None]]

CLOSING_SECONDS = 0.5
# What a child may inherit. Everything else (tokens, cloud credentials, LD_*, PYTHON*) stays here.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "USER", "LOGNAME")


@dataclass(frozen=True)
class Completed:
    """A program that ended by itself. Output beyond the limit was dropped and `truncated` says so."""

    returncode: int
    stdout: str
    stderr: str
    duration: float
    truncated: bool = False
    raw: bytes = field(default=b"", repr=False)
    """Standard output as it came, for what is no text."""


def find_program(name: str) -> str | None:
    """Where `name` is installed: beside this interpreter (our extras) or on PATH; None when it is absent.

    Relative PATH entries are ignored: in a hostile workspace they would name its files.
    """
    own = Path(sys.executable).parent
    entries = [entry for entry in os.environ.get("PATH", os.defpath).split(os.pathsep) if Path(entry).is_absolute()]
    return shutil.which(name, path=os.pathsep.join([str(own), *entries]))


def require_program(name: str, remedy: str) -> str:
    """Like `find_program`, but absence is an error that says how to install it."""
    found = find_program(name)
    if found is None:
        raise ProgramMissingError(_("The program {name} is not installed.", name=name), remedy)
    return found


def base_environment() -> dict[str, str]:
    """The environment children start from: an allow-list, without colours or prompts."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {**inherited, "NO_COLOR": "1", "TERM": "dumb", "GIT_TERMINAL_PROMPT": "0"}


async def run(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    timeout: float = 60.0,  # noqa: ASYNC109 - the limit must kill a process group, not only cancel a task
    output_limit: int = 2_000_000,
    grace: float = 2.0,
    on_stdout: Line | None = None,
    on_stderr: Line | None = None,
    pass_fds: Sequence[int] = (),
    on_start: Callable[[int], None] | None = None,
) -> Completed:
    """Run `argv` (never through a shell) and wait for it.

    `env` is laid over `base_environment()`. Each stream keeps its first `output_limit` bytes. `on_stdout` and
    `on_stderr` receive whole lines as they come, `on_start` the process id. On time-out or cancellation the whole
    process group gets SIGINT, then after `grace` seconds SIGKILL.

    Raises:
        ProgramMissingError: the program does not exist.
        ProcessTimeoutError: it ran past `timeout` seconds.
    """
    started = time.monotonic()
    _let_children_be_interrupted()
    starting = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            *argv,
            cwd=cwd,
            env={**base_environment(), **(env or {})},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            pass_fds=pass_fds,
        )
    )
    try:
        process = await asyncio.shield(starting)
    except asyncio.CancelledError:
        # Cancelled while it started: asyncio would end the leader alone and wait for its children's pipes.
        with suppress(FileNotFoundError, PermissionError):
            with anyio.CancelScope(shield=True):
                process = await starting
                await _end_group(process, grace)
                await _close(process)
        raise
    except (FileNotFoundError, PermissionError) as error:
        raise ProgramMissingError(_("The program {name} cannot be started.", name=argv[0])) from error
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise RuntimeError("PIPE was asked for")
    if on_start is not None:
        on_start(process.pid)
    out = _Sink(output_limit, on_stdout)
    err = _Sink(output_limit, on_stderr)
    try:
        async with asyncio.timeout(timeout):
            await asyncio.gather(
                _feed(process.stdin, stdin),
                out.drain(process.stdout),
                err.drain(process.stderr),
                process.wait(),
            )
    except TimeoutError as error:
        raise ProcessTimeoutError(
            _(
                "{program} ran past its limit of {seconds} s and was ended.",
                program=Path(argv[0]).name,
                seconds=timeout,
            )
        ) from error
    finally:
        # Shielded: anyio repeats a cancellation at every await, and the grace would never be given.
        with anyio.CancelScope(shield=True):
            await _end_group(process, grace)
            await _close(process)
    return Completed(
        returncode=process.returncode if process.returncode is not None else -1,
        stdout=out.text(),
        raw=bytes(out.kept),
        stderr=err.text(),
        duration=time.monotonic() - started,
        truncated=out.truncated or err.truncated,
    )


def _let_children_be_interrupted() -> None:
    """Undo what `nohup` and a shell's `&` hand down: a child that inherits an ignored SIGINT cannot be asked to stop.

    An ignored signal stays ignored over exec, a handled one goes back to its default. So this process goes on
    ignoring it, by a handler that does nothing, and its children begin like any other. Nothing runs between fork
    and exec, where another thread's locks would lie in wait; only the main thread may set handlers, and it is the
    one that serves.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGINT, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, _go_on)


def _go_on(_number: int, _frame: object) -> None:
    """Ignore the signal, in words."""


async def _feed(stream: asyncio.StreamWriter, data: bytes) -> None:
    # A program that does not read its input closes the pipe early; that is its right.
    with suppress(BrokenPipeError, ConnectionResetError):
        stream.write(data)
        await stream.drain()
        stream.close()
        await stream.wait_closed()


async def _end_group(process: asyncio.subprocess.Process, grace: float) -> None:
    """Leave no child behind: ask the group to stop, then make it."""
    if not _signal_group(process.pid, 0):  # the leader is reaped and its group is empty
        return
    if process.returncode is None:
        _signal_group(process.pid, signal.SIGINT)
        waiting = asyncio.ensure_future(process.wait())
        # One that waits for its last words to be read would never end.
        draining = [asyncio.ensure_future(_discard(each)) for each in (process.stdout, process.stderr) if each]
        until = time.monotonic() + grace
        while not waiting.done() and (left := until - time.monotonic()) > 0:
            # A second cancellation must neither leave the group alive nor cut short what it was promised.
            with suppress(asyncio.CancelledError):
                await asyncio.wait({waiting}, timeout=left)
        for each in draining:
            each.cancel()
        await asyncio.wait(draining)
    _signal_group(process.pid, signal.SIGKILL)
    if process.returncode is None:
        await asyncio.shield(process.wait())


async def _close(process: asyncio.subprocess.Process) -> None:
    """Read the pipes to their end, which closes them: left open, they would outlive their event loop."""
    if process.stdin is not None:
        process.stdin.close()
    open_ends = [each for each in (process.stdout, process.stderr) if each is not None and not each.at_eof()]
    with suppress(TimeoutError, asyncio.CancelledError):
        async with asyncio.timeout(CLOSING_SECONDS):
            await asyncio.gather(*(_discard(each) for each in open_ends))
    # One that left the group may hold an end open for as long as it likes; asyncio has no public way to let go of it.
    process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001
    await asyncio.sleep(0)


async def _discard(stream: asyncio.StreamReader) -> None:
    with suppress(RuntimeError, asyncio.CancelledError):  # somebody still reads it
        while await stream.read(65_536):
            pass


def _signal_group(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


class _Sink:
    """Keeps the first bytes of a stream, drains the rest, and hands whole lines on."""

    def __init__(self, limit: int, on_line: Line | None) -> None:
        self._limit = limit
        self._on_line = on_line
        self.kept = bytearray()
        self._partial = b""
        self.truncated = False

    async def drain(self, stream: asyncio.StreamReader) -> None:
        while chunk := await stream.read(65_536):
            room = self._limit - len(self.kept)
            self.kept += chunk[:room]
            self.truncated = self.truncated or len(chunk) > room
            if self._on_line:
                await self._hand_on(chunk, self._on_line)
        if self._on_line and self._partial:
            await self._on_line(self._partial.decode(errors="replace"))

    async def _hand_on(self, chunk: bytes, on_line: Line) -> None:
        *lines, rest = (self._partial + chunk).split(b"\n")
        self._partial = rest[-65_536:]  # a line without end must not grow without bound
        for line in lines:
            await on_line(line.decode(errors="replace").rstrip("\r"))

    def text(self) -> str:
        return self.kept.decode(errors="replace")
