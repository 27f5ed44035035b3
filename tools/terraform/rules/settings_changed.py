"""Settings that change in place and that no rule can read: only what is known to be harmless passes unsaid."""

import re
from collections.abc import Iterator
from typing import Any

from resources.catalogue import _
from tools.terraform.open_ports import reads_rules
from tools.terraform.open_services import closes
from tools.terraform.plan_change import Change, leaves
from tools.terraform.policy_document import documents
from tools.terraform.protection import REFUSES
from tools.terraform.risk_report import PlanRisk
from tools.terraform.rules.capacity import is_count
from tools.terraform.rules.safeguard_off import kept_longer

_COSMETIC = frozenset({
    "tags", "tags_all", "labels", "terraform_labels", "effective_labels", "description", "comment", "display_name",
    "timeouts", "user_labels", "resource_labels",
})  # fmt: skip
# What a provider writes by itself when something else changes.
_COMPUTED = frozenset({"arn", "etag", "fingerprint", "label_fingerprint", "self_link", "last_updated", "last_modified",
                       "update_time", "generation"})  # fmt: skip
# Safeguards that only add something where they are switched on. Encryption and sign-in are not among them: they may
# shut out whoever was let in, or need the thing made anew.
_SWITCHES = re.compile(
    r"^(?:versioning\.enabled|versioning_configuration\.status|blob_properties\.versioning_enabled|"
    r"point_in_time_recovery\.enabled|(?:settings\.)?backup_configuration\.(?:enabled|point_in_time_recovery_enabled)|"
    r"access_logs\.enabled|logging\.enabled|enable_logging|enable_log_file_validation|is_multi_region_trail|"
    r"include_global_service_events|performance_insights_enabled|monitoring|copy_tags_to_snapshot|enable_key_rotation|"
    r"image_scanning_configuration\.scan_on_push|purge_protection_enabled)$"
)
# What `open_ports` reads of a firewall rule, whole: where it found nothing, there is nothing.
_DOORS = re.compile(
    r"^(?:(?:ingress|egress|security_rule|allow|entry|port_info)(?:\.|$)|cidr_blocks$|ipv6_cidr_blocks$|cidr_ipv[46]$|"
    r"cidr_block$|source_address_prefix(?:es)?$|source_ranges$|destination_port_ranges?$|from_port$|to_port$|protocol$|"
    r"ip_protocol$)"
)
# Of these the plan shows a name, not what is behind it.
_ELSEWHERE = re.compile(r"\.(?:prefix_list_ids|security_groups)$")
_TIMES = re.compile(r"(?:^|\.)timeout(?:_seconds)?$")


def check(change: Change) -> Iterator[PlanRisk]:
    """Low, once an instance: whoever approves reads the list."""
    if change.kind != "update" or not change.managed or change.facts is None:
        return
    read = _policies(change) if change.has_documents else set()
    names = [name for name in change.changed if name not in read and not _harmless(change, name)]
    if names:
        yield change.risk(
            "settings_changed",
            "low",
            _("Settings change in place; no rule here tells what that does."),
            changed=change.scrub(", ".join(names[:20])),
            **change.evidence(names[0]),
        )


def _policies(change: Change) -> set[str]:
    """The attributes that were a policy and are one: `iam_widened` has read them."""
    before, after = ({path for path, _document in documents(side)} for side in (change.before, change.after))
    return {path for path in before & after if not change.is_sensitive(path)}


def _harmless(change: Change, name: str) -> bool:
    if name in _COSMETIC or name in _COMPUTED:
        return True
    if change.is_sensitive(name):
        return False
    if change.unknown.get(name) is True:
        return change.before.get(name) is None or name.endswith(("_arn", "_version", "_url", "_time"))
    before, after = _flat(name, change.before.get(name)), _flat(name, change.after.get(name))
    paths = [path for path in {**before, **after} if before.get(path, []) != after.get(path, [])]
    if not paths:  # the same values in other blocks
        return False
    return all(_improves(change.type, path, before.get(path, []), after.get(path, [])) for path in paths)


def _improves(kind: str, path: str, old: list[Any], new: list[Any]) -> bool:
    if reads_rules(kind) and _DOORS.search(path) and not _ELSEWHERE.search(path):
        return not any(isinstance(each, bool) for each in (*old, *new))
    if is_count(path) or _TIMES.search(path):
        return bool(old and new) and all(_grows(*pair) for pair in zip(old, new, strict=False)) and len(new) >= len(old)
    if path in REFUSES or _SWITCHES.search(path):
        return bool(new) and all(each is True or str(each).upper() in {"ACTIVE", "ENABLED"} for each in new)
    if len(old) <= 1 and len(new) == 1 and kept_longer(path, old[0] if old else 0, new[0]):
        return True
    return closes(kind, path, old, new)


def _grows(old: object, new: object) -> bool:
    both = isinstance(old, int | float) and isinstance(new, int | float)
    return both and 0 < old <= new  # type: ignore[operator]  # 0 and -1 may mean "without limit"


def _flat(name: str, found: object) -> dict[str, list[Any]]:
    flat: dict[str, list[Any]] = {}
    for path, leaf in leaves(found, name):
        if leaf is not None:
            flat.setdefault(path, []).append(leaf)
    return flat
