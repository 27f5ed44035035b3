"""No checker has a finding in any target, cloud, registry, package manager or backing service, hostile text or not."""

import re
from typing import Any

import pytest

from resources.facts import read_facts
from tools.brief import Brief
from tools.delivery import Delivery
from tools.pipelines.github_actions import generate
from tools.pipelines.setup.registry import SETUPS
from tools.validate.validate import validate_files

LOCKS = {
    "uv": "uv.lock",
    "pdm": "pdm.lock",
    "poetry": "poetry.lock",
    "pipenv": "Pipfile.lock",
    "pip": "requirements.txt",
}
LOCKS |= {"npm": "package-lock.json", "yarn": "yarn.lock", "pnpm": "pnpm-lock.yaml", "bun": "bun.lock"}
HOSTILE = "echo 'a' \"b\" `id` $(id) | tee x && : # c: d {{e}} <f> é*?"
PLATFORMS: dict[str, dict[str, Any]] = {
    "aks": {"platform": {"target": "kubernetes", "provider": "azure"}, "registry": "shop.azurecr.io/team"},
    "eks": {"platform": {"target": "kubernetes", "provider": "aws"}},
    "gke": {"platform": {"target": "kubernetes", "provider": "gcp"}, "registry": "europe-docker.pkg.dev/p/r"},
    "own_cluster": {
        "platform": {"target": "kubernetes", "provider": "self_hosted"},
        "environments": [{"name": "dev", "kube_context": "dev@office"}, {"name": "prod", "namespace": "shop-prod"}],
        "registry": "registry.example.org:5000/shop",
    },
    "ecs": {
        "platform": {"target": "ecs"},
        "environments": [{"name": "dev", "region": "eu-west-1"}, {"name": "prod", "region": "eu-west-3"}],
        "registry": "123456789012.dkr.ecr.eu-west-3.amazonaws.com",
    },
    "cloud_run": {"platform": {"target": "cloud_run"}},
    "lambda": {"platform": {"target": "lambda", "strategy": "canary"}},
    "docker_hub": {"registry": "acme", "default_branch": "release/v2"},
}


def _component(manager: str, **more: Any) -> dict[str, Any]:
    command = dict.fromkeys(("install_command", "lint_command", "test_command", "migrate_command"), HOSTILE)
    language = "python" if manager in {"uv", "pdm", "poetry", "pipenv", "pip"} else "node"
    return {
        "path": ".",
        "name": "shop",
        "language": language,
        "kind": "service",
        "package_manager": manager,
        "lock_file": LOCKS[manager],
        "health_path": "@evil.example.org/`id`$(id)",
        **command,
        **more,
    }


def _delivery(component: dict[str, Any], **context: Any) -> Delivery:
    data = {"service": "shop", "language": "en", "context": {"components": [component], **context}}
    return generate(Brief.model_validate(data))


async def _assert_no_finding(delivery: Delivery) -> None:
    for each in await validate_files(delivery.files):
        if each.status == "not_validated":
            pytest.skip(f"{each.tool}: {each.reason}")
        assert not each.findings, f"{each.path}: {each.tool}: {each.findings}"


@pytest.mark.parametrize("name", list(PLATFORMS))
async def test_no_finding_whatever_the_platform_and_every_variable_read_is_told(name: str) -> None:
    component = {"path": ".", "name": "shop", "language": "go", "kind": "service", "migrate_command": HOSTILE}
    delivery = _delivery(component, **PLATFORMS[name])
    await _assert_no_finding(delivery)
    text = "".join(file.content for file in delivery.files)
    read = set(re.findall(r"\b(?:vars|secrets)\.(\w+)", text)) - {"GITHUB_TOKEN"}
    told = {each.name for each in delivery.variables}
    # The namespace of an environment is its name unless the brief gives another.
    assert read - {"KUBE_NAMESPACE"} == told - {"KUBE_NAMESPACE"}


@pytest.mark.parametrize("manager", list(LOCKS))
async def test_no_finding_whatever_the_package_manager_and_its_commands(manager: str) -> None:
    delivery = _delivery(_component(manager, tested_versions=["3.12", "3.13"], build_command=HOSTILE))
    await _assert_no_finding(delivery)
    assert '"@evil.example.org' not in delivery.files[0].content


async def test_no_finding_with_every_backing_service_at_once() -> None:
    needs = list(read_facts("service_images")["images"])
    delivery = _delivery(_component("uv", needs=needs, test_command="pytest"))
    await _assert_no_finding(delivery)
    assert all(f"\n      {need}:\n" in delivery.files[0].content for need in needs)


@pytest.mark.parametrize("language", list(SETUPS))
@pytest.mark.parametrize("folder", [".", "services/shop"])
async def test_no_finding_whatever_the_language_and_its_commands(language: str, folder: str) -> None:
    prefix = "" if folder == "." else f"{folder}/"
    names = ("install_command", "lint_command", "build_command", "test_command", "migrate_command")
    data = {
        "path": folder,
        "name": "shop",
        "kind": "service",
        "language": language,
        "lock_file": f"{prefix}it's a lock",
        "language_version": "1.2 x",
        "tested_versions": ["1.2", "1.10"],
        "needs": ["postgres", "redis", "sqlserver"],
        **dict.fromkeys(names, HOSTILE),
    }
    await _assert_no_finding(_delivery(data))
