"""Whatever the brief says, the GitLab pipeline stays a pipeline: parseable, bounded, without expansion of what it says."""

import json
import os
import re
import shlex
import shutil
import subprocess
from io import StringIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from ruamel.yaml import YAML

from resources.catalogue import speaking
from tests.pipelines.hostile import briefs
from tools.brief import Brief
from tools.delivery import Delivery, File
from tools.guard.errors import BriefError
from tools.pipelines.gitlab.deployment import TARGETS
from tools.pipelines.gitlab_ci import generate
from tools.validate.validate import validate_files

KEYWORDS = {"workflow", "stages", "include", "default", "variables"}
SERVICE = {"path": ".", "name": "shop", "language": "go", "kind": "service", "test_command": "go test ./..."}
# What the pipeline may name in a value that GitLab expands: its own words and those it asks a person to set.
OWN = re.compile(r"\$\{?(CI_\w+|VERSION|REPOSITORY|IMAGE|[A-Z][A-Z0-9]*(_[A-Z0-9]+)*)\}?")


def _delivery(component: dict[str, Any] | list[dict[str, Any]] | None = None, **context: Any) -> Delivery:
    components = [component or SERVICE] if not isinstance(component, list) else component
    data = {"service": "shop", "language": "en", "context": {"components": components, **context}}
    with speaking("en"):
        return generate(Brief.model_validate(data))


def _pipelines(delivery: Delivery) -> dict[str, dict[str, Any]]:
    return {file.path: YAML(typ="safe", pure=True).load(file.content) for file in delivery.files}


def _jobs(pipeline: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: job for name, job in pipeline.items() if name not in KEYWORDS}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(briefs)
def test_a_hostile_brief_never_becomes_code_in_a_pipeline(data: dict[str, Any]) -> None:
    try:
        delivery = generate(Brief.model_validate(data))
    except (ValueError, BriefError):  # refused with a reason: nothing was made
        return
    for pipeline in _pipelines(delivery).values():
        for name, job in _jobs(pipeline).items():
            assert re.fullmatch(r"[.\w-]+", name, re.ASCII)
            for key, value in job.get("variables", {}).items():
                assert re.fullmatch(r"\w+", key, re.ASCII)
                # A value that GitLab expands holds nothing but what the pipeline itself wrote.
                if isinstance(value, str):
                    assert "$" not in OWN.sub("", value), value
                    assert "${CI_JOB_TOKEN}" not in value
                    assert "$CI_JOB_TOKEN" not in value
                else:
                    assert value["expand"] is False
            for line in [*job.get("before_script", []), *job.get("script", []), *job.get("after_script", [])]:
                assert isinstance(line, str)
                # A component of that name has an address of its own, CI_JOB_TOKEN_URL.
                assert not re.search(r"CI_JOB_TOKEN(?![A-Z_])", line), line
                assert "$[[" not in line
                assert "${{" not in line


@pytest.mark.parametrize("field", ["registry", "cluster", "region"])
@pytest.mark.parametrize("value", ["a$b", "${CI_JOB_TOKEN}", "$[[ inputs.x ]]"])
def test_a_variable_in_the_brief_is_refused(field: str, value: str) -> None:
    context = {"registry": value} if field == "registry" else {"platform": {field: value}}
    with pytest.raises(BriefError, match="dollar"):
        _delivery(**context)


def test_a_dollar_in_what_the_pipeline_never_sees_is_not_refused() -> None:
    data = {"constraints": {"hosting": "$5 servers"}, "context": {"components": [SERVICE]}}
    assert generate(Brief.model_validate(data)).files


def test_a_command_with_a_variable_reaches_the_shell_as_it_is() -> None:
    job = _pipelines(_delivery({**SERVICE, "test_command": 'go test "$PKGS" | tee log'}))[".gitlab-ci.yml"]["test"]
    assert job["variables"]["TEST_COMMAND"] == {"value": 'go test "$PKGS" | tee log', "expand": False}
    assert job["script"][-1] == 'bash -eo pipefail -c "${TEST_COMMAND}"'


def test_one_pipeline_for_a_change_and_deployments_from_the_default_branch_alone() -> None:
    pipeline = _pipelines(_delivery(default_branch="trunk"))[".gitlab-ci.yml"]
    conditions = [rule["if"] for rule in pipeline["workflow"]["rules"]]
    assert conditions == ['$CI_PIPELINE_SOURCE == "merge_request_event"', '$CI_COMMIT_BRANCH == "trunk"']
    for name, job in _jobs(pipeline).items():
        if re.match(r"deploy-|rollback-|image-build", name):
            assert [rule["if"] for rule in job["rules"]] == ['$CI_COMMIT_BRANCH == "trunk"']


def test_production_waits_for_a_person_and_no_two_deployments_overlap() -> None:
    jobs = _jobs(_pipelines(_delivery(platform={"target": "ecs"}))[".gitlab-ci.yml"])
    assert jobs["deploy-prod"]["rules"][0] | {"if": ""} == {"if": "", "when": "manual", "allow_failure": False}
    assert "when" not in jobs["deploy-dev"]["rules"][0]
    assert jobs["deploy-prod"]["resource_group"] == jobs["rollback-prod"]["resource_group"] == "deploy-shop-prod"
    assert [need["job"] for need in jobs["deploy-prod"]["needs"]] == ["image-build", "deploy-staging"]
    assert jobs[".deploy"]["interruptible"] is False


def test_no_job_is_privileged_and_a_merge_request_pushes_nothing() -> None:
    delivery = _delivery(registry="123456789012.dkr.ecr.eu-west-3.amazonaws.com/shop")
    text = delivery.files[0].content
    assert "dind" not in text.replace("as docker:dind would need", "")
    check = _pipelines(delivery)[".gitlab-ci.yml"]["image-check"]
    assert check["rules"] == [{"if": "$CI_MERGE_REQUEST_IID"}]
    assert "id_tokens" not in check
    assert "--push" not in "".join(check["script"])


def test_a_monorepo_starts_the_pipeline_of_what_a_change_concerns() -> None:
    parts = [{**SERVICE, "path": each, "name": each, "lock_file": f"{each}/go.sum"} for each in ("api", "web")]
    data = {"service": "shop", "context": {"components": parts}}
    pipelines = _pipelines(generate(Brief.model_validate(data)))
    assert set(pipelines) == {".gitlab-ci.yml", ".gitlab/ci/api.yml", ".gitlab/ci/web.yml"}
    trigger = pipelines[".gitlab-ci.yml"]["component-api"]
    assert trigger["trigger"] == {"include": [{"local": ".gitlab/ci/api.yml"}], "strategy": "depend"}
    # `**` alone stands for folders only.
    assert trigger["rules"][0]["changes"] == ["api/**/*", ".gitlab/ci/api.yml"]
    locks = {job["resource_group"] for each in pipelines.values() for job in _jobs(each).values()
             if "resource_group" in job}  # fmt: skip
    assert len(locks) == 6, "each component has its own lock in each environment"


@pytest.mark.parametrize("target", list(TARGETS))
@pytest.mark.parametrize("provider", ["aws", "gcp", "azure", None])
def test_what_must_be_set_is_exactly_what_the_pipeline_reads(target: str, provider: str | None) -> None:
    if target != "kubernetes" and provider is not None:
        pytest.skip("one provider each")
    delivery = _delivery({**SERVICE, "dockerfile": "Dockerfile"}, platform={"target": target, "provider": provider})
    pipeline = _pipelines(delivery)[".gitlab-ci.yml"]
    known = {"IMAGE", "DIGEST", "GIT_STRATEGY", "VERSION", "REPOSITORY", "APP_ADDRESS", "TASK_DEFINITION"}
    read = {"KUBECONFIG"} if target == "kubernetes" and provider is None else set()
    for job in _jobs(pipeline).values():
        own = set(job.get("variables", {})) | set(job.get("id_tokens", {}))
        known |= own
        texts = [*job.get("before_script", []), *job.get("script", []), *job.get("after_script", [])]
        texts += [str(value) for value in job.get("variables", {}).values()]
        known |= {name for text in texts for name in re.findall(r"^([A-Z][A-Z0-9_]*)=", text, re.MULTILINE)}
        read |= {name for text in texts for name in re.findall(r"\$\{([A-Z][A-Z0-9_]*)", text)}
    signed = {"AWS_ROLE_ARN"} if any("AWS_ID_TOKEN" in each.get("id_tokens", {}) for each in pipeline.values()
                                     if isinstance(each, dict)) else set()  # fmt: skip
    read = {name for name in read | signed if not name.startswith("CI_")}
    told = {each.name for each in delivery.variables}
    assert told <= read | {"GCP_SERVICE_ACCOUNT"}
    assert read - known <= told


def test_commands_set_each_variable_in_its_environment_and_no_secret_stands_in_one() -> None:
    environments = [{"name": "dev"}, {"name": "prod", "url": "https://example.org/it's"}]
    delivery = _delivery(environments=environments, registry="registry.example.org/shop")
    words = [shlex.split(each.run) for each in delivery.commands]
    expected = ["glab", "variable", "set", "APP_URL", "--scope", "prod", "--protected", "--value"]
    assert [*expected, "https://example.org/it's"] in words
    secrets = [each for each in words if "--masked" in each]
    assert [each[3] for each in secrets] == ["REGISTRY_PASSWORD"]
    assert not [each for each in secrets if "--value" in each]
    assert not [each for each in words if "gh" in each]


def test_a_library_is_proved_and_not_deployed() -> None:
    delivery = _delivery({**SERVICE, "kind": "library"})
    assert [*_jobs(_pipelines(delivery)[".gitlab-ci.yml"])] == ["test"]
    assert not delivery.rollback


def test_nothing_to_build_from_is_blocked_with_a_question() -> None:
    delivery = _delivery({"path": ".", "language": "cobol"})
    assert (delivery.status, delivery.files) == ("blocked", [])
    assert delivery.questions


REVIEWED = {**SERVICE, "port": 8080, "dockerfile": "Dockerfile", "health_path": "/healthz"}


def test_a_merge_request_gets_an_app_of_its_own_by_hand_and_loses_it() -> None:
    delivery = _delivery(REVIEWED, platform={"target": "kubernetes"})
    jobs = _jobs(_pipelines(delivery)[".gitlab-ci.yml"])
    start, stop = jobs["review"], jobs["review-stop"]
    assert start["environment"]["on_stop"] == "review-stop"
    assert start["environment"]["auto_stop_in"] == "3 days"
    assert stop["environment"]["action"] == "stop"
    assert start["environment"]["name"] == stop["environment"]["name"] == "review/shop-mr-${CI_MERGE_REQUEST_IID}"
    for job in (start, stop):
        assert job["rules"][0]["when"] == "manual"
        assert "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_MERGE_REQUEST_PROJECT_ID" in job["rules"][0]["if"]
        assert "id_tokens" not in job, "no cloud trusts what a merge request contains"
        assert job["variables"]["GIT_STRATEGY"] == "empty", "its branch may be gone"
    kept = "".join(jobs["image-check"]["script"])
    assert '--tag "${REPOSITORY}:mr-${CI_COMMIT_SHA}" --push' in kept
    scopes = {shlex.split(each.run)[3]: each.run for each in delivery.commands if "review/*" in each.run}
    assert set(scopes) == {"KUBECONFIG", "REVIEW_DOMAIN"}
    assert not [run for run in scopes.values() if "--protected" in run]


@pytest.mark.parametrize(
    ("component", "context"),
    [
        ({**REVIEWED, "kind": "worker"}, {"platform": {"target": "kubernetes"}}),
        ({**REVIEWED, "port": None}, {"platform": {"target": "kubernetes"}}),
        (REVIEWED, {"platform": {"target": "ecs"}}),
        (REVIEWED, {"platform": {"target": "kubernetes"}, "registry": "a.dkr.ecr.eu-west-3.amazonaws.com/b"}),
    ],
)
def test_where_a_copy_would_need_a_clouds_trust_or_has_no_address_there_is_none(
    component: dict[str, Any], context: dict[str, Any]
) -> None:
    pipeline = _pipelines(_delivery(component, **context))[".gitlab-ci.yml"]
    assert "review" not in pipeline["stages"]
    assert not [name for name in pipeline if name.startswith("review")]


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
async def test_the_review_app_is_what_kubernetes_accepts() -> None:
    job = _jobs(_pipelines(_delivery(REVIEWED, platform={"target": "kubernetes"}))[".gitlab-ci.yml"])["review"]
    values = {"NAME": "shop-mr-1", "IMAGE": "r/shop:mr-a", "HOST": "shop-mr-1.example.org", "SECRET": "shop-review",
              "PORT": job["variables"]["PORT"], "HEALTH_PATH": job["variables"]["HEALTH_PATH"]}  # fmt: skip
    script = job["script"][0].replace('kubectl --namespace "${NAMESPACE}" apply --filename -', "cat")
    made = subprocess.run(
        ["sh", "-euc", script], env={"PATH": os.environ["PATH"], **values}, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    items = json.loads(made.stdout)["items"]
    assert [each["kind"] for each in items] == ["Deployment", "Service", "Ingress"]
    text = StringIO()
    YAML(typ="safe", pure=True).dump_all(items, text)
    judged = await validate_files([File(path="review.yaml", content=text.getvalue(), purpose="")])
    (said,) = [each for each in judged if each.tool == "kubernetes-validate"]
    assert said.status in {"passed", "not_validated"}, said.findings
