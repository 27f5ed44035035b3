"""Rules of the command line of AWS: the verb of an operation says whether it reads, its name whether it shows secrets."""

import re

from resources.catalogue import _
from tools.guard.decision import Reason
from tools.shell.call import Call
from tools.shell.programs.cloud_options import common
from tools.shell.words import HOLE, Argument

_VALUES = {
    "--profile", "--region", "--output", "--query", "--endpoint-url", "--color", "--ca-bundle", "--cli-read-timeout", "--cli-connect-timeout",
    "--page-size", "--max-items",
}  # fmt: skip
_READS = re.compile(
    r"(?:describe|list|get|head|batch-get|search|lookup|filter|query|scan|estimate|preview|validate|simulate|view)(?:-[a-z0-9-]+)?|ls|wait|tail|help|history"
)
_SECRET = re.compile(
    r"get-secret-value|batch-get-secret-value|get-random-password|get-login(?:-password)?|get-authorization-token|get-session-token|get-federation-token|get-password-data|get-credentials.*"
    r"|get-role-credentials|assume-role.*|get-access-key.*|create-access-key|get-parameters?(?:-by-path|-history)?|decrypt|generate-data-key.*|export-credentials|get-token|get-object|get-id|get-open-id-token.*"
    r"|get-cluster-credentials.*|generate-db-auth-token|get-dev-environment|get-export|get-function|get-function-configuration|get-lambda-function.*|describe-task-definition|get-launch-template-data"
    r"|describe-launch-template-versions|describe-instance-attribute|get-domain-auth.*|get-deployable.*|get-bucket-object|get-item|batch-get-item|scan|query|select-object-content|get-records"
    r"|get-log-events|filter-log-events|get-template|get-app|describe-stacks?|get-build.*|batch-get-builds|batch-get-projects|get-rest-api.*|get-api-keys?|get-usage-plan-key.*|get-stage.*|get-connection.*|receive-message|get-data-key.*|get-console-output|get-configuration|describe-user-pool-client|list-api-keys|get-instance-access-details"
    r"|get-statement-result|describe-configuration-settings|describe-job-definitions|describe-jobs|get-command-invocation|list-apps|get-pipeline-definition|get-file|get-blob|describe-apps"
    r"|get-download-url.*|describe-endpoints?|describe-user|get-credential-report|describe-service-revisions|get-environment.*|describe-notebook-instance-lifecycle-config|get-notebook-instance.*"
)
# Of these whole answers, launch data, environments, authentication keys and identity providers are parts.
_SECRET_PARTS = re.compile(
    r".*(?:credential|password|token|api-?key|private-key|auth-key|embed-url|presign|data-access|sample-configuration).*"
    r"|describe-(?:launch-configurations|spot-.*requests|vpn-connections|virtual-interfaces|identity-provider|chap-.*"
    r"|service|tasks|directories|change-set|step|execution|model|training-job|processing-job|transform-job|application-version|environment|cluster-instances)"
    r"|list-(?:functions|versions-by-function|branches|commands?|command-invocations|steps)|get-(?:branch|jobs?|stages|channels?|package-version-asset"
    r"|snapshot-block|parameters-for-import|query-results|automation-execution|execution-history|activity-task|latest-configuration|hosted-configuration-version|job-output|media|sdk|raw-message-content|thing-shadow)"
)
_HARMLESS = re.compile(
    r"(?:list|describe)-(?:secrets?|secret-version-ids|parameters)|get-account-password-policy|list-(?:access-keys"
    r"|signing-certificates|ssh-public-keys|service-specific-credentials|virtual-mfa-devices)"
)
_SHOWS_SECRET = re.compile(r"(?i)environment|userdata|user-data|variables|secret|password|token|\*$|@$|\]$")
_DENIED = re.compile(
    r"get-secret-value|batch-get-secret-value|get-login-password|get-authorization-token|get-session-token|get-federation-token|get-password-data|get-role-credentials|get-credentials.*|export-credentials|create-access-key|assume-role.*|decrypt|get-token|generate-db-auth-token|get-cluster-credentials.*"
    r"|download-default-key-pair|get-relational-database-master-user-password|get-compute-auth-token|get-data-access"
    r"|get-temporary-.*credentials|get-instance-access-details|create-service-specific-credential|create-token"
)
# These take a word of their own; of any other operation such a word may be the file its answer is written to.
_OPERANDS = {("logs", "tail")}
_ALONE = re.compile(r"--(?:no-.*|dry-run|human-readable|summarize|recursive|debug)")


def aws(call: Call, _document: str | None) -> list[Reason]:
    """aws: the verb of the operation says whether it reads."""
    texts = [each.text for each in call.arguments]
    if texts in (["--version"], ["help"]):
        return call.reads()
    if any(each.loose for each in call.arguments):
        return call.unknown()
    reasons = common(call, texts)
    words = _words(call.arguments)
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
    if _DENIED.fullmatch(operation) or (service == "kms" and operation == "decrypt"):
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
    narrowed = operation == "list-functions" and bool(query) and not _SHOWS_SECRET.search(query[-1])
    parts = _SECRET_PARTS.fullmatch(operation) and not _HARMLESS.fullmatch(operation) and not narrowed
    if _SECRET.fullmatch(operation) or parts:
        return reasons + call.changes(
            "secrets.aws", _("aws {service} {operation} may show secrets.", service=service, operation=operation)
        )
    if _READS.fullmatch(operation) and not _has_output_file(service, operation, texts):
        return reasons or call.reads(f"aws.{service}")
    return reasons + call.changes(
        f"aws.{service}" if re.fullmatch(r"[a-z0-9-]+", service) else "aws.unknown",
        _("aws {service} {operation} changes something in the account.", service=service, operation=operation),
    )


def _words(arguments: tuple[Argument, ...]) -> list[str]:
    """The words before the operation's own options."""
    words: list[str] = []
    skip = False
    for argument in arguments:
        if skip:
            skip = False
        elif argument.text.startswith("-"):
            skip = argument.text in _VALUES
            if len(words) >= 2 and not skip:
                break
        else:
            words.append(argument.text)
    return words


def _has_output_file(service: str, operation: str, texts: list[str]) -> bool:
    """Whether a word stands where `aws` takes the file that an answer is written to."""
    if operation in {"wait", "help"} or (service, operation) in _OPERANDS:
        return False
    taken, several = True, False  # whether the option before has its value, and whether it may have more of them
    for text in texts[texts.index(operation) + 1 :]:
        if text.startswith("-"):
            taken = "=" in text or bool(_ALONE.fullmatch(text))
            several = text.endswith("s")
        elif taken and not several:
            return True
        else:
            taken = True
    return False
