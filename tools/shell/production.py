"""Says when a command reaches an environment that `devops.yaml` protects, or one that it does not name at all."""

from resources.catalogue import _
from tools.guard.decision import Reason
from tools.shell.call import Call
from tools.shell.facts import Target, TargetKind
from tools.shell.words import HOLE

# Program -> the targets it has: the kind, the options that choose it, the variable that does.
SELECTORS: dict[str, list[tuple[TargetKind, tuple[str, ...], str]]] = {
    "kubectl": [("kube_context", ("--context", "--cluster"), ""), ("namespace", ("-n", "--namespace"), "")],
    "helm": [
        ("kube_context", ("--kube-context",), "HELM_KUBECONTEXT"),
        ("namespace", ("-n", "--namespace"), "HELM_NAMESPACE"),
    ],
    "k9s": [("kube_context", ("--context",), "")],
    "stern": [("kube_context", ("--context",), ""), ("namespace", ("-n", "--namespace"), "")],
    "flux": [("kube_context", ("--context",), "")],
    "istioctl": [("kube_context", ("--context",), "")],
    "skaffold": [("kube_context", ("--kube-context",), "")],
    "aws": [("aws_profile", ("--profile",), "AWS_PROFILE"), ("aws_profile", (), "AWS_DEFAULT_PROFILE")],
    "eksctl": [("aws_profile", ("--profile", "-p"), "AWS_PROFILE")],
    "sam": [("aws_profile", ("--profile",), "AWS_PROFILE")],
    "cdk": [("aws_profile", ("--profile",), "AWS_PROFILE")],
    "copilot": [("aws_profile", ("--profile",), "AWS_PROFILE")],
    "gcloud": [("gcp_project", ("--project",), "CLOUDSDK_CORE_PROJECT")],
    "gsutil": [("gcp_project", ("-p",), "CLOUDSDK_CORE_PROJECT")],
    "bq": [("gcp_project", ("--project_id",), "CLOUDSDK_CORE_PROJECT")],
    "docker": [
        ("docker_host", ("-H", "--host", "-c", "--context"), "DOCKER_HOST"),
        ("docker_host", (), "DOCKER_CONTEXT"),
    ],
    "podman": [("docker_host", ("--url", "--connection", "-c"), "CONTAINER_HOST")],
    "docker-compose": [("docker_host", ("-H", "--host", "-c", "--context"), "DOCKER_HOST")],
    "terraform": [("terraform_workspace", (), "TF_WORKSPACE")],
    "tofu": [("terraform_workspace", (), "TF_WORKSPACE")],
    "terragrunt": [("terraform_workspace", (), "TF_WORKSPACE")],
}
_LOCAL = {
    "version", "--version", "help", "--help", "completion", "template", "lint", "fmt", "validate", "providers",
    "explain", "kustomize", "buildx", "-version", "-v", "-help", "-h",
}  # fmt: skip


def reasons(call: Call, judged: list[Reason]) -> list[Reason]:
    """What to add for the environments that this call reaches."""
    name = call.program.rpartition("/")[2]
    selectors = SELECTORS.get(name)
    if not selectors or not call.facts.targets:
        return _named(call) if call.facts.targets and any(each.verdict != "allow" for each in judged) else []
    if call.arguments and call.arguments[0].text in _LOCAL:
        return []
    told: list[Reason] = []
    ambient: dict[TargetKind, bool] = {}
    for kind, flags, variable in selectors:
        pinned = [each for each in call.facts.targets if each.kind == kind]
        if not pinned:
            continue
        chosen = _values(call, flags, variable)
        ambient[kind] = ambient.get(kind, True) and not chosen
        for value in chosen:
            told += _chosen(call, kind, value, pinned)
    if name in {"terraform", "tofu", "terragrunt"}:
        told += _workspace_select(call)
    for kind, unsaid in ambient.items():
        protected = [each for each in call.facts.targets if each.kind == kind and each.protected]
        if unsaid and protected and kind not in {"namespace", "docker_host"}:
            message = _(
                "It acts on whatever {kind} is current, and {names} is protected: name the target.",
                kind=kind,
                names=", ".join(each.value for each in protected),
            )
            told += call.say("ask", "production.unnamed_target", message)
    return told + _named(call)


def _values(call: Call, flags: tuple[str, ...], variable: str) -> list[str]:
    values = []
    for position, argument in enumerate(call.arguments):
        name, equals, value = argument.text.partition("=")
        if name in flags:
            following = call.arguments[position + 1].text if position + 1 < len(call.arguments) else ""
            values.append(value if equals else following)
        else:
            values += [
                argument.text[2:]
                for flag in flags
                if len(flag) == 2 and argument.text.startswith(flag) and not argument.text.startswith("--")
            ]
    values += [value if value is not None else HOLE for name, value in call.variables if name == variable and variable]
    return values


def _chosen(call: Call, kind: TargetKind, value: str, pinned: list[Target]) -> list[Reason]:
    if HOLE in value:
        return call.say(
            "ask", "production.unknown_target", _("Which {kind} it acts on is decided when it runs.", kind=kind)
        )
    matching = [each for each in pinned if each.value == value]
    if not matching:
        if kind == "namespace":
            return []
        names = ", ".join(each.value for each in pinned)
        message = _("{value} is none of the targets that devops.yaml names ({names}).", value=value, names=names)
        return call.refuses("production.other_target", message)
    if any(each.protected for each in matching):
        message = _("{value} belongs to the protected environment {name}.", value=value, name=matching[0].environment)
        return call.say("ask", f"production.{kind}", message)
    return []


def _workspace_select(call: Call) -> list[Reason]:
    words = [argument.text for argument in call.arguments]
    pinned = [each for each in call.facts.targets if each.kind == "terraform_workspace"]
    if pinned and "workspace" in words and ("select" in words or "delete" in words or "new" in words):
        names = [word for word in words[words.index("workspace") + 2 :] if not word.startswith("-")]
        return [reason for name in names for reason in _chosen(call, "terraform_workspace", name, pinned)]
    return []


def _named(call: Call) -> list[Reason]:
    """A protected target's own name, wherever it stands in the arguments."""
    for target in call.facts.targets:
        if not target.protected or len(target.value) < 4:
            continue
        if any(target.value in argument.text for argument in call.arguments):
            message = _(
                "{value} belongs to the protected environment {name}.", value=target.value, name=target.environment
            )
            return call.say("ask", f"production.{target.kind}", message)
    return []
