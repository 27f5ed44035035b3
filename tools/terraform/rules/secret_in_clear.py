"""Secrets that stand in the plan as plain text, and so in the state, the logs and every copy of both."""

from collections.abc import Iterator
from functools import lru_cache

from resources.catalogue import _
from tools.guard.secret_context import is_secret_name, keeps_secret
from tools.guard.secret_search import find_secrets
from tools.terraform.plan_change import Change, has_true, leaves
from tools.terraform.plan_json import value
from tools.terraform.risk_report import PlanRisk

_HINTS = (
    b"assw", b"ASSW", b"ecret", b"ECRET", b"oken", b"OKEN", b"_key", b"_KEY", b"iKey", b"sKey", b"PRIVATE", b"AKIA",
    b"redential", b"REDENTIAL", b"://", b"ghp_", b"xox", b"sk_live", b"glpat-", b"AIza", b"eyJ",
)  # fmt: skip
_LONGEST = 20_000
# Names that hold the name of a secret, or say how long one is, and no secret.
_ABOUT = (
    "_arn",
    "_id",
    "_name",
    "_ids",
    "_names",
    "_enabled",
    "_policy",
    "_length",
    "_version",
    "_path",
    "_type",
    "_uri",
)


def check(change: Change) -> Iterator[PlanRisk]:
    """High for each attribute that holds one and is not marked sensitive. The value itself is never shown."""
    if change.kind not in {"create", "update", "replace"} or not change.managed:
        return
    raw = bytes(change.body.after)
    if not any(hint in raw for hint in _HINTS):
        return
    mask = value(change.body.after_sensitive)
    for name, found in change.after.items():
        if mask is True or (isinstance(mask, dict) and has_true(mask.get(name))) or found == change.before.get(name):
            continue
        if change.facts and name in change.facts.sensitive_attributes:
            continue
        where = next(
            (path for path, leaf in leaves(found, name) if isinstance(leaf, str) and _secret(path, leaf)), None
        )
        if where:
            yield change.risk(
                "secret_in_clear",
                "high",
                _("A secret stands here in clear text, and will stand so in the state."),
                attribute=change.scrub(where),
            )


def holds_secret(name: str, text: str) -> bool:
    """Whether `text`, under this name, is a secret."""
    return _secret(name, text)


def _secret(path: str, leaf: str) -> bool:
    if len(leaf) < 6:
        return False
    name = path.rpartition(".")[2]
    if not name.lower().endswith(_ABOUT) and _secret_name(name) and keeps_secret(name, leaf):
        return True
    return any(found.certain for found in find_secrets(leaf[:_LONGEST]))


@lru_cache(maxsize=4096)
def _secret_name(name: str) -> bool:
    return is_secret_name(name)
