"""Every contradiction between two files is found, wherever it is planted; what is generated holds none."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp import Client

from resources.catalogue import speaking
from server.app import build_server
from server.settings import Settings
from tools.brief import Brief
from tools.consistency.contradictions import contradictions
from tools.containers.generate import containers
from tools.deployment.kubernetes import kubernetes
from tools.deployment.nginx import nginx
from tools.pipelines.generate import PLATFORMS
from tools.project import Variable
from tools.validate.checker import Source

GOLDENS = Path(__file__).parent.parent / "golden"
BRIEFS = sorted([*GOLDENS.glob("pipelines/*/brief.json"), *GOLDENS.glob("containers/*/brief.json")])


def brief(path: Path) -> Brief:
    made = Brief.model_validate_json(path.read_text())
    places = [
        each.model_copy(update={"url": f"https://{each.name}.shop.example"}) for each in made.context.environments
    ]
    components = [
        each if each.variables else each.model_copy(update={"variables": [Variable(name="DATABASE_URL", secret=True)]})
        for each in made.context.components
    ]
    context = made.context.model_copy(update={"environments": places, "components": components})
    return made.model_copy(update={"context": context})


def delivered(made: Brief) -> dict[str, str]:
    """Everything these generators make of a brief, as one delivery."""
    with speaking("en"):
        parts = [PLATFORMS["github_actions"](made), containers(made), kubernetes(made), nginx(made)]
    return {file.path: file.content for part in parts for file in part.files}


def sources(files: dict[str, str]) -> list[Source]:
    return [Source(path, content.encode()) for path, content in files.items()]


@pytest.mark.parametrize("path", BRIEFS, ids=lambda path: f"{path.parent.parent.name}-{path.parent.name}")
def test_what_is_generated_from_one_brief_agrees_with_itself(path: Path) -> None:
    made = brief(path)
    assert contradictions(sources(delivered(made)), made) == []


FASTAPI = GOLDENS / "containers/fastapi-uv/brief.json"
PLANTED = {
    "a Dockerfile that opens another port": ("Dockerfile", r"EXPOSE 8000", "EXPOSE 8001"),
    "a compose file that publishes another port": ("compose.yaml", r'127\.0\.0\.1:8000:8000', "127.0.0.1:8000:9000"),
    "a health check that asks another port": ("compose.yaml", r"127\.0\.0\.1(:|', )8000(?!:)", r"127.0.0.1\g<1>8001"),
    "a stack that publishes another port": ("docker-stack.yml", r"target: 8000", "target: 8002"),
    "pods that listen elsewhere": ("deploy/kubernetes/base/fastapi-uv.yaml", "containerPort: 8000", "containerPort: 81"),
    "a Service that leads to no port": ("deploy/kubernetes/base/fastapi-uv.yaml", "targetPort: http", "targetPort: web"),
    "a probe that asks no port": ("deploy/kubernetes/base/fastapi-uv.yaml", r"port: http}", "port: admin}"),
    "a Service that selects nothing": (
        "deploy/kubernetes/base/fastapi-uv.yaml",
        r"(type: ClusterIP\n  selector:\n    app.kubernetes.io/name: ).*",
        r"\g<1>other",
    ),
    "an autoscaler of something else": (
        "deploy/kubernetes/base/fastapi-uv.yaml", r"kind: Deployment, name: [\w-]+", "kind: Deployment, name: gone",
    ),
    "an ingress to a service that is gone": (
        "deploy/kubernetes/overlays/prod/ingress.yaml", r"service: \{name: [\w-]+", "service: {name: gone",
    ),
    "secrets that nothing makes": (
        "deploy/kubernetes/base/fastapi-uv-secrets.yaml", r"target: \{name: [\w-]+", "target: {name: gone",
    ),
    "a secret that is not copied": (
        "deploy/kubernetes/base/fastapi-uv-secrets.yaml", "secretKey: DATABASE_URL", "secretKey: DATABASE_URI",
    ),
    "a proxy that asks another port": ("deploy/nginx/prod.conf", r"server 127\.0\.0\.1:8000", "server 127.0.0.1:3000"),
    "a stack that lacks a secret": ("docker-stack.yml", r"target: DATABASE_URL", "target: DATABASE_URI"),
    "a stack's secret that is not declared": ("docker-stack.yml", r"(?m)^  orders-api-database-url: .*\n", ""),
    "a pipeline that deploys to nowhere": (".github/workflows/delivery.yml", r"name: staging", "name: stagging"),
}  # fmt: skip


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_contradiction_is_found_with_both_places(what: str) -> None:
    made = brief(FASTAPI)
    files = delivered(made)
    path, pattern, replacement = PLANTED[what]
    changed = re.sub(pattern, replacement, files[path])
    assert changed != files[path], "nothing was planted"
    found = contradictions(sources({**files, path: changed}), made)
    assert found
    places = {place.path for each in found for place in (each.first, each.second)}
    assert path in places or (
        what == "secrets that nothing makes" and "deploy/kubernetes/base/fastapi-uv.yaml" in places
    )
    for each in found:
        assert each.first.says
        assert each.second.says


HAND_WRITTEN = {
    "Dockerfile": "FROM node:24\nENV PORT=3000\nEXPOSE $PORT\nCMD [\"node\", \"server.js\"]\n",
    "docker-compose.yml": "services:\n  web:\n    build: .\n    ports: ['8080:3000']\n    secrets: [token]\n"
    "secrets:\n  token: {file: ./token}\n",
    "k8s/web.yml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n"
    "  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n        - name: web\n          image: web:1\n"
    "          ports: [{containerPort: 3000}]\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n"
    "  selector: {app: web}\n  ports: [{port: 80, targetPort: 3000}]\n",
    "prometheus.yml": "scrape_configs:\n  - job_name: web\n    static_configs: [{targets: ['web:3000']}]\n",
    "traefik/dynamic.yml": "http:\n  services:\n    web: {loadBalancer: {servers: [{url: 'http://web:3000'}]}}\n",
}  # fmt: skip


def test_files_written_by_hand_in_other_forms_agree_too() -> None:
    assert contradictions(sources(HAND_WRITTEN)) == []


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("Dockerfile", "PORT=3000", "PORT=3001"),
        ("docker-compose.yml", "8080:3000", "8080:3333"),
        ("docker-compose.yml", "secrets: [token]", "secrets: [tokens]"),
        ("k8s/web.yml", "containerPort: 3000", "containerPort: 4000"),
        ("k8s/web.yml", "targetPort: 3000", "targetPort: 4000"),
        ("k8s/web.yml", "selector: {app: web}", "selector: {app: wbe}"),
        ("prometheus.yml", "web:3000", "web:3100"),
        ("traefik/dynamic.yml", "web:3000", "web:80800"),
    ],
)
def test_one_wrong_word_in_a_file_written_by_hand_is_found(path: str, old: str, new: str) -> None:
    changed = HAND_WRITTEN[path].replace(old, new)
    assert changed != HAND_WRITTEN[path]
    assert contradictions(sources({**HAND_WRITTEN, path: changed}))


@given(st.sampled_from(sorted(HAND_WRITTEN)), st.text(max_size=200), st.integers(0, 400))
def test_no_broken_file_breaks_the_pass(path: str, garbage: str, at: int) -> None:
    text = HAND_WRITTEN[path]
    contradictions(sources({**HAND_WRITTEN, path: text[:at] + garbage + text[at:]}))


async def test_validate_says_what_people_wrote_that_contradicts(tmp_path: Path) -> None:
    for path, content in {**HAND_WRITTEN, "Dockerfile": "FROM node:24\nEXPOSE 3001\n"}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(content)
    async with Client(build_server(Settings(workspace=tmp_path, language="en", state=tmp_path / ".state"))) as client:
        result = await client.call_tool("validate", {})
    assert result.structured_content is not None
    places = {(each["first"]["path"], each["second"]["path"]) for each in result.structured_content["mismatches"]}
    assert ("Dockerfile", "docker-compose.yml") in places


async def test_a_generated_file_that_contradicts_one_of_the_repository_makes_the_delivery_wait(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\ndependencies = ["fastapi"]\n')
    (tmp_path / "main.py").write_text("import fastapi\napp = fastapi.FastAPI()\n")
    (tmp_path / "Dockerfile").write_text('FROM python:3.13-slim\nCOPY . .\nEXPOSE 8000\nCMD ["uvicorn", "main:app"]\n')
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/nginx").mkdir()
    (tmp_path / "deploy/nginx/site.conf").write_text(
        "server {\n    location / {\n        proxy_pass http://shop:9000;\n    }\n}\n"
    )
    arguments = {"brief": {"service": "shop"}, "overwrite": True}
    async with Client(build_server(Settings(workspace=tmp_path, language="en", state=tmp_path / ".state"))) as client:
        result = await client.call_tool("generate_containers", arguments)
    content = result.structured_content
    assert content is not None
    assert [each["second"]["path"] for each in content["mismatches"]] == ["deploy/nginx/site.conf"]
    assert content["status"] in {"waiting", "blocked"}
