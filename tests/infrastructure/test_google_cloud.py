"""What is Google Cloud's own: who runs the nodes, how addresses are shared out, whom the pipeline's tokens make."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.infrastructure.clouds import Ground, serving
from tests.infrastructure.test_bad_briefs import changed
from tests.infrastructure.test_blueprints import brief, proved
from tools.infrastructure.gcp.addresses import ranges
from tools.infrastructure.gcp.common import account
from tools.infrastructure.generate import infrastructure
from tools.pipelines.generate import PLATFORMS
from tools.secrets.generate import generate as secrets
from tools.terraform.risk import assess


@pytest.fixture
def standard(tmp_path: Path) -> Iterator[Ground]:
    """The cluster's brief with nodes of its own, in a folder."""
    made = infrastructure(changed("context.platform.nodes", "standard", "kubernetes-gcp"))
    with serving(tmp_path, "google", made.files) as provider:
        place = Ground(tmp_path / "work", provider)
        place.write(made.files)
        yield place


@proved
def test_a_cluster_with_nodes_of_its_own_plans_and_passes_its_tests(standard: Ground) -> None:
    standard.ready("environments/prod")
    plan = standard.plan("environments/prod")
    assert not [risk for risk in assess(plan).risks if risk.level in {"critical", "high"}]
    assert b"google_container_node_pool" in plan
    standard.terraform("modules/gke", "init", "-backend=false", "-no-color", "-input=false")
    assert "passed, 0 failed" in standard.terraform("modules/gke", "test", "-no-color")


@pytest.mark.parametrize(("sla", "made"), [(99.9, "enable_autopilot"), (99.95, "google_container_node_pool")])
def test_google_runs_the_nodes_unless_more_is_promised(sla: float, made: str) -> None:
    delivery = infrastructure(changed("constraints.sla", sla, "kubernetes-gcp"))
    cluster = next(file.content for file in delivery.files if file.path == "infra/modules/gke/main.tf")
    assert made in cluster


@given(st.integers(16, 22))
@settings(max_examples=7, deadline=None)
def test_the_ranges_of_a_network_lie_in_it_and_apart(size: int) -> None:
    network = IPv4Network(f"10.16.0.0/{size}")
    shared = ranges(network)
    found = [IPv4Network(each) for each in (shared.pods, shared.private_services, shared.subnet, shared.services)]
    assert all(each.subnet_of(network) for each in found)
    assert not any(one.overlaps(other) for one, other in combinations(found, 2))
    assert found[1].prefixlen <= 24  # less is refused by Google's services


def test_tokens_are_believed_of_one_repository_and_its_own_environments() -> None:
    files = {file.path: file.content for file in infrastructure(brief("container-service-gcp")).files}
    trust = files["infra/bootstrap/main.tf"]
    assert "assertion.repository == '${var.repository}'" in trust
    assert "assertion.environment in ${jsonencode(var.environments)}" in trust
    assert 'environments     = ["prod"]' in files["infra/bootstrap/prod.tfvars"]
    gitlab = {file.path: file.content for file in infrastructure(brief("kubernetes-gcp")).files}
    assert "assertion.ref_protected == 'true'" in gitlab["infra/bootstrap/main.tf"]


@pytest.mark.parametrize(
    ("pipeline", "told"), [("github_actions", "use_dns_based_endpoint"), ("gitlab_ci", "--dns-endpoint")]
)
def test_the_pipeline_reaches_the_cluster_by_the_only_door_it_has(pipeline: str, told: str) -> None:
    made = changed("context.pipeline", pipeline, "kubernetes-gcp")
    beside = changed("deliverables", ["pipeline", "infrastructure"], made=made)
    assert any(told in file.content for file in PLATFORMS[beside.context.pipeline](beside).files)
    assert not any(told in file.content for file in PLATFORMS[made.context.pipeline](made).files)


def test_the_secret_of_the_database_is_made_once() -> None:
    beside = changed("deliverables", ["secrets", "infrastructure"], "container-service-gcp")
    places = next(file.content for file in secrets(beside).files if file.path == "deploy/secrets/gcp/main.tf")
    assert "STRIPE_API_KEY" in places
    assert "DATABASE_URL" not in places


def test_a_cluster_whose_manifests_read_another_store_is_asked_about() -> None:
    made = changed("context.secret_store", "vault", "kubernetes-gcp")
    assert [each.field for each in infrastructure(made).questions] == ["context.secret_store"]


@given(
    st.from_regex(r"[a-z][a-z0-9]{2,8}(-[a-z0-9]{1,12}){0,4}", fullmatch=True),
    st.sampled_from(["run", "nodes", "secrets"]),
)
@settings(max_examples=60, deadline=None)
def test_names_of_service_accounts_fit_and_stay_apart(name: str, suffix: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9-]{4,28}[a-z0-9]", account(name, suffix))
    assert account(f"{name}-a", suffix) != account(f"{name}-b", suffix)


def test_services_of_one_project_are_told_apart_by_their_environment() -> None:
    made = brief("container-service-gcp")
    for number in range(3):
        made = changed(f"context.environments.{number}.gcp_project", "acme-all", made=made)
    delivery = infrastructure(made, "workspaces")
    values = {file.path: file.content for file in delivery.files}
    assert '"orders-dev"' in values["infra/environments/dev.tfvars"]
    assert "orders-DATABASE_URL-prod" in values["infra/environments/prod.tfvars"]
    assert 'prefix = "orders"' in values["infra/versions.tf"]
