"""Rules of kubectl, helm and their kin."""

import re
from dataclasses import replace
from itertools import takewhile

from resources.catalogue import _
from tools.guard.decision import Reason
from tools.shell import paths
from tools.shell.call import Call
from tools.shell.options import Parsed, options
from tools.shell.programs import containers
from tools.shell.words import Argument

_GLOBAL = options(
    "-n= --namespace= --context= --kubeconfig= --cluster= --user= -s= --server= --token= --as= --as-group= --request-timeout= -v= --v= --insecure-skip-tls-verify?"
    " --certificate-authority= --client-key= --client-certificate= --kube-context= --kube-apiserver= --kube-token= --debug --password= --username= -h --help --cache-dir= --match-server-version?"
)
_SELECTS = "-n= --namespace= --context= --cluster= -l= --selector= --field-selector= -A --all-namespaces -o= --output= --show-labels --no-headers -w --watch --sort-by= -L= --label-columns= --request-timeout= --ignore-not-found? --chunk-size= --show-kind --all --show-managed-fields? --limit= --kube-context= -v="
_READS: dict[str, str] = {
    "get": _SELECTS + " -f@ --subresource= --output-watch-events -R --watch-only",
    "describe": _SELECTS + " -f@ --show-events?",
    "logs": _SELECTS + " -c= -f -p --follow --previous --tail= --since= --since-time= --timestamps? --all-containers? --container= --max-log-requests= --prefix? --limit-bytes= --ignore-errors --pod-running-timeout= --all-pods?",
    "top": _SELECTS + " --containers? --use-protocol-buffers --sum?", "explain": "--recursive? --api-version= --output=", "api-resources": "--namespaced? --api-group= --verbs= -o= --output= --no-headers --cached? --sort-by= --categories=",
    "api-versions": "", "version": "--client? -o= --output= --short? --context=", "cluster-info": "--context=", "events": _SELECTS + " --for= --types=", "options": "",
    "diff": "-n= --namespace= --context= -f@ -k@ -l= --selector= -R --recursive --server-side? --field-manager=", "wait": _SELECTS + " --for= --timeout= -f@",
    "kustomize": "-o= --enable-alpha-plugins?", "completion": "",
}  # fmt: skip
_VERBS: dict[str, set[str]] = {
    "rollout": {"status", "history"}, "config": {"get-contexts", "current-context", "get-clusters", "get-users"},
    "auth": {"can-i", "whoami"}, "plugin": {"list"},
}  # fmt: skip
_HEALTH = r"--raw[= ]/(?:(?:healthz|readyz|livez)(?:/[\w-]+)*|version)(?:\?verbose)?"
_SECRET_KINDS = re.compile(r"(?i)(?:^|[,/])(?:secrets?|sealedsecrets?|externalsecrets?|tokens?)(?:[./,]|$)")
_HELM_READS = {
    "list", "ls", "status", "history", "hist", "version", "search", "lint", "template", "show", "inspect", "verify", "help", "completion",
    "get notes", "get metadata", "repo list", "repo ls", "plugin list", "plugin ls", "dependency list", "dep list", "dependency ls",
}  # fmt: skip


_KUBECTL_IDENTITY = re.compile(
    r"--(?:kubeconfig|server|token|as|user|client-|certificate-|insecure-|username|password)|-s"
)
_HELM_IDENTITY = re.compile(r"--(?:kubeconfig|kube-(?:as|token|api|ca|insecure|tls)|registry-config|repository-c)")


def kubectl(call: Call, _document: str | None) -> list[Reason]:
    """kubectl: reads, but never a secret's content."""
    parsed = call.parse(_GLOBAL, first_operand_ends=True)
    if parsed.unknown or not parsed.operands:
        return call.unknown(parsed.unknown[0]) if parsed.unknown else call.reads()
    reasons: list[Reason] = []
    if parsed.has(
        "--as",
        "--as-group",
        "--token",
        "--server",
        "-s",
        "--user",
        "--kubeconfig",
        "--insecure-skip-tls-verify",
        "--client-key",
    ):
        reasons += call.changes("kubectl.identity", _("It acts as somebody else, or on a cluster given by address."))
    reasons += _talkative(call, parsed)
    name, words = parsed.operands[0].text, tuple(parsed.operands[1:])
    texts = [each.text for each in words]
    inner = call.of("kubectl", words)
    if any(_KUBECTL_IDENTITY.match(text) for text in texts):
        reasons += call.changes("kubectl.identity", _("It acts as somebody else, or on a cluster given by address."))
    if name in _READS:
        return reasons + _read(inner, name, words)
    if texts and texts[0] in _VERBS.get(name, set()) and not any(each.loose for each in words):
        return reasons + inner.reads(f"kubectl.{name}")
    if name == "config" and texts[:1] == ["view"]:
        if any(text.startswith(("--raw", "--flatten")) for text in texts):
            return inner.refuses("secrets.credentials", _("It shows or stores credentials."))
        return reasons + inner.reads("kubectl.config")
    reasons += inner.changes(
        f"kubectl.{name}" if re.fullmatch(r"[a-z-]+", name) else "kubectl.unknown",
        _("kubectl {name} changes the cluster or runs something in it.", name=name),
    )
    if name in {"exec", "debug", "run", "attach"}:
        position = texts.index("--") + 1 if "--" in texts else 0
        on_node = name == "debug" and any(re.match(r"nodes?/", text) for text in texts)
        reasons += containers.inside(inner, words[position:], host=on_node)
    if name in {"debug", "run"} and any(
        re.match(r"--privileged|--profile[= ]?sysadmin|sysadmin$", text) for text in texts
    ):
        reasons += inner.refuses("host.container_escape", _("{option} opens the host to the container.", option=name))
    if name == "create":
        files = [
            replace(each, text=re.sub(r".*?=", "", each.text)) for each in words if each.text.startswith("--from-")
        ]
        files = [each for each in files if not paths.is_inside(each.text, call.folders, call.facts)]
        reasons += [each for each in inner.read_paths(files) if each.verdict == "deny"]
    if name == "cp":
        local = [each for each in words if ":" not in each.text and not each.text.startswith("-")]
        reasons += [each for each in inner.read_paths(local) if each.verdict == "deny"]
        if any(re.search(r"/run/secrets/", each.text) for each in words):
            reasons += inner.refuses("secrets.kubernetes", _("It shows or stores credentials."))
    if name == "create" and texts[:1] == ["token"]:
        reasons += inner.refuses("secrets.credentials", _("It shows or stores credentials."))
    if name == "run" and re.search(
        r"(?i)privileged\W+true|hostpid\W+true|hostpath|hostnetwork\W+true|docker\.sock", " ".join(texts)
    ):
        reasons += inner.refuses(
            "host.container_escape", _("{option} opens the host to the container.", option="--overrides")
        )
    return reasons


def _read(call: Call, name: str, words: tuple[Argument, ...]) -> list[Reason]:
    if name == "get" and re.fullmatch(_HEALTH, " ".join(each.text for each in words)):
        return call.reads("kubectl.get")
    parsed = call.parse(options(_READS[name]))
    shown = any(re.match(r"--(?:template|output)|-o", each.text) for each in words)
    if parsed.unknown and shown and any(_SECRET_KINDS.search(each.text) for each in words):
        return call.refuses("secrets.kubernetes", _("It shows the content of Kubernetes secrets."))
    if parsed.unknown or any(not each.known for each in parsed.operands):
        return call.unknown(parsed.unknown[0] if parsed.unknown else None)
    outputs = [
        each.text for option in ("-o", "--output") for each in parsed.options.get(option, []) if each is not None
    ]
    files = [each for option in ("-o", "--output") for each in parsed.options.get(option, []) if each is not None]
    files = [replace(each, text=each.text.partition("=")[2]) for each in files if "-file=" in each.text]
    if files:
        return call.read_paths(files) + call.unknown(files[0])
    if talkative := _talkative(call, parsed):
        return talkative
    if name == "cluster-info" and parsed.operands:
        return call.changes("secrets.kubernetes", _("It shows whole answers of the cluster, secrets too."))
    if any(re.search(r"\benv\b", each) for each in outputs):
        return call.changes("secrets.kubernetes", _("It shows every variable of a container, secrets too."))
    detailed = any(not re.fullmatch(r"wide|name", each) for each in outputs)
    if name == "get" and any(each.text.startswith("--raw") for each in words):
        return call.unknown(words[0])
    if name == "get" and any(
        _SECRET_KINDS.search(each.text)
        for each in parsed.operands[:1] + [each for each in parsed.operands if "/" in each.text]
    ):
        if detailed:
            return call.refuses("secrets.kubernetes", _("It shows the content of Kubernetes secrets."))
        return call.reads("kubectl.get")
    if (
        name == "get"
        and detailed
        and any("," in each.text or each.text == "all" for each in parsed.operands[:1])
        and any(_SECRET_KINDS.search(each.text) for each in parsed.operands)
    ):
        return call.refuses("secrets.kubernetes", _("It shows the content of Kubernetes secrets."))
    if name in {"get", "diff"} and parsed.has("-f", "-k"):
        return call.changes(
            f"kubectl.{name}", _("Nobody has vouched that `{shown}` only reads.", shown=f"kubectl {name} -f")
        )
    if (
        name in {"describe", "get"}
        and (detailed or name == "describe")
        and any(re.search(r"(?i)(?:^|,)(?:cm|configmaps?)(?:$|[/,.])", each.text) for each in parsed.operands[:1])
    ):
        return call.changes("secrets.kubernetes", _("A config map may hold secrets."))
    if name == "kustomize":
        return call.changes("kubectl.kustomize", _("It may fetch and run what a configuration names."))
    return call.reads(f"kubectl.{name}")


def _talkative(call: Call, parsed: Parsed) -> list[Reason]:
    levels = [each for option in ("-v", "--v") for each in parsed.options.get(option, []) if each is not None]
    if all(re.fullmatch("[0-5]", each.text) for each in levels):
        return []
    return call.changes("secrets.kubernetes", _("It shows whole answers of the cluster, secrets too."))


def helm(call: Call, _document: str | None) -> list[Reason]:
    """helm: charts and releases."""
    parsed = call.parse(_GLOBAL, first_operand_ends=True)
    if parsed.unknown or not parsed.operands:
        return call.unknown(parsed.unknown[0]) if parsed.unknown else call.reads()
    words = parsed.operands
    texts = [each.text for each in words]
    pair = " ".join(texts[:2])
    if any(_HELM_IDENTITY.match(text) for text in texts) or parsed.has(
        "--kubeconfig", "--kube-token", "--kube-apiserver"
    ):
        return call.changes("kubectl.identity", _("It acts as somebody else, or on a cluster given by address."))
    if texts[0] == "status" and any(text.startswith(("-o", "--output", "--show-desc")) for text in texts):
        return call.changes("secrets.helm", _("The values of a release may hold secrets."))
    if any(text.startswith("--post-renderer") for text in texts):
        return call.changes("helm.runs", _("An option of helm runs a program."))
    if (texts[0] in _HELM_READS and texts[0] != "get") or pair in _HELM_READS:
        if texts[0] in {"template", "lint", "show"}:
            if any(
                re.match(
                    r"--output-dir|--set-file|--repo|--validate|--dry-run=server|https?://|oci://|--dependency-update|--username|--password",
                    text,
                )
                for text in texts
            ) or any("://" in text for text in texts):
                return call.changes(f"helm.{texts[0]}", _("It writes files or asks another machine."))
            files = [words[each + 1] for each, text in enumerate(texts[:-1]) if text in {"-f", "--values"}]
            joined = [(each, re.sub(r"^(?:--values=|-f=?)", "", each.text)) for each in words]
            files += [replace(each, text=text) for each, text in joined if text != each.text and text]
            return call.read_paths(files) or call.reads(f"helm.{texts[0]}")
        return call.reads(f"helm.{texts[0]}") if not any(each.loose for each in words) else call.unknown()
    if texts[0] == "get":
        return call.changes("secrets.helm", _("The values of a release may hold secrets."))
    return call.changes(
        f"helm.{texts[0]}" if re.fullmatch(r"[a-z-]+", texts[0]) else "helm.unknown",
        _("helm {name} changes the cluster or this machine's charts.", name=texts[0]),
    )


def others(call: Call, _document: str | None) -> list[Reason]:
    """kustomize, stern, argocd, flux, istioctl, kind, minikube, k3d, kubeseal…: what is known to read."""
    texts = [each.text for each in call.arguments]
    reading = {
        "stern": None,
        "kubectx": set(),
        "kubens": set(),
        "kubeconform": None,
        "kubeval": None,
        "kube-linter": {"lint"},
        "kube-score": {"score"},
        "argocd": {"app list", "app get", "app diff", "app history", "version"},
        "flux": {"get", "check", "version", "logs"},
        "kind": {"get clusters", "get nodes", "version"},
        "minikube": {"status", "version", "ip", "profile list"},
        "k3d": {"cluster list", "node list", "version"},
        "istioctl": {"version", "analyze", "proxy-status"},
    }
    words = list(takewhile(lambda text: not text.startswith("-"), texts))  # further on a word may be a value
    allowed = reading.get(call.program, set())
    if texts in (["--version"], ["version"], ["--help"]):
        return call.reads()
    if any(re.match(r"--(?:kubeconfig|token|server|as)\b|.*://", text) for text in texts):
        return call.changes("kubectl.identity", _("It acts as somebody else, or on a cluster given by address."))
    given = [replace(each, text=each.text.rpartition("=")[2]) for each in call.arguments if each.text.startswith("--")]
    if foreign := [each for each in given if "/" in each.text and call.kind(each) != "inside"]:
        return call.unknown(foreign[0])
    if any(re.match(r"--(?:config|template-file|stdin|kube-context-file|local)(?:=|$)", text) for text in texts):
        return call.unknown()
    if all(each.known for each in call.arguments) and (
        allowed is None or (bool(words) and (words[0] in allowed or " ".join(words[:2]) in allowed))
    ):
        files = [each for each in call.arguments if not each.text.startswith("-")]
        return (
            call.read_paths(files) if call.program.startswith(("kubecon", "kubeval", "kube-")) else []
        ) or call.reads()
    return call.changes(f"{call.program}.change", _("{program} may send or change something.", program=call.program))
