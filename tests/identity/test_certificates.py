"""Mutual TLS that a proxy ended: its word counts from its own address, and nobody else's does."""

import base64
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from server.http import http_app
from server.identity.certificates import Certificates, sealed
from server.settings import Settings
from tests.identity.http_server import ADDRESS, PORT, Caller
from tools.guard.journal import Journal
from tools.guard.state import State, default_directory

PROXY = "10.1.2.3"


def certificate(name: str, begins: int = -1, ends: int = 1) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=begins))
        .not_valid_after(now + timedelta(days=ends))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.DER)


def rfc9440(der: bytes) -> str:
    return f":{base64.b64encode(der).decode()}:"


def escaped_pem(der: bytes) -> str:
    return quote(x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM).decode())


@asynccontextmanager
async def _served(tmp_path: Path, table: str) -> AsyncIterator[Any]:
    """Yields what asks from an address with headers."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/a.txt").write_text("hello\n")
    team = tmp_path / "team.toml"
    team.write_text(table)
    application = http_app(Settings(workspace=tmp_path / "shop", language="en", team=team), "127.0.0.1", PORT)

    async def ask(address: str, *headers: tuple[str, str]) -> int:
        transport = httpx.ASGITransport(app=application, client=(address, 5))
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=list(headers)) as http:
            return (await Caller(http).post("tools/list")).status_code

    async with application.router.lifespan_context(application):
        yield ask


async def test_a_certificate_counts_from_the_proxy_alone(tmp_path: Path) -> None:
    alice, stranger, old = certificate("alice"), certificate("mallory"), certificate("alice", -3, -2)
    table = (
        f'[certificates]\nproxies = ["{PROXY}/32"]\n[certificates.holders]\n'
        '"CN=alice" = {name = "alice", role = "operator"}\n'
        f'"sha256:{hashlib.sha256(stranger).hexdigest()}" = {{name = "bob", role = "viewer"}}\n'
    )
    async with _served(tmp_path, table) as ask:
        good = ("Client-Cert", rfc9440(alice))
        assert await ask(PROXY, good) == 200
        assert await ask(f"::ffff:{PROXY}", good) == 200
        assert await ask(PROXY, ("Client-Cert", escaped_pem(alice))) == 200
        assert await ask(PROXY, ("Client-Cert", rfc9440(stranger))) == 200  # by its fingerprint
        for address in ("10.1.2.4", "127.0.0.1", "::1", "x"):
            assert await ask(address, good) == 401
        assert await ask("127.0.0.1", good, ("X-Forwarded-For", PROXY), ("Forwarded", f"for={PROXY}")) == 401
        assert await ask(PROXY, good, good) == 401  # one of them is the client's own
        assert await ask(PROXY) == 401
        for bad in ("", "::", ":!!!:", "x", rfc9440(b"no certificate"), rfc9440(old), rfc9440(certificate("carol"))):
            assert await ask(PROXY, ("Client-Cert", bad)) == 401
        forged = sealed(rfc9440(alice), bytes(32))
        assert await ask(PROXY, ("Authorization", f"Bearer {forged}")) == 401
        # A token that is wrong is not mended by a certificate that is right.
        assert await ask(PROXY, good, ("Authorization", "Bearer wrong")) == 401
    rules = {each.body.get("rule") for each in Journal(State.at(default_directory())).records()}
    assert {"certificate.not_from_the_proxy", "certificate.unknown", "token.unknown"} <= rules


async def test_without_the_table_the_header_is_nothing(tmp_path: Path) -> None:
    async with _served(tmp_path, "") as ask:
        assert await ask(PROXY, ("Client-Cert", rfc9440(certificate("alice")))) == 401


@pytest.mark.parametrize("proxies", [[], ["0.0.0.0/0"], ["::/0"], ["proxy.example.com"]])
def test_a_proxy_is_an_address_and_not_everybody(proxies: list[str]) -> None:
    with pytest.raises(ValidationError):
        Certificates(proxies=proxies, holders={})
