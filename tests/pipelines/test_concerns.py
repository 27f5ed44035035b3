"""What a person must decide is said, to the person the card names, and nothing is escalated without a reason."""

from typing import Any

import pytest

from resources.catalogue import speaking
from tools.brief import Brief, PipelinePlatform
from tools.delivery import Delivery
from tools.pipelines.generate import PLATFORMS
from tools.pipelines.github_actions import generate


def _delivery(
    component: dict[str, Any] | None = None, constraints: dict[str, Any] | None = None, **context: Any
) -> Delivery:
    service = {"path": ".", "language": "go", "kind": "service", **(component or {})}
    data = {"service": "shop", "constraints": constraints or {}}
    with speaking("en"):
        return generate(Brief.model_validate({**data, "context": {"components": [service], **context}}))


def _situations(delivery: Delivery) -> set[str]:
    return {each.situation for each in delivery.escalations}


KUBERNETES = {"target": "kubernetes", "provider": "gcp", "region": "europe-west1"}


def test_access_and_production_downtime_go_to_security_and_the_team_lead() -> None:
    told = {each.situation: each.to for each in _delivery(platform=KUBERNETES).escalations}
    assert told == {"secrets_or_network": "securite", "production_downtime": "chef-equipe"}


def test_without_a_protected_environment_no_downtime_is_escalated() -> None:
    delivery = _delivery(platform=KUBERNETES, environments=[{"name": "dev"}])
    assert "production_downtime" not in _situations(delivery)


def test_the_availability_target_is_said_in_minutes() -> None:
    delivery = _delivery(platform=KUBERNETES, constraints={"sla": 99.9})
    reason = next(each.reason for each in delivery.escalations if each.situation == "production_downtime")
    assert "44 minutes" in reason


@pytest.mark.parametrize(("budget", "escalates"), [(200, True), (5000, False)])
def test_a_budget_that_control_planes_eat_up_is_escalated(budget: int, escalates: bool) -> None:
    delivery = _delivery(platform=KUBERNETES, constraints={"budget_per_month": budget})
    assert ("budget" in _situations(delivery)) is escalates


@pytest.mark.parametrize(
    ("component", "context", "constraints"),
    [
        ({"needs": ["sqlite"]}, {"platform": {"target": "ecs"}}, {}),
        ({"kind": "worker"}, {"platform": {"target": "cloud_run"}}, {}),
        ({}, {"platform": {"target": "cloud_run"}, "registry": "ghcr.io/acme"}, {}),
        ({}, {"platform": {"target": "ecs", "region": "us-east-1"}}, {"regulations": ["hds"]}),
        ({}, {"platform": {"target": "ecs", "region": "us-east-1"}}, {"hosting": "EU only"}),
    ],
)
def test_an_architecture_that_cannot_work_goes_to_the_architect(
    component: dict[str, Any], context: dict[str, Any], constraints: dict[str, Any]
) -> None:
    delivery = _delivery(component, constraints, **context)
    assert "architecte" in {each.to for each in delivery.escalations}


def test_an_architecture_that_works_does_not() -> None:
    platform = {"target": "ecs", "region": "eu-west-3"}
    assert "incompatible_architecture" not in _situations(
        _delivery(platform=platform, constraints={"hosting": "EU only"})
    )


def test_cloud_run_without_a_registry_gets_one_it_can_pull_from() -> None:
    delivery = _delivery(platform={"target": "cloud_run", "region": "europe-west9"})
    assert "europe-west9-docker.pkg.dev/${{ vars.ARTIFACT_PROJECT }}/shop" in delivery.files[0].content


def test_a_migration_that_nothing_runs_is_said() -> None:
    delivery = _delivery({"migrate_command": "migrate"})
    assert any(each.kind == "data_loss" and "nothing here runs" in each.message for each in delivery.risks)


@pytest.mark.parametrize("kind", ["library", "cli"])
def test_what_is_not_deployed_has_no_environment_to_set_up(kind: str) -> None:
    delivery = _delivery({"kind": kind, "test_command": "go test ./..."})
    assert not delivery.variables
    assert not delivery.rollback
    assert not [each for each in delivery.commands if "environments" in each.run]


@pytest.mark.parametrize("target", ["vercel", "railway", "render"])
@pytest.mark.parametrize("platform", list(PLATFORMS))
def test_where_the_platform_builds_the_pipeline_only_proves(platform: PipelinePlatform, target: str) -> None:
    component = {"path": ".", "name": "shop", "language": "node", "kind": "service", "test_command": "npm test"}
    context = {"components": [component], "platform": {"target": target}, "pipeline": platform}
    delivery = PLATFORMS[platform](Brief.model_validate({"service": "shop", "context": context}))
    text = "".join(file.content for file in delivery.files)
    assert "npm test" in text
    assert "docker" not in text
    assert (delivery.rollback, delivery.questions, delivery.status) == ([], [], "done")
