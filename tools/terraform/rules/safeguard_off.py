"""Encryption, logging, backup and versioning that are switched off, or were never on."""

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from resources.catalogue import _
from tools.delivery import Severity
from tools.terraform.plan_change import Change, leaves
from tools.terraform.risk_report import PlanRisk

# What kind of safeguard an attribute is, by its dotted path; the first that fits counts.
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("versioning", re.compile(r"(?:^|[._])versioning|(?:^|\.)is_versioning")),
    (
        "backup",
        re.compile(
            r"backup|point_in_time_recovery|pitr|(?:^|[._])snapshot_retention|geo_redundant_backup|"
            r"binary_log_enabled|delete_retention_policy|soft_delete"
        ),
    ),
    (
        "encryption",
        re.compile(
            r"encrypt|(?:^|[._])kms_|kms_master_key|(?:^|[._])cmk|key_vault_key_id|enable_key_rotation|https_only|"
            r"(?:enable_)?https_traffic_only|require_ssl|ssl_enforcement|(?:^|[._])ssl_mode|min(?:imum)?_tls_version|"
            r"minimum_protocol_version|ssl_policy|sse_|node_to_node|viewer_protocol_policy|enforce_https"
        ),
    ),
    (
        "protection",
        re.compile(
            r"(?:^|[._])waf_|firewall_mode|(?:^|\.)iap\.|network_policy|scan_on_push|auth_settings|(?:^|[._])auth_enabled|"
            r"security_alert|threat_(?:detection|intel)|http_tokens|shielded|image_tag_mutability|binary_authorization|"
            r"(?:^|\.)web_acl_id$|(?:^|\.)web_acl_arn$|(?:^|\.)security_policy$|firewall_policy_id$|source_dest_check|"
            r"uniform_bucket_level_access|role_based_access_control_enabled|database_authentication_enabled|"
            r"minimum_password_length|retention_policy|is_virtual_network_filter_enabled"
        ),
    ),
    (
        "logging",
        re.compile(
            r"(?:^|[._])(?:enable_)?log(?:s|ging|_config|_types)?(?:$|[._])|access_logs?|cloudwatch_logs_exports|"
            r"audit|flow_log|enabled_cluster_log_types|monitoring|performance_insights_enabled|is_multi_region_trail|"
            r"enable_log_file_validation|tracing|insights|logging_service|^retention_in_days$"
        ),
    ),
)
_NOT = re.compile(r"disable|skip|(?:^|[._])tags|labels|description|(?:^|[._])name$|_arn$|_at$|window|recovery_point")
_OFF_WORDS = frozenset(
    {
        "",
        "false",
        "disabled",
        "suspended",
        "none",
        "off",
        "no",
        "allow-all",
        "disable",
        "logging_none",
        "allow_unencrypted_and_encrypted",
        "passthrough",
        "null",
        "detection",
        "optional",
        "mutable",
    }
)
_DAYS = re.compile(
    r"(?:backup_retention_period|snapshot_retention_limit|backup_retention_days|retained_backups|"
    r"automated_snapshot_retention_period|retention_in_days|transaction_log_retention_days|minimum_password_length|"
    r"message_retention_seconds|retention_period(?:_hours)?|_retention_policy\.days|retention_duration)$"
)
_TLS = re.compile(r"min(?:imum)?_tls_version$|minimum_protocol_version$")
# Resources that are nothing but a safeguard of another: to destroy one is to switch it off.
_COMPANIONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("versioning", re.compile(r"^aws_s3_bucket_versioning$")),
    (
        "encryption",
        re.compile(r"server_side_encryption_configuration$|^aws_ebs_encryption_by_default$|_encryption_config\w*$"),
    ),
    (
        "logging",
        re.compile(
            r"^aws_(?:s3_bucket_logging|flow_log|cloudtrail|guardduty_detector|config_\w+|securityhub_account|"
            r"cloudwatch_metric_alarm|route53_query_log|wafv2_web_acl_logging_configuration)$|"
            r"^azurerm_(?:monitor_\w+|network_watcher_flow_log|security_center_\w+)$|^google_logging_\w*sink$|"
            r"^google_monitoring_alert_policy$|audit_config$"
        ),
    ),
    (
        "backup",
        re.compile(
            r"^aws_(?:backup_\w+|db_instance_automated_backups_replication|dlm_lifecycle_policy)$|"
            r"^azurerm_backup_\w+$|snapshot_schedule|resource_policy_attachment$|replication_configuration$"
        ),
    ),
    (
        "protection",
        re.compile(r"^aws_(?:wafv2_web_acl_association|shield_protection)$|web_application_firewall_policy$"),
    ),
)
_EXPLICIT = re.compile(
    r"^(?:storage_encrypted|encrypted|at_rest_encryption_enabled|transit_encryption_enabled|enable_key_rotation|"
    r"https_only|https_traffic_only_enabled|enable_https_traffic_only|ssl_enforcement_enabled)$"
)


def check(change: Change) -> Iterator[PlanRisk]:
    """High where a safeguard that stands is lowered; medium where something is made with it switched off."""
    if change.lost and change.kind == "destroy":
        for safeguard, pattern in _COMPANIONS:
            if pattern.search(change.type):
                yield change.risk("safeguard_off", "high", _said(safeguard), safeguard=safeguard, reason="destroy")
    if change.kind in {"update", "replace"}:
        yield from _disabled(change)
        yield from _lowered(change)
    elif change.kind == "create" and change.managed:
        for name, found in change.after.items():
            if found is False and _EXPLICIT.search(name):
                yield change.risk(
                    "safeguard_off",
                    "medium",
                    _("This is made without encryption."),
                    safeguard="encryption",
                    attribute=name,
                    after="false",
                )
            elif found == 0 and found is not False and _DAYS.search(name) and name != "retention_in_days":
                yield change.risk(
                    "safeguard_off",
                    "medium",
                    _("This is made without backups."),
                    safeguard="backup",
                    attribute=name,
                    after="0",
                )


def _disabled(change: Change) -> Iterator[PlanRisk]:
    for name in ("enabled", "is_enabled", "enable"):
        if change.before.get(name) is True and name in change.after and change.after[name] is not True:
            for safeguard, pattern in _COMPANIONS:
                if pattern.search(change.type):
                    yield change.risk(
                        "safeguard_off", "high", _said(safeguard), safeguard=safeguard, **change.evidence(name)
                    )


def _lowered(change: Change) -> Iterator[PlanRisk]:
    for name in change.changed:
        if change.is_unknown(name) or change.is_sensitive(name):
            continue
        before, after = _flat(name, change.before.get(name)), _flat(name, change.after.get(name))
        said: set[str] = set()
        for path, old in before.items():
            safeguard = _kind(path)
            if safeguard is None or safeguard in said:
                continue
            level = _level(path, old, after.get(path, []))
            if level:
                said.add(safeguard)
                yield change.risk(
                    "safeguard_off",
                    level,
                    _said(safeguard),
                    safeguard=safeguard,
                    attribute=path,
                    before=change.said(_one(old)),
                    after=change.said(_one(after.get(path, []))),
                )


def _level(path: str, old: list[Any], new: list[Any]) -> Severity | None:
    """How grave the way from `old` to `new` is; None when it is not a way down."""
    if _DAYS.search(path):
        was, will = _days(old), _days(new)
        if path == "retention_in_days":  # of logs, 0 keeps them for ever
            return "medium" if (will or math.inf) < (was or math.inf) else None
        return None if will >= was else "high" if will == 0 else "medium"
    if _TLS.search(path):
        return "high" if old and new and _version(new[0]) < _version(old[0]) else None
    if not _is_on(old):
        return None
    if not _is_on(new):
        return "high"
    return "medium" if all(isinstance(each, str) for each in (*old, *new)) and set(new) < set(old) else None


def kept_longer(path: str, old: object, new: object) -> bool:
    """Whether the attribute at `path` says how many days something is kept, and says at least as many as before."""
    return bool(_DAYS.search(path)) and isinstance(new, int | float) and _level(path, [old], [new]) is None


def _flat(name: str, found: object) -> dict[str, list[Any]]:
    flat: dict[str, list[Any]] = {}
    for path, leaf in leaves(found, name):
        flat.setdefault(path, []).append(leaf)
    return flat


@lru_cache(maxsize=8192)
def _kind(path: str) -> str | None:
    if _NOT.search(path):
        return None
    return next((kind for kind, pattern in _KINDS if pattern.search(path)), None)


def _is_on(found: list[Any]) -> bool:
    return any(each not in (None, False, 0) and str(each).lower() not in _OFF_WORDS for each in found)


def _days(found: list[Any]) -> float:
    return max((float(each) for each in found if isinstance(each, int | float)), default=0.0)


def _version(found: object) -> tuple[int, ...]:
    return tuple(int(each) for each in re.findall(r"\d+", str(found).replace("TLSv1_", "TLSv1.")))


def _one(found: list[Any]) -> object:
    return found[0] if len(found) == 1 else found


def _said(safeguard: str) -> str:
    return {
        "encryption": _("Encryption is switched off or weakened."),
        "logging": _("Logs or monitoring are switched off."),
        "backup": _("Backups are switched off or kept for less time."),
        "versioning": _("Versioning is switched off: an overwrite or a delete cannot be undone."),
        "protection": _("A protection in front of the service is removed."),
    }[safeguard]
