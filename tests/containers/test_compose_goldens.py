"""Each folder of tests/golden/compose holds the compose and stack files of the brief of the same name."""

import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from resources.catalogue import speaking
from tools.brief import Brief
from tools.containers.compose import compose_file
from tools.containers.swarm import swarm_stack
from tools.delivery import File
from tools.validate.validate import validate_files

TESTS = Path(__file__).resolve().parents[1]
BRIEFS = TESTS / "golden/containers"
GOLDENS = TESTS / "golden/compose"
EVERY = sorted(path.name for path in BRIEFS.iterdir() if path.is_dir())
KEPT = sorted(path.name for path in GOLDENS.iterdir() if path.is_dir())
UPDATE = os.environ.get("UPDATE_GOLDENS") == "1"
# Images that cannot run on a read-only root; compose-lint tells it as information.
WRITABLE = {"kafka", "elasticsearch", "opensearch", "rabbitmq", "clickhouse", "s3", "sqlserver"}


def _brief(name: str) -> Brief:
    return Brief.model_validate_json((BRIEFS / name / "brief.json").read_text())


def _files(name: str) -> list[File]:
    brief = _brief(name)
    with speaking(brief.language or "fr"):
        composed, stack = compose_file(brief), swarm_stack(brief)
    return [*([composed.file] if composed else []), *(stack.files if stack else [])]


def _compose(name: str) -> dict[str, Any]:
    files = [each for each in _files(name) if each.path == "compose.yaml"]
    loaded: dict[str, Any] = YAML(typ="safe").load(files[0].content) if files else {"services": {}}
    return loaded


@pytest.mark.parametrize("name", KEPT)
def test_a_brief_makes_its_golden_compose_and_stack(name: str) -> None:
    files = {file.path: file.content for file in _files(name)}
    expected = GOLDENS / name
    if UPDATE:
        shutil.rmtree(expected, ignore_errors=True)
        for path, content in files.items():
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_text(content)
    kept = {path.relative_to(expected).as_posix(): path.read_text() for path in expected.rglob("*") if path.is_file()}
    assert files == kept, "run `python3 dev.py goldens` and read the diff"


@pytest.mark.parametrize("name", EVERY)
async def test_no_checker_has_a_finding_in_a_compose_file_or_a_stack(name: str) -> None:
    validations = await validate_files(_files(name))
    assert {"check-jsonschema", "compose-lint", "docker stack"} <= {each.tool for each in validations}
    for each in validations:
        found = [
            finding
            for finding in each.findings
            if not (finding.rule == "CL-0007" and finding.message.split(":")[0] in WRITABLE)
        ]
        assert not found, f"{each.path}: {each.tool}: {found}"
    unseen = [f"{each.tool}: {each.reason}" for each in validations if each.status == "not_validated"]
    if unseen:
        pytest.skip("; ".join(unseen))


@pytest.mark.parametrize("name", EVERY)
def test_a_compose_file_hangs_together(name: str) -> None:
    made = _compose(name)
    services = made["services"]
    used: dict[str, set[str]] = {"networks": set(), "volumes": set(), "secrets": set()}
    published = []
    for key, service in services.items():
        assert re.fullmatch(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?", key)
        assert set(service.get("depends_on", {})) <= set(services) - {key}
        for other, how in service.get("depends_on", {}).items():
            ends = services[other].get("restart") == "no"
            assert how["condition"] == ("service_completed_successfully" if ends else "service_healthy")
            if not ends and "build" not in services[other]:
                assert "test" in services[other]["healthcheck"]
        assert service["deploy"]["resources"]["limits"]["memory"]
        assert service["cap_drop"] == ["ALL"]
        assert "build" in service or re.search(r":[\w.-]+@sha256:[0-9a-f]{64}$", service["image"])
        published += [port.rsplit(":", 1)[0] for port in service.get("ports", [])]
        used["networks"] |= set(service["networks"])
        used["secrets"] |= set(service.get("secrets", []))
        used["secrets"] |= set(service.get("build", {}).get("secrets", []))
        used["volumes"] |= {each["source"] for each in service.get("volumes", [])}
    assert len(published) == len(set(published))
    assert all(each.startswith("127.0.0.1:") for each in published)
    for kind, names in used.items():
        assert names == set(made.get(kind, {})) or (kind == "networks" and names <= set(made[kind]))


@pytest.mark.parametrize("name", EVERY)
def test_no_password_is_written_and_every_one_is_asked_for(name: str) -> None:
    brief = _brief(name)
    composed = compose_file(brief)
    if composed is None:
        return
    asked = set(re.findall(r"\$\{(\w+):\?\}", composed.file.content))
    assert asked <= set(composed.passwords)
    for each in _files(name):
        assert not re.search(r"://[^\s/$:\"]+:[^$\s\"@]+@", each.content), each.path


def test_two_components_on_one_port_are_published_on_two() -> None:
    components = [
        {
            "name": name,
            "path": name,
            "kind": "service",
            "language": "python",
            "port": 80,
            "start_command": "python a.py",
        }
        for name in ("one", "two")
    ]
    brief = Brief.model_validate({"service": "shop", "context": {"components": components}})
    composed = compose_file(brief)
    assert composed is not None
    services = YAML(typ="safe").load(composed.file.content)["services"]
    assert [services[key]["ports"] for key in ("one", "two")] == [["127.0.0.1:8080:80"], ["127.0.0.1:8081:80"]]


def test_a_component_called_as_a_database_keeps_its_name() -> None:
    component = {"name": "postgres", "path": "api", "kind": "service", "language": "go", "needs": ["postgres"]}
    composed = compose_file(Brief.model_validate({"service": "shop", "context": {"components": [component]}}))
    assert composed is not None
    services = YAML(typ="safe").load(composed.file.content)["services"]
    assert "build" in services["postgres"]
    assert "@postgres-service:5432/" in services["postgres"]["environment"]["DATABASE_URL"]


async def test_a_dsn_comes_whole_from_the_environment_file() -> None:
    variable = {"name": "MESSENGER_TRANSPORT_DSN", "secret": True, "source": "messenger.yaml:4"}
    component = {"name": "a", "path": ".", "kind": "service", "language": "php", "framework": "symfony"}
    components = [{**component, "needs": ["rabbitmq"], "variables": [variable]}]
    composed = compose_file(Brief.model_validate({"service": "shop", "context": {"components": components}}))
    assert composed is not None
    assert "MESSENGER_TRANSPORT_DSN" in composed.passwords
    assert "MESSENGER_TRANSPORT_DSN=amqp://app:${RABBITMQ_PASSWORD}@rabbitmq:5672/\n" in composed.file.content
    given = YAML(typ="safe").load(composed.file.content)["services"]["a"]["environment"]
    assert given["MESSENGER_TRANSPORT_DSN"] == "${MESSENGER_TRANSPORT_DSN:?}"
    found = [each.rule for said in await validate_files([composed.file]) for each in said.findings]
    assert "CL-0020" not in found
