"""Values that decide about risk and are known only after the apply."""

from collections.abc import Iterator

from resources.catalogue import _
from tools.terraform.plan_change import ALL, Change, leaves
from tools.terraform.risk_report import PlanRisk, Unknown

# What the cloud makes up when it creates a thing: not configured by anybody, and without weight.
_GIVEN_BY_THE_CLOUD = frozenset({
    "id", "arn", "self_link", "etag", "fingerprint", "tags_all", "creation_timestamp", "create_date", "unique_id",
    "hosted_zone_id", "owner_id", "uid", "generation", "effective_labels", "terraform_labels", "create_time",
    "update_time", "timeouts", "output", "last_updated", "state", "status", "hex", "b64_std", "b64_url", "dec",
    "result", "creation_date", "urn", "object_id",
})  # fmt: skip
# Attributes whose value decides about access or exposure whoever computes it.
_WEIGHTY = frozenset({
    "policy", "assume_role_policy", "access_policy", "policy_arn", "role", "member", "members", "principal",
    "cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "source_ranges", "source_address_prefix", "ingress", "acl",
    "publicly_accessible", "access_policies", "policy_document", "inline_policy", "policy_data",
})  # fmt: skip


def unknowns(change: Change, configured: dict[str, frozenset[str]] | None) -> list[Unknown]:
    """The attributes somebody configured (by `configured`; None when the plan has no configuration) and nobody knows.

    What the cloud computes by itself (an id, an address) is not one of them: every create has those.
    """
    if change.kind not in {"create", "update", "replace"} or not change.managed or not change.unknown:
        return []
    return [
        Unknown(
            address=change.scrub(change.address),
            type=change.type,
            what="value",
            attribute=name,
            reason=_("The value is known only after the apply."),
        )
        for name in sorted(change.unknown)
        if name == ALL or _counts(change, name, configured)
    ]


def _counts(change: Change, name: str, configured: dict[str, frozenset[str]] | None) -> bool:
    if configured is not None and name in configured:
        inside = configured[name]
        unknown = {path.rpartition(".")[2] for path, leaf in leaves(change.unknown[name]) if leaf is True}
        return not inside or change.unknown[name] is True or bool(unknown & inside)
    weighty = {*_WEIGHTY, *(change.facts.exposure_attributes if change.facts else ())}
    if name in weighty and change.unknown[name] is not True:
        return True  # written by a dynamic block, which no configuration in a plan shows
    if name in weighty - {"egress"} and change.facts and change.facts.exposure == "network_rule":
        return True
    if change.facts and name in (*change.facts.exposure_attributes, *change.facts.protection) and configured is None:
        return True
    if name in _WEIGHTY and change.kind == "update":
        return True
    return configured is None and name not in _GIVEN_BY_THE_CLOUD and not _computed(name)


def hidden(change: Change) -> list[Unknown]:
    """The attributes that decide about access or exposure and that the plan marks as sensitive."""
    if change.kind not in {"create", "update", "replace"} or not change.managed or not change.masked:
        return []
    weighty = {*_WEIGHTY, *(change.facts.exposure_attributes if change.facts else ())}
    names = {name for name in change.news if name in weighty and change.after[name] is not None}
    return [
        Unknown(
            address=change.scrub(change.address),
            type=change.type,
            what="value",
            attribute=name,
            reason=_("The value is hidden as sensitive, so nobody can judge it."),
        )
        for name in sorted(names)
        if name in change.masked or ALL in change.masked
    ]


def _computed(name: str) -> bool:
    return name.endswith(("_id", "_arn", "_ids", "_arns", "_time", "_at", "_url", "_link", "_date", "_version"))


def check(change: Change, found: list[Unknown]) -> Iterator[PlanRisk]:
    """One risk an instance: medium where the unknown decides about access or exposure, else low."""
    if not found:
        return
    names = [each.attribute for each in found]
    weighty = _WEIGHTY | set(change.facts.exposure_attributes if change.facts else ())
    yield change.risk(
        "unknown_value",
        "medium" if any(name in weighty or name == ALL for name in names) else "low",
        _("Some values are known only after the apply, so nobody can judge them now."),
        attributes=", ".join(names[:20]),
    )
