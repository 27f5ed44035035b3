"""The shape of the network: networks, subnets, routes, gateways, peerings and tunnels."""

import re
from collections.abc import Iterator
from functools import lru_cache

from resources.catalogue import _
from tools.delivery import Severity
from tools.terraform.plan_change import Change, leaves
from tools.terraform.risk_report import PlanRisk

_TOPOLOGY = re.compile(
    r"^aws_(?:vpc|default_vpc|subnet|default_subnet|route|route_table|default_route_table|main_route_table_association|"
    r"route_table_association|internet_gateway|egress_only_internet_gateway|nat_gateway|vpc_peering\w*|ec2_transit\w*|"
    r"vpn_\w+|customer_gateway|dx_\w+|network_acl|default_network_acl|vpc_endpoint\w*|vpc_ipv4_cidr\w*|vpc_dhcp_options\w*)$|"
    r"^azurerm_(?:virtual_network\w*|subnet\w*|route|route_table|nat_gateway\w*|express_route\w*|vpn_\w+|"
    r"local_network_gateway|private_endpoint|virtual_hub\w*|virtual_wan|firewall)$|"
    r"^google_compute_(?:network|subnetwork|route|router\w*|network_peering\w*|vpn_\w+|ha_vpn_gateway|"
    r"external_vpn_gateway|interconnect\w*|shared_vpc\w*|global_network_endpoint\w*)$|"
    r"^google_(?:service_networking_connection|vpc_access_connector|network_connectivity_\w+)$"
)
_COSMETIC = frozenset({"tags", "tags_all", "labels", "description", "name", "effective_labels", "terraform_labels"})
_DEFAULTS = ("0.0.0.0/0", "::/0")


def check(change: Change) -> Iterator[PlanRisk]:
    """High where a part of the network goes or is made anew, medium where it changes, low where it is new."""
    if not change.managed or not _is_network(change.type):
        return
    if change.kind not in {"create", "update", "replace", "destroy"}:
        return
    if change.kind == "update" and set(change.changed) <= _COSMETIC:
        return
    level: Severity = "low" if change.kind == "create" else "medium" if change.kind == "update" else "high"
    message = _("The network changes its shape.")
    if change.kind == "create" and "route" in change.type and _leads_out(change):
        level, message = "medium", _("A route to the whole internet is opened.")
    changed = change.scrub(", ".join(change.changed[:20])) if change.kind == "update" else ""
    evidence = {"actions": ", ".join(change.actions)} | ({"changed": changed} if changed else {})
    yield change.risk("network_topology", level, message, **evidence)


@lru_cache(maxsize=4096)
def _is_network(kind: str) -> bool:
    return _TOPOLOGY.search(kind) is not None


def _leads_out(change: Change) -> bool:
    gateway = any("internet" in str(leaf) or str(leaf).startswith("igw-") for _path, leaf in leaves(change.after))
    return gateway and any(leaf in _DEFAULTS for _path, leaf in leaves(change.after))
