"""Which environments each kind of file knows: overlays, pipelines, blueprints, Terraform, alert routes."""

import re

from tools.consistency.lines import Value
from tools.consistency.lines import read as read_yaml
from tools.consistency.read_kubernetes import environment_of_folder
from tools.consistency.world import Said, World
from tools.delivery import Place
from tools.validate.checker import Source

_WORKFLOW = re.compile(r"(^|/)\.github/workflows/[^/]+\.ya?ml$")
_GITLAB = re.compile(r"(^|/)(\.gitlab-ci\.ya?ml|\.gitlab/ci/[^/]+\.ya?ml)$")
RENDER = re.compile(r"(^|/)render\.(?P<name>[a-z][a-z0-9-]*)\.ya?ml$")
_PROMETHEUS = re.compile(r"(^|/)prometheus-(?P<name>[a-z][a-z0-9-]*)\.ya?ml$")
_NAME = re.compile(r"[a-z][a-z0-9-]*")


def applies(source: Source) -> bool:
    """Files that stand for an environment or name one."""
    return bool(_kind(source))


def _kind(source: Source) -> str | None:
    if _WORKFLOW.search(source.path):
        return "github_actions"
    if _GITLAB.search(source.path):
        return "gitlab_ci"
    if RENDER.search(source.path):
        return "render"
    if _PROMETHEUS.search(source.path):
        return "prometheus"
    if environment_of_folder(source.path) is None:
        return None
    return {".tf": "terraform", ".tfvars": "terraform", ".yaml": "kubernetes", ".yml": "kubernetes"}.get(source.suffix)


def read(source: Source, world: World) -> None:
    """The names, each with the first place that says it."""
    kind = _kind(source)
    if kind is None:
        return
    known = world.environments.setdefault(kind, {})
    if kind in {"terraform", "kubernetes", "render", "prometheus"}:
        of_file = RENDER.search(source.path) or _PROMETHEUS.search(source.path)
        name = of_file["name"] if of_file else environment_of_folder(source.path) or ""
        known.setdefault(name, Place(path=source.path, says=name))
        if kind == "prometheus":
            _of_prometheus(name, source, world)
        return
    for document in read_yaml(source.text):
        jobs = document.named("jobs") if kind == "github_actions" else dict(document.pairs())
        for job in jobs.values():
            given = job.at("environment")
            name = (given.text or given.said("name")) if given else ""
            if given and _NAME.fullmatch(name):  # an expression or a review app's pattern stands for many
                place = Place(path=source.path, line=given.line, says=name)
                known.setdefault(name, place)
                _of_job(job, Said(name, place), source, world)
        _choices(document, source, world)


def _of_job(job: Value, environment: Said, source: Source, world: World) -> None:
    """What the steps of a job are told of where they work."""
    told = [job.at("variables"), job.at("env"), *(step.at("env") for step in job.members("steps"))]
    for variables in told:
        for key, value in variables.pairs() if variables else ():
            said = Said(value.text, Place(path=source.path, line=value.line, says=f"{key}: {value.text}"))
            if key == "ENVIRONMENT" and _NAME.fullmatch(value.text):
                world.alike.append(("environment", environment, said))
            if key == "NAMESPACE" and _NAME.fullmatch(value.text):
                world.meant_namespaces.append(said)


def _choices(document: Value, source: Source, world: World) -> None:
    """What a person may choose who starts a workflow by hand."""
    options = document.members("on", "workflow_dispatch", "inputs", "environment", "options")
    if options:
        world.environments[source.path] = {
            each.text: Place(path=source.path, line=each.line, says=each.text) for each in options
        }


def _of_prometheus(name: str, source: Source, world: World) -> None:
    for document in read_yaml(source.text):
        label = document.at("global", "external_labels", "environment")
        if label:
            said = Said(label.text, Place(path=source.path, line=label.line, says=f"environment: {label.text}"))
            world.alike.append(("environment", Said(name, Place(path=source.path, says=name)), said))
        for job in document.members("scrape_configs"):
            for rule in job.members("metric_relabel_configs"):
                kept = rule.at("regex")
                if kept and [each.text for each in rule.members("source_labels")] == ["namespace"]:
                    place = Place(path=source.path, line=kept.line, says=kept.text)
                    world.meant_namespaces += [Said(each, place) for each in kept.text.split("|") if each]
            for each in job.members("kubernetes_sd_configs"):
                world.meant_namespaces += [
                    Said(space.text, Place(path=source.path, line=space.line, says=space.text))
                    for space in each.members("namespaces", "names")
                ]
