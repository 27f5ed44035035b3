"""Says what a command with a person's credentials would act on at this moment: cluster, account, project, engine.

An approval is bound to it: `kubectl delete` approved for one cluster is another action once the context has moved.
"""

import json
import os
from collections.abc import Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from pathlib import Path
from typing import Any

from tools.shell.facts import Facts, TargetKind
from tools.shell.grants import Access
from tools.shell.parse import parse
from tools.shell.production import SELECTORS, VARIABLES
from tools.shell.syntax import Word
from tools.shell.unquote import UnreadableError
from tools.shell.words import literal

LARGEST = 4 * 1024 * 1024
UNKNOWN = "?"


def acts_on(command: str, facts: Facts, access: tuple[Access, ...], environment: Mapping[str, str]) -> tuple[str, ...]:
    """`kind:target` for all that `command` names, and all that is current for its credentials. Blocking."""
    home = Path(facts.home)
    found = [f"{kind}:{value}" for kind, value in named(command, facts)]
    if "kubernetes" in access:
        found.append(f"kube_context:{_kube(environment, home)}")
    if "docker" in access:
        found.append(f"docker_host:{_docker(environment, home)}")
    if "aws" in access:
        found.append(f"aws_profile:{_aws(environment, home)}")
    if "gcp" in access:
        found.append(f"gcp_project:{_gcp(environment, home)}")
    if "azure" in access:
        found.append(f"azure_subscription:{_azure(environment, home)}")
    if (state := Path(facts.folder, ".terraform")).is_dir():
        found.append(f"terraform_workspace:{_text(state / 'environment').strip() or 'default'}")
    return tuple(dict.fromkeys(found))


def named(command: str, facts: Facts) -> list[tuple[TargetKind, str]]:
    """The targets that `command` names by an option or a variable."""
    try:
        script = parse(command)
    except UnreadableError:
        return []
    found: list[tuple[TargetKind, str]] = []
    for simple in script.commands:
        words = [literal(word, facts) or _spelt(word) for word in simple.words]
        rules = [rule for word in words for rule in SELECTORS.get(word.rpartition("/")[2], ())]
        flags = {flag: kind for kind, names, _variable in rules for flag in names}
        for word, following in zip(words, [*words[1:], ""], strict=True):
            flag, equals, value = word.partition("=")
            if flag in flags and (chosen := value if equals else following):
                found.append((flags[flag], UNKNOWN if UNKNOWN in chosen else chosen))
    return found + [
        (VARIABLES[each.name], (each.value and literal(each.value, facts)) or UNKNOWN)
        for each in script.assignments
        if each.name in VARIABLES
    ]


def _spelt(word: Word) -> str:
    """A word with a question mark for what only the run decides."""
    return "".join(piece.text if piece.kind == "text" else UNKNOWN for piece in word.pieces)


def _kube(environment: Mapping[str, str], home: Path) -> str:
    # Cold start: only commands that reach a cluster need it.
    from ruamel.yaml import YAML  # noqa: PLC0415
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    paths = [Path(each) for each in environment.get("KUBECONFIG", "").split(os.pathsep) if each]
    current = ""
    contexts: dict[str, Any] = {}
    servers: dict[str, str] = {}
    for path in paths or [home / ".kube/config"]:
        try:
            read = YAML(typ="safe", pure=True).load(_text(path))
        except (YAMLError, ValueError, TypeError, RecursionError):
            return UNKNOWN
        if not isinstance(read, dict):
            continue
        current = current or str(read.get("current-context") or "")
        for each in _entries(read, "contexts"):
            contexts.setdefault(str(each.get("name")), each.get("context"))
        for each in _entries(read, "clusters"):
            cluster = each.get("cluster")
            servers.setdefault(str(each.get("name")), str(cluster.get("server")) if isinstance(cluster, dict) else "")
    context = contexts.get(current)
    if not isinstance(context, dict):
        return current or UNKNOWN
    where = servers.get(str(context.get("cluster")), "")
    return " ".join(filter(None, (current, where, str(context.get("namespace") or ""))))


def _entries(read: dict[str, Any], name: str) -> list[dict[str, Any]]:
    listed = read.get(name)
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _docker(environment: Mapping[str, str], home: Path) -> str:
    from tools.containers.endpoint import NoEngineError, endpoint  # noqa: PLC0415 - as above

    try:
        return endpoint(environment, home).url
    except NoEngineError:
        return UNKNOWN


def _aws(environment: Mapping[str, str], home: Path) -> str:
    profile = environment.get("AWS_PROFILE") or environment.get("AWS_DEFAULT_PROFILE") or "default"
    section = profile if profile == "default" else f"profile {profile}"
    told = _ini(Path(environment.get("AWS_CONFIG_FILE") or home / ".aws/config"), section)
    where = [told.get(name, "") for name in ("sso_account_id", "role_arn")]
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or told.get("region", "")
    return " ".join(each for each in (profile, *where, region) if each)


def _gcp(environment: Mapping[str, str], home: Path) -> str:
    place = Path(environment.get("CLOUDSDK_CONFIG") or home / ".config/gcloud")
    active = _text(place / "active_config").strip() or "default"
    core = _ini(place / "configurations" / f"config_{active}", "core")
    return environment.get("CLOUDSDK_CORE_PROJECT") or core.get("project") or UNKNOWN


def _azure(environment: Mapping[str, str], home: Path) -> str:
    if "ARM_SUBSCRIPTION_ID" in environment:
        return environment["ARM_SUBSCRIPTION_ID"]
    place = Path(environment.get("AZURE_CONFIG_DIR") or home / ".azure")
    try:
        read = json.loads(_text(place / "azureProfile.json").lstrip("\ufeff") or "{}")
    except ValueError:
        return UNKNOWN
    chosen = (
        [each for each in _entries(read, "subscriptions") if each.get("isDefault")] if isinstance(read, dict) else []
    )
    return str(chosen[0].get("id")) if chosen else UNKNOWN


def _ini(path: Path, section: str) -> dict[str, str]:
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(_text(path))
    except ConfigError:
        return {}
    return dict(parser[section]) if section in parser else {}


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST).decode("utf-8", "replace")
    except OSError:
        return ""
