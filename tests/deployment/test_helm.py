"""The Helm chart: goldens, the real helm, and the very objects that the overlays make, in every environment."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from resources.catalogue import speaking
from tests.deployment.test_kubernetes import brief as plain
from tools.brief import Brief
from tools.delivery import Delivery, Validation
from tools.deployment.kubernetes import kubernetes
from tools.guard.process import find_program
from tools.validate.checker import Source
from tools.validate.judge import judge
from tools.validate.validate import validate_files

GOLDENS = Path(__file__).resolve().parents[1] / "golden/helm"
PUBLISHED = Path(__file__).resolve().parents[3] / "shared/data/schemas/chart.json"
CASES = [
    ("fastapi-uv", "rolling", False),
    ("express-npm", "blue_green", False),
    ("go-services", "canary", True),
    ("spring-maven", "canary", False),
    ("monorepo-python-node", "blue_green", True),
]
UPDATE = os.environ.get("UPDATE_GOLDENS") == "1"
runs = pytest.mark.skipif(
    not (find_program("helm") and find_program("kubectl")), reason="helm or kubectl is not installed"
)
cases = pytest.mark.parametrize(("name", "strategy", "gateway"), CASES)


def brief(name: str, packaging: str, strategy: str, gateway: bool) -> Brief:
    made = plain(name)
    wanted = {"packaging": packaging, "strategy": strategy, "gateway": gateway}
    platform = made.context.platform.model_copy(update=wanted)
    return made.model_copy(update={"context": made.context.model_copy(update={"platform": platform})})


def made(name: str, packaging: str, strategy: str, gateway: bool) -> Delivery:
    with speaking("en"):
        return kubernetes(brief(name, packaging, strategy, gateway))


def lay(delivery: Delivery, folder: Path) -> None:
    for file in delivery.files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.content)


def rendered(folder: Path, environment: str, *more: str) -> list[dict[str, Any]]:
    chart = folder / "deploy/helm"
    done = subprocess.run(
        ["helm", "template", "shop", chart, "--values", chart / f"values-{environment}.yaml", *more],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return [each for each in YAML(typ="safe").load_all(done.stdout) if each]


def built(folder: Path, environment: str) -> list[dict[str, Any]]:
    overlay = folder / "deploy/kubernetes/overlays" / environment
    found: list[dict[str, Any]] = []
    for each in [*([overlay / "migration"] if (overlay / "migration").exists() else []), overlay]:
        done = subprocess.run(["kubectl", "kustomize", each], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        # kustomize gives a ConfigMap the digest of its content as a part of its name.
        text = re.sub(r"-config-[0-9a-z]{10}\b", "-config", done.stdout)
        found += [one for one in YAML(typ="safe").load_all(text) if one["kind"] != "Namespace"]
    return found


def essence(objects: list[dict[str, Any]]) -> dict[tuple[str, str], Any]:
    """Objects by kind and name, without what each packaging puts its own mark on."""
    found: dict[tuple[str, str], Any] = {}
    for each in objects:
        metadata = each["metadata"]
        for place in (metadata, each.get("spec", {}).get("template", {}).get("metadata", {})):
            for field, marks in (
                ("labels", ("app.kubernetes.io/managed-by", "helm.sh/chart")),
                (
                    "annotations",
                    ("helm.sh/hook", "helm.sh/hook-delete-policy", "helm.sh/resource-policy", "checksum/config"),
                ),
            ):
                for mark in marks:
                    place.get(field, {}).pop(mark, None)
                if not place.get(field, True):
                    del place[field]
        metadata.pop("namespace", None)
        if each["kind"] in {"ConfigMap", "ExternalSecret"}:
            metadata.pop("labels", None)
        found[each["kind"], metadata["name"]] = each
    return found


@cases
def test_a_brief_makes_its_golden_chart(name: str, strategy: str, gateway: bool) -> None:
    delivery = made(name, "helm", strategy, gateway)
    files = {file.path: file.content for file in delivery.files}
    files["delivery.json"] = delivery.model_dump_json(indent=1, exclude={"files"}, exclude_defaults=True) + "\n"
    expected = GOLDENS / "-".join([name, strategy, *(["gateway"] if gateway else [])])
    if UPDATE:
        shutil.rmtree(expected, ignore_errors=True)
        for path, content in files.items():
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_text(content)
    kept = {path.relative_to(expected).as_posix(): path.read_text() for path in expected.rglob("*") if path.is_file()}
    assert files == kept, "run `python3 dev.py goldens` and read the diff"


def test_no_golden_chart_is_an_orphan() -> None:
    expected = {"-".join([name, strategy, *(["gateway"] if gateway else [])]) for name, strategy, gateway in CASES}
    assert {path.name for path in GOLDENS.iterdir()} == expected


@runs
@cases
def test_the_chart_renders_to_the_objects_of_the_overlays(
    name: str, strategy: str, gateway: bool, tmp_path: Path
) -> None:
    lay(made(name, "helm", strategy, gateway), tmp_path)
    lay(made(name, "kustomize", strategy, gateway), tmp_path)
    linted = subprocess.run(["helm", "lint", tmp_path / "deploy/helm"], capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout
    assert not re.search(r"\[(ERROR|WARNING)\]", linted.stdout)
    for environment in ("dev", "staging", "prod"):
        chart, overlay = essence(rendered(tmp_path, environment)), essence(built(tmp_path, environment))
        assert chart == overlay


@runs
def test_processes_volumes_and_settings_of_an_environment_are_in_the_chart_too(tmp_path: Path) -> None:
    component = {
        "path": ".", "name": "shop", "kind": "service", "language": "python", "framework": "django", "port": 80,
        "start_command": "gunicorn shop", "migrate_command": "python manage.py migrate", "needs": ["postgres"],
        "health_path": "/live", "ready_path": "/ready", "processes": {"worker": "celery --app shop worker"},
        "volumes": [{"path": "/srv/media", "kept": True, "size": "2Gi"}, {"path": "/var/cache/shop", "kept": False}],
        "variables": [{"name": "LEVEL", "secret": False, "default": "on", "source": "a.py:1"}, {"name": "PORT", "secret": False, "source": "a.py:2"},
                      {"name": "DATABASE_URL", "secret": True, "source": "a.py:3"},
                      {"name": "KEY_FILE", "secret": True, "file": True, "source": "a.py:4"}],
    }  # fmt: skip
    platform = {"target": "kubernetes", "strategy": "blue_green"}
    environments = [{"name": "dev", "variables": {"LEVEL": "debug"}}, {"name": "prod", "url": "https://shop.example"}]
    for packaging in ("helm", "kustomize"):
        context = {
            "components": [component], "registry": "ghcr.io/acme", "environments": environments,
            "platform": {**platform, "packaging": packaging},
        }  # fmt: skip
        lay(kubernetes(Brief.model_validate({"service": "shop", "context": context})), tmp_path)
    for environment in ("dev", "prod"):
        chart = essence(rendered(tmp_path, environment))
        assert chart == essence(built(tmp_path, environment))
        assert {("Deployment", "shop-worker"), ("Deployment", "shop-green"), ("Job", "shop-migrate")} <= chart.keys()
        assert chart["ConfigMap", "shop-config"]["data"]["LEVEL"] == ("debug" if environment == "dev" else "on")


@runs
async def test_no_checker_has_a_finding_in_a_golden_chart() -> None:
    """The fullest of them: two components, two versions of each, routes of a gateway."""
    judged = await validate_files(made("monorepo-python-node", "helm", "blue_green", True).files)
    assert {"helm lint", "helm template"} <= {each.tool for each in judged}
    for each in judged:
        assert not each.findings, f"{each.path}: {each.tool}: {each.findings}"
        if each.status == "not_validated":
            assert "ExternalSecret" in (each.reason or ""), each.reason


@runs
def test_a_release_changes_what_its_commands_say(tmp_path: Path) -> None:
    """Blue/green and canary, step by step: who runs, what image each has, and who hears whom."""
    digest = f"sha256:{'a' * 64}"

    def seen(*given: str) -> dict[tuple[str, str], Any]:
        values = [word for each in given for word in ("--set", f"components.express-npm.{each}")]
        return essence(rendered(tmp_path, "prod", *values))

    lay(made("express-npm", "helm", "blue_green", False), tmp_path)
    green = ("Deployment", "express-npm-green")
    assert seen()[green]["spec"]["replicas"] == 0
    begun = seen(f"beside.digest={digest}", "beside.running=true")
    assert "replicas" not in begun[green]["spec"]
    images = [
        begun[kind]["spec"]["template"]["spec"]["containers"][0]["image"] for kind in begun if "Deploy" in kind[0]
    ]
    assert sorted(images) == ["ghcr.io/acme/express-npm:prod", f"ghcr.io/acme/express-npm@{digest}"]
    assert begun["Service", "express-npm"]["spec"]["selector"]["track"] == "stable"
    sent = seen(f"beside.digest={digest}", "beside.running=true", "live=green")
    assert sent["Service", "express-npm"]["spec"]["selector"]["track"] == "green"


@runs
def test_a_value_that_the_schema_does_not_know_is_refused(tmp_path: Path) -> None:
    lay(made("express-npm", "helm", "rolling", False), tmp_path)
    chart = tmp_path / "deploy/helm"
    for wrong in ("components.express-npm.image.digest=latest", "components.express-npm.prot=1", "replicas=3"):
        done = subprocess.run(["helm", "template", "shop", chart, "--set", wrong], capture_output=True, text=True)
        assert done.returncode, wrong
        assert "schema" in done.stderr


@runs
async def test_what_helm_refuses_is_found_with_its_place() -> None:
    files = made("fastapi-uv", "helm", "rolling", False).files

    async def said(tool: str, path: str, old: str, new: str) -> Validation:
        changed = [
            each.model_copy(update={"content": each.content.replace(old, new)}) if each.path.endswith(path) else each
            for each in files
        ]
        sources = [Source(each.path, each.content.encode()) for each in changed]
        (judged,) = await judge(sources, only=tool)
        return judged

    broken = await said("helm lint", "service.yaml", "{{ $name }}", "{{ $nobody }}")
    assert "service.yaml" in broken.findings[0].message
    unknown = await said("helm lint", "Chart.yaml", "type: application", "kind: application")
    assert [each.severity for each in unknown.findings] == ["warning"]
    wrong = await said("helm template", "scaling.yaml", "maxReplicas", "maxReplica")
    assert "horizontalpodautoscaler/fastapi-uv" in wrong.findings[0].message
    refused = await said("helm template", "values-dev.yaml", "minimum: 1", "minimum: none")
    assert "values-dev.yaml" in refused.findings[0].message
    depends = "type: application\ndependencies: [{name: redis, version: 1.0.0, repository: 'https://x.example'}]"
    alone = await said("helm template", "Chart.yaml", "type: application", depends)
    assert (alone.status, alone.findings) == ("not_validated", [])


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published schema of charts is not here")
@cases
def test_the_chart_is_what_the_published_schema_asks(name: str, strategy: str, gateway: bool) -> None:
    (chart,) = [each for each in made(name, "helm", strategy, gateway).files if each.path.endswith("Chart.yaml")]
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(YAML(typ="safe").load(chart.content), json.loads(PUBLISHED.read_text()))
