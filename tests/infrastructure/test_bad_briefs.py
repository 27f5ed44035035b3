"""A brief that makes no infrastructure is one error, which says what to change."""

from typing import Any

import pytest

from resources.catalogue import speaking
from tests.infrastructure.test_blueprints import brief
from tools.brief import Brief
from tools.guard.errors import ExpectedError, UnsupportedError
from tools.infrastructure.generate import infrastructure
from tools.infrastructure.problems import (
    ContradictionError,
    MissingDomainError,
    OverlappingNetworksError,
    RegionNotAllowedError,
    UnknownRegionError,
)


def changed(path: str, value: Any, name: str = "function-api", made: Brief | None = None) -> Brief:
    """`made`, or the brief called `name`, with another `value` at `path`."""
    told = (made or brief(name)).model_dump(mode="json", exclude_none=True)
    *way, last = path.split(".")
    place: Any = told
    for step in way:
        place = place[int(step)] if step.isdigit() else place[step]
    place[last] = value
    return Brief.model_validate(told)


@pytest.mark.parametrize(
    ("path", "value", "error", "told"),
    [
        ("context.platform.region", "eu-middle-1", UnknownRegionError, "eu-middle-1"),
        ("context.platform.region", "us-east-1", RegionNotAllowedError, "us-east-1"),
        ("context.environments.1.url", None, MissingDomainError, "staging"),
        ("context.secret_store", "gcp_secret_manager", ContradictionError, "context.secret_store"),
        ("context.components.0.needs", ["postgres"], ContradictionError, "postgres"),
        ("context.components.0.language", "cobol", UnsupportedError, "python, node"),
        ("context.platform.target", "swarm", UnsupportedError, "swarm"),
        ("context.environments.1.url", "https://orders.example.com", ContradictionError, "orders.example.com"),
        ("context.environments.2.protected", False, ContradictionError, "protected: true"),
    ],
)
def test_what_cannot_be_built_is_one_error_that_says_what_to_change(
    path: str, value: Any, error: type[ExpectedError], told: str
) -> None:
    made = changed(path, value)
    with speaking("en"), pytest.raises(error) as caught:
        infrastructure(made)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("path", "value", "error", "told"),
    [
        ("context.platform.region", "europe-middle1", UnknownRegionError, "europe-middle1"),
        ("context.platform.region", "us-central1", RegionNotAllowedError, "europe-west9"),
        ("context.environments.2.url", None, MissingDomainError, "prod"),
        ("context.secret_store", "aws_secrets_manager", ContradictionError, "context.secret_store"),
        ("context.registry", "ghcr.io/acme", ContradictionError, "docker.pkg.dev"),
        ("context.components.0.needs", ["postgres", "redis"], UnsupportedError, "redis"),
        ("context.components.0.port", None, UnsupportedError, "orders"),
        ("context.environments.0.cidr", "10.17.0.0/16", OverlappingNetworksError, "10.17.0.0/16"),
    ],
)
def test_google_cloud_refuses_what_it_cannot_build_as_clearly(
    path: str, value: Any, error: type[ExpectedError], told: str
) -> None:
    made = changed(path, value, "container-service-gcp")
    with speaking("en"), pytest.raises(error) as caught:
        infrastructure(made)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"context.platform.target": "cloud_run", "context.platform.nodes": "standard"}, "context.platform.nodes"),
        ({"constraints.sla": 99.95, "context.platform.nodes": "autopilot"}, "99.9"),
        ({"context.platform.cluster": "shared", "context.environments.1.gcp_project": "acme-catalogue-dev"}, "shared"),
    ],
)
def test_nodes_and_clusters_that_contradict_are_one_error(changes: dict[str, Any], told: str) -> None:
    made = brief("kubernetes-gcp")
    for path, value in changes.items():
        made = changed(path, value, made=made)
    with speaking("en"), pytest.raises(ContradictionError) as caught:
        infrastructure(made)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("context.components.1.needs", ["mysql"], "postgres, mysql"),
        ("context.platform.strategy", "canary", "strategy to rolling"),
        ("context.platform.region", "ap-southeast-3", "rgpd"),
    ],
)
def test_containers_that_cannot_be_built_are_one_error_too(path: str, value: Any, told: str) -> None:
    made = changed(path, value, "container-service")
    with speaking("en"), pytest.raises(ExpectedError) as caught:
        infrastructure(made)
    assert told in str(caught.value)


def test_what_is_needed_and_not_made_here_is_asked() -> None:
    with speaking("en"):
        made = infrastructure(changed("context.components.1.needs", ["postgres", "redis"], "container-service"))
    assert [each.question for each in made.questions if "redis" in each.question]


def test_networks_that_overlap_are_one_error_with_a_free_one() -> None:
    made = changed("context.environments.0.cidr", "10.9.0.0/16")
    environments = [
        each.model_copy(update={"cidr": made.context.environments[0].cidr}) for each in made.context.environments[1:]
    ]
    context = made.context.model_copy(update={"environments": environments})
    with speaking("en"), pytest.raises(OverlappingNetworksError, match=r"10\.9\.0\.0/16"):
        infrastructure(made.model_copy(update={"context": context}))


def test_a_budget_below_the_estimate_is_escalated_with_options() -> None:
    with speaking("en"):
        made = infrastructure(changed("constraints.budget_per_month", 1))
    assert made.status == "waiting"
    assert [each.situation for each in made.escalations] == ["budget"]
    assert made.escalations[0].options
