"""Whatever the brief says, the workflow stays a workflow: parseable, pinned, bounded, without injection."""

import re
import shlex
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from ruamel.yaml import YAML

from tests.pipelines.hostile import briefs
from tools.brief import Brief
from tools.delivery import Delivery
from tools.guard.errors import BriefError
from tools.pipelines.deployment import TARGETS
from tools.pipelines.github_actions import generate


def _made(data: dict[str, Any]) -> Delivery | None:
    try:
        return generate(Brief.model_validate(data))
    except (ValueError, BriefError):  # refused with a reason: nothing was made
        return None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(briefs)
def test_a_hostile_brief_never_becomes_code_in_a_workflow(data: dict[str, Any]) -> None:
    delivery = _made(data)
    for file in delivery.files if delivery else ():
        workflow = YAML(typ="safe", pure=True).load(file.content)
        assert set(workflow) == {"name", "on", "permissions", "concurrency", "jobs"}
        for job in workflow["jobs"].values():
            assert job["timeout-minutes"]
            assert "permissions" in job
            for step in job["steps"]:
                assert set(step) <= {"name", "id", "if", "uses", "with", "env", "run", "working-directory"}
                assert "${{" not in step.get("run", "")
                if "uses" in step:
                    assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"])
        expressions = set(re.findall(r"\$\{\{(.*?)\}\}", file.content))
        assert not [each for each in expressions if "GITHUB_TOKEN" in each and each.strip() != "secrets.GITHUB_TOKEN"]


def test_an_expression_in_the_brief_is_refused() -> None:
    context = {"registry": "${{ secrets.X }}", "components": [{"path": ".", "language": "go"}]}
    with pytest.raises(BriefError, match="registry"):
        generate(Brief.model_validate({"context": context}))


@pytest.mark.parametrize("branch", ["", "-f", "a b", "x' || true", "${{ x }}", "a\nb"])
def test_a_branch_that_git_would_not_name_is_refused(branch: str) -> None:
    with pytest.raises(ValueError, match="default_branch"):
        Brief.model_validate({"context": {"default_branch": branch}})


def test_an_expression_in_a_detected_command_becomes_a_question() -> None:
    component = {"path": ".", "language": "go", "test_command": "echo ${{ secrets.X }}"}
    delivery = generate(Brief.model_validate({"context": {"components": [component]}}))
    assert "secrets.X" not in delivery.files[0].content
    assert "test_command" in {each.field for each in delivery.questions}


@pytest.mark.parametrize("target", list(TARGETS))
def test_what_must_be_set_is_exactly_what_the_workflows_read(target: str) -> None:
    component = {"path": ".", "language": "go", "kind": "service", "dockerfile": "Dockerfile"}
    for provider in ("aws", "gcp", None) if target == "kubernetes" else (None,):
        context = {"components": [component], "platform": {"target": target, "provider": provider}}
        delivery = generate(Brief.model_validate({"service": "shop", "context": context}))
        read = {
            name
            for file in delivery.files
            for name in re.findall(r"\b(?:vars|secrets)\.(\w+)", file.content)
            if name not in {"GITHUB_TOKEN", "KUBE_NAMESPACE"}
        }
        assert {each.name for each in delivery.variables} == read


def test_nothing_to_build_from_is_blocked_with_a_question() -> None:
    delivery = generate(Brief.model_validate({"context": {"components": [{"path": ".", "language": "cobol"}]}}))
    assert (delivery.status, delivery.files) == ("blocked", [])
    assert delivery.questions


def test_a_library_is_tested_but_not_deployed() -> None:
    component = {"path": ".", "language": "python", "kind": "library", "test_command": "pytest"}
    delivery = generate(Brief.model_validate({"context": {"components": [component]}}))
    assert len(delivery.files) == 1
    assert "deploy-" not in delivery.files[0].content


def test_two_components_never_share_a_deployment_lock() -> None:
    parts = [{"path": each, "name": each, "language": "go", "kind": "service"} for each in ("api", "web")]
    delivery = generate(Brief.model_validate({"service": "shop", "context": {"components": parts}}))
    locks = re.findall(r"group: (deploy-\S+-prod)", "".join(file.content for file in delivery.files))
    assert sorted(locks) == ["deploy-shop-api-prod", "deploy-shop-web-prod"]


def test_commands_set_each_variable_in_its_environment_and_quote_what_people_wrote() -> None:
    component = {"path": ".", "language": "go", "kind": "service", "variables": [{"name": "TOKEN", "secret": True}]}
    environments = [{"name": "dev"}, {"name": "prod", "url": "https://example.org/it's"}]
    context = {"components": [component], "environments": environments}
    delivery = generate(Brief.model_validate({"service": "shop", "context": context}))
    words = [shlex.split(each.run) for each in delivery.commands]
    assert ["gh", "variable", "set", "APP_URL", "--env", "prod", "--body", "https://example.org/it's"] in words
    assert not [each for each in words if "None" in " ".join(each)]
    assert not [each for each in words if "TOKEN" in each], "what the code reads at run time is not set in GitHub"


def test_in_a_monorepo_the_rollback_names_the_component() -> None:
    parts = [{"path": each, "name": each, "language": "go", "kind": "service"} for each in ("api", "web")]
    delivery = generate(Brief.model_validate({"service": "shop", "context": {"components": parts}}))
    assert any("--field component=api" in each.run for each in delivery.rollback[0].commands)
    assert {"API_URL", "WEB_URL"} <= {each.name for each in delivery.variables}
