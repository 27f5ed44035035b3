"""The generated Traefik files are really run: redirect, TLS, headers, limits, failure, and two versions side by side."""

import asyncio
import json
import os
import ssl
import subprocess
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from ruamel.yaml import YAML

from resources.catalogue import speaking
from tests.deployment.test_nginx import HOST, certificates, free_port
from tools.brief import Brief
from tools.deployment.shares import SHARES
from tools.deployment.traefik import Places, site, start, traefik
from tools.guard.process import find_program

TRAEFIK = find_program("traefik")
runs = pytest.mark.skipif(not (TRAEFIK and find_program("openssl")), reason="traefik or openssl is not installed")


def brief(port: int = 8000, strategy: str = "rolling", **context: Any) -> Brief:
    component = {"path": ".", "kind": "service", "language": "python", "port": port, "start_command": "python a.py"}
    return Brief.model_validate(
        {
            "service": "shop",
            "language": "en",
            "context": {
                "components": [component],
                "environments": [{"name": "prod", "url": f"https://{HOST}"}],
                "platform": {"target": "compose", "strategy": strategy},
                "proxy": "traefik",
                **context,
            },
        }
    )


@dataclass
class Running:
    """Traefik as it runs."""

    places: Places
    folder: Path
    heard: Counter[str]

    def client(self) -> httpx.AsyncClient:
        context = ssl.create_default_context(cafile=str(self.folder / "certificates/ca.pem"))
        return httpx.AsyncClient(verify=context, timeout=10)

    async def get(self, client: httpx.AsyncClient, path: str = "/") -> httpx.Response:
        url = f"https://127.0.0.1:{self.places.https}{path}"
        return await client.get(url, headers={"Host": HOST}, extensions={"sni_hostname": HOST})


async def upstream(name: str, heard: Counter[str], port: int) -> asyncio.Server:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        heard[name] += 1
        if "upgrade: websocket" in head.lower():
            writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        else:
            writer.write(
                b"HTTP/1.1 200 OK\r\nServer: secret/1.0\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(name)
            )
            writer.write(name.encode())
        await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", port)


@asynccontextmanager
async def run_traefik(folder: Path, strategy: str = "rolling") -> AsyncIterator[Running]:
    certificates(folder / "certificates")
    heard: Counter[str] = Counter()
    first = await upstream("old", heard, 0)
    port = first.sockets[0].getsockname()[1]
    made = brief(port, strategy)
    second = await upstream("new", heard, port + 1) if strategy != "rolling" else None
    places = Places(
        dynamic=str(folder / "dynamic"), storage=str(folder / "acme.json"), logs=str(folder), address="127.0.0.1",
        certificates=str(folder / "certificates" / HOST), http=free_port(), https=free_port(), ping=free_port(),
    )  # fmt: skip
    (folder / "dynamic").mkdir()
    content = site(made, HOST, places)
    assert content is not None
    (folder / "dynamic/site.yml").write_text(content)
    (folder / "traefik.yml").write_text(start(made, places))
    for each in traefik(made).files:
        if each.path == SHARES:
            (folder / "dynamic/shares.yml").write_text(each.content)
        if each.path.endswith("share.sh"):
            (folder / "share.sh").write_text(each.content)
    assert TRAEFIK is not None
    log = (folder / "out").open("wb")
    process = await asyncio.create_subprocess_exec(
        TRAEFIK, f"--configFile={folder}/traefik.yml", stdout=log, stderr=log
    )
    running = Running(places, folder, heard)
    try:
        async with running.client() as client:
            with anyio.fail_after(30):
                while True:
                    assert process.returncode is None, (folder / "out").read_text()
                    try:
                        if (await running.get(client)).status_code == 200:
                            break
                    except httpx.TransportError:
                        pass
                    await anyio.sleep(0.1)
        heard.clear()
        yield running
    finally:
        process.terminate()
        await process.wait()
        log.close()
        for server in (first, second):
            if server is not None:
                server.close()


@runs
async def test_it_redirects_to_tls_and_answers_with_the_headers_and_one_line_of_json(tmp_path: Path) -> None:
    async with run_traefik(tmp_path) as running, running.client() as client:
        moved = await client.get(f"http://127.0.0.1:{running.places.http}/a?b=c", headers={"Host": HOST})
        assert (moved.status_code, moved.headers["location"]) == (301, f"https://{HOST}:{running.places.https}/a?b=c")
        answer = await running.get(client, "/orders?token=planted")
        assert answer.text == "old"
        assert answer.headers["strict-transport-security"] == "max-age=63072000"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "server" not in answer.headers
        assert (await client.get(f"http://127.0.0.1:{running.places.ping}/ping")).text == "OK"
        old = ssl.create_default_context(cafile=str(tmp_path / "certificates/ca.pem"))
        old.minimum_version, old.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, ssl.TLSVersion.TLSv1_1
        new = ssl.create_default_context(cafile=str(tmp_path / "certificates/ca.pem"))
        for context, name in ((old, HOST), (new, "other.example")):
            with pytest.raises((ssl.SSLError, ConnectionError)):
                await asyncio.open_connection("127.0.0.1", running.places.https, ssl=context, server_hostname=name)
        reader, writer = await asyncio.open_connection("127.0.0.1", running.places.https, ssl=new, server_hostname=HOST)
        writer.write(
            f"GET / HTTP/1.1\r\nHost: {HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        assert (await reader.readline()).startswith(b"HTTP/1.1 101")
        writer.close()
    lines = [json.loads(each) for each in (tmp_path / "access.json").read_text().splitlines()]
    assert any(each["RequestPath"].startswith("/orders") for each in lines)
    assert "planted" not in (tmp_path / "access.json").read_text()
    assert not any(key.startswith("request_Authorization") for each in lines for key in each)


@runs
async def test_who_asks_too_much_hears_429_and_an_upstream_that_is_gone_is_told(tmp_path: Path) -> None:
    async with run_traefik(tmp_path) as running, running.client() as client:
        codes: Counter[int] = Counter()
        with anyio.fail_after(30):
            while not codes[429]:
                codes += Counter(
                    each.status_code for each in await asyncio.gather(*(running.get(client) for _ in range(100)))
                )
        assert codes[200] >= 40
        assert set(codes) <= {200, 429}
        text = (tmp_path / "dynamic/site.yml").read_text()
        fresh = tmp_path / "site.new"
        fresh.write_text(text.replace('url: "http://127.0.0.1:', 'url: "http://127.0.0.1:1" #'))
        fresh.rename(tmp_path / "dynamic/site.yml")
        with anyio.fail_after(20):
            while (await running.get(client)).status_code != 502:
                await anyio.sleep(0.2)


@runs
async def test_share_moves_the_traffic_without_a_restart_and_back(tmp_path: Path) -> None:
    async with run_traefik(tmp_path, "canary") as running, running.client() as client:

        async def share(percent: int) -> None:
            env = {**os.environ, "TRAEFIK_DYNAMIC": str(tmp_path / "dynamic")}
            script = ["bash", str(tmp_path / "share.sh"), str(percent)]
            done = await anyio.to_thread.run_sync(
                lambda: subprocess.run(script, env=env, capture_output=True, text=True)
            )
            assert done.returncode == 0, done.stderr

        async def everybody(name: str) -> None:
            """Until ten answers in a row are of `name`."""
            with anyio.fail_after(20):
                row = 0
                while row < 10:
                    row = row + 1 if (await running.get(client)).text == name else 0
                    await anyio.sleep(0.06)

        await everybody("old")
        assert running.heard["new"] == 0
        await share(100)
        await everybody("new")
        await share(50)
        running.heard.clear()
        with anyio.fail_after(20):
            while not (running.heard["old"] and running.heard["new"]):
                await running.get(client)
                await anyio.sleep(0.06)
        await share(0)
        await everybody("old")


@pytest.mark.parametrize(
    ("way", "provider", "told"),
    [
        ("http_01", None, {"httpChallenge": {"entryPoint": "web"}}),
        ("dns_01", "aws", {"dnsChallenge": {"provider": "route53"}}),
        ("dns_01", None, {"dnsChallenge": {"provider": "rfc2136"}}),
        ("acm", None, None),
    ],
)
def test_the_certificate_comes_as_the_brief_says(way: str, provider: str | None, told: dict[str, Any] | None) -> None:
    platform = {"target": "compose", "provider": provider}
    made = brief(certificates=way, platform=platform)
    with speaking("en"):
        delivery = traefik(made)
    files = {each.path: YAML(typ="safe").load(each.content) for each in delivery.files if each.path.endswith(".yml")}
    static, dynamic = files["deploy/traefik/traefik.yml"], files["deploy/traefik/prod.yml"]
    if told is None:
        assert "certificatesResolvers" not in static
        assert "websecure" not in static["entryPoints"]
        assert dynamic["http"]["middlewares"]["headers"]["headers"]["forceSTSHeader"] is True
        assert "tls" not in dynamic
    else:
        acme = static["certificatesResolvers"]["letsencrypt"]["acme"]
        assert {key: value for key, value in acme.items() if key.endswith("Challenge")} == told
    assert [each.name for each in delivery.variables if each.secret] == (
        ["RFC2136_TSIG_SECRET"] if told and "rfc2136" in str(told) else []
    )
