"""Builds with the engine's own classic builder, through docker's SDK, in a worker thread that can be hung up."""

from collections.abc import Callable, Coroutine
from typing import IO, Any, cast

import anyio
import anyio.from_thread
import anyio.to_thread

from tools.containers.build_log import BuildLog
from tools.containers.build_request import BuildRequest
from tools.containers.context import pack
from tools.containers.endpoint import Endpoint
from tools.containers.engine import connected


async def build_classic(
    request: BuildRequest, where: Endpoint, log: BuildLog, on_step: Callable[[], Coroutine[Any, Any, None]]
) -> str | None:
    """Build `request` on the engine at `where`; the image's id, or None when `log` says where it failed.

    On cancellation the connection is hung up, and the engine ends the build and removes its container.
    """
    clients: list[Any] = []

    def work() -> str | None:
        with connected(where) as client:
            clients.append(client)
            stream = client.build(
                fileobj=cast("IO[bytes]", Packed(request)),  # requests only iterates over it
                custom_context=True,
                dockerfile=request.dockerfile,
                tag=request.tags[0] if request.tags else None,
                target=request.target or "",
                buildargs=dict(request.args),
                labels=dict(request.labels),
                cache_from=list(request.cache_from),
                nocache=request.no_cache,
                platform=request.platforms[0] if request.platforms else None,
                network_mode=request.network,
                rm=True,
                forcerm=True,
                decode=True,
            )
            return _read(stream, log, on_step)

    try:
        return await anyio.to_thread.run_sync(work, abandon_on_cancel=True)
    except anyio.get_cancelled_exc_class():
        for client in clients:
            client.hang_up()
        raise


def _read(stream: Any, log: BuildLog, on_step: Callable[[], Coroutine[Any, Any, None]]) -> str | None:  # noqa: ANN401 - JSON
    image: str | None = None
    for event in stream:
        if "error" in event:
            log.refused(str(event["error"]).strip())
        elif "aux" in event and "ID" in event["aux"]:
            image = str(event["aux"]["ID"])
        elif log.classic(str(event.get("stream", ""))):
            anyio.from_thread.run(on_step)
    return None if log.error else image


class Packed:
    """The context as a file that can be read once, so that it is never whole in memory."""

    def __init__(self, request: BuildRequest) -> None:
        self._chunks = iter(pack(request.context))
        self._held = b""

    def __iter__(self) -> "Packed":
        return self

    def __next__(self) -> bytes:
        return next(self._chunks)

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; all that is left when it is negative."""
        while size < 0 or len(self._held) < size:
            try:
                self._held += next(self._chunks)
            except StopIteration:
                break
        taken, self._held = (self._held, b"") if size < 0 else (self._held[:size], self._held[size:])
        return taken
