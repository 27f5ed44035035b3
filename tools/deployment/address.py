"""A web address taken apart once, or refused: what every later step relies on."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from resources.catalogue import _
from tools.guard.errors import ExpectedError

PORTS = {"http": 80, "https": 443}


class UrlError(ExpectedError):
    """The target is no address that is asked."""


@dataclass(frozen=True)
class Url:
    """An http or https address without credentials; `host` is in lower case, in the form that names travel in."""

    scheme: str
    host: str
    port: int
    rest: str
    """Path and query, beginning with a slash."""

    @property
    def authority(self) -> str:
        """The host as a request names it; the port only where it is not the usual one."""
        return bracketed(self.host) + ("" if self.port == PORTS[self.scheme] else f":{self.port}")

    def at(self, address: str) -> str:
        """The same address asked of a machine."""
        return f"{self.scheme}://{bracketed(address)}:{self.port}{self.rest}"


def bracketed(host: str) -> str:
    """`host` as it stands in an address."""
    return f"[{host}]" if ":" in host else host


def parse_url(text: str) -> Url:
    """`text` taken apart.

    Raises:
        UrlError: it is no http or https address, has credentials, or a port or a name that there cannot be.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
        host = ascii_host(parts.hostname or "")
    except ValueError as error:
        raise UrlError(_("{url} is no http or https address.", url=text[:200])) from error
    if parts.scheme not in PORTS or not host or "@" in parts.netloc or port == 0:
        raise UrlError(_("{url} is no http or https address.", url=text[:200]))
    rest = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Url(parts.scheme, host, port or PORTS[parts.scheme], rest)


def parse_endpoint(text: str) -> tuple[str, int]:
    """The host and port of `host:port`.

    Raises:
        UrlError: it is not written so.
    """
    host, _colon, port = text.rpartition(":")
    inner = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if (":" in inner and inner == host) or not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        raise UrlError(_("{target} is not written as host:port.", target=text[:200]))
    return parse_host(inner), int(port)


def parse_host(text: str) -> str:
    """A name or address alone.

    Raises:
        UrlError: it is none.
    """
    try:
        host = ascii_host(text)
    except ValueError as error:
        raise UrlError(_("{target} is no name of a host.", target=text[:200])) from error
    if not host:
        raise UrlError(_("{target} is no name of a host.", target=text[:200]))
    return host


def ascii_host(text: str) -> str:
    """A name as DNS carries it; an address stays as it is.

    Raises:
        ValueError: no name of a host is written so.
    """
    host = text.lower() if text.isascii() else text.encode("idna").decode("ascii").lower()
    if any(not (each.isalnum() or each in "-._:") for each in host) or len(host) > 253:
        raise ValueError(text)
    return host
