"""What stands between a destroy and the data: deletion protection, a final snapshot, a bin for what is deleted."""

from collections.abc import Iterator
from typing import Any

from resources.catalogue import _
from tools.terraform.plan_change import Change, blocks

# Attributes where `true` makes the cloud refuse to delete.
REFUSES = (
    "deletion_protection",
    "deletion_protection_enabled",
    "enable_deletion_protection",
    "termination_protection",
    "termination_protection_enabled",
    "disable_api_termination",
    "delete_protection",
    "deletion_lock",
)
# Attributes where `true` deletes although there is something inside.
EMPTIES = ("force_destroy", "force_delete", "delete_contents_on_destroy")
# Attributes where `true` only forgets the object, and it goes on existing.
LEAVES = ("skip_destroy", "retain_on_delete")
_KEPT_POLICIES = ("ABANDON", "PREVENT", "RETAIN")


def protections(change: Change) -> list[str]:
    """What, by the values that stand now, refuses the deletion or keeps a copy; in words."""
    # The destroy runs with the values in the state, not with those planned.
    return [*_refusals(change.before), *_copies(change.type, change.before)]


def _refusals(values: dict[str, Any]) -> Iterator[str]:
    for name in REFUSES:
        if values.get(name) is True or str(values.get(name)).upper() in {"ACTIVE", "ENABLED"}:
            yield _("{attribute} makes the cloud refuse to delete it", attribute=name)
    for settings in blocks(values.get("settings")):  # google_sql_database_instance
        if settings.get("deletion_protection_enabled") is True:
            yield _("{attribute} makes the cloud refuse to delete it", attribute="settings.deletion_protection_enabled")
    for name in EMPTIES:
        if values.get(name) is False:
            yield _("{attribute} is false: it is deleted only when it is empty", attribute=name)
            break
    for name in LEAVES:
        if values.get(name) is True:
            yield _("{attribute} leaves the object in place", attribute=name)
    policy = values.get("deletion_policy")
    if isinstance(policy, str) and policy.upper() in _KEPT_POLICIES:
        yield _("deletion_policy is {policy}", policy=policy)


def _copies(kind: str, values: dict[str, Any]) -> Iterator[str]:
    name = values.get("final_snapshot_identifier") or values.get("final_snapshot_name")
    if values.get("skip_final_snapshot") is False and name:
        yield _("a final snapshot is taken")
    if values.get("purge_protection_enabled") is True:
        yield _("purge protection keeps what is deleted for a time")
    for reader in (_recovery_window, _soft_delete):
        yield from reader(kind, values)


def _recovery_window(kind: str, values: dict[str, Any]) -> Iterator[str]:
    days = values.get("recovery_window_in_days") or values.get("deletion_window_in_days")
    if kind in {"aws_secretsmanager_secret", "aws_kms_key"} and isinstance(days, int | float) and days > 0:
        yield _("it can be restored for {days} days", days=int(days))


def _soft_delete(kind: str, values: dict[str, Any]) -> Iterator[str]:
    days = values.get("soft_delete_retention_days")
    if kind == "azurerm_key_vault" and isinstance(days, int | float) and days > 0:
        yield _("it can be restored for {days} days", days=int(days))
