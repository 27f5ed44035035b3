"""The scripts inside the workflows do what they say: each is taken from a generated file and run."""

import json
import os
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tools.brief import Brief
from tools.guard.process import Completed, run
from tools.pipelines.github_actions import generate
from tools.pipelines.step import run_command

BASH = shutil.which("bash") or "bash"
SERVICE = {
    "path": ".",
    "name": "shop",
    "language": "go",
    "kind": "service",
    "test_command": "go test ./...",
    "migrate_command": "./migrate --it's",
}


def _workflows(**context: Any) -> dict[str, Any]:
    brief = Brief.model_validate({"service": "shop", "language": "en", "context": {"components": [SERVICE], **context}})
    reader = YAML(typ="safe", pure=True)
    return {Path(file.path).stem: reader.load(file.content) for file in generate(brief).files}


def _step(job: dict[str, Any], text: str) -> dict[str, Any]:
    return next(step for step in job["steps"] if text in step.get("run", ""))


async def _run(step: dict[str, Any], folder: Path, **env: str) -> Completed:
    """Run the step's script as GitHub does, with `folder` for its output, its summary and its programs."""
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    outputs = {"GITHUB_OUTPUT": str(folder / "output"), "GITHUB_STEP_SUMMARY": str(folder / "summary")}
    path = os.pathsep.join([str(programs), os.environ.get("PATH", os.defpath)])
    literal = {key: str(value) for key, value in step.get("env", {}).items() if "${{" not in str(value)}
    return await run(
        [BASH, "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env={**literal, **outputs, "PATH": path, **env},
    )


def _program(folder: Path, name: str, script: str) -> None:
    """A stand-in for a cloud's command line, which records what it is called with."""
    (folder / "bin").mkdir(exist_ok=True)
    program = folder / "bin" / name
    program.write_text(f'#!{BASH}\necho "$*" >> "{folder}/calls"\n{script}\n')
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("results", "passes"),
    [
        ("success success", True),
        ("success skipped skipped", True),
        ("success failure skipped", False),
        ("cancelled", False),
    ],
)
async def test_the_gate_passes_only_when_nothing_failed_or_was_cancelled(
    results: str, passes: bool, tmp_path: Path
) -> None:
    step = _step(_workflows()["delivery"]["jobs"]["ci-ok"], "RESULTS")
    done = await _run(step, tmp_path, RESULTS=results)
    assert (done.returncode == 0) is passes


@pytest.mark.parametrize(
    ("version", "reference"),
    [
        ("a" * 40, f":sha-{'a' * 40}"),
        (f"sha256:{'b' * 64}", f"@sha256:{'b' * 64}"),
        ("sha-0123abc", ":sha-0123abc"),
        ("1.2.3", ":1.2.3"),
    ],
)
async def test_the_rollback_takes_a_commit_a_digest_or_a_tag(version: str, reference: str, tmp_path: Path) -> None:
    step = _step(_workflows(registry="ghcr.io/Acme")["rollback"]["jobs"]["rollback-shop"], "sha256")
    done = await _run(step, tmp_path, VERSION=version)
    assert done.returncode == 0, done.stderr
    assert (
        tmp_path / "output"
    ).read_text() == f"repository=ghcr.io/acme/shop\nreference=ghcr.io/acme/shop{reference}\n"


@pytest.mark.parametrize("version", ["", "-x", "a b", "x;id", "$(id)", "a\nimage=evil", "../x", "@sha256:" + "a" * 64])
async def test_the_rollback_refuses_what_is_no_version(version: str, tmp_path: Path) -> None:
    step = _step(_workflows()["rollback"]["jobs"]["rollback-shop"], "sha256")
    done = await _run(step, tmp_path, VERSION=version, REGISTRY="ghcr.io/acme")
    assert done.returncode == 1
    assert not (tmp_path / "output").exists()


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
@pytest.mark.parametrize(("exit_code", "passes"), [(0, True), (1, False), (None, False)])
async def test_a_migration_on_ecs_runs_in_the_network_of_the_service_and_its_failure_stops(
    exit_code: int | None, passes: bool, tmp_path: Path
) -> None:
    job = _workflows(platform={"target": "ecs", "cluster": "main"})["delivery"]["jobs"]["deploy-dev"]
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
    service = {"launchType": "FARGATE", "capacityProviderStrategy": [], "networkConfiguration": network}
    task = {"tasks": [{"containers": [{"name": "shop", "exitCode": exit_code}, {"name": "proxy", "exitCode": 0}]}]}
    _program(
        tmp_path,
        "aws",
        f"case \"$2\" in describe-services) echo '{json.dumps(service)}' ;; run-task) echo task-1 ;;\n"
        f"describe-tasks) echo '{json.dumps(task)}' ;; esac",
    )
    done = await _run(_step(job, "run-task"), tmp_path, TASK_DEFINITION="arn:shop:7")
    assert (done.returncode == 0) is passes, done.stderr
    assert json.loads((tmp_path / "migration.json").read_text()) == {
        "cluster": "main",
        "taskDefinition": "arn:shop:7",
        "overrides": {"containerOverrides": [{"name": "shop", "command": ["sh", "-c", "./migrate --it's"]}]},
        "launchType": "FARGATE",
        "networkConfiguration": network,
    }


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
@pytest.mark.parametrize(("condition", "passes"), [("SuccessCriteriaMet Complete", True), ("Failed", False)])
async def test_a_migration_on_kubernetes_is_a_job_of_the_new_image(
    condition: str, passes: bool, tmp_path: Path
) -> None:
    job = _workflows(platform={"target": "kubernetes"})["delivery"]["jobs"]["deploy-dev"]
    container = {"name": "shop", "image": "old", "envFrom": [{"secretRef": {"name": "shop"}}], "livenessProbe": {}}
    deployment = {"spec": {"template": {"spec": {"serviceAccountName": "shop", "containers": [container]}}}}
    _program(
        tmp_path,
        "kubectl",
        f"case \"$*\" in *'get deployment'*) echo '{json.dumps(deployment)}' ;;\n"
        f"*create*) cat > job.json ;; *'get job'*) printf '%s' '{condition}' ;; esac",
    )
    done = await _run(_step(job, "batch/v1"), tmp_path, IMAGE="new@sha256:1", GITHUB_RUN_ID="7", GITHUB_RUN_ATTEMPT="1")
    assert (done.returncode == 0) is passes, done.stderr
    made = json.loads((tmp_path / "job.json").read_text())
    assert made["spec"]["backoffLimit"] == 0
    assert made["spec"]["template"]["spec"] == {
        "serviceAccountName": "shop",
        "restartPolicy": "Never",
        "containers": [
            {
                "name": "shop",
                "image": "new@sha256:1",
                "envFrom": [{"secretRef": {"name": "shop"}}],
                "command": ["sh", "-c", "./migrate --it's"],
                "args": [],
            }
        ],
    }


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
async def test_a_migration_on_cloud_run_replaces_the_image_and_command_of_its_job(tmp_path: Path) -> None:
    platform = {"target": "cloud_run", "region": "europe-west9"}
    job = _workflows(platform=platform)["delivery"]["jobs"]["deploy-dev"]
    containers = [{"image": "old", "env": [{"name": "A"}]}]
    known = {"spec": {"template": {"spec": {"template": {"spec": {"containers": containers}}}}}, "status": {"x": 1}}
    _program(tmp_path, "gcloud", f"case \"$*\" in *describe*) echo '{json.dumps(known)}' ;; esac")
    done = await _run(_step(job, "jobs replace"), tmp_path, IMAGE="new@sha256:1")
    assert done.returncode == 0, done.stderr
    made = json.loads((tmp_path / "migration.json").read_text())
    assert "status" not in made
    container = made["spec"]["template"]["spec"]["template"]["spec"]["containers"][0]
    assert container == {
        "image": "new@sha256:1",
        "env": [{"name": "A"}],
        "command": ["sh"],
        "args": ["-c", "./migrate --it's"],
    }
    assert "run jobs execute shop-migrate --region europe-west9 --wait" in (tmp_path / "calls").read_text()


async def test_a_deployment_that_a_circuit_breaker_took_back_fails(tmp_path: Path) -> None:
    job = _workflows(platform={"target": "ecs", "cluster": "main"})["delivery"]["jobs"]["deploy-dev"]
    _program(tmp_path, "aws", "echo arn:shop:6")
    step = _step(job, "EXPECTED")
    assert (await _run(step, tmp_path, EXPECTED="arn:shop:7")).returncode == 1
    assert (await _run(step, tmp_path, EXPECTED="arn:shop:6")).returncode == 0


async def test_promotion_moves_the_tag_of_the_environment_to_the_digest(tmp_path: Path) -> None:
    job = _workflows()["delivery"]["jobs"]["deploy-staging"]
    _program(tmp_path, "docker", "")
    step = next(each for each in job["steps"] if "imagetools create" in each.get("run", ""))
    done = await _run(step, tmp_path, IMAGE="ghcr.io/acme/shop@sha256:1", REPOSITORY="ghcr.io/acme/shop")
    assert done.returncode == 0
    called = (tmp_path / "calls").read_text().strip()
    assert called == "buildx imagetools create --tag ghcr.io/acme/shop:staging ghcr.io/acme/shop@sha256:1"


def test_what_a_java_project_s_own_dockerfile_packs_is_built_beside_the_image() -> None:
    java = {"path": "stock", "language": "java", "kind": "service", "build_command": "./gradlew build"}
    own = {**java, "dockerfile": "stock/src/main/docker/Dockerfile.jvm"}
    for component, packs in ((own, True), (java, False)):
        brief = Brief.model_validate({"service": "shop", "context": {"components": [component]}})
        jobs = YAML(typ="safe", pure=True).load(generate(brief).files[0].content)["jobs"]
        built = [step for step in jobs["image"]["steps"] if step.get("run") == "./gradlew build"]
        assert [step["working-directory"] for step in built] == (["stock"] if packs else [])
        assert ("build" in jobs) is not packs


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("uv run pytest -k 'not slow' --cov=app", True),
        ("npm run build && npm test", True),
        ("./mvnw --batch-mode verify", True),
        ("pytest $(cat names)", False),
        ("ruff check *.py", False),
        ("a; b", False),
        ("cd x", False),
        ("a &&", False),
        ("if", False),
        ('echo "$HOME"', False),
    ],
)
async def test_a_command_reads_as_it_is_unless_it_is_a_program_of_its_own(
    text: str, plain: bool, tmp_path: Path
) -> None:
    step = run_command("Test", text)
    assert (step.run == text) is plain
    if not plain:
        echo = run_command("Test", f"printf '%s' {shlex.quote(text)}; exit 3")
        done = await _run({"run": echo.run, "env": echo.env}, tmp_path)
        assert (done.stdout, done.returncode) == (text, 3)


@pytest.mark.parametrize(("errors", "passes"), [("0.0", True), ("2.0", False)])
async def test_a_function_gets_its_traffic_in_parts_and_nothing_more_once_it_fails(
    errors: str, passes: bool, tmp_path: Path
) -> None:
    job = _workflows(platform={"target": "lambda", "region": "eu-west-3"})["delivery"]["jobs"]["deploy-dev"]
    _program(tmp_path, "aws", f'case "$2" in get-metric-statistics) echo {errors} ;; esac')
    _program(tmp_path, "sleep", "")
    done = await _run(_step(job, "AdditionalVersionWeights"), tmp_path, FUNCTION="shop-dev", previous="7", version="8")
    assert (done.returncode == 0) is passes, done.stderr
    moved = [line for line in (tmp_path / "calls").read_text().splitlines() if "update-alias" in line]
    kept = [line.partition("--function-version ")[2] for line in moved]
    parts = [
        "7 --routing-config AdditionalVersionWeights={8=0.1}",
        "7 --routing-config AdditionalVersionWeights={8=0.5}",
    ]
    assert kept == ([*parts, "8 --routing-config AdditionalVersionWeights={}"] if passes else parts[:1])
