"""Which services, buckets and databases everybody can reach, by the attributes that decide it."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from tools.delivery import Severity
from tools.terraform.open_ports import is_everybody
from tools.terraform.plan_change import blocks, leaves, words

Opened = tuple[str, str, Severity]
"""Attribute, its value, and how grave it is."""

_PUBLIC_ACLS = {"public-read": "high", "public-read-write": "critical", "authenticated-read": "high",
                "publicRead": "high", "publicReadWrite": "critical", "publicread": "high"}  # fmt: skip
_ALL_USERS = ("allUsers", "allAuthenticatedUsers", "global/AllUsers", "global/AuthenticatedUsers")
_PUBLIC_IDS = ("public_ip_address_id", "public_ip_address_ids", "nat_ip", "eip_allocation_id")
# Attributes that open where they are true, and those that open where they are false.
_TRUE_OPENS: dict[str, Severity] = {
    "publicly_accessible": "critical",
    "public_network_access_enabled": "high",
    "public_network_access": "high",
    "allow_nested_items_to_be_public": "high",
    "allow_blob_public_access": "high",
    "associate_public_ip_address": "medium",
    "map_public_ip_on_launch": "medium",
    "assign_public_ip": "medium",
    "assign_public_ip_on_launch": "medium",
    "enable_public_ip": "medium",
    "endpoint_public_access": "medium",
    "ipv4_enabled": "high",
    "public_data_endpoint_enabled": "high",
    "admin_enabled": "medium",
    "anonymous_pull_enabled": "high",
    "allow_unauthenticated_identities": "medium",
    "public": "high",
    "is_public": "high",
    "is_publicly_accessible": "high",
    "external_enabled": "high",
    "invoker_iam_disabled": "critical",
    "non_ssl_port_enabled": "high",
    "enable_legacy_abac": "high",
    "shared_access_key_enabled": "low",
    "anonymous_access_enabled": "high",
}
_FALSE_OPENS: dict[str, Severity] = {
    "block_public_acls": "high",
    "block_public_policy": "high",
    "ignore_public_acls": "high",
    "restrict_public_buckets": "high",
    "block_public_security_group_rules": "high",
    "internal": "medium",
    "private_cluster_enabled": "medium",
    "enable_private_nodes": "medium",
    "enable_private_endpoint": "low",
    "local_account_disabled": "low",
    "internal_load_balancer_enabled": "medium",
}
_WORDS: dict[str, dict[str, Severity]] = {
    "authorization_type": {"NONE": "high"},
    "authorization": {"NONE": "high"},
    "container_access_type": {"blob": "high", "container": "critical", "public": "high"},
    "access_type": {"ObjectRead": "high", "ObjectReadWrite": "critical"},
    "default_action": {"Allow": "high"},
    "public_access_prevention": {"inherited": "medium", "unspecified": "medium"},
    "ingress_settings": {"ALLOW_ALL": "medium"},
    "ingress": {"INGRESS_TRAFFIC_ALL": "medium", "all": "medium"},
    "load_balancing_scheme": {"EXTERNAL": "medium", "EXTERNAL_MANAGED": "medium"},
    "scheme": {"internet-facing": "medium"},
    "endpoint_type": {"PUBLIC": "medium"},
    "visibility": {"public": "high"},
    "public_network_access": {"Enabled": "high"},
    "public_network_access_enabled": {"Enabled": "high"},
    "group": {"all": "critical"},
    "shared_accounts": {"all": "critical"},
    "account_ids": {"All": "critical"},
    "state": {"unblocked": "high"},
    "type": {"SERVICE_PROVIDED_EIPS": "high"},
    "direct_internet_access": {"Enabled": "medium"},
    "app_network_access_type": {"PublicInternetOnly": "medium"},
    "types": {"EDGE": "medium", "REGIONAL": "medium"},
    "allowed_origins": {"*": "medium"},
    "special_group": {"allAuthenticatedUsers": "critical"},
}
_WORD_ONLY_FOR = {"default_action": ("azurerm_",), "scheme": ("aws_",), "ingress": ("google_",), "group": ("aws_",),
               "state": ("aws_",), "type": ("aws_msk_",), "types": ("aws_api_gateway",)}  # fmt: skip
_NOT_FOR = {
    "internal": ("google_",),
    "public": ("github_",),
    "default_action": ("azurerm_cdn", "azurerm_frontdoor", "azurerm_web"),
    "ipv4_enabled": ("aws_",),
}
# Without these the cloud takes the open value.
_OPEN_WHEN_ABSENT = {
    "aws_lb": ("internal",),
    "aws_alb": ("internal",),
    "aws_elb": ("internal",),
    "google_compute_forwarding_rule": ("load_balancing_scheme",),
    "google_compute_global_forwarding_rule": ("load_balancing_scheme",),
    "google_container_cluster": ("private_cluster_config",),
}
# Types that are there to be reached by everybody, whatever their attributes say.
_ALWAYS_OPEN = frozenset({
    "aws_ecrpublic_repository", "aws_cloudfront_distribution", "aws_globalaccelerator_accelerator",
    "aws_apigatewayv2_api", "aws_lightsail_static_ip", "aws_lightsail_distribution", "azurerm_cdn_endpoint",
    "azurerm_cdn_frontdoor_endpoint", "azurerm_frontdoor", "azurerm_traffic_manager_profile",
})  # fmt: skip
_BEHIND_SOMETHING = frozenset({"INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER", "INGRESS_TRAFFIC_INTERNAL_ONLY"})
_NOTHING = (None, False, "")
# Lists and objects that say who may come in: where they are emptied, everybody may.
_LIMITS = re.compile(
    r"(?:^|\.)(?:network_rules|network_rule_set|network_acls|network_acl|ip_restriction|scm_ip_restriction|ip_rules|"
    r"ip_range_filter|ip_whitelist|api_server_access_profile|authorized_ip_ranges|api_server_authorized_ip_ranges|"
    r"master_authorized_networks_config|private_cluster_config|public_access_cidrs|network_access_control|vpc_options|"
    r"virtual_network_rule|virtual_network_subnet_ids|target_tags|target_service_accounts|load_balancer_source_ranges|"
    r"public_access_prevention|endpoint_type)$"
)


def opened(kind: str, values: dict[str, Any], flat: list[tuple[str, Any]]) -> Iterator[Opened]:
    """The attributes by which everybody reaches the resource of type `kind` with these `values` (and their leaves)."""
    for path, leaf in flat:
        if isinstance(leaf, bool | str):
            name = path.rpartition(".")[2]
            if name == "invoker_iam_disabled" and leaf is True and values.get("ingress") in _BEHIND_SOMETHING:
                yield path, "true", "low"  # the load balancer is the door, and is judged itself
            elif name not in _NOT_FOR or not kind.startswith(_NOT_FOR[name]):
                yield from _by_leaf(kind, path, name, leaf)
    yield from _by_shape(kind, values, flat)


def open_by_nature(kind: str, values: dict[str, Any]) -> Iterator[Opened]:
    """What opens the resource because nothing was said: `values` are all it is made with."""
    for name in _OPEN_WHEN_ABSENT.get(kind, ()):
        if values.get(name) in (None, []):
            yield name, "null", "medium"
    if kind in _ALWAYS_OPEN:
        yield "type", kind, "medium"


def limits_dropped(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """The attributes that kept somebody out before and say nothing any more; `before` are those that change."""
    limits = {limit for path, leaf in leaves(before) if leaf not in _NOTHING for limit in _limit(path, on=leaf is True)}
    if limits:
        said = [path for path, leaf in leaves({name: after.get(name) for name in before}) if leaf not in _NOTHING]
        refused = {path for path, leaf in leaves(after) if leaf is False}  # read as any other value
        for limit in sorted(limits - refused):
            if not any(each == limit or each.startswith(f"{limit}.") for each in said):
                yield limit


@lru_cache(maxsize=4096)
def _limit(path: str, *, on: bool) -> tuple[str, ...]:
    """The part of a path that is a limit, if any."""
    steps = path.split(".")
    holders = (".".join(steps[: length + 1]) for length in range(len(steps)))
    found = next((holder for holder in holders if _LIMITS.search(holder)), None)
    if found is None and on and steps[-1] in _FALSE_OPENS:
        found = path
    return (found,) if found else ()


def closes(kind: str, path: str, old: list[Any], new: list[Any]) -> bool:
    """Whether the attribute at `path` opened the resource with its `old` values and does not with the `new`."""
    name = path.rpartition(".")[2]
    was, will = ([each for leaf in side for each in _by_leaf(kind, path, name, leaf)] for side in (old, new))
    return bool(was) and not will and bool(new)


def _by_leaf(kind: str, path: str, name: str, leaf: object) -> Iterator[Opened]:
    if leaf in (True, "true") and name in _TRUE_OPENS:
        yield path, "true", _TRUE_OPENS[name]
    elif leaf is False and name in _FALSE_OPENS:
        yield path, "false", _FALSE_OPENS[name]
    elif isinstance(leaf, str):
        level = _WORDS.get(name, {}).get(leaf)
        if level and kind.startswith(_WORD_ONLY_FOR.get(name, ("",))):
            yield path, leaf, level
        elif name in {"acl", "predefined_acl", "default_acl"} and leaf in _PUBLIC_ACLS:
            yield path, leaf, "critical" if "rite" in leaf else "high"
        elif leaf.endswith(_ALL_USERS):
            yield path, leaf, "critical"
        elif name in _PUBLIC_IDS and leaf:
            yield path, leaf, "medium"


def _by_shape(kind: str, values: dict[str, Any], flat: list[tuple[str, Any]]) -> Iterator[Opened]:
    if kind.startswith("google_compute_instance"):
        if any(card.get("access_config") for card in blocks(values.get("network_interface"))):
            yield "network_interface.access_config", "1", "medium"
    elif kind == "google_sql_database_instance":
        for path, leaf in flat:
            if path == "settings.ip_configuration.authorized_networks.value" and is_everybody(leaf):
                yield path, str(leaf), "critical"
    elif kind == "aws_s3_bucket_website_configuration" or (kind == "aws_s3_bucket" and values.get("website")):
        yield "website", "1", "medium"
    elif kind in {"kubernetes_service", "kubernetes_service_v1"}:
        for spec in blocks(values.get("spec")):
            if spec.get("type") == "LoadBalancer" and not words(spec.get("load_balancer_source_ranges")):
                yield "spec.type", "LoadBalancer", "medium"
