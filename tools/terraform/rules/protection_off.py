"""Deletion protection that is switched off, or a final snapshot given up: the next destroy will go through."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.terraform.plan_change import Change, blocks
from tools.terraform.protection import EMPTIES, LEAVES, REFUSES
from tools.terraform.risk_report import PlanRisk

_GIVES_UP = ("skip_final_snapshot", "delete_automated_backups", *EMPTIES)
_SNAPSHOTS = ("final_snapshot_identifier", "final_snapshot_name")
_HOLDS = (*REFUSES, *LEAVES, "purge_protection_enabled")
_LOCKS = frozenset({"azurerm_management_lock", "google_resource_manager_lien", "aws_backup_vault_lock_configuration"})
_DAYS = ("recovery_window_in_days", "deletion_window_in_days", "soft_delete_retention_days")


def check(change: Change) -> Iterator[PlanRisk]:
    """An existing protection lowered is high; a stateful resource made without one is low."""
    if change.type in _LOCKS and change.lost:
        yield change.risk("deletion_protection_off", "high", _("The lock that forbids deletion is removed."))
    if change.kind in {"update", "replace"}:
        yield from _lowered(change)
    elif change.kind == "create" and change.facts and change.facts.stateful:
        yield from _absent(change)


def _lowered(change: Change) -> Iterator[PlanRisk]:
    before, after = change.before, change.after
    off = [name for name in _HOLDS if _on(before.get(name)) and not _on(after.get(name)) and name in before]
    off += [name for name in _GIVES_UP if before.get(name) is not True and after.get(name) is True]
    off += [name for name in _SNAPSHOTS if before.get(name) and name in after and not after[name]]
    off += [name for name in _DAYS if _number(after.get(name), 0) < _number(before.get(name), 0) and name in after]
    policies = str(before.get("deletion_policy")).upper(), str(after.get("deletion_policy")).upper()
    if policies[0] in {"ABANDON", "PREVENT", "RETAIN"} and policies[1] == "DELETE":
        off.append("deletion_policy")
    for name in off:
        if not change.is_unknown(name):  # said as unknown
            yield change.risk(
                "deletion_protection_off",
                "high",
                _("Protection against deletion is switched off."),
                **change.evidence(name),
            )
    pairs = zip(blocks(before.get("settings")), blocks(after.get("settings")), strict=False)
    if any(
        _on(old.get("deletion_protection_enabled")) and not _on(new.get("deletion_protection_enabled"))
        for old, new in pairs
    ):
        yield change.risk(
            "deletion_protection_off",
            "high",
            _("Protection against deletion is switched off."),
            attribute="settings.deletion_protection_enabled",
            before="true",
            after="false",
        )


def _absent(change: Change) -> Iterator[PlanRisk]:
    for name in (*REFUSES, "purge_protection_enabled"):
        if change.after.get(name) is False:
            yield change.risk(
                "unprotected",
                "low",
                _("This will hold data and is made without protection against deletion."),
                attribute=name,
                after="false",
            )
            return
    if change.after.get("skip_final_snapshot") is True or any(change.after.get(name) is True for name in EMPTIES):
        yield change.risk("unprotected", "low", _("This will hold data, and a destroy would delete it without a copy."))


def _on(found: object) -> bool:
    return found is True or str(found).upper() in {"ACTIVE", "ENABLED"}


def _number(found: object, default: float) -> float:
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else default
