"""What a hostile server, name or argument does to `verify_deployment`."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp import Client

from server.app import build_server
from tests.deployment.test_verify_deployment import Person, serving, settings, verify
from tools.deployment import probe_http
from tools.deployment.address import UrlError, parse_endpoint, parse_url
from tools.deployment.probe_http import leads
from tools.deployment.reachable import AddressRefusedError, reach

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def talking(talk: Talk) -> AsyncIterator[int]:
    async def safely(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(safely, "127.0.0.1", 0)
    async with server:
        yield int(server.sockets[0].getsockname()[1])
        server.close()


@pytest.mark.parametrize(
    "host", ["2130706433", "0177.0.0.1", "0x7f.1", "127.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "localhost.", "0"]
)
async def test_this_machine_under_another_spelling_is_still_private(host: str, tmp_path: Path) -> None:
    async with serving(["200 OK|inner secret"]) as port:
        made = settings(tmp_path, "https://shop.example")
        answer = await verify(made, checks=[{"kind": "http", "target": f"http://{host}:{port}/"}])
    (check,) = answer["checks"]
    assert check["verdict"] in {"unknown", "fail"}
    assert "private address" in check["reason"] or "does not resolve" in check["reason"], check


@pytest.mark.parametrize(
    "place", ["http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/", "http://2852039166/"]
)
async def test_no_redirect_leads_to_credentials(place: str, tmp_path: Path) -> None:
    async with serving([f"302 Found\r\nLocation: {place}|"]) as port:
        answer = await verify(settings(tmp_path, f"http://localhost:{port}"))
    assert "is never asked" in answer["checks"][0]["reason"]


async def test_a_redirect_to_another_port_of_a_private_machine_is_not_followed(tmp_path: Path) -> None:
    async with (
        serving(["200 OK|engine of this machine"]) as other,
        serving([f"302 Found\r\nLocation: http://localhost:{other}/containers/json|"]) as port,
    ):
        answer = await verify(settings(tmp_path, f"http://localhost:{port}"))
    assert answer["verdict"] == "unknown"
    assert "private address" in answer["checks"][0]["reason"]


async def test_another_port_of_a_named_machine_is_a_question(tmp_path: Path) -> None:
    person = Person()
    async with serving(["200 OK|metrics"]) as other, serving(["200 OK|hello"]) as port:
        made = settings(tmp_path, f"http://localhost:{port}")
        answer = await verify(made, person, checks=[{"kind": "http", "target": f"http://localhost:{other}/"}])
    assert f"localhost:{other}" in person.asked[0]
    assert answer["verdict"] == "pass"


async def test_a_name_that_answers_differently_the_second_time_is_looked_at_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address that was looked at is the one that is asked: there is no second look-up to poison."""
    loop = asyncio.get_running_loop()
    asked: list[str] = []
    inner = loop.getaddrinfo

    async def rebinding(host: str, port: int, **options: Any) -> Any:
        if host != "rebind.example":
            return await inner(host, port, **options)
        asked.append(host)
        address = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(loop, "getaddrinfo", rebinding)
    first = await reach("rebind.example", 80, [])
    assert first.address == "93.184.215.14"
    with pytest.raises(AddressRefusedError):
        await probe_http.ask("http://rebind.example/", [])


async def test_credentials_in_an_address_are_refused(tmp_path: Path) -> None:
    made = settings(tmp_path, "http://localhost:1")
    async with Client(build_server(made), elicitation_callback=Person()) as client:
        for target in ("http://user:pass@localhost:1/", "http://localhost@169.254.169.254/", "http://@localhost/"):
            result = await client.call_tool(
                "verify_deployment", {"checks": [{"kind": "http", "target": target}], "deadline": 0.5}
            )
            assert result.is_error


async def test_a_body_without_end_is_read_to_its_limit(tmp_path: Path) -> None:
    sent = 0

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            sent += 65_536
            await writer.drain()

    async with talking(endless) as port:
        answer = await verify(settings(tmp_path, f"http://localhost:{port}"), probes=1)
    assert answer["verdict"] == "pass"
    assert sent < 20_000_000


async def test_what_unpacks_to_gigabytes_is_not_unpacked(tmp_path: Path) -> None:
    packed = gzip.compress(b"needle" + bytes(50_000_000), 9)
    heard: list[bytes] = []

    async def bomb(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
        writer.write(head.encode() + packed)
        await writer.drain()

    async with talking(bomb) as port:
        url = f"http://localhost:{port}"
        answer = await verify(settings(tmp_path, url), probes=1,
                              checks=[{"kind": "http", "target": url, "expect": "needle"}])  # fmt: skip
    assert answer["verdict"] == "fail"  # the packed bytes are not the text
    assert b"accept-encoding: identity" in heard[0].lower()


@pytest.mark.parametrize("where", ["head", "body"])
async def test_a_server_that_drips_is_given_up(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe_http, "SECONDS", 0.6)

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n" + (b"X: " if where == "head" else b"Content-Length: 100\r\n\r\n"))
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with talking(drip) as port, asyncio.timeout(20):
        url = f"http://localhost:{port}"
        for kind in ("http", "redirect", "prometheus"):
            check = {"kind": kind, "target": url, "expect": "up" if kind == "prometheus" else ""}
            answer = await verify(settings(tmp_path, url), probes=1, deadline=0.1, checks=[check])
            assert answer["verdict"] == "fail"


@pytest.mark.parametrize("answer", ["[" * 100_000, '{"data":{"result":{"a":1}}}', "null", '{"data":[]}'])
async def test_an_answer_that_is_none_of_prometheus_is_unknown(answer: str, tmp_path: Path) -> None:
    async with serving([f"200 OK|{answer}"]) as port:
        url = f"http://localhost:{port}"
        said = await verify(settings(tmp_path, url), checks=[{"kind": "prometheus", "target": url, "expect": "up"}])
    assert said["verdict"] == "unknown"


@pytest.mark.parametrize(
    ("found", "wanted", "leading"),
    [
        ("https://shop.example/", "https://shop.example", True),
        ("https://shop.example/a?b", "https://shop.example", True),
        ("https://shop.example.evil.example/", "https://shop.example", False),
        ("http://shop.example/", "https://shop.example", False),
        ("https://anything.example/", "", True),
    ],
)
def test_a_redirect_leads_where_it_must(found: str, wanted: str, leading: bool) -> None:
    assert leads(found, wanted) is leading


@given(st.text(max_size=60))
def test_no_text_crashes_the_reading_of_an_address(text: str) -> None:
    for parse in (parse_url, parse_endpoint):
        for given_text in (text, f"http://{text}", f"http://[{text}]:80/", f"{text}:80"):
            try:
                found = parse(given_text)
            except UrlError:
                continue
            host = found[0] if isinstance(found, tuple) else found.host
            assert host
            assert "@" not in host
            assert not any(each.isspace() for each in host)


@pytest.mark.parametrize(
    "check",
    [
        {"kind": "tls", "target": "localhost:443", "expect": "soon"},
        {"kind": "prometheus", "target": "http://localhost"},
        {"kind": "http", "target": "http://" + "a" * 3_000},
        {"kind": "http", "target": "http://localhost:99999/"},
        {"kind": "http", "target": "http://[::1/"},
        {"kind": "http", "target": "gopher://localhost/"},
        {"kind": "dns", "target": "a b"},
    ],
)
async def test_a_check_that_makes_no_sense_is_an_error_that_says_so(check: dict[str, Any], tmp_path: Path) -> None:
    async with Client(build_server(settings(tmp_path, "http://localhost")), elicitation_callback=Person()) as client:
        result = await client.call_tool("verify_deployment", {"checks": [check], "deadline": 0.5})
    assert result.is_error
    assert "crash" not in str(result.content)


async def test_container_state_is_unknown_without_a_pinned_engine(tmp_path: Path) -> None:
    answer = await verify(settings(tmp_path, "http://localhost"), checks=[{"kind": "container", "target": "shop-1"}])
    assert answer["verdict"] == "unknown"
