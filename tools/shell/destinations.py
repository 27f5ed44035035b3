"""What a confined command may reach: names and ports that a person allowed, at addresses that are public.

A pure decision on names, and one on addresses: an allowed name may still resolve to the cloud's metadata service,
to this machine or to the office network. Such an address is reached only if it was itself named.
"""

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

LONGEST_ADDRESS = 64
Address = IPv4Address | IPv6Address

_WRITTEN = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:/\[\]@]+)):(?P<port>\d{1,5})")
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62}))*")
# What Python's own tables of some versions leave out; the single addresses are metadata services of clouds.
_INSIDE = tuple(
    map(
        ip_network,
        ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "100.100.100.200/32", "64:ff9b:1::/48", "2001::/23",
         "fec0::/10", "3fff::/20", "5f00::/16"),
    )
)  # fmt: skip
_NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Destination:
    """A host, in lower case and without a final dot, and a port."""

    host: str
    port: int

    @classmethod
    def read(cls, text: str) -> "Destination | None":
        """What `host:port` or `[address]:port` says; None when it is written differently."""
        found = _WRITTEN.fullmatch(text.strip())
        if found is None or not 0 < int(found["port"]) < 65_536:
            return None
        host = (found["six"] or found["host"]).lower().rstrip(".")
        return cls(host, int(found["port"])) if host else None

    @property
    def address(self) -> Address | None:
        """The address, when the host is written as one."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None

    @property
    def is_name(self) -> bool:
        """Whether the host is a proper name: what looks like an odd way to write an address is not."""
        last = self.host.rsplit(".", 1)[-1]
        proper = _NAME.fullmatch(self.host) is not None and len(self.host) <= 253
        return proper and not last.isdigit() and not last.startswith("0x")

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def is_allowed(wanted: Destination, allowed: tuple[str, ...]) -> bool:
    """Whether one of `allowed` (`host:port`, `*.domain:port`, `address:port`) covers `wanted`."""
    return any(_covers(text, wanted) for text in allowed)


_METADATA = re.compile(
    r"169[.-]254[.-]169[.-]254|169\.254\.170\.2|metadata\.google\.internal|fd00:ec2::254|a9fe:a9fe|100\.100\.100\.200"
    r"|168\.63\.129\.16",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"(?:^|//|@|=)((?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3})(?=[:/?#]|$)", re.IGNORECASE)


def is_metadata(text: str) -> bool:
    """Whether an argument addresses a cloud's metadata service, in any way that programs read addresses."""
    if _METADATA.search(text):
        return True
    return any(_METADATA.fullmatch(_dotted(found)) is not None for found in _NUMBERS.findall(text))


def _dotted(numbers: str) -> str:
    """`2852039166`, `0xa9.254.0xa9fe` and their kin as four decimal numbers, the way the C library reads them."""
    if len(numbers) > LONGEST_ADDRESS:
        return ""
    try:
        return socket.inet_ntoa(socket.inet_aton(numbers))
    except OSError:
        return ""


def may_connect(address: Address, wanted: Destination, allowed: tuple[str, ...]) -> bool:
    """Whether `address`, to which `wanted` resolved, may be reached."""
    if is_public(address):
        return True
    named = {Destination.read(text) for text in allowed}
    return Destination(str(address), wanted.port) in named


def is_public(address: Address) -> bool:
    """Whether `address` belongs to nobody's inside: not this machine, not a private or special network."""
    inner = _carried(address)
    if inner is not None:
        return is_public(inner)
    if any(address in network for network in _INSIDE):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _carried(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    if int(address) >> 32 == 0:  # the old "compatible" form
        return IPv4Address(int(address))
    return None


def _covers(text: str, wanted: Destination) -> bool:
    wildcard = text.startswith("*.")
    allowed = Destination.read(text[2:] if wildcard else text)
    if allowed is None or allowed.port != wanted.port:
        return False
    if wildcard:
        return wanted.is_name and wanted.host.endswith("." + allowed.host)
    if allowed.address is not None or wanted.address is not None:
        return allowed.address == wanted.address
    return wanted.is_name and allowed.host == wanted.host
