"""Which addresses may be asked: names are resolved once, looked at, and the very address is connected to."""

import asyncio
import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass

from resources.catalogue import _
from tools.deployment.address import bracketed
from tools.guard.errors import ExpectedError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Where clouds hand out credentials to whoever asks from inside.
NEVER = tuple(
    ipaddress.ip_network(each)
    for each in (
        *("169.254.0.0/16", "100.100.100.200/32", "168.63.129.16/32"),
        *("fe80::/10", "fd00:ec2::/32", "fd20:ce::/32", "fd00:c1::/32"),
    )
)
# Prefixes whose last 32 bits are an IPv4 address: NAT64 (public and local), translated (SIIT) and compatible.
CARRIERS = tuple(ipaddress.IPv6Network(each) for each in ("64:ff9b::/96", "64:ff9b:1::/48", "::ffff:0:0:0/96", "::/96"))
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
RESOLVE_SECONDS = 10.0


class AddressRefusedError(ExpectedError):
    """The name leads to an address that is not asked."""


class UnresolvedError(ExpectedError):
    """The name leads nowhere."""


@dataclass(frozen=True)
class Reached:
    """A name and the address it was looked up to; connections go to `address` and speak to `host`."""

    host: str
    port: int
    address: str
    others: tuple[str, ...]


def place(host: str, port: int) -> str:
    """How a host and its port are named; pure."""
    return f"{bracketed(host.lower())}:{port}"


async def reach(host: str, port: int, named: Collection[str]) -> Reached:
    """The address of `host`. Private ones are given only for the places that the brief or a person named.

    Raises:
        UnresolvedError: there is no such name.
        AddressRefusedError: any of its addresses is private and not named, or hands out credentials.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(RESOLVE_SECONDS):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError) as error:
        raise UnresolvedError(_("{host} does not resolve: {reason}", host=host, reason=error)) from error
    addresses = list(dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found))
    for each in addresses:
        refuse(place(host, port), ipaddress.ip_address(each), named)
    return Reached(host, port, addresses[0], tuple(addresses))


def refuse(asked: str, address: Address, named: Collection[str]) -> None:
    """Raise AddressRefusedError unless `address` may be asked for the place `asked`; pure."""
    inner = _inner(address)
    if any(inner in each for each in NEVER if each.version == inner.version) or inner.is_multicast:
        raise AddressRefusedError(_("{host} leads to {address}, which is never asked.", host=asked, address=address))
    public = inner.is_global and (isinstance(inner, ipaddress.IPv4Address) or inner in GLOBAL_UNICAST)
    if not public and asked not in named:
        raise AddressRefusedError(
            _("{host} leads to the private address {address}.", host=asked, address=address),
            _("Name it as the url of an environment in devops.yaml if it is meant."),
        )


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for: mapped, translated, compatible, 6to4, Teredo or NAT64."""
    if isinstance(address, ipaddress.IPv4Address) or int(address) <= 1:  # :: and ::1 are themselves
        return address
    if any(address in each for each in CARRIERS):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address
