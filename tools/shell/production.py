"""Says when a command reaches an environment that `devops.yaml` protects, or one that it does not name at all."""

from resources.catalogue import _
from tools.guard.decision import Reason
from tools.shell.call import Call
from tools.shell.facts import Target, TargetKind
from tools.shell.words import HOLE, Argument

Selectors = tuple[tuple[TargetKind, tuple[str, ...], str], ...]
_KUBECTL: Selectors = (
    ("kube_context", ("--context", "--cluster"), ""),
    ("namespace", ("-n", "--namespace"), ""),
)
_CONTEXT: Selectors = (("kube_context", ("--context",), ""),)
_KUBE_CONTEXT: Selectors = (("kube_context", ("--kube-context",), ""),)
_PROFILE: Selectors = (("aws_profile", ("--profile",), "AWS_PROFILE"),)
_WORKSPACE: Selectors = (("terraform_workspace", (), "TF_WORKSPACE"),)
# Program -> the targets it has: the kind, the options that choose it, the variable that does.
SELECTORS: dict[str, Selectors] = {
    **dict.fromkeys(("kubectl", "k", "oc", "kubecolor", "stern", "cilium", "telepresence", "rancher"), _KUBECTL),
    **dict.fromkeys(("k9s", "flux", "istioctl", "linkerd", "tilt"), _CONTEXT),
    **dict.fromkeys(("skaffold", "helmfile", "argocd", "kubeseal"), _KUBE_CONTEXT),
    "velero": (("kube_context", ("--kubecontext",), ""),),
    "kubens": (("kube_context", (), ""),),
    "helm": (
        ("kube_context", ("--kube-context",), "HELM_KUBECONTEXT"),
        ("namespace", ("-n", "--namespace"), "HELM_NAMESPACE"),
    ),
    "aws": (*_PROFILE, ("aws_profile", (), "AWS_DEFAULT_PROFILE")),
    "eksctl": (("aws_profile", ("--profile", "-p"), "AWS_PROFILE"),),
    **dict.fromkeys(("sam", "cdk", "copilot"), _PROFILE),
    "gcloud": (("gcp_project", ("--project",), "CLOUDSDK_CORE_PROJECT"),),
    "gsutil": (("gcp_project", ("-p", "-u"), "CLOUDSDK_CORE_PROJECT"),),
    "bq": (("gcp_project", ("--project_id",), "CLOUDSDK_CORE_PROJECT"),),
    "docker": (
        ("docker_host", ("-H", "--host", "-c", "--context"), "DOCKER_HOST"),
        ("docker_host", (), "DOCKER_CONTEXT"),
    ),
    "podman": (("docker_host", ("--url", "--connection", "-c"), "CONTAINER_HOST"),),
    "docker-compose": (("docker_host", ("-H", "--host", "-c", "--context"), "DOCKER_HOST"),),
    **dict.fromkeys(("terraform", "tofu", "terragrunt"), _WORKSPACE),
}
VARIABLES: dict[str, TargetKind] = {
    variable: kind for rules in SELECTORS.values() for kind, _flags, variable in rules if variable
}
# Words that change what every later command acts on: the target follows them.
_SWITCHES: dict[str, tuple[tuple[TargetKind, str], ...]] = {
    **dict.fromkeys(
        ("kubectl", "k", "oc", "kubecolor"),
        tuple(("kube_context", f"config {each}") for each in ("use", "use-context", "set current-context")),
    ),
    "kubectx": (("kube_context", ""),),
    "gcloud": (("gcp_project", "config set project"), ("gcp_project", "config set core/project")),
    "docker": (("docker_host", "context use"),),
    "podman": (("docker_host", "system connection default"),),
    **dict.fromkeys(
        ("terraform", "tofu", "terragrunt"),
        tuple(("terraform_workspace", f"workspace {each}") for each in ("select", "new", "delete")),
    ),
}
_CONTAINER_ENGINES = {"docker", "podman", "docker-compose"}
_ENGINE_VALUES = {
    "-H",
    "--host",
    "-c",
    "--context",
    "--config",
    "-l",
    "--log-level",
    "--url",
    "--connection",
    "-f",
    "-p",
}
_LOCAL = {
    "version", "--version", "help", "--help", "completion", "template", "lint", "fmt", "validate", "providers",
    "explain", "kustomize", "buildx", "-version", "-v", "-help", "-h",
    "config view", "config get-contexts", "config current-context", "config get-clusters", "config get-users",
    "configure list", "configure list-profiles",
}  # fmt: skip


def reasons(call: Call, judged: list[Reason]) -> list[Reason]:
    """What to add for the environments that this call reaches."""
    if not call.facts.targets:
        return []
    name = call.program.rpartition("/")[2]
    selectors = SELECTORS.get(name, _KUBECTL if name.startswith("kubectl-") else ())
    acts = any(each.verdict != "allow" for each in judged)
    told = _switched(call, name)
    ambient: dict[TargetKind, bool] = {}
    for kind, flags, variable in selectors:
        if not (pinned := _pinned(call, kind)):
            continue
        chosen = _values(call, name, flags, variable)
        ambient[kind] = ambient.get(kind, True) and not chosen
        for value in chosen:
            told += _chosen(call, kind, value, pinned)
    if acts:
        told += _by_variables(call, {kind for kind, _flags, _variable in selectors})
    for kind, unsaid in ambient.items():
        protected = [each for each in _pinned(call, kind) if each.protected]
        if unsaid and protected and kind not in {"namespace", "docker_host"} and not _is_local(call):
            message = _(
                "It acts on whatever {kind} is current, and {names} is protected: name the target.",
                kind=kind,
                names=", ".join(each.value for each in protected),
            )
            told += call.say("ask", "production.unnamed_target", message)
    return told + (_named(call) if selectors or acts else [])


def _pinned(call: Call, kind: TargetKind) -> list[Target]:
    return [each for each in call.facts.targets if each.kind == kind]


def _is_local(call: Call) -> bool:
    """Whether it looks at files of this machine only."""
    texts = [each.text for each in call.arguments]
    return bool(texts) and (texts[0] in _LOCAL or " ".join(texts[:2]) in _LOCAL)


def _by_variables(call: Call, known: set[TargetKind]) -> list[Reason]:
    """The variables that choose a target, for programs that only hand them on: terraform, scripts."""
    chosen = [(VARIABLES[name], value) for name, value in call.variables if name in VARIABLES]
    return [
        reason
        for kind, value in chosen
        if kind not in known and (pinned := _pinned(call, kind))
        for reason in _chosen(call, kind, HOLE if value is None else value, pinned)
    ]


def _values(call: Call, name: str, flags: tuple[str, ...], variable: str) -> list[str]:
    values = []
    arguments = _leading(call) if name in _CONTAINER_ENGINES else call.arguments
    for position, argument in enumerate(arguments):
        option, equals, value = argument.text.partition("=")
        if option == "--":
            break  # what follows is another program's
        if option in flags:
            following = arguments[position + 1].text if position + 1 < len(arguments) else ""
            values.append(value if equals else following)
        else:
            values += [
                argument.text[2:]
                for flag in flags
                if len(flag) == 2 and argument.text.startswith(flag) and not argument.text.startswith("--")
            ]
    return values + [
        HOLE if value is None else value for each, value in call.variables if each == variable and variable
    ]


def _leading(call: Call) -> list[Argument]:
    """The options before the subcommand: further on, `-c` is another program's or limits the processor."""
    leading: list[Argument] = []
    takes = False
    for argument in call.arguments:
        if not takes and not argument.text.startswith("-") and argument.text != "compose":
            break
        leading.append(argument)
        takes = not takes and argument.text in _ENGINE_VALUES
    return leading


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


def _switched(call: Call, name: str) -> list[Reason]:
    """`kubectl config use-context X` and its kin: what they choose is acted on later."""
    words = [argument.text for argument in call.arguments if not argument.text.startswith("-")]
    told: list[Reason] = []
    for kind, phrase in _SWITCHES.get(name, ()):
        said = phrase.split()
        places = [each for each in range(len(words)) if words[each : each + len(said)] == said]
        if places and len(words) > places[0] + len(said) and (pinned := _pinned(call, kind)):
            target = words[places[0] + len(said)].rpartition("=")[2]  # kubectx NEW=OLD gives OLD another name
            told += _chosen(call, kind, target, pinned)
    return told


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
