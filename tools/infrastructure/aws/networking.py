"""What a blueprint with a network of its own decides about it, and what that costs."""

from resources.catalogue import _
from resources.facts import read_facts
from tools.brief import Brief, Environment
from tools.infrastructure import addresses, regions
from tools.infrastructure.aws.modules.network import cidr, endpoints, nat_gateways, zones
from tools.infrastructure.design import BillLine
from tools.infrastructure.module import Variable
from tools.infrastructure.scale import Scale
from tools.terraform.cost import HOURS

KEPT_INSIDE = frozenset({"hds", "pci_dss", "iso_27001"})
"""Regulations under which what is said to AWS does not leave the network either."""
LETTERS = {"ap-northeast-1": "acd", "ca-central-1": "abd", "us-west-1": "ac"}
"""Where the zones that new accounts get are not the first of the alphabet."""


def variables() -> tuple[Variable, ...]:
    """The inputs of a stack with a network."""
    return cidr(), zones(), nat_gateways(), endpoints()


def values(brief: Brief, environment: Environment, scale: Scale, services: tuple[str, ...]) -> dict[str, object]:
    """What is decided of them; `services` of AWS are what runs there speaks to."""
    network = addresses.networks(brief)[environment.name]
    region = regions.region_of(brief, environment, "aws")
    cut = addresses.subnets(network, scale.zones)
    letters = LETTERS.get(region, "abcd")
    return {
        "cidr": str(network),
        "zones": {
            f"{region}{letters[index]}": {"public": public, "private": private, "data": data}
            for index, (public, private, data) in enumerate(zip(cut.public, cut.private, cut.data, strict=True))
        },
        "nat_gateways": scale.nat_gateways,
        "endpoints": list(services) if _inside(brief, scale) else [],
    }


def bill(brief: Brief, scale: Scale, services: tuple[str, ...], *, balanced: bool) -> list[BillLine]:
    """What stands still of a network costs by the hour; `balanced`: a load balancer stands before it."""
    rates = read_facts("infrastructure_prices")["aws"]
    lines: list[BillLine] = []
    if scale.nat_gateways:
        lines.append(
            BillLine(_("NAT gateways: {count}", count=scale.nat_gateways), "aws_nat_gateway", count=scale.nat_gateways)
        )
        lines.append(BillLine(_("their addresses"), "aws_eip", count=scale.nat_gateways))
    if balanced:
        lines.append(BillLine(_("load balancer"), "aws_lb"))
        lines.append(BillLine(_("its addresses"), monthly=float(rates["public_ipv4_hour"]) * HOURS, count=scale.zones))
    if _inside(brief, scale):
        count = len(services) * scale.zones
        told = _("endpoints: {count}", count=count)
        lines.append(BillLine(told, monthly=float(rates["interface_endpoint_hour"]) * HOURS, count=count))
    return lines


def _inside(brief: Brief, scale: Scale) -> bool:
    return scale.production and bool(KEPT_INSIDE & set(brief.constraints.regulations))
