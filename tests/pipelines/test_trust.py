"""The commands that set a cloud up are shell that runs as it stands, with policies that parse and stay narrow."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tools.brief import Brief
from tools.delivery import Delivery
from tools.guard.process import find_program, run
from tools.pipelines.github_actions import generate

BASH = shutil.which("bash") or "bash"
CLOUDS: dict[str, dict[str, Any]] = {
    "ecs": {
        "platform": {"target": "ecs", "provider": "aws", "region": "eu-west-3"},
        "registry": "123456789012.dkr.ecr.eu-west-3.amazonaws.com/shop",
    },
    "eks": {"platform": {"target": "kubernetes", "provider": "aws", "cluster": "main"}},
    "cloud_run": {"platform": {"target": "cloud_run", "provider": "gcp"}},
    "gke": {"platform": {"target": "kubernetes", "provider": "gcp"}, "registry": "europe-docker.pkg.dev/p/r"},
    "aks": {"platform": {"target": "kubernetes", "provider": "azure"}, "registry": "shop.azurecr.io"},
}


def _delivery(**context: Any) -> Delivery:
    component = {"path": ".", "language": "go", "kind": "service", "migrate_command": "migrate"}
    return generate(Brief.model_validate({"service": "shop", "context": {"components": [component], **context}}))


@pytest.mark.parametrize("cloud", list(CLOUDS))
async def test_the_commands_are_one_shell_script_without_a_finding(cloud: str, tmp_path: Path) -> None:
    shellcheck = find_program("shellcheck")
    if shellcheck is None:
        pytest.skip("shellcheck is not installed")
    script = "\n".join(
        ["#!/usr/bin/env bash", ': "${REVIEWER:?}"', *(each.run for each in _delivery(**CLOUDS[cloud]).commands)]
    )
    (tmp_path / "setup.sh").write_text(script + "\n")
    done = await run([shellcheck, "--severity=info", "setup.sh"], cwd=tmp_path)
    assert done.returncode == 0, done.stdout


async def test_each_aws_role_can_be_taken_from_its_own_environment_only(tmp_path: Path) -> None:
    documents = await _documents(_delivery(**CLOUDS["ecs"]), tmp_path)
    roles = {name: each for name, each in documents.items() if "assume" in name}
    assert [name for name in roles if "gh-prod" in name]
    for name, document in roles.items():
        condition = document["Statement"][0]["Condition"]["StringEquals"]
        subjects = condition["token.actions.githubusercontent.com:sub"]
        assert condition["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
        assert not [each for each in subjects if "*" in each]
        if "gh-prod" in name:
            assert subjects == ["repo:o@1/r@2:environment:prod", "repo:o/r:environment:prod"]


async def test_no_aws_policy_allows_everything(tmp_path: Path) -> None:
    for document in (await _documents(_delivery(**CLOUDS["ecs"]), tmp_path)).values():
        for statement in document["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            assert not [each for each in actions if "*" in each]


async def _documents(delivery: Delivery, folder: Path) -> dict[str, Any]:
    """The JSON documents that the commands hand to `aws`, as the shell would."""
    wanted = [each.run for each in delivery.commands if "-document" in each.run]
    preamble = (
        "REPOSITORY=o/r IMMUTABLE=o@1/r@2 AWS_ACCOUNT_ID=123456789012\naws() { printf '%s\\0' \"$@\"; printf '\\1'; }\n"
    )
    done = await run([BASH, "-c", preamble + "\n".join(wanted)], cwd=folder)
    assert done.returncode == 0, done.stderr
    calls = [call.split("\0") for call in done.stdout.split("\1") if call]
    return {f"{call[3]} {call[-3]}": json.loads(call[-2]) for call in calls}


def test_what_a_command_makes_known_is_set_without_asking() -> None:
    for cloud, context in CLOUDS.items():
        commands = [each.run for each in _delivery(**context).commands if each.run.startswith("gh variable set")]
        identities = [
            each for each in commands if any(word in each for word in ("ROLE", "ACCOUNT", "CLIENT", "PROVIDER"))
        ]
        assert identities, cloud
        assert all(" --body " in each for each in identities), cloud


def test_no_secret_value_stands_in_a_command() -> None:
    delivery = _delivery(platform={"target": "kubernetes"}, registry="registry.example.org/shop")
    secrets = [each.run for each in delivery.commands if each.run.startswith("gh secret set")]
    assert len(secrets) == 4, "one for the registry, one kubeconfig for each environment"
    assert not [each for each in secrets if "--body" in each]
