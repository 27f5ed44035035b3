"""Which environments each kind of file knows: overlays, pipelines, blueprints, Terraform, alert routes."""

import re

from tools.consistency.lines import read as read_yaml
from tools.consistency.read_kubernetes import environment_of_folder
from tools.consistency.world import World
from tools.delivery import Place
from tools.validate.checker import Source

_WORKFLOW = re.compile(r"(^|/)\.github/workflows/[^/]+\.ya?ml$")
_GITLAB = re.compile(r"(^|/)(\.gitlab-ci\.ya?ml|\.gitlab/ci/[^/]+\.ya?ml)$")
_RENDER = re.compile(r"(^|/)render\.(?P<name>[a-z][a-z0-9-]*)\.ya?ml$")
_NAME = re.compile(r"[a-z][a-z0-9-]*")


def applies(source: Source) -> bool:
    """Files that stand for an environment or name one."""
    return bool(_kind(source))


def _kind(source: Source) -> str | None:
    if _WORKFLOW.search(source.path):
        return "github_actions"
    if _GITLAB.search(source.path):
        return "gitlab_ci"
    if _RENDER.search(source.path):
        return "render"
    if environment_of_folder(source.path) is None:
        return None
    return {".tf": "terraform", ".tfvars": "terraform", ".yaml": "kubernetes", ".yml": "kubernetes"}.get(source.suffix)


def read(source: Source, world: World) -> None:
    """The names, each with the first place that says it."""
    kind = _kind(source)
    if kind is None:
        return
    known = world.environments.setdefault(kind, {})
    if kind in {"terraform", "kubernetes", "render"}:
        blueprint = _RENDER.search(source.path)
        name = blueprint["name"] if blueprint else environment_of_folder(source.path) or ""
        known.setdefault(name, Place(path=source.path, says=name))
        return
    for document in read_yaml(source.text):
        jobs = document.named("jobs") if kind == "github_actions" else dict(document.pairs())
        for job in jobs.values():
            given = job.at("environment")
            name = (given.text or given.said("name")) if given else ""
            if given and _NAME.fullmatch(name):  # an expression or a review app's pattern stands for many
                known.setdefault(name, Place(path=source.path, line=given.line, says=name))
