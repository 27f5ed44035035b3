"""The jobs of a pipeline file as a picture: what waits for what, and where a person decides."""

import itertools
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tools.pictures.flowchart import Edge, Flowchart, Node

WORKFLOWS = ".github/workflows/"
GITLAB = ".gitlab-ci.yml"
CHILDREN = ".gitlab/ci/"
MOST_JOBS = 60
# What GitLab keeps for itself at the top of a file; everything else there is a job.
_GITLAB_WORDS = frozenset(
    {"stages", "variables", "default", "workflow", "include", "image", "services", "cache", "before_script"}
    | {"after_script", "spec"}
)


def is_pipeline(path: str) -> bool:
    """Whether `path` is a file whose jobs can be drawn."""
    return path == GITLAB or (path.startswith((WORKFLOWS, CHILDREN)) and path.endswith((".yml", ".yaml")))


def pipeline_graph(path: str, content: str) -> str:
    """The jobs of the pipeline file `path` as Mermaid text; '' where there is none to draw."""
    try:
        parsed: Any = YAML(typ="safe").load(content)  # by the C parser: a page of them takes part in every delivery
    except YAMLError:  # the checkers say what is wrong with it
        return ""
    if not isinstance(parsed, Mapping):
        return ""
    chart = _github(parsed) if path.startswith(WORKFLOWS) else _gitlab(parsed)
    return chart.text() if chart.nodes else ""


def _github(parsed: Mapping[str, Any]) -> Flowchart:
    chart = Flowchart()
    jobs = parsed.get("jobs")
    for name, job in _mappings(jobs):
        environment = job.get("environment")
        where = environment.get("name") if isinstance(environment, Mapping) else environment
        chart.nodes.append(_job(name, str(job.get("name") or name), where))
        chart.edges += [Edge(need, name) for need in _names(job.get("needs"))]
    return chart


def _gitlab(parsed: Mapping[str, Any]) -> Flowchart:
    chart = Flowchart()
    every = dict(_mappings(parsed))
    jobs = {
        name: _extended(job, every)
        for name, job in every.items()
        if name not in _GITLAB_WORDS and not name.startswith(".")
    }
    used = [str(job.get("stage", "test")) for job in jobs.values()]
    stages = [each for each in _names(parsed.get("stages")) if each in used] or list(dict.fromkeys(used))
    chart.groups = {f"stage {each}": each for each in stages}
    for name, job in jobs.items():
        environment = job.get("environment")
        where = environment.get("name") if isinstance(environment, Mapping) else environment
        manual = job.get("when") == "manual" or any(
            isinstance(rule, Mapping) and rule.get("when") == "manual" for rule in job.get("rules") or []
        )
        chart.nodes.append(_job(name, name, where, manual=manual, group=f"stage {job.get('stage', 'test')}"))
        chart.edges += [Edge(need, name) for need in _names(job.get("needs"))]
    if not chart.edges:  # without `needs` one stage waits for the whole stage before it
        keys = list(chart.groups)
        chart.edges = [Edge(before, after) for before, after in itertools.pairwise(keys)]
    return chart


def _extended(job: Mapping[str, Any], every: Mapping[str, Mapping[str, Any]], depth: int = 10) -> dict[str, Any]:
    """`job` laid over what it extends, as deep as GitLab goes."""
    merged: dict[str, Any] = {}
    for name in _names(job.get("extends")) if depth else []:
        merged |= _extended(every.get(name, {}), every, depth - 1)
    return merged | dict(job)


def _job(key: str, title: str, where: object, *, manual: bool = False, group: str = "") -> Node:
    # An environment of a matrix or of a review app has no name yet.
    label = (title, f"→ {where}") if isinstance(where, str) and "$" not in where else (title,)
    return Node(key, label, shape="gate" if manual else "box", look="warn" if where else "plain", group=group)


def _mappings(found: object) -> list[tuple[str, Mapping[str, Any]]]:
    if not isinstance(found, Mapping):
        return []
    return [(str(name), each) for name, each in found.items() if isinstance(each, Mapping)][:MOST_JOBS]


def _names(found: object) -> list[str]:
    each = found if isinstance(found, list) else [found]
    return [
        name
        for one in each
        if isinstance(name := one.get("job") if isinstance(one, Mapping) else one, str)
    ]  # fmt: skip
