"""docker-stack.yml: the components of a brief as services of Docker Swarm."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief
from tools.containers.backing import SECRET_FILES, Backing, backing_services
from tools.containers.compose import (
    BLANK_INSIDE,
    MANY_BLANK,
    escaped,
    flow,
    image_variable,
    no_health,
    required,
    volume_name,
)
from tools.containers.workloads import Workload, workloads
from tools.delivery import File

PATH = "docker-stack.yml"
REDIS_CONF = "docker-stack/redis.conf"
# Files of secrets become variables, then the shell becomes the program: it is process 1 under init and hears signals.
READ_SECRETS = 'for file in /run/secrets/*; do export "${file##*/}=$(cat "$file")"; done; exec "$@"'
# A value that holds a password is a secret as a whole.
PLACEHOLDER = re.compile(r"<[A-Z0-9_]+>")


@dataclass(frozen=True)
class StackSecret:
    """One secret of the swarm: `key` in the file, `name` in the swarm, `example` with what is to be filled in."""

    key: str
    name: str
    variable: str
    example: str | None


@dataclass(frozen=True)
class Stack:
    """The files, the secrets that must exist, and the variables of images."""

    files: list[File]
    secrets: list[StackSecret]
    images: list[str]
    stateful: bool


def swarm_stack(brief: Brief, *, overwrite: bool = False) -> Stack | None:
    """The stack of `brief`, from the brief alone; None when nothing is deployed.

    Stand-ins of development (the S3 mock) are left out: production has the real service.
    """
    running = workloads(brief, overwrite=overwrite)
    if not running:
        return None
    needed = backing_services([each.component for each in running], {each.key for each in running})
    backings = {need: each for need, each in needed.items() if not each.facts.get("not_production")}
    taken = {each.key for each in running} | {each.name for each in backings.values()}
    shown = [_workload(each, brief, backings, taken) for each in running]
    secrets = list({secret.key: secret for each in shown for secret in [*each["secrets"], *each["files"]]}.values())
    secrets += [_secret(brief, each.secret_name, each.secret) for each in backings.values()
                if each.secret and each.secret_name and "secret_file" in each.facts]  # fmt: skip
    conf = render("compose/redis.conf.j2") if "redis" in backings else None
    configs = []
    if conf is not None:
        digest = hashlib.sha256(conf.encode()).hexdigest()[:8]
        configs = [{"key": "redis-conf", "name": f"{brief.name}-redis-conf-{digest}", "file": f"./{REDIS_CONF}"}]
    content = render(
        "compose/docker-stack.yml.j2",
        project=brief.name,
        path=PATH,
        workloads=shown,
        backings=[_backing(each) for each in backings.values()],
        volumes=[
            *(each.name for each in backings.values() if each.facts.get("volume")),
            *dict.fromkeys(one["name"] for each in shown for one in each["volumes"]),
        ],
        data_label=f"{brief.name}-data",
        configs=configs,
        secrets=secrets,
    )
    content = MANY_BLANK.sub("\n\n", BLANK_INSIDE.sub("\n", content))
    files = [File(path=PATH, content=content, purpose=_("Runs everything on Docker Swarm."))]
    if conf is not None:
        files.append(File(path=REDIS_CONF, content=conf, purpose=_("What Redis keeps and how much of it.")))
    stateful = any(each.facts.get("volume") for each in backings.values()) or any(each["volumes"] for each in shown)
    return Stack(files, secrets, [each["image_variable"] for each in shown], stateful)


def _secret(brief: Brief, key: str, variable: str, example: str | None = None) -> StackSecret:
    name = key if key.startswith(f"{brief.name}-") else f"{brief.name}-{key}"
    return StackSecret(key, f"{name}-v1", variable, example)


def _workload(each: Workload, brief: Brief, backings: Mapping[str, Backing], taken: set[str]) -> dict[str, Any]:
    given = each.environment(backings, "<{}>".format)
    marked = {variable.name for variable in each.component.variables if variable.secret and not variable.file}
    confidential = {name: value for name, value in given.items() if name in marked or PLACEHOLDER.search(value or "")}
    readable = bool(confidential) and each.start is not None
    environment = {name: value for name, value in given.items() if name not in confidential}
    if not readable:
        environment |= {name: required(name) for name in confidential}
    secrets = [
        _secret(brief, f"{each.first}-{name.lower().replace('_', '-')}", name, value)
        for name, value in confidential.items()
    ]
    files = [
        _secret(brief, f"{each.first}-{name.lower().replace('_', '-')}", f"{SECRET_FILES}/{name}")
        for name in each.secret_files
    ]
    migrate_key = f"{each.key}-migrate"
    while migrate_key in taken:
        migrate_key += "-once"
    entrypoint = flow(["sh", "-c", READ_SECRETS, "--"]) if readable else None
    variable = image_variable(each)
    return {
        "key": each.key,
        "image": required(variable),
        "image_variable": variable,
        "entrypoint": entrypoint,
        "command": flow(each.start or []) if entrypoint else flow(each.command) if each.command else None,
        "in_clear": sorted(confidential),
        "environment": environment,
        "secrets": secrets if entrypoint else [],
        "files": files,
        "volumes": [{"name": volume_name(each, one), "path": one.path} for one in each.component.volumes if one.kept],
        "scratch": each.scratch,
        "published": each.published,
        "port": each.port,
        "health": flow(["CMD", *each.health]) if each.health else None,
        "no_health": no_health(each),
        "replicas": 2 if each.port else 1,
        "waits": [backings[need].name for need in each.component.needs if need in backings],
        "memory": each.memory,
        "reserved": "64M" if each.memory != "64M" else "16M",
        "migration": flow(each.migration) if each.migration else None,
        "migrate_key": migrate_key,
        "migrate_entrypoint": entrypoint,
    }


def _backing(each: Backing) -> dict[str, Any]:
    environment: dict[str, str | None] = {key: escaped(value) for key, value in each.env.items()}
    if each.secret and "secret_env" in each.facts:
        environment[str(each.facts["secret_env"])] = required(each.secret)
    if "secret_file" in each.facts:
        environment[str(each.facts["secret_file"])] = f"/run/secrets/{each.secret_name}"
    config = each.need == "redis"
    target = "/usr/local/etc/redis/redis.conf"
    command = ["redis-server", target] if config else each.facts.get("command")
    return {
        "name": each.name,
        "image": each.image,
        "user": each.facts.get("user"),
        "tmpfs": each.facts.get("tmpfs", []),
        "command": flow(command) if command else None,
        "environment": environment,
        "config": "redis-conf" if config else None,
        "config_target": target,
        "secret_name": each.secret_name if "secret_file" in each.facts else None,
        "volume": each.facts.get("volume"),
        "health": flow(["CMD-SHELL", each.health]),
        "memory": each.facts["memory"],
        "cpus": each.facts["cpus"],
        "stop_grace": each.facts["stop_grace"],
    }
