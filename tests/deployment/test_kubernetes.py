"""Manifests for Kubernetes: goldens, the real kustomize, and what every one of them must have."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from resources.catalogue import speaking
from tools.brief import Brief, Strategy
from tools.consistency.contradictions import contradictions
from tools.deployment.kubernetes import kubernetes
from tools.guard.process import find_program
from tools.pipelines.targets.kubernetes import MIGRATION_JOB
from tools.validate.checker import Source
from tools.validate.validate import validate_files

TESTS = Path(__file__).resolve().parents[1]
BRIEFS = TESTS / "golden/containers"
GOLDENS = TESTS / "golden/kubernetes"
KEPT = sorted(path.name for path in GOLDENS.iterdir() if path.is_dir())
EVERY = sorted(path.name for path in BRIEFS.iterdir() if path.is_dir())
STRATEGIES = TESTS / "golden/strategies"
BESIDE: list[tuple[str, Strategy, bool]] = [
    ("rails", "blue_green", False),
    ("monorepo-python-node", "canary", True),
    ("go-services", "canary", False),
]
UPDATE = os.environ.get("UPDATE_GOLDENS") == "1"


def brief(name: str) -> Brief:
    made = Brief.model_validate_json((BRIEFS / name / "brief.json").read_text())
    environments = [
        each.model_copy(update={"url": f"https://{each.name}.{made.name}.example"})
        for each in made.context.environments
    ]
    context = made.context.model_copy(update={"environments": environments, "registry": "ghcr.io/acme"})
    return made.model_copy(update={"context": context})


def with_strategy(name: str, strategy: Strategy, *, gateway: bool) -> Brief:
    made = brief(name)
    platform = made.context.platform.model_copy(update={"strategy": strategy, "gateway": gateway})
    return made.model_copy(update={"context": made.context.model_copy(update={"platform": platform})})


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
        low = any(port["containerPort"] < 1024 for port in container.get("ports", []))
        assert low == ("sysctls" in pod["securityContext"]), "who is not root binds low ports only where it may"
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
            assert service["spec"]["selector"].items() <= labels.items()
            assert [each["targetPort"] for each in service["spec"]["ports"]] == [
                each["name"] for each in container["ports"]
            ]


def test_an_environment_without_an_address_is_a_question_and_has_no_route() -> None:
    made = Brief.model_validate_json((BRIEFS / "fastapi-uv" / "brief.json").read_text())
    delivery = kubernetes(made)
    assert {each.field for each in delivery.questions} >= {"context.environments.prod.url", "context.registry"}
    assert not [each for each in delivery.files if each.path.endswith("ingress.yaml")]


@pytest.mark.parametrize(("name", "strategy", "gateway"), BESIDE)
def test_a_strategy_has_its_golden_manifests_and_its_release(name: str, strategy: Strategy, gateway: bool) -> None:
    asked = with_strategy(name, strategy, gateway=gateway)
    with speaking("en"):
        delivery = kubernetes(asked)
    files = {file.path: file.content for file in delivery.files}
    files["delivery.json"] = delivery.model_dump_json(indent=1, exclude={"files"}, exclude_defaults=True) + "\n"
    expected = STRATEGIES / "-".join([name, strategy, *(["gateway"] if gateway else [])])
    if UPDATE:
        shutil.rmtree(expected, ignore_errors=True)
        for path, content in files.items():
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_text(content)
    kept = {path.relative_to(expected).as_posix(): path.read_text() for path in expected.rglob("*") if path.is_file()}
    assert files == kept, "run `python3 dev.py goldens` and read the diff"
    sources = [Source(each.path, each.content.encode()) for each in delivery.files]
    assert contradictions(sources, asked) == []


def test_no_golden_strategy_is_an_orphan() -> None:
    expected = {"-".join([name, strategy, *(["gateway"] if gateway else [])]) for name, strategy, gateway in BESIDE}
    assert {path.name for path in STRATEGIES.iterdir()} == expected


@pytest.mark.parametrize("gateway", [False, True])
@pytest.mark.parametrize("strategy", ["rolling", "blue_green", "canary"])
@pytest.mark.parametrize("name", ["monorepo-python-node", "go-services"])
def test_at_rest_one_version_runs_and_hears_everybody(name: str, strategy: Strategy, gateway: bool) -> None:
    """So that an apply, at whatever moment, ends a release and never sends anybody to pods that do not run."""
    files = kubernetes(with_strategy(name, strategy, gateway=gateway)).files
    objects = [each for file in files for each in YAML(typ="safe").load_all(file.content) if "kind" in each]
    deployments = [each for each in objects if each["kind"] == "Deployment"]
    idle = [each["metadata"]["name"] for each in deployments if each["spec"].get("replicas") == 0]
    running = [each for each in deployments if each["metadata"]["name"] not in idle]
    assert bool(idle) == (strategy != "rolling")
    assert all(each["spec"]["template"]["metadata"]["labels"]["track"] == "stable" for each in running)
    labels = [each["spec"]["template"]["metadata"]["labels"] for each in deployments]
    for service in (each for each in objects if each["kind"] == "Service"):
        heard = [each for each in labels if service["spec"]["selector"].items() <= each.items()]
        # A Service has one version, but where the pods themselves are the shares of a canary.
        assert len(heard) == (2 if strategy == "canary" and not gateway else 1)
        assert heard[0]["track"] == "stable" or service["metadata"]["name"] in idle
    for route in (each for each in objects if each["kind"] == "HTTPRoute"):
        for rule in route["spec"]["rules"]:
            told = {each["name"]: each.get("weight", 100) for each in rule["backendRefs"]}
            assert sum(told.values()) == 100
            assert all(share == 0 for each, share in told.items() if each in idle)


def test_a_release_migrates_first_and_its_way_back_is_one_command() -> None:
    with speaking("en"):
        delivery = kubernetes(with_strategy("rails", "blue_green", gateway=False))
    runs = [each.run for each in delivery.commands]
    steps = ["&& kubectl --namespace prod wait --for=condition=complete", "set image deployment/rails-green",
             "rollout status deployment/rails-green", '"track": "green"', "set image deployment/rails ",
             '"track": "stable"']  # fmt: skip
    places = [next(number for number, run in enumerate(runs) if step in run) for step in steps]
    assert places == sorted(places)
    assert [each.run for each in delivery.rollback[0].commands] == [runs[places[-1]]]


def test_the_way_to_the_database_is_open_to_the_job_that_the_pipeline_makes() -> None:
    """The namespace is closed by default: that job has to be meant by a policy, and by no Service."""
    files = kubernetes(brief("rails")).files
    (file,) = [each for each in files if each.path.endswith("migration/rails.yaml")]
    (policy,) = [each for each in YAML(typ="safe").load_all(file.content) if each["kind"] == "NetworkPolicy"]
    assert policy["spec"]["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": "rails-migrate"}
    assert 5432 in {port["port"] for rule in policy["spec"]["egress"] for port in rule.get("ports", [])}
    assert '{labels: {"app.kubernetes.io/name": $name}}' in MIGRATION_JOB
    assert '--arg name "${WORKLOAD}-migrate"' in MIGRATION_JOB
