"""Something that everybody could reach after the apply and not before."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.delivery import Severity
from tools.terraform.open_ports import is_everybody, may_open, openings
from tools.terraform.open_services import limits_dropped, open_by_nature, opened
from tools.terraform.plan_change import Change, leaves
from tools.terraform.policy_document import documents, public_statements
from tools.terraform.risk_report import LEVELS, PlanRisk

_GUARDS = frozenset(
    {
        "aws_s3_bucket_public_access_block",
        "aws_s3_account_public_access_block",
        "azurerm_subnet_network_security_group_association",
        "azurerm_network_interface_security_group_association",
        "google_storage_bucket_iam_policy",
        "azurerm_storage_account_network_rules",
    }
)
_SOURCES = ("ingress", "cidr", "source", "rule", "ip_", "allow", "match", "entry", "port_info", "inbound", "network")
_ADDRESSES = frozenset({"aws_eip", "azurerm_public_ip", "google_compute_address", "google_compute_global_address"})


def check(change: Change) -> Iterator[PlanRisk]:
    """New openings only, graver where a door that was shut is opened than where a thing is made open."""
    if not change.managed:
        return
    if change.type in _GUARDS and change.lost and change.kind == "destroy":
        yield change.risk(
            "public_exposure", "high", _("The guard that keeps the public out is removed."), reason="destroy"
        )
    if change.kind == "destroy" and _forbids(change):
        yield change.risk(
            "public_exposure", "medium", _("A rule that keeps somebody out is removed."), reason="destroy"
        )
    if change.kind not in {"create", "update", "replace"}:
        return
    yield from _doors(change)
    yield from _services(change)
    yield from _limits(change)
    yield from _policies(change)
    if change.kind == "create" and change.type in _ADDRESSES and change.after.get("address_type") != "INTERNAL":
        yield change.risk("public_exposure", "low", _("A public address is made."))


def _doors(change: Change) -> Iterator[PlanRisk]:
    if not change.news or not may_open(change.type, bytes(change.body.after)):
        return
    new = {str(each): each for each in openings(change.type, change.after)}
    if not new:
        return
    existing = {str(each) for each in openings(change.type, change.before)}
    new = {text: each for text, each in new.items() if text not in existing}
    if new:
        gravest: Severity = max((each.level for each in new.values()), key=LEVELS.index)
        yield change.risk(
            "public_exposure",
            gravest,
            _("A door is opened to the whole internet.")
            if any(is_everybody(each.source) for each in new.values())
            else _("A door is opened to addresses outside."),
            **_sides(change, sorted(existing), sorted(new)),
        )


def _services(change: Change) -> Iterator[PlanRisk]:
    news = change.shown_news
    found = list(opened(change.type, news, change.visible_news))
    if not found:
        return
    old = {name: change.before[name] for name in news if name in change.before}
    existing = {path: text for path, text, _level in opened(change.type, old, leaves(old))} if change.before else {}
    said: set[str] = set()
    for path, text, level in found:
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


def _limits(change: Change) -> Iterator[PlanRisk]:
    """What is open because nothing is said any more, or was never said."""
    if change.kind == "create":
        for path, text, level in open_by_nature(change.type, change.after):
            yield change.risk(
                "public_exposure", level, _("Everybody can reach this."), attribute=path, after=change.said(text)
            )
        return
    old = {name: change.before[name] for name in change.changed if name in change.before}
    for path in limits_dropped(old, change.after):
        top = path.partition(".")[0]
        if not change.is_unknown(top) and not change.is_sensitive(top):
            yield change.risk(
                "public_exposure", "high", _("What limits who can reach this is removed."), **change.evidence(top)
            )


def _forbids(change: Change) -> bool:
    if change.type == "google_compute_firewall":
        return bool(change.before.get("deny"))
    told = change.before.get("access") or change.before.get("rule_action")
    return str(told).lower() == "deny" and change.before.get("egress") is not True


def _policies(change: Change) -> Iterator[PlanRisk]:
    found = list(documents(change.shown_news)) if change.has_documents else []
    if not found:
        return
    existing = {each for _path, document in documents(change.before) for each in public_statements(document)}
    for path, document in found:
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


def _sides(change: Change, old: list[str], new: list[str]) -> dict[str, str]:
    """The doors before and after; where none stood open, what the attribute said."""
    names = [name for name in change.news if any(word in name for word in _SOURCES)]
    was = change.shown(names[0], "before") if names and not old and change.before else _("(none)")
    return ({"attribute": ", ".join(names)} if names else {}) | {
        "before": change.said("; ".join(old)) if old else was,
        "after": change.said("; ".join(new)),
    }


def _was(change: Change, path: str) -> str:
    top = path.partition(".")[0]
    if top == path:
        return change.shown(top, "before")
    return _("(not open)") if top in change.before else _("(none)")


def _lower(level: Severity) -> Severity:
    return "medium" if level == "high" else level
