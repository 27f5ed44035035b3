"""Each standard against a repository that breaks it and one that keeps it; what nothing tells is unknown, not good."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from mcp import Client

from resources.library import SHELVES
from server.app import build_server
from server.cli import app
from server.settings import Settings
from tools.secrets.baseline import FILE_NAME
from tools.secrets.scan_text import scan_text
from tools.standards.registry import CHECKS

SHA = "de0fac2e4500dabe0009e67214ff5f5447ce83dd"
SECRET = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
WORKFLOW = f"# Deploys the shop after a merge, and goes back by hand.\non: push\npermissions: {{}}\njobs:\n  deploy:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@{SHA} # v5\n      - run: kubectl rollout undo deployment/shop\n      - run: kubectl apply -k deploy\n"
FLASK = {
    "requirements.txt": "flask==3.1.2\ngunicorn==23.0.0\npsycopg==3.2.0\n",
    "app.py": "import os\nfrom flask import Flask\n\napp = Flask(__name__)\nurl = os.environ['DATABASE_URL']\n",
}
Files = dict[str, str]

CASES: dict[str, tuple[Files, Files]] = {
    "no_versioned_secrets": ({"config.yml": f"token: {SECRET}\n"}, {"config.yml": "token: ${TOKEN}\n"}),
    "reversible_deployments": (
        {".github/workflows/d.yml": "on: push\njobs:\n  d:\n    steps:\n      - run: kubectl apply -k deploy\n"},
        {".github/workflows/d.yml": WORKFLOW},
    ),
    "monitoring_and_alerting": (FLASK, {**FLASK, "alerts.yml": "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n"}),
    "separated_environments": (
        {"infra/dev/main.tf": 'terraform {\n  backend "s3" {\n    key = "app.tfstate"\n  }\n}\n', "infra/prod/main.tf": 'terraform {\n  backend "s3" {\n    key = "app.tfstate"\n  }\n}\n'},
        {"infra/dev/main.tf": 'terraform {\n  backend "s3" {\n    key = "dev.tfstate"\n  }\n}\n', "infra/prod/main.tf": 'terraform {\n  backend "s3" {\n    key = "prod.tfstate"\n  }\n}\n'},
    ),
    "documented_pipelines_and_scripts": ({"deploy.sh": "#!/bin/sh\nset -e\nls\n"}, {"deploy.sh": "#!/bin/sh\n# Deploys the shop to one environment.\nls\n"}),
    "pinned_actions_and_images": (
        {".github/workflows/c.yml": "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v5\n", "Dockerfile": "FROM python\n"},
        {".github/workflows/c.yml": WORKFLOW, "Dockerfile": "FROM python:3.13-slim AS build\nFROM build\nUSER 10001\n"},
    ),
    "least_privilege": ({"Dockerfile": "FROM python:3.13\nCMD [\"x\"]\n"}, {"Dockerfile": "FROM python:3.13\nUSER 10001\n"}),
    "lock_files": ({"package.json": '{"name": "a", "dependencies": {"express": "^5.0.0"}, "scripts": {"start": "node ."}}'}, {"package.json": '{"name": "a", "dependencies": {"express": "^5.0.0"}, "scripts": {"start": "node ."}}', "package-lock.json": '{"lockfileVersion": 3}'}),
    "resource_limits": (
        {"compose.yaml": "services:\n  a:\n    image: a:1\n"},
        {"compose.yaml": "services:\n  a:\n    image: a:1\n    deploy:\n      resources:\n        limits:\n          memory: 256M\n"},
    ),
    "tls": (
        {"nginx.conf": "server {\n  listen 80;\n  location / { proxy_pass http://a; }\n}\n"},
        {"nginx.conf": "server {\n  listen 80;\n  return 301 https://$host$request_uri;\n}\nserver {\n  listen 443 ssl;\n  ssl_certificate a.pem;\n}\n"},
    ),
    "backups": (FLASK, {**FLASK, "backup.sh": "#!/bin/sh\n# Dumps the database every night.\npg_dump \"$DATABASE_URL\"\n"}),
}  # fmt: skip


def _written(folder: Path, files: Files) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


async def _audit(workspace: Path) -> dict[str, Any]:
    async with Client(build_server(Settings(workspace=workspace, language="en"))) as client:
        result = await client.call_tool("audit_standards", {})
    assert result.structured_content, result
    told: dict[str, Any] = result.structured_content
    return told


def _of(audit: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in audit["standings"] if each["standard"] == name)
    return found


@pytest.mark.parametrize("name", CASES)
async def test_a_standard_that_is_broken_fails_with_a_place_and_a_fix(name: str, tmp_path: Path) -> None:
    standing = _of(await _audit(_written(tmp_path, CASES[name][0])), name)
    assert standing["result"] == "fail", standing
    assert standing["evidence"]
    assert standing["fix"]


@pytest.mark.parametrize("name", CASES)
async def test_a_standard_that_is_kept_passes(name: str, tmp_path: Path) -> None:
    standing = _of(await _audit(_written(tmp_path, CASES[name][1])), name)
    assert standing["result"] == "pass", standing


POD = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  template:\n    spec:\n      containers:\n"
LIMITED = "        - name: a\n          image: a:1\n          resources: {limits: {memory: 256Mi}}\n"
FREE = "        - name: b\n          image: b:latest\n"
KUSTOMIZATION = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nimages:\n"


@pytest.mark.parametrize(
    ("files", "result", "line"),
    [
        ({"k/a.yaml": POD + LIMITED}, "pass", None),
        ({"k/a.yaml": POD + LIMITED + FREE}, "fail", 13),
        ({"k/a.yaml": POD + FREE.replace("\n          ", "\n          resources: {limits: {cpu: 1}}\n          ")}, "fail", 11),
        ({"docker-stack.yml": "services:\n  a:\n    image: a:1\n"}, "fail", 3),
        ({"compose.yaml": "services:\n  a:\n    image: a:1\n    mem_limit: 1g\n  b:\n    image: b:1\n"}, "fail", 6),
        (
            {"compose.yaml": "x-a: &a\n  image: a:1\n  mem_limit: 1g\nservices:\n  a: *a\n  b:\n    <<: *a\n"},
            "pass",
            None,
        ),
    ],
)  # fmt: skip
async def test_every_container_needs_a_limit_of_its_own(
    files: Files, result: str, line: int | None, tmp_path: Path
) -> None:
    standing = _of(await _audit(_written(tmp_path, files)), "resource_limits")
    assert standing["result"] == result
    assert [each["line"] for each in standing["evidence"]] == ([line] if line else [])


@pytest.mark.parametrize(
    ("tag", "result"),
    [
        ("", "fail"),
        ("    newName: ghcr.io/acme/b\n", "fail"),
        ("    newName: ghcr.io/acme/b\n    newTag: '7'\n", "pass"),
    ],
)
async def test_the_image_of_a_base_is_pinned_by_its_overlay_alone(tag: str, result: str, tmp_path: Path) -> None:
    base = POD + FREE.replace("b:latest", "b")
    _written(tmp_path, {"k/a.yaml": base, "k/kustomization.yaml": f"{KUSTOMIZATION}  - name: b\n{tag}"})
    assert _of(await _audit(tmp_path), "pinned_actions_and_images")["result"] == result


async def test_a_registry_that_is_called_acme_is_no_certificate(tmp_path: Path) -> None:
    _written(tmp_path, {"compose.yaml": "services:\n  a:\n    image: ghcr.io/acme/a:1\n"})
    assert _of(await _audit(tmp_path), "tls")["result"] == "unknown"


async def test_a_secret_that_the_baseline_accepts_breaks_no_standard(tmp_path: Path) -> None:
    _written(tmp_path, CASES["no_versioned_secrets"][0])
    (leak,) = scan_text("config.yml", (tmp_path / "config.yml").read_bytes()) or []
    entry = f"accepted:\n  - fingerprint: {leak.fingerprint}\n    path: %s\n    reason: revoked in 2024\n"
    (tmp_path / FILE_NAME).write_text(entry % "other.yml")
    assert _of(await _audit(tmp_path), "no_versioned_secrets")["result"] == "fail"
    (tmp_path / FILE_NAME).write_text(entry % "config.yml")
    assert _of(await _audit(tmp_path), "no_versioned_secrets")["result"] == "pass"


async def test_an_empty_repository_is_unknown_and_not_good(tmp_path: Path) -> None:
    audit = await _audit(tmp_path)
    results = {each["standard"]: each["result"] for each in audit["standings"]}
    assert results.pop("no_versioned_secrets") == "pass"
    assert set(results.values()) == {"unknown"}


def test_every_check_has_a_page_and_a_pair_of_cases() -> None:
    names = [check.__module__.rpartition(".")[2] for check in CHECKS]
    assert set(names) == set(CASES)
    assert set(names) <= {*SHELVES["standards"], *SHELVES["rules"]}
    assert set(SHELVES["standards"]) <= set(names)


async def test_the_next_audit_knows_the_last_one(tmp_path: Path) -> None:
    first = await _audit(_written(tmp_path, CASES["least_privilege"][0]))
    second = await _audit(_written(tmp_path, CASES["least_privilege"][1]))
    assert first["before"] is None
    assert second["before"] == first["score"]
    assert second["score"] > first["score"]


async def test_a_service_without_alerts_and_runbook_is_not_ready(tmp_path: Path) -> None:
    (verdict,) = (await _audit(_written(tmp_path, FLASK)))["readiness"]
    assert verdict["verdict"] == "not_ready"
    assert verdict["aspects"]["alerts"]["result"] == "fail"
    assert verdict["aspects"]["rollback_rehearsed"]["result"] == "unknown"


async def test_no_secret_is_shown(tmp_path: Path) -> None:
    audit = await _audit(_written(tmp_path, CASES["no_versioned_secrets"][0]))
    assert SECRET not in json.dumps(audit)


@pytest.mark.parametrize(("form", "read"), [("json", json.loads), ("sarif", json.loads), ("junit", ET.fromstring)])
def test_ci_reads_the_report_and_the_exit_status(form: str, read: Callable[[str], Any], tmp_path: Path) -> None:
    _written(tmp_path, CASES["least_privilege"][0])
    done = CliRunner().invoke(app, ["--language", "en", "audit", str(tmp_path), "--format", form])
    assert done.exit_code == 1
    document = read(done.stdout)
    if form == "sarif":
        assert document["version"] == "2.1.0"
        assert {each["ruleId"] for each in document["runs"][0]["results"]} >= {"least_privilege"}
    if form == "junit":
        assert int(document.attrib["failures"]) == len(document.findall("testcase/failure"))
    never = CliRunner().invoke(app, ["audit", str(tmp_path), "--fail-on", "never"])
    assert never.exit_code == 0


def test_this_repository_audits_itself() -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(["git", "rev-parse"], cwd=root, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("not a checkout")
    told = CliRunner().invoke(app, ["--language", "en", "audit", str(root), "--format", "json", "--fail-on", "never"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["standings"]
