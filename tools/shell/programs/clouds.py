"""Rules of the clouds' command lines but that of AWS: gcloud, az and the smaller platforms."""

import re
from itertools import takewhile

from resources.catalogue import _
from tools.guard.decision import Reason
from tools.shell.call import Call
from tools.shell.programs.cloud_options import common

_GCLOUD_READS = {
    "list", "describe", "get-iam-policy", "get-value", "info", "version", "read", "list-tags", "get-ancestors",
    "search-all-resources", "tail", "ls", "get-server-config", "get-health", "list-grantable-roles", "browse-none",
}  # fmt: skip
_GCLOUD_SECRET = re.compile(
    r"print-(?:access|identity)-token|print-access-token|get-credentials|application-default|versions access|access|decrypt|asymmetric-decrypt|reset-windows-password|get-serial-port-output|keys create|ssh|get-guest-attributes|activate-service-account"
)
_GCLOUD_SHOWN = re.compile(r"(?i)^--(?:show-log|format=.*(?:metadata|env\b|credential|token|secret|password))")
# Metadata of machines holds start-up scripts, and old clusters hold a client's key.
_METADATA = re.compile(
    r"\bcompute (?:instances|instance-templates|project-info) describe\b|\b(?:clusters|manifests) describe\b"
)
_LISTED = re.compile(r"\b(?:instances|instance-templates|clusters) list\b")
_GCLOUD_VALUES = {
    "--project",
    "--format",
    "--filter",
    "--verbosity",
    "--billing-project",
    "--region",
    "--zone",
    "--location",
    "--limit",
}
# Groups of gcloud are things, in the plural, or one of these; a word of another form may be a verb.
_GCLOUD_GROUPS = {
    "alpha", "beta", "preview", "deployment-manager", "compute", "container", "run", "sql", "iam", "config", "auth",
    "logging", "monitoring", "dns", "app", "kms", "pubsub", "redis", "spanner", "bigtable", "bigquery", "dataflow",
    "dataproc", "composer", "filestore", "ai", "ai-platform", "ml", "ml-engine", "scheduler", "workflow", "eventarc",
    "deploy", "source", "memcache", "healthcare", "iot", "network-security", "network-services",
    "network-connectivity", "network-management", "certificate-manager", "access-context-manager", "asset",
    "recommender", "resource-manager", "artifacts", "storage", "firestore", "datastore", "firebase",
    "database-migration", "alloydb", "api-gateway", "apigee", "batch", "billing", "binauthz", "bms", "bq",
    "cloud-shell", "data-catalog", "dataplex", "datastream", "docker", "domains", "edge-cloud", "essential-contacts",
    "fleet", "hub", "identity", "ids", "immersive-stream", "infra-manager", "lifesciences", "looker", "media",
    "metastore", "model-armor", "netapp", "notebooks", "oracle-database", "org-policies", "policy-intelligence",
    "policy-troubleshoot", "privateca", "publicca", "pam", "quotas", "recaptcha", "scc", "service-directory",
    "service-extensions", "speech", "tasks", "telco-automation", "topic", "transcoder", "transfer", "vmware",
    "web-security-scanner", "workbench", "workspace-add-ons", "workstations", "beyondcorp", "assured", "backup-dr",
    "images", "packages", "python", "npm", "maven", "go", "apt", "yum", "zone-info", "managed-zones", "project-info",
    "operations", "instance-groups", "managed", "unmanaged", "addresses", "versions",
}  # fmt: skip
_AZ_READS = {
    "show-tags", "show-manifests", "list", "show", "version", "get-versions", "list-locations", "list-skus",
    "list-usage", "list-sizes", "get-instance-view", "exists", "check-name", "list-versions", "summarize", "find",
}  # fmt: skip
_AZ_SECRET = re.compile(
    r"get-access-token|secret|keys? (?:list|show|renew)|show-connection-string|list-keys|credentials?|get-credentials|connection-string|appsettings|password|sas|listkeys|show-keys|auth-token|ssh|admin-key|webapp config|functionapp config|deployment (?:user|list-publishing)|publishing"
)
_WRITING = (
    r"(?:set|add|remove|delete|create|update|reset|move|start|stop|deploy|enable|disable|restore|sign|rotate|replace)-"
)
MOST_WORDS = 3
_SHOWS = {"list", "ls", "status", "logs", "ps", "releases"}
_ACTS = (
    "run exec ssh console delete destroy remove rm create add set unset deploy up down scale restart start stop update attach"
    " detach connect open pull push link unlink promote rollback redeploy env environment call apply"
)
_ACTING = set(_ACTS.split())


def _without_values(texts: list[str]) -> list[str]:
    """The words of a command line of gcloud, without its options and their values."""
    return [
        text
        for before, text in zip(("", *texts), texts, strict=False)
        if not text.startswith("-") and before not in _GCLOUD_VALUES
    ]


def _hides_verb(texts: list[str]) -> bool:
    """Whether an option stands before a verb that nobody knows to take the next word or not."""
    position = next((each for each, text in enumerate(texts) if text in _GCLOUD_READS), len(texts))
    before = [text for text in texts[:position] if text.startswith("-") and "=" not in text]
    return any(text not in _GCLOUD_VALUES and text not in {"-q", "--quiet"} for text in before)


def gcloud(call: Call, _document: str | None) -> list[Reason]:
    """gcloud, gsutil and bq: a verb that reads, somewhere before the options."""
    texts = [each.text for each in call.arguments]
    if texts in (["--version"], ["version"], ["help"], ["info"]):
        return call.reads()
    if any(each.loose for each in call.arguments):
        return call.unknown()
    reasons = common(call, texts)
    words = _without_values(texts)
    line = " ".join(text for text in texts if not text.startswith("-"))
    if call.program == "gcloud":
        if re.search(
            r"print-(?:access|identity)-token|versions access|\bkms (?:asymmetric-)?decrypt|get-credentials|keys create|application-default|reset-windows-password"
            r"|config-helper|generate-[\w-]*token",
            line,
        ):
            return call.refuses("secrets.credentials", _("It shows or stores credentials."))
        if _GCLOUD_SECRET.search(line) or any(_GCLOUD_SHOWN.search(text) for text in texts if text[:2] == "--"):
            return reasons + call.changes("secrets.gcloud", _("It shows or stores credentials."))
        if "describe" in words and words[0] in {"functions", "run", "app", "composer", "builds"}:
            return reasons + call.changes("secrets.gcloud", _("It shows every variable, secrets too."))
        if _METADATA.search(line) or (_LISTED.search(line) and any("json" in text or "yaml" in text for text in texts)):
            return reasons + call.changes("secrets.gcloud", _("It shows every variable, secrets too."))
        if _hides_verb(texts):
            return reasons + call.unknown()
        position = next((each for each, word in enumerate(words) if word in _GCLOUD_READS), None)
        writes = {
            "create",
            "delete",
            "update",
            "set",
            "add",
            "remove",
            "deploy",
            "import",
            "export",
            "patch",
            "apply",
            "enable",
            "disable",
            "ssh",
            "scp",
            "start",
            "stop",
            "reset",
            "add-iam-policy-binding",
            "set-iam-policy",
            "submit",
            "cancel",
            "resize",
            "move",
            "restore",
            "attach-disk",
            "detach-disk",
            "run",
            "execute",
            "call",
            "publish",
            "write",
        }
        groups = {"run", "import", "export"}
        before = set(words[:position] if position is not None else words)
        if (
            position is not None
            and all(word in _GCLOUD_GROUPS or (word.endswith("s") and word != "access") for word in words[:position])
            and not (before & (writes - groups))
            and not any(re.match(_WRITING, word) for word in before)
            and (words[0] != "logging" or "write" not in words)
        ):
            return reasons or call.reads("gcloud.read")
    elif call.program == "gsutil" and texts[:1] in (["ls"], ["du"], ["stat"], ["version"], ["hash"]):
        return reasons or call.reads("gsutil.read")
    elif call.program == "bq" and texts[:1] in (["ls"], ["show"], ["version"]):
        return reasons or call.reads("bq.read")
    local = [each for each in call.arguments if re.match(r"[/.~]", each.text)]
    denied = [each for each in call.read_paths(local) if each.verdict == "deny"]
    return (
        reasons
        + denied
        + call.changes(
            f"{call.program}.change",
            _("{program} changes something in the account, or moves data.", program=call.program),
        )
    )


def az(call: Call, _document: str | None) -> list[Reason]:
    """az: the last word before the options is the verb."""
    texts = [each.text for each in call.arguments]
    if texts in (["--version"], ["version"], ["--help"]):
        return call.reads()
    if any(each.loose for each in call.arguments):
        return call.unknown()
    reasons = common(call, texts)
    words: list[str] = []
    for text in texts:
        if text.startswith("-"):
            break
        words.append(text)
    line = " ".join(words)
    if re.search(
        r"get-access-token|keyvault secret (?:show|download)|keys list|list-keys|show-connection-string|get-credentials|credential|acr login|generate-sas|publishing",
        line,
    ):
        return call.refuses("secrets.credentials", _("It shows or stores credentials."))
    if any(
        re.match(r"--(?:account-key|sas-token|connection-string|password|auth-mode=key)(?:=|$)", text) for text in texts
    ):
        reasons += call.changes("secrets.argument", _("A password in a command is seen by everybody on the machine."))
    if any(re.match(r"--(?:show|include|with|reveal)-(?:values|secrets?|credentials)", text) for text in texts):
        return call.refuses("secrets.credentials", _("It shows or stores credentials."))
    if re.search(
        r"container(?:app)? (?:show|list)|deployment (?:group|sub|mg|tenant) (?:show|list)|functionapp show|appconfig kv|variable(?:-group)? (?:list|show)",
        line,
    ):
        return reasons + call.changes("secrets.az", _("It shows every variable, secrets too."))
    if _AZ_SECRET.search(line) and not re.search(r"secret list$", line):
        return reasons + call.changes("secrets.az", _("It shows or stores credentials."))
    if words and words[-1] in _AZ_READS:
        return reasons or call.reads("az.read")
    return reasons + call.changes(
        "az.change", _("{program} changes something in the account, or moves data.", program="az")
    )


def others(call: Call, _document: str | None) -> list[Reason]:
    """vercel, railway, render, fly, heroku, doctl, eksctl, sam, cdk…"""
    texts = [each.text for each in call.arguments]
    words = list(takewhile(lambda text: not text.startswith("-"), texts))  # further on a word may be a value
    if texts in (["--version"], ["version"], ["--help"], ["whoami"]):
        return call.reads()
    if re.search(
        r"\b(?:token|auth|env pull|secrets?|config:get|config$|variables|auth docker|kubeconfig)\b", " ".join(texts)
    ):
        return call.changes("secrets.platform", _("It shows or stores credentials."))
    vouched = call.program in {"vercel", "flyctl", "fly", "heroku", "doctl", "railway", "eksctl", "netlify"}
    parts = {part for word in words for part in word.split(":")}
    known = all(each.known for each in call.arguments) and not any(":" in word for word in words)
    if vouched and known and 0 < len(words) <= MOST_WORDS and words[-1] in _SHOWS and not _ACTING & parts:
        return call.reads()
    return call.changes(
        f"{call.program}.change", _("{program} changes something in the account, or moves data.", program=call.program)
    )
