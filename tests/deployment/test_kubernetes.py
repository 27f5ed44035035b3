"""Manifests for Kubernetes: goldens, the real kustomize, and what every one of them must have."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from resources.catalogue import speaking
from tools.brief import Brief
from tools.deployment.kubernetes import kubernetes
from tools.guard.process import find_program
from tools.validate.validate import validate_files

TESTS = Path(__file__).resolve().parents[1]
BRIEFS = TESTS / "golden/containers"
GOLDENS = TESTS / "golden/kubernetes"
KEPT = sorted(path.name for path in GOLDENS.iterdir() if path.is_dir())
EVERY = sorted(path.name for path in BRIEFS.iterdir() if path.is_dir())
UPDATE = os.environ.get("UPDATE_GOLDENS") == "1"


def brief(name: str) -> Brief:
    made = Brief.model_validate_json((BRIEFS / name / "brief.json").read_text())
    environments = [
        each.model_copy(update={"url": f"https://{each.name}.{made.name}.example"})
        for each in made.context.environments
    ]
    context = made.context.model_copy(update={"environments": environments, "registry": "ghcr.io/acme"})
    return made.model_copy(update={"context": context})


def documents(name: str, *, gateway: bool = False) -> list[dict[str, Any]]:
    files = kubernetes(brief(name), gateway=gateway).files
    return [each for file in files for each in YAML(typ="safe").load_all(file.content) if "base/" in file.path]


@pytest.mark.parametrize("name", KEPT)
def test_a_brief_makes_its_golden_manifests(name: str) -> None:
    made = brief(name)
    with speaking(made.language or "fr"):
        files = {file.path: file.content for file in kubernetes(made).files}
    expected = GOLDENS / name
    if UPDATE:
        shutil.rmtree(expected, ignore_errors=True)
        for path, content in files.items():
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_text(content)
    kept = {path.relative_to(expected).as_posix(): path.read_text() for path in expected.rglob("*") if path.is_file()}
    assert files == kept, "run `python3 dev.py goldens` and read the diff"


@pytest.mark.parametrize("name", KEPT)
async def test_no_checker_has_a_finding_in_golden_manifests(name: str) -> None:
    for each in await validate_files(kubernetes(brief(name)).files):
        assert not each.findings, f"{each.path}: {each.tool}: {each.findings}"
        if each.status == "not_validated":
            assert "ExternalSecret" in (each.reason or "") or "absent" in (each.reason or ""), each.reason


@pytest.mark.skipif(find_program("kubectl") is None, reason="kubectl is not installed")
@pytest.mark.parametrize("gateway", [False, True])
@pytest.mark.parametrize("name", KEPT)
def test_every_overlay_can_be_put_together(name: str, gateway: bool, tmp_path: Path) -> None:
    made = brief(name)
    for file in kubernetes(made, gateway=gateway).files:
        path = tmp_path / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.content)
    for environment in made.context.environments:
        folder = tmp_path / "deploy/kubernetes/overlays" / environment.name
        built = subprocess.run(["kubectl", "kustomize", str(folder)], capture_output=True, text=True)
        assert built.returncode == 0, built.stderr
        kinds = [each["kind"] for each in YAML(typ="safe").load_all(built.stdout)]
        assert "Namespace" in kinds
        listens = any(each.port for each in made.context.components)
        assert ("HTTPRoute" if gateway else "Ingress") in kinds or not listens


@pytest.mark.parametrize("name", EVERY)
def test_every_deployment_is_restricted_and_probed_and_none_holds_a_secret(name: str) -> None:
    for each in documents(name):
        if each["kind"] != "Deployment":
            assert each["kind"] != "Secret"
            continue
        pod = each["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] > 0
        assert pod["automountServiceAccountToken"] is False
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        }  # fmt: skip
        assert "env" not in container
        assert container["resources"]["limits"]["memory"]
        if "ports" in container:
            assert {"startupProbe", "readinessProbe", "livenessProbe"} <= container.keys()


@pytest.mark.parametrize("name", EVERY)
def test_ports_probes_services_and_policies_name_the_same_port(name: str) -> None:
    found = documents(name)
    for deployment in (each for each in found if each["kind"] == "Deployment"):
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        labels = deployment["spec"]["selector"]["matchLabels"]
        for service in (
            each
            for each in found
            if each["kind"] == "Service" and each["metadata"]["name"] == deployment["metadata"]["name"]
        ):
            assert service["spec"]["selector"] == labels
            assert [each["targetPort"] for each in service["spec"]["ports"]] == [
                each["name"] for each in container["ports"]
            ]


def test_an_environment_without_an_address_is_a_question_and_has_no_route() -> None:
    made = Brief.model_validate_json((BRIEFS / "fastapi-uv" / "brief.json").read_text())
    delivery = kubernetes(made)
    assert {each.field for each in delivery.questions} >= {"context.environments.prod.url", "context.registry"}
    assert not [each for each in delivery.files if each.path.endswith("ingress.yaml")]


def test_a_strategy_that_the_manifests_do_not_follow_is_said() -> None:
    made = brief("go-gin")
    platform = made.context.platform.model_copy(update={"strategy": "canary"})
    asked = made.model_copy(update={"context": made.context.model_copy(update={"platform": platform})})
    with speaking("en"):
        told = {each.message for each in kubernetes(asked).risks} - {each.message for each in kubernetes(made).risks}
    assert told == {"devops.yaml asks for canary; these manifests do a rolling update."}
