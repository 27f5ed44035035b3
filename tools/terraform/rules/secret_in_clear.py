"""Secrets that stand in the plan as plain text, and so in the state, the logs and every copy of both."""

from collections.abc import Iterator
from functools import lru_cache

from resources.catalogue import _
from tools.guard.secret_context import is_secret_name, keeps_secret
from tools.guard.secret_search import find_secrets
from tools.terraform.plan_change import Change
from tools.terraform.risk_report import PlanRisk

# Without one of these no known format of a secret is in a text.
_HINTS = (
    "assw", "ASSW", "ecret", "ECRET", "oken", "OKEN", "api_key", "apikey", "API_KEY", "ApiKey", "apiKey", "redential",
    "REDENTIAL", "rivate", "RIVATE", "pwd", "PWD", "://", "AKIA", "ASIA", "ghp_", "gho_", "ghs_", "ghu_", "ghr_",
    "github_pat", "xox", "_live_", "_test_", "glpat-", "AIza", "eyJ", "SG.", "sk-", "hvs.", "dop_", "npm_", "pypi-",
    "AccountKey", "SharedAccess",
)  # fmt: skip
_SHORTEST_FORMAT = 12
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
# Of Cloud Run: the block says which secret of Secret Manager, by its name.
_REFERENCE = "secret_key_ref"


def check(change: Change) -> Iterator[PlanRisk]:
    """High for each attribute that holds one and is not marked sensitive. The value itself is never shown."""
    if change.kind not in {"create", "update", "replace"} or not change.managed:
        return
    if change.type == "aws_ssm_parameter" and change.after.get("type") == "String":
        name = str(change.after.get("name")).rpartition("/")[2]
        if _secret_name(name):
            message = _("A secret is kept as a plain String: make it a SecureString.")
            yield change.risk("secret_in_clear", "medium", message, attribute="type", after="String")
    said: set[str] = set()
    for path, leaf in change.visible_news:
        top = path.partition(".")[0]
        if isinstance(leaf, str) and top not in said and holds_secret(path, leaf):
            said.add(top)
            yield change.risk(
                "secret_in_clear",
                "high",
                _("A secret stands here in clear text, and will stand so in the state."),
                attribute=change.scrub(path),
            )


def holds_secret(path: str, text: str) -> bool:
    """Whether `text`, under this dotted path, is a secret."""
    if len(text) < 6:
        return False
    name = path.rpartition(".")[2]
    if name == "secret" and _REFERENCE in path:
        return False
    if _secret_name(name) and keeps_secret(name, text):
        return True
    if len(text) < _SHORTEST_FORMAT or not any(hint in text for hint in _HINTS):
        return False
    return any(found.certain for found in find_secrets(text[:_LONGEST]))


@lru_cache(maxsize=4096)
def _secret_name(name: str) -> bool:
    return not name.lower().endswith(_ABOUT) and is_secret_name(name)
