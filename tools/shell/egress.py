"""The only way out of a sandbox: an HTTP proxy, and a door for each named destination, to what a person allowed.

The listening sockets lie in the sandbox's own network, where nothing else is; the connections are made by the
server. Each name is resolved here, once, and the very address that was checked is connected to.
"""

import asyncio
import re
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import anyio.to_thread

from resources.catalogue import _
from tools.guard.errors import ExpectedError
from tools.guard.process import run
from tools.shell.destinations import Destination, is_allowed, may_connect

PROXY_PORT = 3128
LARGEST_HEAD = 65_536
PATIENCE = 15.0
MOST_DOORS = 200
LONGEST_RECORD = 1_000
PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
_REQUEST = re.compile(rb"([A-Z]{1,20}) (\S{1,8000}) (HTTP/1\.[01])")
# Hop-by-hop, or for the proxy: the origin must not see them. The body's framing stays.
_DROPPED = (b"proxy-connection:", b"proxy-authorization:", b"connection:", b"keep-alive:", b"upgrade:", b"host:")

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Resolver = Callable[[str, int], Awaitable[list[str]]]


class EgressError(ExpectedError):
    """The way out of the sandbox could not be opened."""


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, as the server's own machine knows them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True)
class Door:
    """An address inside the sandbox that stands for one named destination: for programs that know no proxy."""

    address: str
    destination: Destination


def doors(allowed: tuple[str, ...]) -> tuple[Door, ...]:
    """A door for each destination that is named exactly."""
    named = [
        found for text in allowed if (found := Destination.read(text)) and found.is_name and found.host != "localhost"
    ]
    hosts = list(dict.fromkeys(each.host for each in named))[:MOST_DOORS]
    return tuple(
        Door(f"127.66.0.{hosts.index(each.host) + 1}", each) for each in dict.fromkeys(named) if each.host in hosts
    )[:MOST_DOORS]


def proxy_variables() -> dict[str, str]:
    """What tells programs in the sandbox where the proxy is."""
    return dict.fromkeys(PROXY_VARIABLES, f"http://127.0.0.1:{PROXY_PORT}") | {"NO_PROXY": "", "no_proxy": ""}


def host_lines(allowed: tuple[str, ...]) -> bytes:
    """The lines of `/etc/hosts` that lead names to their doors."""
    return "".join(sorted({f"{each.address} {each.destination.host}\n" for each in doors(allowed)})).encode()


@dataclass
class Egress:
    """What one command may reach, and a record of what it asked for."""

    allowed: tuple[str, ...]
    resolver: Resolver = resolve
    asked: list[str] = field(default_factory=list)
    _busy: "set[asyncio.Task[None]]" = field(default_factory=set)

    @asynccontextmanager
    async def opened(self, pid: int) -> AsyncIterator[None]:
        """Serve the sandbox whose first process is `pid`.

        Raises:
            EgressError: its network cannot be entered.
        """
        ways = doors(self.allowed)
        places = [f"127.0.0.1:{PROXY_PORT}", *(f"{each.address}:{each.destination.port}" for each in ways)]
        sockets = await _sockets(pid, places)
        serving = [self._kept(self._proxy), *(self._kept(self._through(door.destination)) for door in ways)]
        servers = [
            await asyncio.start_server(serve, sock=opened, limit=LARGEST_HEAD)
            for serve, opened in zip(serving, sockets, strict=True)
        ]
        try:
            yield
        finally:
            for server in servers:
                server.close()
            for task in self._busy:
                task.cancel()

    def _kept(self, serve: Serve) -> Serve:
        """`serve`, ended with the command whatever the far end still wants to say."""

        async def kept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            if task is None:
                raise RuntimeError("a connection is served in a task")
            self._busy.add(task)
            try:
                with suppress(asyncio.CancelledError):
                    await serve(reader, writer)
            finally:
                self._busy.discard(task)
                writer.close()

        return kept

    async def connect(self, wanted: Destination) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """A connection to `wanted`, or None when it is refused or cannot be made. Either way it is recorded."""
        if not is_allowed(wanted, self.allowed):
            self._record(_("refused: {destination}", destination=wanted))
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                literal = wanted.address
                found = [str(literal)] if literal else await self.resolver(wanted.host, wanted.port)
                safe = [each for each in found if may_connect(ip_address(each.split("%")[0]), wanted, self.allowed)]
                if found and not safe:
                    told = _(
                        "refused: {destination} is at the private address {address}",
                        destination=wanted,
                        address=found[0],
                    )
                    self._record(told)
                    return None
                for address in safe:
                    with suppress(OSError):
                        streams = await asyncio.open_connection(address, wanted.port)
                        self._record(_("allowed: {destination}", destination=wanted))
                        return streams
        except (OSError, UnicodeError):  # TimeoutError and gaierror among them
            pass
        self._record(_("unreachable: {destination}", destination=wanted))
        return None

    def _record(self, told: str) -> None:
        if told not in self.asked and len(self.asked) < LONGEST_RECORD:
            self.asked.append(told)

    def _through(self, destination: Destination) -> Serve:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(OSError):
                if (there := await self.connect(destination)) is not None:
                    await _joined(reader, writer, *there)

        return serve

    async def _proxy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(PATIENCE):
                head = await reader.readuntil(b"\r\n\r\n")
            await self._answer(head, reader, writer)

    async def _answer(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *headers = head[:-4].split(b"\r\n")
        request = _REQUEST.fullmatch(first)
        if request is None:
            return await _refuse(writer, "400 Bad Request")
        method, target, version = request.groups()
        wanted = _wanted(method, target)
        if wanted is None:
            return await _refuse(writer, "400 Bad Request")
        there = await self.connect(wanted)
        if there is None:
            return await _refuse(writer, "403 Forbidden")
        if method == b"CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            # One request for one connection: the next may be meant for another host.
            kept = [each for each in headers if not each.lower().startswith(_DROPPED)]
            parts = urlsplit(target)
            path = (parts.path or b"/") + (b"?" + parts.query if parts.query else b"")
            lines = [b" ".join((method, path, version)), b"Host: " + parts.netloc.rpartition(b"@")[2], *kept]
            there[1].write(b"\r\n".join([*lines, b"Connection: close", b"", b""]))
        return await _joined(reader, writer, *there)


def _wanted(method: bytes, target: bytes) -> Destination | None:
    text = target.decode("ascii", errors="replace")
    if method == b"CONNECT":
        return Destination.read(text)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port or 80
    except ValueError:
        return None
    if parts.scheme != "http" or not host:
        return None
    return Destination.read(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")


async def _refuse(writer: asyncio.StreamWriter, status: str) -> None:
    told = _("This destination was not approved for the command.")
    body = told.encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
    writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)
    await writer.drain()


async def _joined(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    far_reader: asyncio.StreamReader,
    far_writer: asyncio.StreamWriter,
) -> None:
    """Carry bytes both ways until both ends have said all."""
    try:
        await asyncio.gather(_carry(reader, far_writer), _carry(far_reader, writer))
    finally:
        far_writer.close()


async def _carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65_536):
            sink.write(data)
            await sink.drain()
        if sink.can_write_eof():
            sink.write_eof()


async def _sockets(pid: int, places: list[str]) -> list[socket.socket]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        program = [sys.executable, "-I", "-S", str(Path(__file__).with_name("egress_listener.py"))]
        ended = await run(
            [*program, str(pid), str(theirs.fileno()), *places], cwd=Path("/"), timeout=20, pass_fds=(theirs.fileno(),)
        )
        if ended.returncode != 0:
            last = ended.stderr.strip().rsplit("\n", 1)[-1][:200]
            raise EgressError(
                _("The way out of the sandbox could not be opened: {reason}", reason=last),
                _("Run the command without network."),
            )
        _data, descriptors, _flags, _address = await anyio.to_thread.run_sync(
            socket.recv_fds, ours, 16, len(places), socket.MSG_CMSG_CLOEXEC
        )
    return [socket.socket(fileno=each) for each in descriptors]
