"""The tool `verify_deployment` against real servers on this machine, and the addresses it never asks."""

import asyncio
import ipaddress
import os
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp_types import ElicitRequestParams, ElicitResult

from server.app import build_server
from server.settings import Settings
from tools.deployment.probe_http import percentile
from tools.deployment.reachable import AddressRefusedError, refuse
from tools.guard.process import find_program

needs_openssl = pytest.mark.skipif(find_program("openssl") is None, reason="openssl is not installed")


class Person:
    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, context: object, params: ElicitRequestParams) -> ElicitResult:
        self.asked.append(str(params.message))
        return ElicitResult(action="accept", content={"approve": True})


@asynccontextmanager
async def serving(answers: list[str], context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server that gives `answers` one after the other, the last one for ever; its port."""
    left = list(answers)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            writer.close()
            return
        head, _blank, body = (left.pop(0) if len(left) > 1 else left[0]).partition("|")
        writer.write(f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate for localhost, by an authority that this test alone trusts."""
    new = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"]
    folder = tmp_path / "tls"
    folder.mkdir()
    for command in (
        [*new, "-subj", "/CN=ca", "-keyout", "ca.key", "-out", "ca.pem", "-addext", "keyUsage=critical,keyCertSign"],
        [*new, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-CA", "ca.pem", "-CAkey", "ca.key",
         "-keyout", "key.pem", "-out", "cert.pem", "-addext", "basicConstraints=critical,CA:FALSE"],
    ):  # fmt: skip
        subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))
    return folder


def settings(place: Path, url: str) -> Settings:
    (place / "work").mkdir(exist_ok=True)
    (place / "work/devops.yaml").write_text(
        f"service: shop\ncontext:\n  environments:\n    - name: prod\n      url: {url}\n"
    )
    return Settings(workspace=place / "work", language="en", state=place / "state")


async def verify(made: Settings, person: Person | None = None, **arguments: Any) -> dict[str, Any]:
    async with Client(build_server(made), elicitation_callback=person or Person()) as client:
        result = await client.call_tool("verify_deployment", {"deadline": 0.5, **arguments})
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    return result.structured_content


async def test_a_service_that_answers_passes_with_its_latencies(tmp_path: Path) -> None:
    async with serving(["200 OK|hello"]) as port:
        answer = await verify(settings(tmp_path, f"http://localhost:{port}"), probes=4)
    (check,) = answer["checks"]
    assert (answer["verdict"], check["evidence"]["statuses"]) == ("pass", [200] * 4)
    assert check["evidence"]["p95_ms"] >= check["evidence"]["p50_ms"] > 0


@needs_openssl
async def test_tls_is_looked_at_and_a_short_validity_fails(tmp_path: Path, authority: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "cert.pem", authority / "key.pem")
    async with serving(["200 OK|hello"], context) as port:
        made = settings(tmp_path, f"https://localhost:{port}")
        answer = await verify(made)
        tls = next(each for each in answer["checks"] if each["kind"] == "tls")
        assert (answer["verdict"], tls["evidence"]["old_versions_accepted"]) == ("pass", [])
        assert 28 <= tls["evidence"]["days_left"] <= 30
        short = await verify(made, checks=[{"kind": "tls", "target": f"localhost:{port}", "expect": "60"}])
        assert short["verdict"] == "fail"
        os.environ.pop("SSL_CERT_FILE")
        untrusted = await verify(made)
    assert untrusted["verdict"] == "fail"
    assert "certificate" in untrusted["summary"]


async def test_what_fails_is_asked_again_until_it_passes(tmp_path: Path) -> None:
    async with serving(["503 Busy|", "200 OK|ready"]) as port:
        made = settings(tmp_path, f"http://localhost:{port}")
        answer = await verify(made, probes=1, deadline=20)
    assert (answer["verdict"], answer["checks"][0]["attempts"]) == ("pass", 2)


@pytest.mark.parametrize(
    ("check", "verdict"),
    [
        ({"kind": "http", "expect": "hello"}, "pass"),
        ({"kind": "http", "expect": "goodbye"}, "fail"),
        ({"kind": "http", "expect": "404"}, "fail"),
        ({"kind": "http", "max_ms": 0.001}, "fail"),
        ({"kind": "redirect"}, "fail"),
    ],
)
async def test_each_expectation_is_judged(tmp_path: Path, check: dict[str, Any], verdict: str) -> None:
    async with serving(["200 OK|hello"]) as port:
        url = f"http://localhost:{port}"
        answer = await verify(settings(tmp_path, url), checks=[{**check, "target": url}])
    assert answer["verdict"] == verdict


async def test_a_redirect_is_followed_only_where_it_may_lead(tmp_path: Path) -> None:
    async with (
        serving(["200 OK|inner secret"]) as inner,
        serving([f"302 Found\r\nLocation: http://127.0.0.1:{inner}/|"]) as port,
    ):
        answer = await verify(settings(tmp_path, f"http://localhost:{port}"))
    assert answer["verdict"] == "unknown"
    assert "private address" in answer["checks"][0]["reason"]
    assert "inner secret" not in str(answer)


async def test_ports_and_prometheus_and_an_absent_cluster(tmp_path: Path) -> None:
    found = '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"1"]}]}}'
    async with serving([f"200 OK|{found}"]) as port:
        made = settings(tmp_path, f"http://localhost:{port}")
        checks = [
            {"kind": "tcp", "target": f"localhost:{port}"},
            {"kind": "prometheus", "target": f"http://localhost:{port}", "expect": "up == 1"},
            {"kind": "dns", "target": "localhost", "expect": "127.0.0.1"},
            {"kind": "rollout", "target": "shop"},
        ]
        answer = await verify(made, checks=checks)
    assert [each["verdict"] for each in answer["checks"]] == ["pass", "pass", "pass", "unknown"]
    assert answer["verdict"] == "unknown"


async def test_a_host_that_the_brief_does_not_name_is_asked_about(tmp_path: Path) -> None:
    person = Person()
    made = settings(tmp_path, "https://shop.example")
    answer = await verify(made, person, checks=[{"kind": "tcp", "target": "127.0.0.1:9"}])
    assert "127.0.0.1" in person.asked[0]
    assert answer["verdict"] == "unknown"
    assert "private address" in answer["checks"][0]["reason"]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "0.0.0.0", "::1", "fd12::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
     "2002:7f00:1::", "100.64.0.1", "198.18.0.1", "64:ff9b:1::a00:1", "::ffff:0:a00:1", "::a00:1", "4000::1"],
)  # fmt: skip
def test_a_private_address_is_refused_unless_its_host_is_named(address: str) -> None:
    with pytest.raises(AddressRefusedError):
        refuse("host:80", ipaddress.ip_address(address), [])
    refuse("host:80", ipaddress.ip_address(address), ["host:80"])


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "fd00:ec2::254",
        "64:ff9b::a9fe:a9fe",
        "224.0.0.1",
        "168.63.129.16",
        "fd20:ce::254",
        "64:ff9b:1::a9fe:a9fe",
        "::ffff:0:a9fe:a9fe",
        "2002:a9fe:a9fe::",
        "ff02::1",
    ],
)
def test_what_hands_out_credentials_is_never_asked(address: str) -> None:
    with pytest.raises(AddressRefusedError):
        refuse("host:80", ipaddress.ip_address(address), ["host:80"])


def test_percentiles_are_nearest_rank() -> None:
    assert [percentile([1.0, 2.0, 3.0, 4.0], each) for each in (1, 50, 95, 100)] == [1.0, 2.0, 4.0, 4.0]
    assert percentile([7.0], 50) == 7.0


@pytest.mark.parametrize("target", ["nohost", ":80", "host:", "host:99999", "host:x"])
async def test_a_port_that_is_none_is_refused(tmp_path: Path, target: str) -> None:
    async with Client(
        build_server(settings(tmp_path, "https://shop.example")), elicitation_callback=Person()
    ) as client:
        result = await client.call_tool("verify_deployment", {"checks": [{"kind": "tcp", "target": target}]})
    assert result.is_error
