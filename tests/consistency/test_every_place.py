"""Each place of a delivery that says a port, an environment or a secret is compared: changed alone, it is told."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from resources.catalogue import set_language, speaking
from tools.brief import Brief
from tools.consistency.contradictions import contradictions
from tools.deliver import GENERATORS
from tools.delivery import Mismatch, combine
from tools.project import Project
from tools.validate.checker import Source

GOLDENS = Path(__file__).parent.parent / "golden/containers"
EVERYTHING = ["pipeline", "containers", "deployment", "observability"]
KEPT = [*EVERYTHING, "infrastructure", "secrets"]
# Example, deliverables, and what the brief says of where it runs.
FAMILIES: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "kubernetes, nginx, github": ("fastapi-uv", EVERYTHING, {"platform": {"target": "kubernetes"}, "proxy": "nginx"}),
    "kubernetes, gitlab, vault": (
        "monorepo-python-node",
        [*EVERYTHING, "secrets"],
        {"platform": {"target": "kubernetes"}, "pipeline": "gitlab_ci", "secret_store": "vault"},
    ),
    "compose, nginx, gitlab": (
        "fastapi-uv",
        EVERYTHING,
        {"platform": {"target": "compose"}, "proxy": "nginx", "pipeline": "gitlab_ci"},
    ),
    "swarm, traefik": ("monorepo-python-node", EVERYTHING, {"platform": {"target": "swarm"}, "proxy": "traefik"}),
    "swarm in two colours": (
        "spring-maven",
        EVERYTHING,
        {"platform": {"target": "swarm", "strategy": "blue_green"}, "proxy": "traefik"},
    ),
    "render": ("express-npm", EVERYTHING, {"platform": {"target": "render"}}),
    "railway": ("express-npm", EVERYTHING, {"platform": {"target": "railway"}}),
    "vercel": ("next-yarn", EVERYTHING, {"platform": {"target": "vercel"}}),
    "terraform on ecs": ("go-gin", KEPT, {"platform": {"target": "ecs", "provider": "aws"}}),
}
# Where a change contradicts nothing, each with the reason.
FREE = {
    "port": (
        r"^compose\.yaml: .*127\.0\.0\.1:\d+:",  # a developer's own machine, where something else is deployed
        r"^docker-stack\.yml: .*published",  # the same, where the stack is not what is deployed
        r"^deploy/kubernetes/base/\S+: .*targetPort: http",  # the Service's own number: everybody asks it by name
        r"%",
    ),
    "environment": (
        r"name: Deploy to ",  # a title
        r"newTag: ",  # the pipeline replaces it
        r"deployment_tier: ",  # GitLab's own list of kinds
        r"ENVIRONMENT  ",  # the text of --help
    ),
    "secret": (
        r"^compose\.yaml: ",  # a developer may do without
        r"^docker-stack\.yml: |^deploy/compose/compose\.yaml: ",  # beside the component's own: its migration
        r"^\.env\.example: ",
        r"remoteRef: ",  # what the store calls it, where the delivery does not fill the store
    ),
}


def brief(family: str) -> Brief:
    example, deliverables, context = FAMILIES[family]
    made = json.loads((GOLDENS / example / "brief.json").read_text())
    made["deliverables"] = deliverables
    made["context"] |= context | {
        "registry": "ghcr.io/acme",
        "environments": [{"name": each, "url": f"https://{each}.shop.example"} for each in ("dev", "staging", "prod")],
    }
    for component in made["context"]["components"]:
        if component.get("kind") != "static":
            secret = {"name": "PAYMENT_KEY", "secret": True, "source": "app/main.py:3"}
            component["variables"] = [*component.get("variables", []), secret]
    return Brief.model_validate(made)


@cache
def delivered(family: str) -> tuple[Brief, dict[str, str]]:
    made = brief(family)
    with speaking("en"):
        parts = [
            GENERATORS[each](made, Project(summary="", components=[], existing=[], questions=[]))
            for each in made.deliverables
        ]
    return made, {file.path: file.content for file in combine(parts).files}


def judged(files: dict[str, str], made: Brief) -> list[Mismatch]:
    return contradictions([Source(path, content.encode()) for path, content in files.items()], made)


def changes(what: str, made: Brief, files: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Each place changed alone: the path, the line and the new content."""
    ports = sorted({each.port for each in made.context.components if each.port})
    wanted = {
        "port": [(rf"(?<![\d.\w]){port}(?![\d\w])", str(port + 7)) for port in ports],
        "environment": [(r"(?<![\w-])staging(?![\w-])(?!\.shop)", "stagging")],
        "secret": [(r"(?<!\w)PAYMENT_KEY(?!\w)", "PAYMENT_KEYS")],
    }[what]
    seen: set[tuple[str, str]] = set()
    for path, content in sorted(files.items()):
        if path.endswith((".md", ".test.yml")):  # texts, and examples of one pod
            continue
        for pattern, new in wanted:
            for found in re.finditer(pattern, content):
                line = content[content.rfind("\n", 0, found.start()) + 1 : content.find("\n", found.end())]
                if not line.lstrip().startswith(("#", "//")) and (path, line) not in seen:
                    seen.add((path, line))
                    yield path, line.strip(), content[: found.start()] + new + content[found.end() :]


PORTS_ALONE = {"railway", "vercel", "swarm in two colours"}
CASES = [(family, what) for family in FAMILIES for what in FREE if what == "port" or family not in PORTS_ALONE]


@pytest.mark.parametrize(("family", "what"), CASES)
def test_a_place_that_is_changed_alone_is_told_with_its_counterpart(family: str, what: str) -> None:
    made, files = delivered(family)
    assert judged(files, made) == []
    told = 0
    for path, line, content in changes(what, made, files):
        found = [each for each in judged({**files, path: content}, made) if path in {each.first.path, each.second.path}]
        if not found:
            assert any(re.search(each, f"{path}: {line}") for each in FREE[what]), f"nobody noticed {path}: {line}"
            continue
        assert all(each.first.path and each.second.path and each.first != each.second for each in found), found
        told += 1
    assert told


def test_a_scrape_target_called_by_its_project_is_told() -> None:
    set_language("en")
    made, files = delivered("compose, nginx, gitlab")
    path = "deploy/observability/prometheus/prometheus-prod.yml"
    files = {**files, path: files[path].replace('"orders-api:8000"', '"fastapi-uv:8000"')}
    assert [each.message for each in judged(files, made)] == [
        f"{path} asks fastapi-uv; the service is called orders-api."
    ]


def test_a_port_that_only_one_of_two_versions_closes_is_told() -> None:
    made, files = delivered("swarm in two colours")
    path = "deploy/firewall/nftables.conf"
    assert "{ 8085, 8086 } drop" in files[path]
    found = judged({**files, path: files[path].replace("{ 8085, 8086 } drop", "{ 8085 } drop")}, made)
    assert found
    assert all(path in {each.first.path, each.second.path} for each in found)
