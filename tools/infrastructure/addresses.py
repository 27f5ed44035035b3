"""The addresses of each environment's network, and of the subnets in it."""

from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import combinations

from resources.catalogue import _
from tools.brief import Brief
from tools.infrastructure.problems import NetworkSizeError, OverlappingNetworksError

POOL = IPv4Network("10.16.0.0/12")
LARGEST, SMALLEST = 16, 22
SLOTS = 4
"""Zones a network has room for: a third zone later moves no subnet of the first two."""


@dataclass(frozen=True)
class Subnets:
    """One subnet a zone and a kind."""

    public: tuple[str, ...]
    private: tuple[str, ...]
    data: tuple[str, ...]


def networks(brief: Brief) -> dict[str, IPv4Network]:
    """The network of each environment, by its name.

    Raises:
        NetworkSizeError: one is larger than /16 or smaller than /22.
        OverlappingNetworksError: two share addresses, so they could never be connected.
    """
    environments = brief.context.environments
    shared = _shares(brief.context.platform.cidr, len(environments))
    found = {each.name: each.cidr or share for each, share in zip(environments, shared, strict=True)}
    for name, network in found.items():
        if not LARGEST <= network.prefixlen <= SMALLEST:
            raise NetworkSizeError(
                _("The network {network} of {name} is not between /16 and /22.", network=network, name=name),
                _(
                    "Set context.platform.cidr to a /16 to /{size} for all environments, or cidr of each.",
                    size=SMALLEST - _bits(len(environments)),
                ),
            )
    for (first, one), (second, other) in combinations(found.items(), 2):
        if one.overlaps(other):
            raise OverlappingNetworksError(
                _(
                    "{first} ({one}) and {second} ({other}) share addresses: they could never be connected.",
                    first=first,
                    one=one,
                    second=second,
                    other=other,
                ),
                _("Set cidr of {name} to {free}, which nothing uses.", name=second, free=_free(list(found.values()))),
            )
    return found


def subnets(network: IPv4Network, zones: int) -> Subnets:
    """Subnets over `zones` zones: half of the network for what runs, an eighth each for the public and for data."""
    wide = [str(each) for each in network.subnets(3)]
    narrow = [str(each) for each in network.subnets(5)]
    public, data = narrow[4 * SLOTS :], narrow[5 * SLOTS :]
    return Subnets(tuple(public[:zones]), tuple(wide[:zones]), tuple(data[:zones]))


def _shares(pool: IPv4Network | None, count: int) -> list[IPv4Network]:
    if pool is None:
        return list(POOL.subnets(new_prefix=LARGEST))[:count]
    bits = _bits(count)
    if pool.prefixlen + bits > SMALLEST:
        raise NetworkSizeError(
            _("context.platform.cidr {pool} is too small for {count} environments.", pool=pool, count=count),
            _("Make it a /{size} or larger, or set cidr of each environment.", size=SMALLEST - bits),
        )
    return list(pool.subnets(bits))[:count]


def _bits(count: int) -> int:
    return (count - 1).bit_length()


def _free(taken: list[IPv4Network]) -> IPv4Network:
    """The first /16 of the pool that overlaps with nothing."""
    return next(each for each in POOL.subnets(new_prefix=LARGEST) if not any(each.overlaps(one) for one in taken))
