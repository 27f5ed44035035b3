"""Something that everybody could reach after the apply and not before."""

from collections.abc import Iterator
from typing import Any

from resources.catalogue import _
from tools.delivery import Severity
from tools.terraform.open_ports import openings
from tools.terraform.open_services import opened
from tools.terraform.plan_change import Change
from tools.terraform.policy_document import documents, public_statements
from tools.terraform.risk_report import LEVELS, PlanRisk

_GUARDS = frozenset(
    {
        "aws_s3_bucket_public_access_block",
        "aws_s3_account_public_access_block",
        "azurerm_subnet_network_security_group_association",
        "azurerm_network_interface_security_group_association",
        "google_storage_bucket_iam_policy",
    }
)
_ADDRESSES = frozenset({"aws_eip", "azurerm_public_ip", "google_compute_address", "google_compute_global_address"})


def check(change: Change) -> Iterator[PlanRisk]:
    """New openings only, graver where a door that was shut is opened than where a thing is made open."""
    if not change.managed:
        return
    if change.type in _GUARDS and change.lost and change.kind == "destroy":
        yield change.risk(
            "public_exposure", "high", _("The guard that keeps the public out is removed."), reason="destroy"
        )
    if change.kind not in {"create", "update", "replace"}:
        return
    yield from _doors(change)
    yield from _services(change)
    yield from _policies(change)
    if change.kind == "create" and change.type in _ADDRESSES and change.after.get("address_type") != "INTERNAL":
        yield change.risk("public_exposure", "low", _("A public address is made."))


def _doors(change: Change) -> Iterator[PlanRisk]:
    existing = {str(each) for each in openings(change.type, change.before)}
    new = {str(each): each for each in openings(change.type, _visible(change)) if str(each) not in existing}
    if new:
        gravest: Severity = max((each.level for each in new.values()), key=LEVELS.index)
        yield change.risk(
            "public_exposure",
            gravest,
            _("A door is opened to the whole internet."),
            before=change.said("; ".join(sorted(existing)) or _("(none)")),
            after=change.said("; ".join(sorted(new))),
        )


def _services(change: Change) -> Iterator[PlanRisk]:
    existing = {path: text for path, text, _level in opened(change.type, change.before)}
    said: set[str] = set()
    for path, text, level in opened(change.type, _visible(change)):
        if path in said or existing.get(path) == text:
            continue
        said.add(path)
        yield change.risk(
            "public_exposure",
            level if change.kind == "update" or level == "critical" else _lower(level),
            _("Everybody can reach this."),
            attribute=path,
            before=_was(change, path),
            after=change.said(text),
        )


def _policies(change: Change) -> Iterator[PlanRisk]:
    existing = {each for _path, document in documents(change.before) for each in public_statements(document)}
    for path, document in documents(_visible(change)):
        new = [each for each in public_statements(document) if each not in existing]
        if new and change.facts is not None and change.type == "aws_kms_key":
            continue  # a key policy names the account's root; `iam_widened` reads it
        if new:
            yield change.risk(
                "public_exposure",
                "critical",
                _("The policy lets everybody in."),
                attribute=path,
                after=change.said("; ".join(new)),
            )
            return


def _visible(change: Change) -> dict[str, Any]:
    """The values after, without those that are secret as a whole."""
    return {name: found for name, found in change.after.items() if not change.is_sensitive(name)}


def _was(change: Change, path: str) -> str:
    top = path.partition(".")[0]
    if top == path:
        return change.shown(top, "before")
    return _("(not open)") if top in change.before else _("(none)")


def _lower(level: Severity) -> Severity:
    return "medium" if level == "high" else level
