"""Permissions that are given: wildcards, new principals, administrators' roles, long-lived credentials."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from resources.catalogue import _
from tools.delivery import Severity
from tools.terraform.plan_change import Change, blocks, leaves, words
from tools.terraform.policy_document import Grant, denials, documents, grants, level_of, rendered
from tools.terraform.risk_report import LEVELS, PlanRisk

_ADMIN: tuple[tuple[Severity, re.Pattern[str]], ...] = (
    (
        "critical",
        re.compile(
            r"(?i)AdministratorAccess$|/IAMFullAccess$|^roles/owner$|^roles/(?:resourcemanager\.organizationAdmin|iam\.securityAdmin)$|"
            r"^Owner$|^User Access Administrator$|^Role Based Access Control Administrator$|^cluster-admin$|"
            r"AmazonEKSClusterAdminPolicy$|8e3af657-a8ff-443c-a75c-2fe8c4bcb635|18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"
        ),
    ),
    (
        "high",
        re.compile(
            r"(?i)FullAccess$|PowerUserAccess$|^roles/editor$|^roles/[\w.]*admin$|^roles/iam\.(?:serviceAccountTokenCreator|"
            r"serviceAccountUser|serviceAccountKeyAdmin|workloadIdentityUser)$|^Contributor$|(?:Administrator|Admin|Contributor|Officer|Owner)$|"
            r"b24988ac-6180-42a0-ab88-20f7382dd24c"
        ),
    ),
)
_ROLES = frozenset({
    "role", "policy_arn", "policy_arns", "managed_policy_arns", "role_definition_name", "role_definition_id",
    "managed_policy_arn", "permission_set_arn", "cluster_role", "role_arns",
})  # fmt: skip
_MEMBERS = frozenset({
    "member", "members", "principal", "principals", "principal_id", "principal_arn", "users", "groups", "subject",
    "account_ids", "user", "group", "external_id", "special_group", "grantee_principal", "account_id", "iam_member",
    "access", "shared_accounts",
})  # fmt: skip
_CREDENTIALS = frozenset({
    "aws_iam_access_key", "aws_iam_user_login_profile", "google_service_account_key",
    "aws_iam_service_specific_credential", "azuread_application_password", "azuread_service_principal_password",
    "google_storage_hmac_key",
})  # fmt: skip
_PRINCIPALS = frozenset({"aws_iam_user", "google_service_account", "azuread_user", "azuread_service_principal"})
_TRUSTS = frozenset({
    "aws_iam_openid_connect_provider", "aws_iam_saml_provider", "google_iam_workload_identity_pool_provider",
    "azurerm_federated_identity_credential", "aws_rolesanywhere_trust_anchor",
})  # fmt: skip
_IDENTITIES = frozenset({
    "iam_instance_profile", "task_role_arn", "execution_role_arn", "role_arn", "service_role_arn", "service_role",
    "service_account", "service_account_email", "identity", "identity_ids", "service_account_name", "run_as",
})  # fmt: skip
_BOUNDARIES = frozenset({"permissions_boundary", "permissions_boundary_attachment"})
_EVERYBODY = frozenset({"allUsers", "allAuthenticatedUsers", "*", "system:unauthenticated", "system:anonymous"})
_IAM_TYPE = re.compile(
    r"_iam_|^aws_iam_|role_?(?:assignment|binding|definition)|access_policy|_permission|_policy$|_grant|ssoadmin_|"
    r"allowed_principal|_access$|^kubernetes_(?:cluster_)?role(?:_v1)?$|_dataset$"
)
_BECOMES = re.compile(r"^roles/iam\.(?:serviceAccountUser|workloadIdentityUser)$")
_PERMISSIONS = re.compile(r"permissions$|(?:^|\.)(?:actions|data_actions|verbs|operations|permissions)$")


# Permissions by which the holder gives itself all others.
_ESCALATES = re.compile(
    r"(?i)setIamPolicy$|\.(?:actAs|implicitDelegation|signJwt|signBlob|getAccessToken)$|serviceAccountKeys\.create$|"
    r"iam\.roles\.update$|^Microsoft\.Authorization/\S*(?:write|elevateAccess/action)$|^(?:bind|escalate|impersonate)$"
)


def check(change: Change) -> Iterator[PlanRisk]:
    """What was not granted before, ranked by what it gives; a narrow grant in something new is low."""
    if change.kind == "read" and change.type == "aws_iam_policy_document":
        yield from _by_deferred_document(change)
    if not change.managed or change.kind not in {"create", "update", "replace"}:
        return
    if change.type in _CREDENTIALS and change.made:
        yield change.risk("iam_widened", "medium", _("A credential that does not expire is made."))
        return
    yield from _by_documents(change)
    relevant = bool(change.facts and change.facts.iam) or _is_iam(change.type)
    if change.kind != "create":
        yield from _by_identity(change, relevant=relevant)
    elif change.type in _PRINCIPALS:
        yield change.risk("iam_widened", "low", _("Somebody new may be given rights."))
    elif change.type in _TRUSTS:
        yield change.risk("iam_widened", "medium", _("Identities of another issuer will be trusted."))
    if relevant:
        yield from _by_roles(change)
        yield from _by_bindings(change)
        yield from _by_permissions(change)


@lru_cache(maxsize=4096)
def _is_iam(kind: str) -> bool:
    return _IAM_TYPE.search(kind) is not None


def _by_documents(change: Change) -> Iterator[PlanRisk]:
    found = list(documents(change.news)) if change.has_documents else []
    if not found:
        return
    before = [document for _path, document in documents(change.before)]
    existing = {each for document in before for each in grants(document)}
    yield from _lifted(change, {each for document in before for each in denials(document)}, found)
    for path, document in found:
        if change.is_sensitive(path.partition(".")[0]):
            continue
        new = [each for each in grants(document) if each not in existing]
        if not new:
            continue
        trust = path.endswith("assume_role_policy")
        ranked = [_trust_level(each.principal) if trust else level_of(each) for each in new]
        gravest: Severity = max(ranked, key=LEVELS.index)
        if change.kind == "update" and gravest == "low":
            gravest = "medium"  # a policy in force is widened
        first = [str(each) for each, level in zip(new, ranked, strict=True) if level == gravest] or [str(new[0])]
        yield change.risk(
            "iam_widened",
            gravest,
            _("Permissions are given that were not given before."),
            attribute=path,
            before=change.said("; ".join(sorted(map(str, existing))[:5]) or _("(none)")),
            after=change.said("; ".join(first[:5])),
        )


def _by_deferred_document(change: Change) -> Iterator[PlanRisk]:
    """A document that is rendered during the apply: who uses it shows an unknown policy."""
    ranked = [(level_of(each), str(each)) for each in grants(rendered(change.after))]
    gravest: Severity = max((level for level, _said in ranked), key=LEVELS.index, default="info")
    if gravest in {"high", "critical"}:
        yield change.risk(
            "iam_widened",
            gravest,
            _("This document gives much, and what uses it is known only after the apply."),
            attribute="statement",
            after=change.said("; ".join([said for level, said in ranked if level == gravest][:5])),
        )


def _lifted(change: Change, forbidden: set[Grant], found: list[tuple[str, dict[str, Any]]]) -> Iterator[PlanRisk]:
    kept = {each for _path, document in found for each in denials(document)}
    lifted = sorted(map(str, forbidden - kept))
    path = found[0][0]
    if lifted and not change.is_sensitive(path.partition(".")[0]):
        yield change.risk(
            "iam_widened",
            "medium",
            _("A prohibition is lifted."),
            attribute=path,
            before=change.said("; ".join(lifted[:5])),
            after=_("(none)"),
        )


def _by_identity(change: Change, *, relevant: bool) -> Iterator[PlanRisk]:
    """What it may do follows from whom it runs as; and a boundary caps what an identity may be given."""
    for name in change.changed:
        if change.before.get(name) and name in _BOUNDARIES and not change.after.get(name):
            yield change.risk("iam_widened", "high", _("A limit on permissions is removed."), **change.evidence(name))
        elif (name in _IDENTITIES or (name == "role" and not relevant)) and (
            change.after.get(name) or change.is_unknown(name)
        ):
            yield change.risk("iam_widened", "medium", _("It runs with other permissions."), **change.evidence(name))


def _trust_level(principal: str) -> Severity:
    if principal == "*":
        return "critical"
    return "medium" if principal.startswith(("AWS:", "Federated:")) else "low"


def _by_roles(change: Change) -> Iterator[PlanRisk]:
    for name in sorted(_ROLES & change.after.keys()):
        if change.is_sensitive(name):
            continue
        new = set(words(change.after.get(name))) - set(words(change.before.get(name)))
        for role in sorted(new):
            level = _role_level(role)
            if (level == "low" and change.kind == "update") or _becomes_one_account(change, role):
                level = "medium"
            yield change.risk("iam_widened", level, _grant_text(level), **change.evidence(name))
    for reference in blocks(change.after.get("role_ref")):
        if reference.get("name") not in [each.get("name") for each in blocks(change.before.get("role_ref"))]:
            level = _role_level(str(reference.get("name")))
            yield change.risk("iam_widened", level, _grant_text(level), attribute="role_ref.name",
                              after=change.said(reference.get("name")))  # fmt: skip


def _by_bindings(change: Change) -> Iterator[PlanRisk]:
    for name in sorted(_MEMBERS & change.after.keys()):
        if change.is_sensitive(name) or change.is_unknown(name):
            continue
        if name == "account_id" and not change.type.endswith("_permission"):
            continue  # the account's own number
        new = _who(change.after.get(name)) - _who(change.before.get(name))
        public = sorted(each for each in new if each in _EVERYBODY)
        if public:
            yield change.risk("iam_widened", "critical", _("Everybody is given access."), **change.evidence(name))
        elif new and change.kind != "create":
            yield change.risk("iam_widened", "medium", _("Somebody new is given access."), **change.evidence(name))
        elif new and not (_ROLES | {"role_ref"}) & change.after.keys():
            yield change.risk("iam_widened", "low", _("Somebody is given access."), **change.evidence(name))
    yield from _authoritative(change)


def _who(found: object) -> set[str]:
    return {*words(found), *(leaf for _path, leaf in leaves(blocks(found)) if isinstance(leaf, str))}


def _authoritative(change: Change) -> Iterator[PlanRisk]:
    before, after = (_pairs(values.get("policy_data")) for values in (change.before, change.after))
    new = after - before
    if not new or change.is_sensitive("policy_data"):
        return
    levels: list[Severity] = ["critical" if member in _EVERYBODY else _role_level(role) for role, member in new]
    yield change.risk(
        "iam_widened",
        max([*levels, "medium"], key=LEVELS.index),
        _("Permissions are given that were not given before."),
        attribute="policy_data",
        after=change.said("; ".join(f"{role} → {member}" for role, member in sorted(new)[:5])),
    )


def _pairs(text: object) -> set[tuple[str, str]]:
    try:
        parsed: Any = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return set()
    bindings = blocks(parsed.get("bindings")) if isinstance(parsed, dict) else []
    return {(str(each.get("role")), member) for each in bindings for member in words(each.get("members"))}


def _by_permissions(change: Change) -> Iterator[PlanRisk]:
    """Lists of permissions: custom roles, key vaults, Kubernetes rules."""
    before = {(path, leaf) for path, leaf in leaves(change.before) if _PERMISSIONS.search(path)}
    new = [(path, leaf) for path, leaf in leaves(change.after) if _PERMISSIONS.search(path) and isinstance(leaf, str)]
    added = sorted({(path, leaf) for path, leaf in new if (path, leaf) not in before and "not_" not in path})
    added = [each for each in added if not change.is_sensitive(each[0].partition(".")[0])]
    if not added:
        return
    said = [leaf for _path, leaf in added]
    level: Severity = "medium" if change.kind == "update" else "low"
    if "*" in said:
        level = "critical"
    elif any(leaf.endswith("/*") or _ESCALATES.search(leaf) for leaf in said):
        level = "high"
    yield change.risk(
        "iam_widened",
        level,
        _("Permissions are given that were not given before."),
        attribute=added[0][0],
        after=change.said(", ".join(leaf for _path, leaf in added[:20])),
    )


def _becomes_one_account(change: Change, role: str) -> bool:
    """Whether named jobs or accounts may become one account, as a trust policy of AWS lets them: not all, not any."""
    if not change.type.startswith("google_service_account_iam_") or not _BECOMES.search(role):
        return False
    members = words(change.after.get("member")) + words(change.after.get("members"))
    return not any(each in _EVERYBODY or each.endswith("/*") for each in members)


def _role_level(role: str) -> Severity:
    return next((level for level, pattern in _ADMIN if pattern.search(role)), "low")


def _grant_text(level: Severity) -> str:
    if level in {"critical", "high"}:
        return _("An administrator's role is given.")
    return _("A role is given.")
