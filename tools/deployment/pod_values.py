"""What the manifests of one process are filled with: settings, secrets, volumes, probes, and where it may connect."""

import json
from dataclasses import dataclass
from typing import Any

from resources.templates import render
from tools.brief import Brief, Environment
from tools.containers.backing import SECRET_FILES, backing_services
from tools.containers.compose import volume_name
from tools.containers.workloads import Workload
from tools.delivery import File
from tools.deployment.manifests import FOLDER
from tools.pipelines.image import TOKENS

HTTPS = 443
STABLE = "stable"
BESIDE = {"blue_green": "green", "canary": "canary"}
"""The track of the version that a release puts beside the one that runs."""
MOST = 6
"""Replicas the autoscaler may go to in production; a start, for nobody has measured yet."""


@dataclass(frozen=True)
class Versions:
    """The versions of one process: `beside` is the track of the second, `image` what both are made of."""

    name: str
    image: str
    health: str | None
    minimum: int
    migrates: bool
    beside: str | None
    apart: bool
    """Each version has a Service of its own, so that something decides who hears which one."""

    @property
    def second(self) -> str:
        """The name of the second version."""
        return f"{self.name}-{self.beside}"

    @property
    def deployments(self) -> list[dict[str, Any]]:
        """The Deployments: `scales` where an autoscaler keeps their number."""
        made = [{"name": self.name, "track": STABLE, "scales": True}]
        if self.beside:
            made.append({"name": self.second, "track": self.beside, "scales": self.beside == "green"})
        return made

    @property
    def services(self) -> list[dict[str, str]]:
        """The Services: without a track, one that knows no difference."""
        if not self.apart:
            return [{"name": self.name, "track": ""}]
        return [{"name": self.name, "track": STABLE}, {"name": self.second, "track": self.beside or ""}]


def manifest(path: str, template: str, purpose: str, **values: Any) -> File:  # noqa: ANN401 - a template's values
    """One file below `FOLDER`."""
    content = render(f"kubernetes/{template}.yaml.j2", **values)
    return File(path=f"{FOLDER}/{path}", content=content, purpose=purpose)


def settings(each: Workload) -> tuple[dict[str, str], list[str]]:
    """The plain settings with their defaults, and the names of the secrets."""
    names = {variable.name for variable in each.component.variables}
    needed = {data["variable"] for data in connections(each)} if not names else set()
    marked = {variable.name for variable in each.component.variables if variable.secret} - TOKENS
    secrets = sorted({*marked, *needed})
    plain = {
        variable.name: variable.default
        for variable in each.component.variables
        if not variable.secret and variable.default is not None
    }
    if each.port and "PORT" in names:
        plain["PORT"] = str(each.port)
    return dict(sorted(plain.items())), secrets


def connections(each: Workload) -> list[dict[str, Any]]:
    """How the services it needs are reached."""
    backings = backing_services([each.component], {each.key})
    return [dict(backing.reached(each.component.language, "")) for backing in backings.values()]


def versions_of(each: Workload, brief: Brief, *, gateway: bool) -> Versions:
    """The versions of `each` by the brief's strategy; what only works in the background is replaced as it stands."""
    beside = BESIDE.get(brief.context.platform.strategy) if each.port else None
    return Versions(
        name=each.name,
        image=each.subject.name,
        health=each.component.health_path,
        minimum=2 if each.port else 1,
        migrates=bool(each.migration),
        beside=beside,
        apart=beside == "green" or (beside is not None and gateway),
    )


def values(each: Workload, brief: Brief, *, config: bool, secrets: bool, gateway: bool) -> dict[str, Any]:
    """Everything the templates ask of one process."""
    versions = versions_of(each, brief, gateway=gateway)
    user, _colon, group = (each.recipe.user if each.recipe else "10001:10001").partition(":")
    ports = {int(backing["connection"]["port"]) for backing in connections(each)}
    path = each.component.health_path
    ready = each.component.ready_path or path
    return {
        "name": each.name,
        "first": each.subject.name,
        "account": each.name,
        "command": json.dumps(each.command, ensure_ascii=False) if each.command else None,
        "files": {name: f"{SECRET_FILES}/{name}" for name in each.secret_files},
        "secret_files": SECRET_FILES,
        "volumes": [
            {
                "name": one.path.strip("/").replace("/", "-").replace(".", "-").replace("_", "-").lower(),
                "claim": volume_name(each, one),
                "path": one.path,
                "kept": one.kept,
                "size": one.size,
            }
            for one in each.component.volumes
        ],
        "project": brief.name,
        "user": user,
        "group": group or user,
        "port": each.port,
        "health": path,
        "ready_path": ready,
        "probe": asks(path),
        "ready": asks(ready),
        "memory": f"{each.memory}i",
        "requested": f"{max(32, int(each.memory.rstrip('M')) // 2)}Mi",
        "config": config,
        "secrets": secrets,
        "beside": versions.beside,
        "apart": versions.apart,
        "versions": versions.deployments,
        "services": versions.services if each.port else [],
        "minimum": versions.minimum,
        "maximum": MOST if each.port else 3,
        "reaches": sorted({HTTPS, *ports}),
    }


def asks(path: str | None) -> str:
    """What a probe asks."""
    return f"httpGet: {{path: {json.dumps(path)}, port: http}}" if path else "tcpSocket: {port: http}"


def own_values(environment: Environment, running: list[Workload]) -> dict[str, dict[str, str]]:
    """What this environment says of the plain settings; a secret is never said here, whatever the brief does."""
    own: dict[str, dict[str, str]] = {}
    for each in running:
        plain = {variable.name for variable in each.component.variables if not variable.secret}
        said = {name: value for name, value in environment.variables.items() if name in plain}
        if said:
            own[f"{each.subject.name}-config"] = said
    return own
