"""compose.yaml: every component of a brief with the services it needs, on one machine."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from resources.catalogue import _
from resources.templates import render
from tools.brief import Brief
from tools.containers.backing import SECRET_FILES, Backing, backing_services
from tools.containers.workloads import Workload, workloads
from tools.delivery import File
from tools.pipelines.image import build_tokens
from tools.project import Volume

PATH = "compose.yaml"
DEPLOYED = "deploy/compose/compose.yaml"


@dataclass(frozen=True)
class Composition:
    """The file, and the variables that `.env` must give."""

    file: File
    passwords: list[str]


# Parts of the template that came out empty leave blank lines; they belong between services only.
BLANK_INSIDE = re.compile(r"\n{2,}(?= {4})")
MANY_BLANK = re.compile(r"\n{3,}")


def compose_file(brief: Brief, *, overwrite: bool = False, deployed: bool = False) -> Composition | None:
    """The compose file of `brief`, from the brief alone; None when nothing is deployed.

    `deployed` is the one of a machine that serves: images by digest instead of sources, no tools of development.

    Passwords are interpolated from `.env`, never written. A component that keeps its own Dockerfile is built with it,
    and its health is left to its image.
    """
    running = workloads(brief, overwrite=overwrite)
    if not running:
        return None
    backings = backing_services([each.component for each in running], {each.key for each in running})
    taken = {each.key for each in running} | {each.name for each in backings.values()}
    given = {each.key: each.environment(backings, required) for each in running}
    dsns = {name: str(value) for each in given.values() for name, value in each.items() if _is_dsn(name, value)}
    environments = {
        key: {name: required(name) if name in dsns else value for name, value in each.items()}
        for key, each in given.items()
    }
    shown = [_workload(each, environments[each.key], backings, taken) for each in running]
    lists = [value for each in environments.values() for value in each.values()]
    own_keys = {value[2:].partition(":")[0] for value in lists if value and value.startswith("${")}
    passwords = {each.secret for each in backings.values() if each.secret}
    tokens = {name: name for each in shown for name in each["token_names"] if not deployed}
    named = {each.secret_name: each.secret for each in backings.values() if "secret_file" in each.facts}
    files = {one["source"]: one["variable"] for each in shown for one in each["secret_files"]}
    needed = sorted(passwords | own_keys | set(tokens) | set(files.values()))
    content = render(
        "compose/compose.yaml.j2",
        project=brief.name,
        workloads=shown,
        backings=[_backing(each) for each in backings.values()],
        deployed=deployed,
        consoles=[] if deployed else _consoles(backings, taken),
        passwords=needed,
        dsns=[f"{name}={value.replace(':?}', '}')}" for name, value in sorted(dsns.items())],
        open=None in lists,
        volumes=[
            *(each.name for each in backings.values() if each.facts.get("volume")),
            *dict.fromkeys(one["name"] for each in shown for one in each["volumes"]),
        ],
        secrets={**named, **files, **tokens},
    )
    content = MANY_BLANK.sub("\n\n", BLANK_INSIDE.sub("\n", content))
    path, purpose = PATH, _("Runs everything on one machine, as production is built.")
    if deployed:
        path, purpose = DEPLOYED, _("Runs the images of the pipeline on one machine.")
    file = File(path=path, content=content, purpose=purpose)
    return Composition(file, needed)


def _is_dsn(name: str, value: str | None) -> bool:
    """A credential by its name: .env gives the whole of it, made of the passwords that it gives as well."""
    return name.endswith("_DSN") and value is not None and "${" in value


def escaped(text: str) -> str:
    """`text` as compose reads it: a dollar sign of the shell is written twice."""
    return text.replace("$", "$$")


def flow(values: list[str], *, interpolated: bool = False) -> str:
    """A list on one line, as JSON, which YAML reads; `interpolated` when it holds references of compose's own."""
    written = json.dumps(values, ensure_ascii=False)
    return written if interpolated else escaped(written)


def required(name: str) -> str:
    """The value of a variable that compose refuses to start without."""
    return f"${{{name}:?}}"


def _workload(
    each: Workload, environment: dict[str, str | None], backings: Mapping[str, Backing], taken: set[str]
) -> dict[str, Any]:
    migrate_key = None
    if each.component.migrate_command:  # the other processes wait for it as well
        migrate_key = f"{each.first}-migrate"
        while migrate_key in taken:
            migrate_key += "-once"
    tokens = build_tokens(each.component)
    return {
        "key": each.key,
        # What is missing is told in the words of what to give.
        "image": f"${{{image_variable(each)}:?name@sha256:digest}}",
        "context": each.subject.context,
        "dockerfile": each.subject.in_context(each.subject.dockerfile),
        "environment": environment,
        "published": each.published,
        "port": each.port,
        "health": flow(["CMD", *each.health]) if each.health else None,
        "no_health": no_health(each),
        "memory": each.memory,
        "waits": [backings[need].name for need in each.component.needs if need in backings],
        "command": flow(each.command) if each.command else None,
        "volumes": [{"name": volume_name(each, one), "path": one.path} for one in each.component.volumes if one.kept],
        "tmpfs": flow([f"{path}:mode=1777,size=128m" for path in ["/tmp", *each.scratch]]),  # noqa: S108 - its own
        "secret_files": [
            {
                "source": name.lower().replace("_", "-"),
                "target": f"{SECRET_FILES}/{name}",
                "variable": name.removesuffix("_FILE"),
            }
            for name in each.secret_files
        ],
        "migration": flow(each.migration) if each.migration else None,
        "migrate_key": migrate_key,
        "tokens": flow(tokens) if tokens else None,
        "token_names": tokens,
    }


def volume_name(each: Workload, volume: Volume) -> str:
    """What a folder that is kept is called: the same for all processes of the component."""
    return f"{each.first}-{volume.path.rpartition('/')[2].lower().replace('.', '-').replace('_', '-')}"


def image_variable(each: Workload) -> str:
    """The variable that names the image of `each`, by digest."""
    return f"{each.subject.name}_image".upper().replace("-", "_")


def no_health(each: Workload) -> str:
    """Why no health check is written."""
    if each.own:
        return _("Its health is asked as its own Dockerfile says.")
    if each.port is None:
        return _("No port to ask: a worker that fails ends, and is started again.")
    return _("Its image has no shell and no client that could ask.")


def _backing(each: Backing) -> dict[str, Any]:
    environment: dict[str, str | None] = {key: escaped(value) for key, value in each.env.items()}
    if each.secret and "secret_env" in each.facts:
        environment[str(each.facts["secret_env"])] = required(each.secret)
    if "secret_file" in each.facts:
        environment[str(each.facts["secret_file"])] = f"/run/secrets/{each.secret_name}"
    return {
        "name": each.name,
        "image": each.image,
        "user": each.facts.get("user"),
        "tmpfs": flow([f"{path}:mode=1777,size=64m" for path in each.facts.get("tmpfs", [])])
        if each.facts.get("tmpfs")
        else None,
        "command": flow(each.facts["command"]) if "command" in each.facts else None,
        "environment": environment,
        "secret_name": each.secret_name if "secret_file" in each.facts else None,
        "volume": each.facts.get("volume"),
        "health": flow(["CMD-SHELL", each.health]),
        "memory": each.facts["memory"],
        "cpus": each.facts["cpus"],
        "stop_grace": each.facts["stop_grace"],
    }


def _consoles(backings: Mapping[str, Backing], taken: set[str]) -> list[dict[str, Any]]:
    return [
        {
            "key": f"{each.name}-console",
            "server": each.name,
            "image": each.image,
            "user": each.facts.get("user"),
            "command": flow(each.console(required(each.secret or "")), interpolated=True),
            "environment": {each.facts["console_env"]: required(each.secret)}
            if each.secret and "console_env" in each.facts
            else {},
        }
        for each in backings.values()
        if "console" in each.facts and f"{each.name}-console" not in taken
    ]
