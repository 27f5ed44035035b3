"""Reads access policies (AWS's JSON documents and those of its imitators): who may do what to which resource."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tools.delivery import Severity
from tools.terraform.plan_change import blocks, words

# Actions by which one permission becomes every permission.
_ESCALATES = frozenset({
    "iam:passrole", "iam:createaccesskey", "iam:createloginprofile", "iam:updateloginprofile",
    "iam:attachuserpolicy", "iam:attachrolepolicy", "iam:attachgrouppolicy", "iam:putuserpolicy",
    "iam:putrolepolicy", "iam:putgrouppolicy", "iam:createpolicyversion", "iam:setdefaultpolicyversion",
    "iam:addusertogroup", "iam:updateassumerolepolicy", "sts:assumerole", "lambda:updatefunctioncode",
    "kms:putkeypolicy", "s3:putbucketpolicy", "organizations:*",
})  # fmt: skip
# A condition on one of these says who "everybody" is.
_SAYS_WHO = (
    "aws:sourceip", "aws:sourceowner", "aws:sourcevpc", "aws:sourcevpce", "aws:principalorgid", "aws:sourcearn",
    "aws:sourceaccount",
    "aws:principalarn", "aws:principalaccount", "aws:principalorgpaths", "aws:resourceorgid", "sts:externalid",
    "kms:calleraccount", "kms:viaservice", "s3:dataaccesspointaccount", "elasticfilesystem:accessedviamounttarget",
)  # fmt: skip
_RENDERED = {"actions": "Action", "not_actions": "NotAction", "resources": "Resource",
             "not_resources": "NotResource", "not_principals": "NotPrincipal"}  # fmt: skip
_LETS_MORE_IN = re.compile(r"(?i)not|ifexists$|^null$|^forallvalues:")
_ANYBODY = frozenset({"*", "0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1"})
_EVERYWHERE = re.compile(r"^(?:\*+|arn:[^:]*(?::\**)+)$")


@dataclass(frozen=True, slots=True)
class Grant:
    """One permission: who, what, on which resource."""

    principal: str
    action: str
    resource: str
    condition: str = ""

    def __str__(self) -> str:
        who = f"{self.principal}: " if self.principal else ""
        what = f"{who}{self.action} → {self.resource or '.'}"
        return f"{what} ({self.condition})" if self.condition else what


def documents(values: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every policy document in the values of a resource, with the path of its attribute."""
    for name, found in values.items():
        yield from _search(name, found, 0)


def _search(path: str, found: object, depth: int) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(found, str):
        if "Statement" in found and found.lstrip()[:1] == "{":
            try:
                parsed = json.loads(found)
            except (ValueError, RecursionError):
                return
            if isinstance(parsed, dict) and "Statement" in parsed:
                yield path, parsed
    elif isinstance(found, list) and depth < 6:
        for each in found:
            yield from _search(path, each, depth + 1)
    elif isinstance(found, dict) and depth < 6:
        for name, each in found.items():
            yield from _search(f"{path}.{name}", each, depth + 1)


def rendered(values: dict[str, Any]) -> dict[str, Any]:
    """The document that the blocks of a `data "aws_iam_policy_document"` will be rendered to."""
    return {"Statement": [_statement(block) for block in blocks(values.get("statement"))]}


def _statement(block: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"Effect": block.get("effect") or "Allow"}
    for told, name in _RENDERED.items():
        if block.get(told):
            found[name] = block[told]
    who = blocks(block.get("principals"))
    if who:
        found["Principal"] = {str(each.get("type")): words(each.get("identifiers")) for each in who}
    if block.get("condition"):
        found["Condition"] = {
            str(each.get("test")): {str(each.get("variable")): words(each.get("values"))}
            for each in blocks(block["condition"])
        }
    return found


def grants(document: dict[str, Any]) -> Iterator[Grant]:
    """Everything the document allows; what it allows by exclusion (`NotAction`…) counts as everything."""
    yield from _permissions(document, "allow")


def denials(document: dict[str, Any]) -> Iterator[Grant]:
    """Everything the document forbids; what it forbids by exclusion counts as everything."""
    yield from _permissions(document, "deny")


def _permissions(document: dict[str, Any], effect: str) -> Iterator[Grant]:
    for statement in _statements(document):
        if str(statement.get("Effect", "")).lower() != effect:
            continue
        told = statement.get("Condition")
        condition = json.dumps(told, sort_keys=True, ensure_ascii=False) if told else ""
        actions = words(statement.get("Action")) or (["*"] if "NotAction" in statement else [])
        targets = words(statement.get("Resource")) or (["*"] if "NotResource" in statement else [""])
        for principal in _principals(statement):
            for action in actions:
                for resource in targets:
                    yield Grant(principal, action, resource, condition)


def public_statements(document: dict[str, Any]) -> Iterator[str]:
    """What the document lets everybody do, where no condition narrows who everybody is."""
    for statement in _statements(document):
        if str(statement.get("Effect", "")).lower() != "allow" or _narrowed(statement.get("Condition")):
            continue
        if any(each == "*" for each in _principals(statement)):
            yield f"*: {', '.join(words(statement.get('Action')) or ['*'])}"


def level_of(grant: Grant) -> Severity:
    """How much one permission gives."""
    action = re.sub(r"\*+", "*", grant.action.lower())
    everywhere = _EVERYWHERE.match(grant.resource) is not None
    if action in {"*", "*:*"}:
        return "critical" if everywhere or not grant.resource else "high"
    if grant.principal == "*" and not grant.condition:
        return "critical"
    if action.startswith("kms:") and grant.principal.endswith(":root"):
        return "low"  # what AWS writes into every key: the account's own administrators
    if action in {"iam:*", "sts:*", "organizations:*", "kms:*"} or (action in _ESCALATES and everywhere):
        return "critical" if action == "iam:*" and everywhere else "high"
    wild = "*" in action or "?" in action
    if action.endswith(":*") or (wild and everywhere and not _reads(action)):
        return "high"
    return "medium" if everywhere and not _reads(action) else "low"


def _reads(action: str) -> bool:
    verb = action.partition(":")[2]
    return verb.startswith(("get", "list", "describe", "head", "batchget", "lookup", "view"))


def _statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    found = document.get("Statement")
    return [found] if isinstance(found, dict) else [each for each in found or [] if isinstance(each, dict)]


def _principals(statement: dict[str, Any]) -> list[str]:
    found = statement.get("Principal")
    if found is None:
        return ["*"] if "NotPrincipal" in statement else [""]
    if isinstance(found, dict):
        named = [f"{kind}:{each}" if each != "*" else "*" for kind, many in found.items() for each in words(many)]
        return named or [""]
    return words(found) or [""]


def _narrowed(condition: object) -> bool:
    if not isinstance(condition, dict):
        return False
    return any(
        key.lower() in _SAYS_WHO and not _ANYBODY & set(words(wanted))
        for operator, tests in condition.items()
        # These are also true of a caller of whom nothing is known, or of all but a few.
        if isinstance(tests, dict) and not _LETS_MORE_IN.search(operator)
        for key, wanted in tests.items()
    )
