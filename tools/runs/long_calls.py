"""Carries a long tool's call: answers within the client's patience, and lets what is not done go on as a run."""

from __future__ import annotations

import asyncio
import contextvars
import dataclasses
import functools
import hashlib
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_type_hints

import anyio
import anyio.to_thread
from pydantic import BaseModel, TypeAdapter

from resources.catalogue import _
from tools.context import Deps, Progress
from tools.guard.approval import person_of
from tools.guard.errors import ExpectedError
from tools.guard.journal import canonical
from tools.guard.redact import Redactor
from tools.runs.run import Line, Run, RunState
from tools.runs.run_store import RunStore

Result = TypeVar("Result")
LONGEST = 7_200.0
"""Seconds any run may take; the tools have shorter limits of their own."""
LOOKS = 0.5
"""Seconds between two looks at whether somebody asked for the end, and two writes of what was told."""
LAST_WORDS = 10.0
"""Seconds that runs are given to clean up when the server stops."""


handed_on: contextvars.ContextVar[list[Run] | None] = contextvars.ContextVar("handed_on", default=None)
"""Where a call that goes on as a run leaves the run, for whoever can answer with more than an error."""


class StillRunningError(ExpectedError):
    """The call goes on; what it answers is had with run_status."""

    def __init__(self, run: Run) -> None:
        self.run = run
        super().__init__(
            _("{tool} goes on as run {id}; it has not failed.", tool=run.tool, id=run.id),
            _("Do not call it again: call run_status with this id."),
        )


class FailedEarlierError(ExpectedError):
    """A run's own words about how it failed."""


@dataclass
class Told:
    """What a call under way said of itself, without secrets, until it is written down."""

    redactor: Redactor
    done: float = 0.0
    total: float | None = None
    lines: list[Line] = field(default_factory=list)
    count: int = 0

    def add(self, done: float, total: float | None, message: str) -> None:
        """One report of progress."""
        self.done, self.total = done, total
        if message:
            self.count += 1
            self.lines = [*self.lines[-999:], Line(number=self.count, text=self.redactor.text(message))]

    def beside(self, client: Progress) -> Progress:
        """What a tool reports to: the client, and this."""

        async def progress(done: float, total: float | None, message: str) -> None:
            self.add(done, total, message)
            await client(done, total, message)

        return progress

    def back(self, lines: list[Line]) -> None:
        """Lines that were taken and could not be written down."""
        self.lines = [*lines, *self.lines]

    def take(self) -> list[Line]:
        """The lines that nobody took yet."""
        taken, self.lines = self.lines, []
        return taken


@dataclass
class LongCalls:
    """The long calls of one server process."""

    store: RunStore
    patience: float
    """Seconds after which a client is answered with a run."""
    _runs: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def carry(self, function: Callable[..., Awaitable[Any]], given: dict[str, Any], asked: dict[str, Any]) -> Any:  # noqa: ANN401 - the tool's own
        """What the tool returns, when it is done in time. A call that is already under way is not begun again.

        `given` is every parameter; `asked` are those that the client gave.

        Raises:
            StillRunningError: it is not done yet.
        """
        tool, deps = function.__name__, given["deps"]
        key = call_key(deps, tool, asked)
        before = await anyio.to_thread.run_sync(earlier, self.store, deps, key)
        if before is not None and before.over:
            return answer_of(function, before)
        if before is not None:
            raise StillRunningError(before)
        told = Told(deps.guard.redactor)
        run = None
        if deps.idempotency_key is not None:  # kept from the beginning: the same call again must find it
            run = await anyio.to_thread.run_sync(self.store.begin, key, tool, deps.who)
        call = asyncio.ensure_future(
            function(**{**given, "deps": dataclasses.replace(deps, progress=told.beside(deps.progress))})
        )
        try:
            await asyncio.wait({call}, timeout=self.patience)
            if call.done():
                if run is not None:
                    await self._end(run, call, "cancelled", told.redactor)
                return call.result()
            if run is None:
                run = await anyio.to_thread.run_sync(self.store.begin, key, tool, deps.who)
        except BaseException:  # whoever asked has gone: nothing may act on unseen
            await _ended(call)
            if run is not None:
                with anyio.CancelScope(shield=True):
                    await anyio.to_thread.run_sync(self.store.end, run.id, "cancelled")
            raise
        self._runs[run.id] = asyncio.ensure_future(self._follow(run, call, told))
        raise StillRunningError(run)

    async def stop(self) -> None:
        """End every run: the server stops, and nothing it started may stay behind."""
        for follower in self._runs.values():
            follower.cancel()
        if self._runs:
            with anyio.CancelScope(shield=True):
                await asyncio.wait(self._runs.values(), timeout=LAST_WORDS)

    async def _follow(self, run: Run, call: asyncio.Future[Any], told: Told) -> None:
        """Write down what it tells until it is over; end it when somebody asks or its time is up."""
        stopped: RunState = "cancelled"
        try:
            async with asyncio.timeout(LONGEST):
                while not call.done():
                    await asyncio.wait({call}, timeout=LOOKS)
                    await self._write(run, call, told)
        except TimeoutError:
            await _ended(call)
        except asyncio.CancelledError:
            stopped = "interrupted"
            await _ended(call)
        finally:
            self._runs.pop(run.id, None)
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self.store.tell, run.id, told.take(), told.done, told.total)
                await self._end(run, call, stopped, told.redactor)

    async def _write(self, run: Run, call: asyncio.Future[Any], told: Told) -> None:
        if await anyio.to_thread.run_sync(self.store.tell, run.id, told.take(), told.done, told.total):
            await _ended(call)

    async def _end(self, run: Run, call: asyncio.Future[Any], stopped: RunState, redactor: Redactor) -> None:
        if call.cancelled():
            await anyio.to_thread.run_sync(self.store.end, run.id, stopped)
        elif (error := call.exception()) is not None:
            words = str(error) if isinstance(error, ExpectedError) else _("The tool crashed.")
            await anyio.to_thread.run_sync(self.store.end, run.id, "failed", None, redactor.text(words))
            if not isinstance(error, ExpectedError):
                raise error  # a bug must be seen in the log
        else:
            result = call.result()
            value = result.model_dump(mode="json") if isinstance(result, BaseModel) else {"result": result}
            await anyio.to_thread.run_sync(self.store.end, run.id, "done", redactor.value(value))


def call_key(deps: Deps, tool: str, asked: dict[str, Any]) -> str:
    """What makes two calls the same. A key that the client gave holds for the person, whatever client they use."""
    who = deps.who if deps.idempotency_key is None else f"{person_of(deps.who)} {deps.idempotency_key}"
    return hashlib.sha256(canonical([who, tool, str(deps.workspace), asked]).encode(errors="surrogatepass")).hexdigest()


def earlier(store: RunStore, deps: Deps, key: str) -> Run | None:
    """The run of the same call: one under way, or with a key of the client one that is over too. Blocking."""
    return store.active(key) if deps.idempotency_key is None else store.latest_of(key)


def answer_of(function: Callable[..., Any], run: Run) -> Any:  # noqa: ANN401 - the tool's own
    """What the tool `function` returned in a run that is over.

    Raises:
        FailedEarlierError: it returned nothing.
    """
    if run.state == "done" and run.result is not None:
        returned = get_type_hints(function)["return"]
        if isinstance(returned, type) and issubclass(returned, BaseModel):
            return returned.model_validate(run.result)
        return TypeAdapter(returned).validate_python(run.result)
    words = {
        "failed": run.error or "",
        "cancelled": _("{tool} was cancelled.", tool=run.tool),
        "interrupted": _("The worker ended in the middle of {tool}; nobody knows how far it came.", tool=run.tool),
    }
    raise FailedEarlierError(words.get(run.state, run.state))


def resumable(function: Callable[..., Awaitable[Result]]) -> Callable[..., Awaitable[Result]]:
    """The tool `function`, answering with a run when it takes longer than its client waits."""
    public = _public_parameters(function)

    @functools.wraps(function)
    async def carried(**given: Any) -> Result:  # noqa: ANN401 - the tool's own parameters
        deps: Deps = given["deps"]
        if deps.long_calls is None:
            return await function(**given)
        asked = {name: given[name] for name in public if name in given}
        try:
            result: Result = await deps.long_calls.carry(function, given, asked)
        except StillRunningError as still:
            runs = handed_on.get()
            if runs is not None:
                runs.append(still.run)
            raise
        return result

    return carried


def _public_parameters(function: Callable[..., Any]) -> list[str]:
    """What a client gives; the rest is resolved by the server."""
    from mcp.server.mcpserver.resolve import find_resolved_parameters  # noqa: PLC0415 - with the server only

    return [name for name in inspect.signature(function).parameters if name not in find_resolved_parameters(function)]


async def _ended(call: asyncio.Future[Any]) -> None:
    """Cancel `call` and wait until it has cleaned up, whatever it raises."""
    call.cancel()
    with anyio.CancelScope(shield=True):
        await asyncio.wait({call})
