"""Which services, buckets and databases everybody can reach, by the attributes that decide it."""

from collections.abc import Iterator
from typing import Any

from tools.delivery import Severity
from tools.terraform.plan_change import blocks, words

Opened = tuple[str, str, Severity]
"""Attribute, its value, and how grave it is."""

_PUBLIC_ACLS = {"public-read": "high", "public-read-write": "critical", "authenticated-read": "high",
                "publicRead": "high", "publicReadWrite": "critical", "publicread": "high"}  # fmt: skip
_ALL_USERS = ("allUsers", "allAuthenticatedUsers", "global/AllUsers", "global/AuthenticatedUsers")
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
    "anonymous_access_enabled": "high",
}
_FALSE_OPENS: dict[str, Severity] = {
    "block_public_acls": "high",
    "block_public_policy": "high",
    "ignore_public_acls": "high",
    "restrict_public_buckets": "high",
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
    "special_group": {"allAuthenticatedUsers": "critical"},
}
_WORD_ONLY_FOR = {"default_action": ("azurerm_",), "scheme": ("aws_",), "ingress": ("google_",), "group": ("aws_",)}
_NOT_FOR = {
    "internal": ("google_",),
    "public": ("github_",),
    "default_action": ("azurerm_cdn", "azurerm_frontdoor", "azurerm_web"),
    "ipv4_enabled": ("aws_",),
}
# Without these the cloud takes the open value.
_OPEN_WHEN_ABSENT = {"aws_lb": ("internal",), "aws_alb": ("internal",), "aws_elb": ("internal",)}


def opened(kind: str, values: dict[str, Any], flat: list[tuple[str, Any]]) -> Iterator[Opened]:
    """The attributes by which everybody reaches the resource of type `kind` with these `values` (and their leaves)."""
    for path, leaf in flat:
        if isinstance(leaf, bool | str):
            name = path.rpartition(".")[2]
            if name not in _NOT_FOR or not kind.startswith(_NOT_FOR[name]):
                yield from _by_leaf(kind, path, name, leaf)
    for name in _OPEN_WHEN_ABSENT.get(kind, ()):
        if name not in values:
            yield name, "false", "medium"
    yield from _by_shape(kind, values, flat)


def _by_leaf(kind: str, path: str, name: str, leaf: object) -> Iterator[Opened]:
    if leaf is True and name in _TRUE_OPENS:
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


def _by_shape(kind: str, values: dict[str, Any], flat: list[tuple[str, Any]]) -> Iterator[Opened]:
    if kind.startswith("google_compute_instance"):
        if any(card.get("access_config") for card in blocks(values.get("network_interface"))):
            yield "network_interface.access_config", "1", "medium"
    elif kind == "google_sql_database_instance":
        for path, leaf in flat:
            if path == "settings.ip_configuration.authorized_networks.value" and leaf in {"0.0.0.0/0", "::/0"}:
                yield path, str(leaf), "critical"
    elif kind == "aws_s3_bucket_website_configuration" or (kind == "aws_s3_bucket" and values.get("website")):
        yield "website", "1", "medium"
    elif kind in {"kubernetes_service", "kubernetes_service_v1"}:
        for spec in blocks(values.get("spec")):
            if spec.get("type") == "LoadBalancer" and not words(spec.get("load_balancer_source_ranges")):
                yield "spec.type", "LoadBalancer", "medium"
