"""Rules of container engines: docker, podman, compose, crictl, skopeo."""

import re
from dataclasses import replace

from resources.catalogue import _
from tools.guard.decision import Reason
from tools.shell import paths
from tools.shell.call import Call
from tools.shell.options import options
from tools.shell.programs.wrappers import anywhere
from tools.shell.words import Argument

_GLOBAL = options(
    "-H= --host= -c= --context= --config= -D --debug -l= --log-level= --tls --tlsverify --version -v --help --url= --connection="
)
_COMPOSE = options(
    "-f= --file= -p= --project-name= --profile= --env-file= --project-directory= --ansi= --progress= --parallel= --compatibility --dry-run --all-resources --verbose"
)
# What only reads; a pair is a group and its verb.
_READS = {
    "ps", "images", "version", "info", "logs", "port", "top", "stats", "diff", "history", "events", "search", "help",
    "image ls", "image history", "image list", "container ls", "container list", "container logs", "container top", "container port", "container stats",
    "container diff", "container ps", "volume ls", "volume inspect", "network ls", "network inspect", "system df", "system info", "system events",
    "context ls", "context show", "buildx ls", "buildx version", "buildx du", "builder du", "node ls", "node ps", "service ls",
    "service ps", "service logs", "stack ls", "stack ps", "stack services", "plugin ls", "manifest inspect", "compose ps", "compose ls",
    "compose logs", "compose images", "compose top", "compose version", "compose port", "compose events", "compose stats", "secret ls", "config ls", "trust inspect",
    "image exists", "container exists", "pod ps", "pod ls", "machine ls", "scout version", "buildx imagetools",
}  # fmt: skip
_RUNS = {
    "run", "create", "exec", "container run", "container create", "container exec", "compose run", "compose exec",
    "service create", "service update",
}  # fmt: skip
_ESCAPES = re.compile(
    r"(?i)--privileged(?:=true)?$|--pid[= ]?host|--ipc[= ]?host|--uts[= ]?host|--userns[= ]?host|--cgroupns[= ]?host"
    r"|--cap-add[= ]?(?:CAP_)?(?:ALL|SYS_ADMIN|SYS_PTRACE|SYS_MODULE|DAC_READ_SEARCH|SYS_RAWIO|NET_ADMIN|BPF|PERFMON"
    r"|SYS_BOOT|SYS_TIME|SYSLOG|MAC_ADMIN|MAC_OVERRIDE)"
    r"|--security-opt[= ]?(?:seccomp|apparmor|label|systempaths)[=:](?:unconfined|disable)|--device(?:-cgroup-rule)?[= ]|--device$|--volumes-from[= ]"
)
# Templates of `inspect` that show no variable, argument or label.
_FIELD = (
    r"\.(?:State|NetworkSettings|HostConfig|Id|ID|Name|Created|Image|RestartCount|Mounts|Size|RepoTags|RepoDigests"
    r"|Architecture|Os|Driver|Platform|LogPath|RootFS|SizeRw|Config\.(?:Image|User|Hostname|WorkingDir|ExposedPorts"
    r"|Healthcheck)|Spec\.Mode|Status|Description|IPAM|Mountpoint|Scope)(?:\.\w+)*"
)
_OPENS = re.compile(rf"(?:range|with)\s+(?:\$\w+(?:\s*,\s*\$\w+)?\s*:=\s*)?{_FIELD}")
_SHOWN = re.compile(rf"(?:json\s+|len\s+|lower\s+|upper\s+|println\s+)?{_FIELD}")
_SHOWN_INSIDE = re.compile(r"(?:json\s+|len\s+|println\s+)?(?:\$\w+)?(?:\.\w*)*")
_ACTION = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}", re.DOTALL)
_MOUNT = re.compile(r"(?:^|=)(?:type=bind,)?(?:.*,)?(?:source|src)=(?P<source>[^,]+)")


def docker(call: Call, _document: str | None) -> list[Reason]:
    """docker and podman."""
    if call.program == "docker-compose":
        return _verbs(call, ["compose"], call.arguments)
    parsed = call.parse(_GLOBAL, first_operand_ends=True)
    if parsed.unknown:
        return call.unknown(parsed.unknown[0])
    reasons: list[Reason] = []
    if parsed.has("-H", "--host", "-c", "--context", "--url", "--connection", "--config"):
        reasons += call.changes("docker.other_host", _("It works on another container engine."))
    if not parsed.operands:
        return reasons + call.reads()
    return reasons + _verbs(call, [], tuple(parsed.operands))


def _verbs(call: Call, group: list[str], words: tuple[Argument, ...]) -> list[Reason]:
    verbs = list(group)
    rest = list(words)
    if group or (rest and rest[0].text == "compose"):
        rest = rest if group else rest[1:]
        parsed = call.of("docker", tuple(rest)).parse(_COMPOSE, first_operand_ends=True)
        verbs, rest = ["compose"], list(parsed.operands)
        if parsed.unknown:
            return call.unknown(parsed.unknown[0])
        given = [each for option in ("-f", "--file") for each in parsed.options.get(option, []) if each is not None]
        if outside := call.read_paths(given):
            return outside + call.unknown(given[0])
    while rest and not rest[0].text.startswith("-") and len(verbs) < 2:
        verbs.append(rest.pop(0).text)
    name = " ".join(verbs) if " ".join(verbs) in _READS | _RUNS | {"compose config"} else verbs[0] if verbs else ""
    if name == verbs[0] and len(verbs) > 1 and words:
        rest = list(words[1:])
    texts = [each.text for each in rest]
    if name == "inspect" or name.endswith(" inspect") or "inspect" in verbs[:2]:
        return _inspect(call, name, texts)
    if name == "compose config":
        quiet = {"-q", "--quiet", "--services", "--volumes", "--images", "--profiles", "--networks", "--hash"} & set(
            texts
        )
        return (
            call.reads("docker.compose_config")
            if quiet and not any(text.startswith(("-o", "--output", "--lock")) for text in texts)
            else call.changes("secrets.compose", _("It shows every variable, secrets too."))
        )
    if name.endswith("top") and any(re.search(r"environ|^[a-zA-Z]*e[a-zA-Z]*$", text) for text in texts[1:]):
        return call.changes("secrets.environment", _("It shows every variable, secrets too."))
    if name.endswith("history") and any(text.startswith(("--no-trunc", "--format")) for text in texts):
        return call.changes("secrets.inspect", _("It shows every variable of a container, secrets too."))
    if name in _READS and not any(each.loose for each in rest) and (name != "buildx imagetools" or "inspect" in texts):
        return call.reads(f"docker.{name.replace(' ', '_')}")
    reasons = call.changes(
        f"docker.{(name or 'command').replace(' ', '_')}", _("It changes containers, images or what runs.")
    )
    if name in _RUNS or "run" in verbs or "create" in verbs or "exec" in verbs:
        reasons += _run(call, rest)
    if verbs[:2] == ["volume", "create"]:
        sources = [replace(each, text=match[1]) for each in rest if (match := re.search(r"device=(.+)", each.text))]
        reasons += [reason for each in sources for reason in _mounted(call, each)]
    if verbs[:1] == ["unshare"]:
        reasons += anywhere(call, tuple(rest))
    if "cp" in verbs:
        local = [each for each in rest if ":" not in each.text and not each.text.startswith("-")]
        reasons += [each for each in call.read_paths(local) + call.write_paths(local[-1:]) if each.verdict == "deny"]
    if verbs[:1] == ["login"] and any(
        text.startswith(("-p", "--password")) and text != "--password-stdin" for text in texts
    ):
        reasons += call.changes("secrets.argument", _("A password in a command is seen by everybody on the machine."))
    return reasons


def _inspect(call: Call, name: str, texts: list[str]) -> list[Reason]:
    templates = [texts[each + 1] for each, text in enumerate(texts[:-1]) if text in {"-f", "--format"}]
    templates += [text.partition("=")[2] for text in texts if text.startswith(("--format=", "-f="))]
    if name in _READS or (templates and all(_is_plain(each) for each in templates)):
        return call.reads("docker.inspect")
    return call.changes("secrets.inspect", _("It shows every variable of a container, secrets too."))


def _is_plain(template: str) -> bool:
    """Whether a template shows only fields that hold no secret; within a `range` over one, everything is its."""
    actions = _ACTION.findall(template)
    opened: list[bool] = []  # whether the dot of each block is a harmless field
    for action in actions:
        inside = True in opened
        if _OPENS.fullmatch(action):
            opened.append(True)
        elif re.fullmatch(rf"if\s+{_FIELD}", action):
            opened.append(False)
        elif action == "end" and opened:
            opened.pop()
        elif not (
            action == "else"
            or re.fullmatch(r'(?:println\s+)?"[^"{}]*"|println', action)
            or (_SHOWN_INSIDE if inside else _SHOWN).fullmatch(action)
        ):
            return False
    return bool(actions) and not opened and "{{" not in _ACTION.sub("", template)


def _run(call: Call, words: list[Argument]) -> list[Reason]:
    reasons = inside(call, words)
    for position, word in enumerate(words):
        following = words[position + 1] if position + 1 < len(words) else word
        pair = f"{word.text} {following.text}"
        if _ESCAPES.match(word.text) or _ESCAPES.match(pair):
            reasons += call.refuses(
                "host.container_escape", _("{option} opens the host to the container.", option=word.text)
            )
        source: str | None = None
        if re.fullmatch(r"-[dit]*v|--volume", word.text):
            source = following.text
        elif word.text.startswith(("--volume=", "-v/", "-v.", "-v~", "-v=")):
            source = re.sub(r"^(?:--volume=|-v=?)", "", word.text)
        elif match := re.match(r"-[dit]+v=?(?=[/.~])", word.text):
            source = word.text[match.end() :]
        if source is not None:
            reasons += _mounted(call, Argument(source.partition(":")[0], word.start, following.end))
        mount = following.text if word.text == "--mount" else word.text if word.text.startswith("--mount=") else ""
        if match := _MOUNT.search(mount):
            reasons += _mounted(call, Argument(match["source"], word.start, following.end))
        if word.text.startswith("--env-file"):
            file = replace(word, text=word.text.partition("=")[2]) if "=" in word.text else following
            if call.kind(file) == "secret" and not paths.is_inside(file.text, call.folders, call.facts):
                reasons += call.read_paths([file])
            reasons += call.changes(
                "docker.env_file", _("{path} would be read into the container.", path=following.text)
            )
    return reasons


# What is refused in a container or on another machine as well: paths of this machine mean nothing there.
_EVERYWHERE = ("secrets.", "network.", "files.secret_read", "files.protected_write", "shell.hidden", "shell.piped")


def inside(call: Call, words: list[Argument] | tuple[Argument, ...], *, host: bool = False) -> list[Reason]:
    """Why what runs in a container must be refused: it shows credentials, or hands a shell away."""
    told = [
        each
        for each in anywhere(call, tuple(words))
        if each.rule.startswith((*_EVERYWHERE, "host.") if host else _EVERYWHERE)
    ]
    if any(re.search(r"/run/secrets/|serviceaccount/token", each.text) for each in words):
        told += call.refuses("secrets.container", _("It shows or stores credentials."))
    return told


def _mounted(call: Call, source: Argument) -> list[Reason]:
    if not re.match(r"[/.~\x00]", source.text):
        return []
    if call.kind(source) == "inside":
        return []
    if call.kind(source) == "unknown":
        return call.changes(
            "docker.mount", _("Which file {path} names is decided when it runs.", path=source.text.replace("\x00", "…"))
        )
    return call.refuses(
        "host.container_escape", _("{option} opens the host to the container.", option=source.text.replace("\x00", "…"))
    )


def images(call: Call, _document: str | None) -> list[Reason]:
    """skopeo, crane, dive, trivy, hadolint…: tools that look at images."""
    texts = [each.text for each in call.arguments]
    if call.program in {"nerdctl", "lima", "colima"}:
        return docker(call.of("docker", call.arguments), _document) + call.changes(
            f"{call.program}.run", _("{program} may send or change something.", program=call.program)
        )
    if call.program in {"ctr", "crictl"} and {"run", "exec", "create"} & set(texts):
        return call.changes("docker.run", _("It changes containers, images or what runs.")) + _run(
            call, list(call.arguments)
        )
    if call.program == "hadolint" or texts[:1] in (["--version"], ["version"], ["-v"]):
        files = [each for each in call.arguments if not each.text.startswith("-")]
        return call.read_paths(files) or call.reads()
    if call.program in {"skopeo", "crane", "regctl"} and texts[:1] in (
        ["inspect"],
        ["list-tags"],
        ["ls"],
        ["digest"],
        ["manifest"],
    ):
        return call.changes("network.registry", _("It asks another machine."))
    return call.changes(f"{call.program}.run", _("{program} may send or change something.", program=call.program))
