"""Client certificates that a proxy has checked: believed from that proxy alone, and taken off everybody else's request.

The proxy ends mutual TLS, verifies the chain, and names the certificate in one header; it must replace what the client
sends under that name. Here the header counts only when the connection itself comes from one of the proxy's addresses.
"""

import base64
import binascii
import hashlib
import hmac
import ipaddress
import secrets
from datetime import UTC, datetime
from urllib.parse import unquote

from pydantic import Field, field_validator
from starlette.types import ASGIApp, Receive, Scope, Send

from server.identity.principal import Role
from tools.model import Model

PREFIX = "certificate."
LONGEST = 16_384


class CertificateHolder(Model):
    """Who a certificate speaks for."""

    name: str
    role: Role


class Certificates(Model):
    """Off unless `team.toml` has this table."""

    proxies: list[str] = Field(min_length=1, description="Addresses or networks from which the proxy connects.")
    header: str = Field(
        default="Client-Cert",
        pattern=r"^[A-Za-z0-9-]{1,64}$",
        description="Holds the certificate: RFC 9440 (`:base64:`), or PEM with percent escapes as nginx writes it.",
    )
    holders: dict[str, CertificateHolder] = Field(
        description="By the subject (RFC 4514, as `CN=ci,O=Acme`) or by `sha256:` and the fingerprint in hex."
    )

    @field_validator("proxies")
    @classmethod
    def _networks(cls, given: list[str]) -> list[str]:
        for each in given:
            if ipaddress.ip_network(each, strict=False).prefixlen == 0:
                raise ValueError("a proxy is not everybody")
        return given

    def trusts(self, address: str) -> bool:
        """Whether a connection from `address` is the proxy's."""
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
            found = found.ipv4_mapped
        networks = [ipaddress.ip_network(each, strict=False) for each in self.proxies]
        return any(found.version == each.version and found in each for each in networks)

    def holder(self, certificate: bytes, now: datetime) -> CertificateHolder | None:
        """Who the certificate (DER) speaks for; None when nobody, or when its time is over or has not come."""
        from cryptography import x509  # noqa: PLC0415 - only where certificates are used

        try:
            read = x509.load_der_x509_certificate(certificate)
        except ValueError:
            return None
        if not read.not_valid_before_utc <= now <= read.not_valid_after_utc:
            return None
        fingerprint = f"sha256:{hashlib.sha256(certificate).hexdigest()}"
        return self.holders.get(fingerprint) or self.holders.get(read.subject.rfc4514_string())


class CertificateHeaders:
    """ASGI middleware: turns the proxy's header into a token that this process alone can make and read."""

    def __init__(self, app: ASGIApp, certificates: Certificates, key: bytes) -> None:
        self._app = app
        self._certificates = certificates
        self._key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Believe the proxy, and nobody else."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name = self._certificates.header.lower().encode()
        said = [value for key, value in scope["headers"] if key.lower() == name]
        headers = [(key, value) for key, value in scope["headers"] if key.lower() != name]
        peer = (scope.get("client") or ("",))[0]
        # Two of them: one may be the client's own, which the proxy should have replaced.
        if len(said) == 1 and self._certificates.trusts(peer) and not _has_token(headers):
            headers.append((b"authorization", f"Bearer {sealed(said[0].decode('latin-1'), self._key)}".encode()))
        elif said:
            headers.append((b"authorization", b"Bearer certificate.refused")) if not _has_token(headers) else None
        await self._app({**scope, "headers": headers}, receive, send)


def new_key() -> bytes:
    """A key that lives as long as this process."""
    return secrets.token_bytes(32)


def sealed(header: str, key: bytes) -> str:
    """A token that stands for the header."""
    body = base64.urlsafe_b64encode(header[:LONGEST].encode()).decode()
    return f"{PREFIX}{body}.{hmac.new(key, body.encode(), hashlib.sha256).hexdigest()}"


def unsealed(token: str, key: bytes) -> bytes | None:
    """The certificate (DER) that a token of ours stands for; None for every other token."""
    body, _dot, seal = token.removeprefix(PREFIX).rpartition(".")
    if not hmac.compare_digest(seal, hmac.new(key, body.encode(), hashlib.sha256).hexdigest()):
        return None
    header = base64.urlsafe_b64decode(body).decode()
    try:
        if header.startswith(":") and header.endswith(":"):
            return base64.b64decode(header[1:-1], validate=True)
        lines = unquote(header).strip().splitlines()
        return base64.b64decode("".join(each for each in lines if not each.startswith("-----")), validate=True)
    except (binascii.Error, ValueError):
        return b""


def utc_now() -> datetime:
    """The time by which certificates are judged."""
    return datetime.now(UTC)


def _has_token(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(key.lower() == b"authorization" for key, _value in headers)
