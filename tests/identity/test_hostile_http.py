"""Bad manners over HTTP: floods, endless bodies, dripping clients and malformed messages cost the others nothing."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "read", "arguments": {"path": "a.txt"}}}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    workspace = tmp_path_factory.mktemp("shop")
    (workspace / "a.txt").write_text("hello\n")
    env = {**os.environ, "ASTREINTE_STATE": str(tmp_path_factory.mktemp("state"))}
    argv = [sys.executable, "-m", "server", "serve", "--http", "127.0.0.1:0", "--workspace", str(workspace)]
    with subprocess.Popen(argv, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            found = re.search(r"http://\S+/mcp", process.stderr.readline())
            assert found
            yield found[0]
        finally:
            process.terminate()
            process.wait(20)


async def _reads(http: httpx.AsyncClient, url: str) -> bool:
    answer = await http.post(url, json=CALL, headers=HEADERS)
    return answer.status_code == 200 and "hello" in answer.text


async def test_500_clients_at_once_are_all_answered(url: str) -> None:
    limits = httpx.Limits(max_connections=500)
    async with asyncio.timeout(100), httpx.AsyncClient(limits=limits, timeout=90) as http:
        answers = await asyncio.gather(*(_reads(http, url) for _client in range(500)))
    assert all(answers)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"[[[[[[",
        b'"text"',
        b"{}",
        b'{"jsonrpc": "1.0", "id": 1, "method": "tools/list"}',
        b'{"jsonrpc": "2.0", "id": {}, "method": "tools/list"}',
        b'{"jsonrpc": "2.0", "id": 1, "method": 7}',
        b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": []}',
        b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": null}}',
        b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "read", "arguments": "x"}}',
        b'{"jsonrpc": "2.0", "id": 1, "method": "no/such/method"}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        json.dumps({**CALL, "params": {"name": "x" * 100_000}}).encode(),
    ],
)
async def test_a_malformed_message_is_refused_and_the_server_lives(url: str, body: bytes) -> None:
    async with httpx.AsyncClient(timeout=30) as http:
        answer = await http.post(url, content=body, headers=HEADERS)
        assert answer.status_code < 500, answer.text
        if answer.status_code == 200:
            assert "error" in answer.text.lower()
        assert await _reads(http, url)


async def test_an_endless_body_is_cut_off(url: str) -> None:
    async def endless() -> Iterator[bytes]:  # type: ignore[misc]
        for _piece in range(200):
            yield b" " * 100_000

    async with httpx.AsyncClient(timeout=60) as http:
        try:
            answer = await http.post(url, content=endless(), headers=HEADERS)
            assert answer.status_code == 413
        except httpx.TransportError:
            pass  # cut off while it was still sending
        assert await _reads(http, url)


async def test_clients_that_drip_hold_nobody_up(url: str) -> None:
    host, port = re.findall(r"//([^:/]+):(\d+)/", url)[0]
    writers = []
    for _client in range(50):
        _reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
        await writer.drain()
        writers.append(writer)
    try:
        async with asyncio.timeout(30), httpx.AsyncClient(timeout=20) as http:
            assert await _reads(http, url)
    finally:
        for writer in writers:
            writer.close()
