"""The generated Nginx site is tried by nginx, and really run: redirect, TLS, headers, limits, failure, maintenance."""

import asyncio
import re
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from resources.catalogue import set_language
from tools.brief import Brief
from tools.deployment.nginx import BURST, Places, nginx, site
from tools.guard.process import find_program
from tools.validate.validate import validate_files

pytestmark = pytest.mark.skipif(
    not (find_program("nginx") and find_program("openssl")), reason="nginx or openssl is not installed"
)
HOST = "shop.example"
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_filter_module.so")


def brief(port: int = 8000, **environment: Any) -> Brief:
    component = {"path": ".", "kind": "service", "language": "python", "port": port, "start_command": "python a.py"}
    prod = {"name": "prod", "url": f"https://{HOST}", **environment}
    return Brief.model_validate(
        {"service": "shop", "language": "en", "context": {"components": [component], "environments": [prod]}}
    )


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def certificates(folder: Path) -> Path:
    """An authority of the test's own and a certificate for the host."""
    live = folder / HOST
    live.mkdir(parents=True)
    authority = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    commands = [
        [*authority, "-subj", "/CN=test authority", "-keyout", folder / "ca.key", "-out", folder / "ca.pem",
         "-addext", "keyUsage=critical,keyCertSign"],
        [*authority, "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}", "-CA", folder / "ca.pem",
         "-CAkey", folder / "ca.key", "-keyout", live / "privkey.pem", "-out", live / "fullchain.pem",
         "-addext", "basicConstraints=critical,CA:FALSE"],
    ]  # fmt: skip
    for command in commands:
        subprocess.run(["openssl", *map(str, command)], check=True, capture_output=True)
    return folder


@dataclass
class Running:
    """The site as it runs, and the folder it lies in."""

    places: Places
    folder: Path
    upstream: int

    def client(self) -> httpx.AsyncClient:
        context = ssl.create_default_context(cafile=str(self.folder / "certificates/ca.pem"))
        return httpx.AsyncClient(verify=context, timeout=10)

    async def get(self, client: httpx.AsyncClient, path: str = "/", **headers: str) -> httpx.Response:
        return await client.get(
            f"https://127.0.0.1:{self.places.https}{path}",
            headers={"Host": HOST, **headers},
            extensions={"sni_hostname": HOST},
        )


def configuration(folder: Path, port: int) -> tuple[Places, Path]:
    version = subprocess.run(["nginx", "-v"], capture_output=True, text=True).stderr
    numbers = tuple(int(each) for each in re.findall(r"\d+", version)[:3])
    places = Places(
        certificates=str(folder / "certificates"), acme=str(folder / "acme"), logs=str(folder),
        maintenance=str(folder / "maintenance.on"), cache=str(folder), compression=str(folder / "compression.d"), http=free_port(), https=free_port(),
        http2="directive" if numbers >= (1, 25, 1) else "listen",
    )  # fmt: skip
    content = site(brief(port), HOST, places)
    assert content is not None
    (folder / "site.conf").write_text(content)
    whole = folder / "nginx.conf"
    temporary = "".join(
        f"  {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "compression.d").mkdir()
    load = ""
    if BROTLI.is_file():
        (folder / "compression.d/brotli.conf").write_text(nginx(brief(port)).files[-1].content)
        load = f"load_module {BROTLI};\n"
    whole.write_text(
        f"{load}daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\n{temporary}  include {folder}/site.conf;\n}}\n"
    )
    return places, whole


@asynccontextmanager
async def run_site(folder: Path) -> AsyncIterator[Running]:
    certificates(folder / "certificates")
    (folder / "acme/.well-known/acme-challenge").mkdir(parents=True)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        body = head.encode()
        if "upgrade: websocket" in head.lower():
            writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        else:
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                % len(body)
                + body
            )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    places, whole = configuration(folder, port)
    process = await asyncio.create_subprocess_exec("nginx", "-c", str(whole), "-p", str(folder))
    try:
        with anyio.fail_after(20):
            while True:
                try:
                    _reader, writer = await asyncio.open_connection("127.0.0.1", places.https)
                except OSError:
                    assert process.returncode is None, (folder / "error.log").read_text()
                    await anyio.sleep(0.05)
                else:
                    writer.close()
                    break
        async with server:
            yield Running(places, folder, port)
    finally:
        process.terminate()
        await process.wait()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o755)
    for parent in list(tmp_path.parents)[:4]:
        if parent.name.startswith(("pytest", "popen")):
            parent.chmod(0o755)  # nginx's workers are another user
    return tmp_path


async def test_plain_http_is_redirected_and_answers_the_authority(folder: Path) -> None:
    async with run_site(folder) as running, running.client() as client:
        base = f"http://127.0.0.1:{running.places.http}"
        answer = await client.get(f"{base}/a?b=c", headers={"Host": HOST})
        assert (answer.status_code, answer.headers["location"]) == (308, f"https://{HOST}/a?b=c")
        (folder / "acme/.well-known/acme-challenge/token").write_text("proof")
        answer = await client.get(f"{base}/.well-known/acme-challenge/token", headers={"Host": HOST})
        assert (answer.status_code, answer.text) == (200, "proof")


async def test_tls_headers_and_what_the_service_hears(folder: Path) -> None:
    async with run_site(folder) as running, running.client() as client:
        answer = await running.get(client, "/orders", **{"X-Forwarded-For": "6.6.6.6"})
        assert answer.status_code == 200
        for name in (
            "strict-transport-security",
            "x-content-type-options",
            "x-frame-options",
            "referrer-policy",
            "x-request-id",
        ):
            assert answer.headers[name]
        assert "server" not in answer.headers or "/" not in answer.headers["server"]
        heard = answer.text.lower()
        assert f"host: {HOST}" in heard
        assert "x-forwarded-proto: https" in heard
        assert "6.6.6.6" not in heard
        # nginx writes its log after the answer has left.
        with anyio.fail_after(10):
            while '"path":"/orders"' not in (folder / "shop.access.json").read_text():
                await anyio.sleep(0.01)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1])
async def test_old_tls_and_foreign_names_are_refused(folder: Path, version: ssl.TLSVersion) -> None:
    async with run_site(folder) as running:
        old = ssl.create_default_context(cafile=str(folder / "certificates/ca.pem"))
        old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        old.maximum_version = version
        with pytest.raises((ssl.SSLError, ConnectionError, OSError)):
            await asyncio.open_connection("127.0.0.1", running.places.https, ssl=old, server_hostname=HOST)
        new = ssl.create_default_context(cafile=str(folder / "certificates/ca.pem"))
        with pytest.raises(ssl.SSLError):
            await asyncio.open_connection("127.0.0.1", running.places.https, ssl=new, server_hostname="other.example")


async def test_a_client_that_asks_too_much_hears_429(folder: Path) -> None:
    async with run_site(folder) as running, running.client() as client:
        answers = await asyncio.gather(*(running.get(client) for _ in range(BURST * 2)))
        codes = [each.status_code for each in answers]
        assert codes.count(429) > 0
        assert codes.count(200) >= 20
        assert set(codes) <= {200, 429}


async def test_an_upstream_that_is_gone_is_told_and_health_still_answers(folder: Path) -> None:
    async with run_site(folder) as running, running.client() as client:
        text = (folder / "site.conf").read_text().replace(f"127.0.0.1:{running.upstream}", f"127.0.0.1:{free_port()}")
        (folder / "site.conf").write_text(text)
        reload = ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder), "-s", "reload"]
        subprocess.run(reload, check=True, capture_output=True)
        with anyio.fail_after(20):
            while (await running.get(client)).status_code != 502:
                await anyio.sleep(0.1)
        assert (await running.get(client, "/nginx-health")).text == "ok\n"


async def test_the_maintenance_page_comes_and_goes_with_a_file(folder: Path) -> None:
    async with run_site(folder) as running, running.client() as client:
        (folder / "maintenance.on").touch()
        answer = await running.get(client)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "300")
        assert "<h1>" in answer.text
        assert answer.headers["strict-transport-security"] == "max-age=63072000"
        (folder / "maintenance.on").unlink()
        assert (await running.get(client)).status_code == 200


async def test_files_of_pages_are_cached_and_never_what_is_asked_for_with_a_key(folder: Path) -> None:
    async with run_site(folder) as running, running.client() as client:
        first, second = await running.get(client, "/app.css?v=1"), await running.get(client, "/app.css?v=1")
        assert [each.headers["x-cache"] for each in (first, second)] == ["MISS", "HIT"]
        assert second.headers["cache-control"] == "public, max-age=600"
        assert second.headers["strict-transport-security"]
        key = {"Authorization": "Bearer one"}
        own = [(await running.get(client, "/app.css?v=2", **key)).headers["x-cache"] for _ in range(2)]
        assert own == ["BYPASS", "BYPASS"]
        assert "x-cache" not in (await running.get(client, "/orders")).headers
        text = (folder / "site.conf").read_text().replace(f"127.0.0.1:{running.upstream}", f"127.0.0.1:{free_port()}")
        (folder / "site.conf").write_text(text)
        reload = ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder), "-s", "reload"]
        subprocess.run(reload, check=True, capture_output=True)
        with anyio.fail_after(20):
            while (await running.get(client)).status_code != 502:
                await anyio.sleep(0.1)
        assert (await running.get(client, "/app.css?v=1")).status_code == 200


@pytest.mark.skipif(not BROTLI.is_file(), reason="libnginx-mod-http-brotli-filter is not installed")
async def test_brotli_is_spoken_where_its_module_is_installed(folder: Path) -> None:
    async with run_site(folder) as running, running.client() as client:
        answers = [
            await running.get(client, "/long", **{"Accept-Encoding": coding, "X-Long": "a" * 3000})
            for coding in ("br, gzip", "gzip", "identity")
        ]
        assert [each.headers.get("content-encoding") for each in answers] == ["br", "gzip", None]


@pytest.mark.parametrize("way", ["dns_01", "acm"])
async def test_other_ways_to_a_certificate_have_sites_and_commands_of_their_own(way: str) -> None:
    set_language("en")
    asked = brief()
    asked = asked.model_copy(update={"context": asked.context.model_copy(update={"certificates": way})})
    made = nginx(asked)
    text, commands = made.files[0].content, " ".join(each.run for each in made.commands)
    assert "acme-challenge" not in text
    assert "--standalone" not in commands
    if way == "acm":
        assert "ssl_certificate" not in text
        assert "set_real_ip_from 10.0.0.0/8;" in text
        assert "certbot" not in commands
        assert "443" not in commands
        assert [each.name for each in made.checks] == [f"{HOST} answers with its certificate"]
        assert made.variables == []
    else:
        assert "return 308" in text
        assert (
            f"certbot certonly --dns-rfc2136 --dns-rfc2136-credentials /etc/letsencrypt/rfc2136.ini --domain {HOST}"
            in commands
        )
        assert [each.name for each in made.variables if each.secret] == ["dns_rfc2136_secret"]
    judged = {each.tool: each for each in await validate_files(made.files[:1])}
    for tool in {"gixy", "nginx -t"} & judged.keys():
        assert judged[tool].status in {"passed", "not_validated"}, judged[tool]
        assert not judged[tool].findings


async def test_a_websocket_passes(folder: Path) -> None:
    async with run_site(folder) as running:
        context = ssl.create_default_context(cafile=str(folder / "certificates/ca.pem"))
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", running.places.https, ssl=context, server_hostname=HOST
        )
        writer.write(f"GET / HTTP/1.1\r\nHost: {HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n".encode())
        assert (await reader.readline()).startswith(b"HTTP/1.1 101")
        writer.close()


def test_an_environment_without_an_address_is_a_question() -> None:
    delivery = nginx(brief(url=None))
    assert [each.field for each in delivery.questions] == ["context.environments.prod.url"]
    assert delivery.files == []


@pytest.mark.parametrize(
    "url",
    ["https://a b.example", "https://x;y.example", "https://$host", "https://evil\n.example", "https://-a.example"],
)
def test_an_address_that_is_no_host_name_never_reaches_the_file(url: str) -> None:
    try:
        asked = brief(url=url)
    except ValueError:
        return
    assert nginx(asked).files == []


@pytest.mark.skipif(find_program("gixy") is None, reason="gixy is not installed")
async def test_gixy_has_nothing_to_say_of_the_site() -> None:
    (judged,) = [each for each in await validate_files(nginx(brief()).files) if each.tool == "gixy"]
    assert (judged.status, judged.findings) == ("passed", [])
