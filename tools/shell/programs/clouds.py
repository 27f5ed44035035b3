"""Rules of the clouds' command lines: aws, gcloud, az and their kin."""

import re

from resources.catalogue import _
from tools.guard.decision import Reason
from tools.shell.call import Call
from tools.shell.words import HOLE, Argument

_AWS_VALUES = {
    "--profile",
    "--region",
    "--output",
    "--query",
    "--endpoint-url",
    "--color",
    "--ca-bundle",
    "--cli-read-timeout",
    "--cli-connect-timeout",
    "--page-size",
    "--max-items",
}
_AWS_READS = re.compile(
    r"(?:describe|list|get|head|batch-get|search|lookup|filter|query|scan|estimate|preview|validate|simulate|view)(?:-[a-z0-9-]+)?|ls|wait|tail|help|history"
)
_AWS_SECRET = re.compile(
    r"get-secret-value|batch-get-secret-value|get-random-password|get-login(?:-password)?|get-authorization-token|get-session-token|get-federation-token|get-password-data|get-credentials.*"
    r"|get-role-credentials|assume-role.*|get-access-key.*|create-access-key|get-parameters?(?:-by-path|-history)?|decrypt|generate-data-key.*|export-credentials|get-token|get-object|get-id|get-open-id-token.*"
    r"|get-cluster-credentials.*|generate-db-auth-token|get-dev-environment|get-export|get-function|get-function-configuration|get-lambda-function.*|describe-task-definition|get-launch-template-data"
    r"|describe-launch-template-versions|describe-instance-attribute|get-domain-auth.*|get-deployable.*|get-bucket-object|get-item|batch-get-item|scan|query|select-object-content|get-records"
    r"|get-log-events|filter-log-events|get-template|get-app|describe-stacks?|get-build.*|batch-get-builds|batch-get-projects|get-rest-api.*|get-api-keys?|get-usage-plan-key.*|get-stage.*|get-connection.*|receive-message|get-data-key.*|get-console-output|get-configuration|describe-user-pool-client|list-api-keys|get-instance-access-details"
    r"|get-statement-result|describe-configuration-settings|describe-job-definitions|describe-jobs|get-command-invocation|list-apps|get-pipeline-definition|get-file|get-blob|describe-apps"
    r"|get-download-url.*|describe-endpoints|get-credential-report|describe-service-revisions|get-environment.*|describe-notebook-instance-lifecycle-config|get-notebook-instance.*"
)
# Of these whole answers, launch data, environments, authentication keys and identity providers are parts.
_AWS_SECRET_PARTS = re.compile(
    r".*(?:credential|password|token|api-?key|private-key|auth-key|embed-url|presign|data-access|sample-configuration).*"
    r"|describe-(?:launch-configurations|spot-.*requests|vpn-connections|virtual-interfaces|identity-provider|chap-.*"
    r"|service|model|training-job|processing-job|transform-job|application-version|environment|cluster-instances)"
    r"|list-(?:functions|versions-by-function|branches)|get-(?:branch|jobs?|stages|channels?|package-version-asset"
    r"|snapshot-block|latest-configuration|hosted-configuration-version|job-output|media|sdk|raw-message-content|thing-shadow)"
)
_AWS_HARMLESS = re.compile(
    r"(?:list|describe)-(?:secrets?|secret-version-ids|parameters)|get-account-password-policy|list-(?:access-keys"
    r"|signing-certificates|ssh-public-keys|service-specific-credentials|virtual-mfa-devices)"
)
_AWS_SHOWS_SECRET = re.compile(r"(?i)environment|userdata|user-data|variables|secret|password|token|\*$|@$|\]$")
_AWS_DENIED = re.compile(
    r"get-secret-value|batch-get-secret-value|get-login-password|get-authorization-token|get-session-token|get-federation-token|get-password-data|get-role-credentials|get-credentials.*|export-credentials|create-access-key|assume-role.*|decrypt|get-token|generate-db-auth-token|get-cluster-credentials.*"
    r"|download-default-key-pair|get-relational-database-master-user-password|get-compute-auth-token|get-data-access"
    r"|get-temporary-.*credentials|get-instance-access-details|create-service-specific-credential|create-token"
)
_GCLOUD_READS = {
    "list",
    "describe",
    "get-iam-policy",
    "get-value",
    "info",
    "version",
    "read",
    "list-tags",
    "get-ancestors",
    "search-all-resources",
    "tail",
    "ls",
    "get-server-config",
    "get-health",
    "list-grantable-roles",
    "browse-none",
}
_GCLOUD_SECRET = re.compile(
    r"print-(?:access|identity)-token|print-access-token|get-credentials|application-default|versions access|access|decrypt|asymmetric-decrypt|reset-windows-password|get-serial-port-output|keys create|ssh|get-guest-attributes|activate-service-account"
)
_GCLOUD_SHOWN = re.compile(r"(?i)^--(?:show-log|format=.*(?:metadata|env\b|credential|token|secret|password))")
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
    "alpha",
    "beta",
    "preview",
    "deployment-manager",
    "compute",
    "container",
    "run",
    "sql",
    "iam",
    "config",
    "auth",
    "logging",
    "monitoring",
    "dns",
    "app",
    "kms",
    "pubsub",
    "redis",
    "spanner",
    "bigtable",
    "bigquery",
    "dataflow",
    "dataproc",
    "composer",
    "filestore",
    "ai",
    "ai-platform",
    "ml",
    "ml-engine",
    "scheduler",
    "workflow",
    "eventarc",
    "deploy",
    "source",
    "memcache",
    "healthcare",
    "iot",
    "network-security",
    "network-services",
    "network-connectivity",
    "network-management",
    "certificate-manager",
    "access-context-manager",
    "asset",
    "recommender",
    "resource-manager",
    "artifacts",
    "storage",
    "firestore",
    "datastore",
    "firebase",
    "database-migration",
    "alloydb",
    "api-gateway",
    "apigee",
    "batch",
    "billing",
    "binauthz",
    "bms",
    "bq",
    "cloud-shell",
    "data-catalog",
    "dataplex",
    "datastream",
    "docker",
    "domains",
    "edge-cloud",
    "essential-contacts",
    "fleet",
    "hub",
    "identity",
    "ids",
    "immersive-stream",
    "infra-manager",
    "lifesciences",
    "looker",
    "media",
    "metastore",
    "model-armor",
    "netapp",
    "notebooks",
    "oracle-database",
    "org-policies",
    "policy-intelligence",
    "policy-troubleshoot",
    "privateca",
    "publicca",
    "pam",
    "quotas",
    "recaptcha",
    "scc",
    "service-directory",
    "service-extensions",
    "speech",
    "tasks",
    "telco-automation",
    "topic",
    "transcoder",
    "transfer",
    "vmware",
    "web-security-scanner",
    "workbench",
    "workspace-add-ons",
    "workstations",
    "beyondcorp",
    "assured",
    "backup-dr",
    "images",
    "packages",
    "python",
    "npm",
    "maven",
    "go",
    "apt",
    "yum",
    "zone-info",
    "managed-zones",
    "project-info",
    "operations",
    "instance-groups",
    "managed",
    "unmanaged",
    "addresses",
    "versions",
}
_AZ_READS = {
    "show-tags",
    "show-manifests",
    "list",
    "show",
    "version",
    "get-versions",
    "list-locations",
    "list-skus",
    "list-usage",
    "list-sizes",
    "get-instance-view",
    "exists",
    "check-name",
    "list-versions",
    "summarize",
    "find",
}
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
_FILES = re.compile(r"(?:^|=)(?:fileb?|https?)://(?P<path>.*)")


def aws(call: Call, _document: str | None) -> list[Reason]:
    """aws: the verb of the operation says whether it reads."""
    texts = [each.text for each in call.arguments]
    if texts in (["--version"], ["help"]):
        return call.reads()
    if any(each.loose for each in call.arguments):
        return call.unknown()
    reasons = _common(call, texts)
    words = _words(call.arguments, _AWS_VALUES)
    if any(HOLE in word for word in words[:2]):
        return call.unknown()
    service, operation = (words[0] if words else ""), (words[1] if len(words) > 1 else "")
    if service == "configure":
        if operation == "export-credentials" or any("secret" in text or "token" in text for text in texts):
            return call.refuses("secrets.credentials", _("It shows or stores credentials."))
        return reasons + (
            call.reads("aws.configure")
            if operation in {"list", "list-profiles"}
            else call.changes("aws.configure", _("It changes or shows the settings of the account."))
        )
    if _AWS_DENIED.fullmatch(operation) or (service == "kms" and operation == "decrypt"):
        return reasons + call.refuses("secrets.credentials", _("It shows or stores credentials."))
    if service == "ssm" and operation.startswith("get-parameter"):
        if "--with-decryption" in texts:
            return reasons + call.refuses("secrets.credentials", _("It shows or stores credentials."))
        return reasons + call.changes(
            "secrets.aws", _("aws {service} {operation} may show secrets.", service=service, operation=operation)
        )
    if service == "s3":
        if operation == "ls":
            return reasons or call.reads("aws.s3")
        local = [each for each in call.arguments if re.match(r"[/.~]", each.text)]
        denied = [each for each in call.read_paths(local) + call.write_paths(local[-1:]) if each.verdict == "deny"]
        return (
            reasons
            + denied
            + call.changes("aws.s3", _("aws s3 {operation} moves or deletes data.", operation=operation))
        )
    query = [texts[each + 1] for each, text in enumerate(texts[:-1]) if text == "--query"]
    narrowed = operation == "list-functions" and bool(query) and not _AWS_SHOWS_SECRET.search(query[-1])
    parts = _AWS_SECRET_PARTS.fullmatch(operation) and not _AWS_HARMLESS.fullmatch(operation) and not narrowed
    if _AWS_SECRET.fullmatch(operation) or parts:
        return reasons + call.changes(
            "secrets.aws", _("aws {service} {operation} may show secrets.", service=service, operation=operation)
        )
    if _AWS_READS.fullmatch(operation) and len(words) == 2 + len(
        [word for word in words[2:] if re.fullmatch(r"[\w:/.,=-]+", word)]
    ):
        return reasons or call.reads(f"aws.{service}")
    return reasons + call.changes(
        f"aws.{service}" if re.fullmatch(r"[a-z0-9-]+", service) else "aws.unknown",
        _("aws {service} {operation} changes something in the account.", service=service, operation=operation),
    )


def _common(call: Call, texts: list[str]) -> list[Reason]:
    reasons: list[Reason] = []
    for before, argument in zip(("", *texts), call.arguments, strict=False):
        if before != "--queue-url" and (match := _FILES.search(argument.text)):
            reasons += call.read_paths([Argument(match["path"], argument.start, argument.end)])
            reasons += call.changes("cloud.file_argument", _("An argument is read from a file or an address."))
    if any(
        re.match(
            r"--(?:endpoint-url|no-verify-ssl|cli-input-\w+|ca-bundle|impersonate-service-account|access-token-file|account|no-sign-request|cli-auto-prompt|debug|log-http|flags-file|configuration)(?:=|$)",
            text,
        )
        for text in texts
    ):
        reasons += call.changes(
            "cloud.identity", _("It acts as somebody else, through another address, or shows what it sends.")
        )
    return reasons


def _without_values(texts: list[str]) -> list[str]:
    """The words of a command line of gcloud, without its options and their values."""
    return [
        text
        for before, text in zip(("", *texts), texts, strict=False)
        if not text.startswith("-") and before not in _GCLOUD_VALUES
    ]


def _words(arguments: tuple[Argument, ...], with_value: set[str]) -> list[str]:
    """The words before the operation's own options."""
    words: list[str] = []
    skip = False
    for argument in arguments:
        if skip:
            skip = False
        elif argument.text.startswith("-"):
            skip = argument.text in with_value
            if len(words) >= 2 and not skip:
                break
        else:
            words.append(argument.text)
    return words


def gcloud(call: Call, _document: str | None) -> list[Reason]:
    """gcloud, gsutil and bq: a verb that reads, somewhere before the options."""
    texts = [each.text for each in call.arguments]
    if texts in (["--version"], ["version"], ["help"], ["info"]):
        return call.reads()
    if any(each.loose for each in call.arguments):
        return call.unknown()
    reasons = _common(call, texts)
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
    elif call.program == "gsutil" and words[:1] in (["ls"], ["du"], ["stat"], ["version"], ["hash"]):
        return reasons or call.reads("gsutil.read")
    elif call.program == "bq" and words[:1] in (["ls"], ["show"], ["version"]):
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
    reasons = _common(call, texts)
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
    if re.search(r"container(?:app)? show|functionapp show|appconfig kv|variable(?:-group)? (?:list|show)", line):
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
    words = [text for text in texts if not text.startswith("-")]
    if texts in (["--version"], ["version"], ["--help"], ["whoami"]):
        return call.reads()
    if re.search(
        r"\b(?:token|auth|env pull|secrets?|config:get|config$|variables|auth docker|kubeconfig)\b", " ".join(texts)
    ):
        return call.changes("secrets.platform", _("It shows or stores credentials."))
    vouched = call.program in {"vercel", "flyctl", "fly", "heroku", "doctl", "railway", "eksctl", "netlify"}
    if vouched and 0 < len(words) <= MOST_WORDS and words[-1] in _SHOWS and not _ACTING & set(words):
        return call.reads()
    return call.changes(
        f"{call.program}.change", _("{program} changes something in the account, or moves data.", program=call.program)
    )
