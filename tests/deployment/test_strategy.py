"""Which targets can do which strategy, and what a delivery of theirs says about the way back."""

from typing import Any

import pytest

from tools.brief import Brief
from tools.deployment.generate_deployment import deployment, of_brief
from tools.deployment.strategy import sides
from tools.deployment.targets import Target
from tools.guard.errors import UnsupportedError


def brief(target: Target, strategy: str, proxy: str | None = "traefik", **more: Any) -> Brief:
    api = {"path": "api", "name": "api", "kind": "service", "language": "go", "port": 8080, "start_command": "/api",
           "migrate_command": "/api migrate"}  # fmt: skip
    worker = {"path": "worker", "name": "worker", "kind": "worker", "language": "go", "start_command": "/worker"}
    return Brief.model_validate(
        {
            "service": "shop",
            "language": "en",
            "context": {
                "components": [api, worker],
                "environments": [{"name": "prod", "url": "https://shop.example"}],
                "platform": {"target": target, "strategy": strategy},
                "proxy": proxy,
                **more,
            },
        }
    )


@pytest.mark.parametrize("target", ["swarm", "compose"])
@pytest.mark.parametrize(("strategy", "endings"), [("blue_green", ["-blue", "-green"]), ("canary", ["", "-canary"])])
def test_what_answers_has_two_versions_and_is_migrated_once(target: Target, strategy: str, endings: list[str]) -> None:
    made = sides(brief(target, strategy), target)
    names = [each.name for each in made.brief.context.components]
    assert names == [*(f"api{ending}" for ending in endings), "worker"]
    assert [bool(each.migrate_command) for each in made.brief.context.components] == [True, False, False]
    (pair,) = made.of.values()
    assert [side.share for side in pair] == [100, 0]


@pytest.mark.parametrize("target", ["swarm", "compose"])
@pytest.mark.parametrize("strategy", ["blue_green", "canary"])
def test_the_way_back_is_one_command_that_comes_first(target: Target, strategy: str) -> None:
    delivery = deployment(brief(target, strategy), target)
    assert delivery.rollback[0].commands[0].run == "deploy/scripts/share.sh 0"
    assert "deploy/traefik/dynamic/shares.yml" in {each.path for each in delivery.files}
    shares = [each.run for each in delivery.commands if each.run.startswith("deploy/scripts/share.sh")]
    assert shares == (
        ["deploy/scripts/share.sh 100"]
        if strategy == "blue_green"
        else ["deploy/scripts/share.sh 10", "deploy/scripts/share.sh 50", "deploy/scripts/share.sh 0"]
    )


@pytest.mark.parametrize("target", ["swarm", "compose"])
@pytest.mark.parametrize("proxy", ["nginx", None])
def test_without_traefik_nothing_shares_the_traffic_and_that_is_said(target: Target, proxy: str | None) -> None:
    with pytest.raises(UnsupportedError, match="traefik"):
        of_brief(brief(target, "canary", proxy))


@pytest.mark.parametrize("target", ["swarm", "compose"])
def test_a_rolling_update_has_one_version_of_each(target: Target) -> None:
    delivery = of_brief(brief(target, "rolling", None))
    paths = {each.path for each in delivery.files}
    assert {f"deploy/scripts/{name}.sh" for name in ("deploy", "rollback", "healthcheck")} <= paths
    assert "deploy/firewall/nftables.conf" in paths
    assert not any("traefik" in path for path in paths)
    assert [each for each in delivery.files if each.executable]
