"""The Helm chart: the same objects as the overlays, with a file of values for every environment."""

import json
from typing import Any
from urllib.parse import urlsplit

from resources.catalogue import _
from resources.templates import render_chart
from tools.brief import Brief
from tools.containers.workloads import Workload
from tools.delivery import File
from tools.deployment.manifests import STORE, repository
from tools.deployment.pod_values import own_values, settings, values
from tools.deployment.routing import Route
from tools.secrets.held import remote

FOLDER = "deploy/helm"
TEMPLATES = ("deployment", "service", "scaling", "networkpolicy", "settings", "route")


def chart(brief: Brief, running: list[Workload], ways: list[Route], *, gateway: bool) -> list[File]:
    """The chart; what does not concern this brief is left out of it."""
    every = [_process(each, brief, gateway=gateway) for each in running]
    project = brief.name
    made = [
        _file("Chart.yaml", _("Names the chart."), project=project, components=[each["name"] for each in every]),
        _file("values.yaml", _("What all environments share."), project=project, store=STORE, every=every,
              gateway=gateway, routes=ways),
        _file("values.schema.json", _("What the values may be; helm refuses others."), project=project),
        _file(".helmignore", _("What is not part of the chart.")),
    ]  # fmt: skip
    for environment in brief.context.environments:
        own = own_values(environment, running)
        content = render_chart(
            "helm/values-environment.yaml.j2",
            environment=environment.name,
            host=urlsplit(environment.url or "").hostname if ways else None,
            every=[{**each, "own": own.get(f"{each['name']}-config", {})} for each in every],
            small=not environment.needs_approval,
        )
        purpose = _("What only {name} has.", name=environment.name)
        made.append(File(path=f"{FOLDER}/values-{environment.name}.yaml", content=content, purpose=purpose))
    wanted = [*TEMPLATES, *(["migration"] if any(each["migration"] for each in every) else [])]
    wanted += ["volumes"] if any(one["kept"] for each in every for one in each["volumes"]) else []
    purposes = {"_helpers.tpl": _("What the templates share."), "NOTES.txt": _("What helm says afterwards.")}
    purposes |= {f"{each}.yaml": _("Part of what runs: {name}.", name=each) for each in wanted}
    return [*made, *(_file(f"templates/{name}", purpose, project=project) for name, purpose in purposes.items())]


def _process(each: Workload, brief: Brief, *, gateway: bool) -> dict[str, Any]:
    """One process as values; what it shares with the first of its component stands there."""
    plain, secrets = settings(each)
    configured = bool(plain) or any(own_values(one, [each]) for one in brief.context.environments)
    filled = values(each, brief, config=configured, secrets=bool(secrets), gateway=gateway)
    return filled | {
        "of": filled["first"] if each.process else None,
        "repository": repository(brief, each.subject.name),
        "plain": plain if configured else None,
        "held": {name: remote(brief, name) for name in secrets},
        "listed": each.secret_files,
        "migration": json.dumps(each.migration, ensure_ascii=False) if each.migration else None,
    }


def _file(path: str, purpose: str, **given: object) -> File:
    name = path.rpartition("/")[2].removeprefix(".")
    return File(path=f"{FOLDER}/{path}", content=render_chart(f"helm/{name}.j2", **given), purpose=purpose)
