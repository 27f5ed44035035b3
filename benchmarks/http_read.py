"""`read` over HTTP against an empty server on the same SDK, two replicas against one, and the memory of a replica.

Load comes from bare sockets in this process: a client library would be what is measured. Rounds alternate, and the
middle one counts.
"""

import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS = 16
CALLS = 320
ROUNDS = 3
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "read", "arguments": {"path": "a.txt"}}}
EMPTY = """
import sys, uvicorn
from mcp.server.mcpserver import MCPServer
server = MCPServer("empty")
@server.tool()
async def read(path: str) -> str:
    return "hello"
config = uvicorn.Config(server.streamable_http_app(stateless_http=True), port=0, log_level="warning")
server = uvicorn.Server(config)
import asyncio
async def main():
    task = asyncio.ensure_future(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    print(f"http://127.0.0.1:{port}/mcp", file=sys.stderr, flush=True)
    await task
asyncio.run(main())
"""


def said(log: IO[str]) -> str:
    """What a server has logged so far; read without moving the place where it writes."""
    return os.pread(log.fileno(), 1 << 20, 0).decode()


@contextmanager
def served(*argv: str, **env: str) -> Iterator[tuple[int, int]]:
    """A server as a process of its own; its port and process id."""
    environment = {**os.environ, **env}
    # A file, because nobody reads what a server goes on logging, and a full pipe would stop it.
    with tempfile.TemporaryFile("w+") as log, subprocess.Popen(argv, cwd=ROOT, env=environment, stderr=log) as process:
        try:
            while (found := re.search(r":(\d+)/mcp", said(log))) is None:
                assert process.poll() is None, said(log)
                time.sleep(0.02)
            yield int(found[1]), process.pid
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def replica(place: Path, name: str) -> Iterator[tuple[int, int]]:
    """One of ours, on the workspace of `place`."""
    argv = (sys.executable, "-m", "server", "serve", "--http", "127.0.0.1:0", "--workspace", str(place / "work"))
    with served(*argv, ASTREINTE_STATE=str(place / name)) as found:
        yield found


def message(port: int) -> bytes:
    """One call as it goes over the wire."""
    body = json.dumps(CALL).encode()
    head = (
        f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"Accept: application/json, text/event-stream\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def answer(reader: asyncio.StreamReader) -> bytes:
    """One answer: with a length or in chunks."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    if length:
        return await reader.readexactly(int(length[1]))
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readexactly(2)
    return body


async def load(ports: list[int], calls: int) -> tuple[float, float]:
    """Calls a second and the 99th percentile in milliseconds, over connections shared out among `ports`."""
    taken: list[float] = []

    async def client(port: int, count: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        text = message(port)
        for _call in range(count):
            started = time.perf_counter()
            writer.write(text)
            assert b"hello" in await answer(reader)
            taken.append(time.perf_counter() - started)
        writer.close()

    started = time.perf_counter()
    each = calls // CONNECTIONS
    await asyncio.gather(*(client(ports[number % len(ports)], each) for number in range(CONNECTIONS)))
    seconds = time.perf_counter() - started
    return len(taken) / seconds, sorted(taken)[int(len(taken) * 0.99)] * 1e3


def rounds(*targets: list[int]) -> list[tuple[float, float]]:
    """The middle of several alternating rounds, for each target."""
    for target in targets:
        asyncio.run(load(target, CALLS // 4))  # warm
    found: list[list[tuple[float, float]]] = [[] for _target in targets]
    for _round in range(ROUNDS):
        for kept, target in zip(found, targets, strict=True):
            kept.append(asyncio.run(load(target, CALLS)))
    return [(statistics.median(a for a, _b in each), statistics.median(b for _a, b in each)) for each in found]


def memory(pid: int) -> float:
    """Mebibytes of resident memory."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        place = Path(name)
        (place / "work").mkdir()
        (place / "work/a.txt").write_text("hello\n")
        empty, _pid = running.enter_context(served(sys.executable, "-c", EMPTY))
        one, pid = running.enter_context(replica(place, "one"))
        fresh = memory(pid)
        (theirs, their_tail), (mine, my_tail) = rounds([empty], [one])
        print(
            f"http read: {mine:,.0f} calls/s, p99 {my_tail:.0f} ms; empty server {theirs:,.0f} calls/s, "
            f"p99 {their_tail:.0f} ms; ratio {mine / theirs:.2f}"
        )
        two, _pid = running.enter_context(replica(place, "two"))
        (single, _tail), (double, tail) = rounds([one], [one, two])
        cores = len(os.sched_getaffinity(0))
        print(
            f"http read: two replicas {double:,.0f} calls/s, p99 {tail:.0f} ms, against one {single:,.0f}; "
            f"ratio {double / single:.2f} on {cores} cores, of which the load itself takes one"
        )
        print(f"replica: {fresh:.0f} MiB at rest, {memory(pid):.0f} MiB after {CALLS * ROUNDS * 3:,} calls")


if __name__ == "__main__":
    main()
