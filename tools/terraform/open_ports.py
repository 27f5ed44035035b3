"""Which doors a set of firewall rules opens to everybody, whatever the cloud calls them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any

from tools.delivery import Severity
from tools.terraform.plan_change import blocks, leaves, words

# Ports behind which there is administration or data: never for everybody.
_SENSITIVE = (
    20, 21, 22, 23, 25, 111, 135, 137, 139, 389, 445, 512, 513, 514, 636, 873, 1433, 1434, 1521, 2049, 2181, 2375,
    2376, 2379, 2380, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 5672, 5900, 5984, 5985, 5986, 6379, 6443,
    7000, 7199, 8020, 8086, 8500, 8888, 9000, 9042, 9090, 9092, 9160, 9200, 9300, 10250, 11211, 15672, 27017, 27018,
    50070, 61616,
)  # fmt: skip
_WEB = (80, 443)
_EVERYBODY = frozenset({"*", "internet", "any", "0.0.0.0", "0.0.0.0/0", "::/0", "all", "::"})  # noqa: S104 - read, not bound
# Documentation ranges are not here: whoever writes one in a rule means an address outside.
_OWN = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8",
                              "169.254.0.0/16", "fc00::/7", "fe80::/10", "::1/128")))  # fmt: skip
_RANGE = re.compile(r"[0-9a-fA-F.:]+/\d+$")
_SOURCE = re.compile(rb'"(\*|[0-9a-fA-F.:]+\\?/\d+)(?:\\n)?"')
_WIDEST = 8  # a public range of 2^24 addresses or more is taken for everybody


@dataclass(frozen=True, slots=True)
class Opening:
    """One door: from where, through which port, and how grave that is."""

    source: str
    ports: str
    level: Severity

    def __str__(self) -> str:
        return f"{self.source} → {self.ports}"


def is_everybody(source: object) -> bool:
    """Whether an address range is the whole internet, or so much of it that it makes no difference."""
    return isinstance(source, str) and _is_everybody(source)


@lru_cache(maxsize=4096)
def _is_everybody(source: str) -> bool:
    if source.strip().lower() in _EVERYBODY:
        return True
    try:
        network = ip_network(source, strict=False)
    except ValueError:
        return False
    return not network.is_private and network.prefixlen <= (_WIDEST if network.version == 4 else 16)


@lru_cache(maxsize=4096)
def is_outside(source: object) -> bool:
    """Whether an address range is none of those that only a network of one's own uses."""
    if is_everybody(source):
        return True
    try:
        network = ip_network(str(source), strict=False)
    except ValueError:
        return False
    return not any(network.version == own.version and network.subnet_of(own) for own in _OWN)  # type: ignore[arg-type]


def openings(kind: str, values: dict[str, Any]) -> Iterator[Opening]:
    """The doors that the resource of type `kind` with these `values` opens to the outside, inwards."""
    reader = _READERS.get(kind)
    yield from reader(values) if reader else _generic(values)


def reads_rules(kind: str) -> bool:
    """Whether the firewall rules of this type are read one by one, not only searched."""
    return kind in _READERS


def may_open(kind: str, raw: bytes) -> bool:
    """Whether `openings` can find anything in values with this JSON: cheaper than to look, and mostly not."""
    if kind in _READERS or b"\\u" in raw:
        return True
    return any(each == b"*" or is_everybody(each.replace(b"\\", b"").decode()) for each in _SOURCE.findall(raw))


def _port_level(first: int, last: int) -> Severity:
    if last - first >= 1_000 or any(first <= port <= last for port in _SENSITIVE):
        return "critical"
    return "medium" if all(port in _WEB for port in range(first, last + 1)) else "high"


def opening(source: str, ports: str, protocol: str = "tcp") -> Opening:
    """The opening of `ports` ('22', '80-443', '*', or several with commas)."""
    protocol = protocol.lower()
    if not is_everybody(source):
        return Opening(source, f"{protocol}/{ports or '*'}", "low")
    if protocol in {"-1", "all", "*", "any"} and ports in {"", "*", "0-0", "0", "0-65535", "-1--1", "-1"}:
        return Opening(source, "*", "critical")
    if protocol in {"icmp", "icmpv6", "1", "58"}:
        return Opening(source, protocol, "low")
    ranked: list[Severity] = []
    for each in ports.split(","):
        first, _dash, last = each.strip().partition("-")
        if not first.isdigit():
            ranked.append("critical")  # '*', or something that cannot be read
            continue
        ranked.append(_port_level(int(first), int(last) if last.isdigit() else int(first)))
    order = ("low", "medium", "high", "critical")
    return Opening(source, f"{protocol}/{ports or '*'}", max(ranked, key=order.index))


def _range(block: dict[str, Any], first: str = "from_port", last: str = "to_port") -> str:
    one, two = block.get(first), block.get(last)
    if one is None and two is None:
        return "*"
    return f"{one}" if one == two else f"{one}-{two}"


def _aws_rule(block: dict[str, Any]) -> Iterator[Opening]:
    sources = words(block.get("cidr_blocks")) + words(block.get("ipv6_cidr_blocks"))
    sources += words(block.get("cidr_ipv4")) + words(block.get("cidr_ipv6")) + words(block.get("cidr"))
    sources += words(block.get("cidr_block")) + words(block.get("ipv6_cidr_block")) + words(block.get("cidrs"))
    protocol = str(block.get("protocol") or block.get("ip_protocol") or "tcp")
    for source in filter(is_outside, sources):
        yield opening(source, "*" if protocol == "-1" else _range(block), protocol)


def _aws_group(values: dict[str, Any]) -> Iterator[Opening]:
    for block in blocks(values.get("ingress")):
        if str(block.get("action") or block.get("rule_action") or "allow").lower() == "allow":
            yield from _aws_rule(block)


def _aws_single(values: dict[str, Any]) -> Iterator[Opening]:
    if values.get("type") == "egress" or values.get("egress") is True:
        return
    if str(values.get("rule_action") or "allow").lower() == "allow":
        yield from _aws_rule(values)


def _lightsail(values: dict[str, Any]) -> Iterator[Opening]:
    for block in blocks(values.get("port_info")):
        sources = words(block.get("cidrs")) or ["0.0.0.0/0"]
        yield from (opening(each, _range(block), str(block.get("protocol"))) for each in sources if is_outside(each))


def _prefix_list(values: dict[str, Any]) -> Iterator[Opening]:
    for block in blocks(values.get("entry")):
        if is_everybody(block.get("cidr")):
            yield Opening(str(block["cidr"]), "*", "high")


def _azure_rule(block: dict[str, Any]) -> Iterator[Opening]:
    if str(block.get("direction", "Inbound")).lower() != "inbound" or str(block.get("access")).lower() != "allow":
        return
    sources = words(block.get("source_address_prefix")) + words(block.get("source_address_prefixes"))
    ports = words(block.get("destination_port_range")) + words(block.get("destination_port_ranges"))
    for source in filter(is_outside, sources):
        yield opening(source, ",".join(ports) or "*", str(block.get("protocol") or "*"))


def _azure_group(values: dict[str, Any]) -> Iterator[Opening]:
    for block in blocks(values.get("security_rule")):
        yield from _azure_rule(block)


def _azure_database(values: dict[str, Any]) -> Iterator[Opening]:
    first, last = (
        str(values.get("start_ip_address") or values.get("start_ip")),
        str(values.get("end_ip_address") or values.get("end_ip")),
    )
    if first == last == "0.0.0.0":  # noqa: S104 - Azure's way of writing 'every Azure service'
        yield Opening("Azure", "*", "medium")
    elif _distance(first, last) >= 2 ** (32 - _WIDEST):
        yield Opening(f"{first}-{last}", "*", "critical")


def _distance(first: str, last: str) -> int:
    try:
        return int(ip_address(last)) - int(ip_address(first))
    except ValueError:
        return 0


def _google(values: dict[str, Any]) -> Iterator[Opening]:
    if str(values.get("direction") or "INGRESS").upper() != "INGRESS" or values.get("disabled") is True:
        return
    allowed = blocks(values.get("allow"))
    sources = words(values.get("source_ranges"))
    if not sources and not values.get("source_tags") and not values.get("source_service_accounts"):
        sources = ["0.0.0.0/0"]  # what the API takes when nothing is said
    for source in filter(is_outside, sources):
        for block in allowed:
            ports = ",".join(str(port) for port in block.get("ports") or [])
            yield opening(source, ports or "*", str(block.get("protocol") or "all"))


def _google_policy(values: dict[str, Any]) -> Iterator[Opening]:
    if str(values.get("direction") or "INGRESS").upper() != "INGRESS" or str(values.get("action")).lower() != "allow":
        return
    for match in blocks(values.get("match")):
        for source in filter(is_outside, words(match.get("src_ip_ranges"))):
            for layer in blocks(match.get("layer4_configs")) or [{}]:
                ports = ",".join(words(layer.get("ports")))
                yield opening(source, ports or "*", str(layer.get("ip_protocol") or "all"))


def _azure_firewall(values: dict[str, Any]) -> Iterator[Opening]:
    for path, leaf in leaves(values):
        if path.endswith(("source_addresses", "rule.source_addresses")) and is_everybody(leaf):
            yield Opening(str(leaf), "*", "high")


# Outward rules, routes and the ranges of a network itself are no doors.
_OUTWARD = (
    "egress",
    "destination",
    "outbound",
    "route",
    "dest_",
    "target",
    "remote_",
    "peer",
    "service_cidr",
    "no_proxy",
)
_INWARD = (
    "cidr", "source", "ip_range", "allowed", "authorized", "whitelist", "allowlist", "ingress", "inbound", "prefix",
    "permitted", "trusted", "remote_ip",
)  # fmt: skip


def _generic(values: dict[str, Any]) -> Iterator[Opening]:
    if str(values.get("direction", "")).lower() in {"egress", "out", "outbound"}:
        return
    if str(values.get("type", "")).lower() in {"egress", "outbound"}:
        return
    if str(values.get("policy") or values.get("action") or "accept").lower() in {"drop", "deny", "block", "reject"}:
        return
    for path, leaf in leaves(values):
        if not isinstance(leaf, str):
            continue
        if not (leaf == "*" and "source" in path) and not (_RANGE.match(leaf) and is_everybody(leaf)):
            continue
        lowered = path.lower()
        inward = "remote_ip" in lowered or not any(word in lowered for word in _OUTWARD)
        if inward and any(word in lowered for word in _INWARD):
            yield Opening(leaf, path, "high")


_READERS = {
    "aws_security_group": _aws_group,
    "aws_default_security_group": _aws_group,
    "aws_network_acl": _aws_group,
    "aws_default_network_acl": _aws_group,
    "aws_db_security_group": _aws_group,
    "aws_security_group_rule": _aws_single,
    "aws_vpc_security_group_ingress_rule": _aws_single,
    "aws_vpc_security_group_egress_rule": lambda _values: iter(()),
    "aws_network_acl_rule": _aws_single,
    "aws_lightsail_instance_public_ports": _lightsail,
    "aws_ec2_managed_prefix_list": _prefix_list,
    "aws_route": lambda _values: iter(()),
    "aws_route_table": lambda _values: iter(()),
    "aws_default_route_table": lambda _values: iter(()),
    "azurerm_network_security_rule": _azure_rule,
    "azurerm_network_security_group": _azure_group,
    "azurerm_mssql_firewall_rule": _azure_database,
    "azurerm_sql_firewall_rule": _azure_database,
    "azurerm_mysql_firewall_rule": _azure_database,
    "azurerm_mysql_flexible_server_firewall_rule": _azure_database,
    "azurerm_mariadb_firewall_rule": _azure_database,
    "azurerm_postgresql_firewall_rule": _azure_database,
    "azurerm_postgresql_flexible_server_firewall_rule": _azure_database,
    "azurerm_redis_firewall_rule": _azure_database,
    "azurerm_synapse_firewall_rule": _azure_database,
    "azurerm_firewall_network_rule_collection": _azure_firewall,
    "azurerm_firewall_policy_rule_collection_group": _azure_firewall,
    "azurerm_route": lambda _values: iter(()),
    "azurerm_route_table": lambda _values: iter(()),
    "google_compute_firewall": _google,
    "google_sql_database_instance": lambda _values: iter(()),  # open_services reads its networks
    "google_compute_route": lambda _values: iter(()),
    "google_compute_security_policy": lambda _values: iter(()),
    "google_compute_firewall_policy_rule": _google_policy,
    "google_compute_network_firewall_policy_rule": _google_policy,
    "google_compute_region_network_firewall_policy_rule": _google_policy,
}
