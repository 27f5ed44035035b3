"""Each folder of tests/golden/observability is a brief and the monitoring made from it, without a finding."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from resources.catalogue import speaking
from tools.brief import Brief
from tools.delivery import Delivery
from tools.observability.generate import generate
from tools.validate.validate import validate_files

GOLDENS = Path(__file__).resolve().parents[1] / "golden/observability"
NAMES = sorted(path.name for path in GOLDENS.iterdir() if path.is_dir())
UPDATE = os.environ.get("UPDATE_GOLDENS") == "1"
ALERTMANAGER = "deploy/observability/alertmanager/alertmanager.yml"


def _brief(name: str) -> Brief:
    return Brief.model_validate_json((GOLDENS / name / "brief.json").read_text())


def _generated(name: str) -> Delivery:
    brief = _brief(name)
    with speaking(brief.language or "fr"):
        return generate(brief)


def _files(name: str) -> dict[str, str]:
    return {file.path: file.content for file in _generated(name).files}


def _written(files: dict[str, str], folder: Path) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)
    return folder


def _told(delivery: Delivery) -> str:
    told = delivery.model_dump(mode="json", exclude={"files": {"__all__": {"content"}}, "validations": True})
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _alerts(files: dict[str, str]) -> list[dict[str, Any]]:
    documents = [
        YAML(typ="safe").load(text) for path, text in files.items() if path.endswith(("rules.yml", "logs.yml"))
    ]
    return [rule for each in documents for group in each["groups"] for rule in group["rules"] if "alert" in rule]


@pytest.mark.parametrize("name", NAMES)
def test_a_brief_makes_its_golden_monitoring(name: str) -> None:
    delivery = _generated(name)
    files = {file.path: file.content for file in delivery.files}
    expected = GOLDENS / name / "expected"
    if UPDATE:
        shutil.rmtree(expected, ignore_errors=True)
        _written(files, expected)
        (GOLDENS / name / "delivery.json").write_text(_told(delivery))
    kept = {path.relative_to(expected).as_posix(): path.read_text() for path in expected.rglob("*") if path.is_file()}
    assert files == kept, "run `python3 dev.py goldens` and read the diff"
    assert _told(delivery) == (GOLDENS / name / "delivery.json").read_text()


@pytest.mark.parametrize("name", NAMES)
async def test_no_checker_has_a_finding_and_every_rule_test_passes(name: str) -> None:
    validations = await validate_files(_generated(name).files)
    assert {each.tool for each in validations} >= {"promtool", "amtool", "ruamel.yaml"}
    for each in validations:
        assert not each.findings, f"{each.path}: {each.tool}: {each.findings}"
    if any(each.status == "not_validated" for each in validations if each.tool == "amtool"):
        pytest.skip("amtool is not installed (Debian: prometheus-alertmanager)")
    proved = [each for each in validations if each.tool == "promtool" and each.path.endswith(".test.yml")]
    assert proved
    assert all(each.status == "passed" for each in proved)


@pytest.mark.parametrize("name", NAMES)
def test_every_alert_has_words_and_a_runbook_in_the_same_delivery(name: str) -> None:
    files = _files(name)
    alerts = _alerts(files)
    assert alerts
    for alert in alerts:
        assert alert["labels"]["severity"] in {"critical", "warning", "none"}
        assert alert["annotations"]["summary"]
        assert alert["annotations"]["description"]
        address = alert["annotations"]["runbook_url"]
        path = address[address.index("docs/runbooks/") :]
        assert f"# {alert['alert']}\n" in files[path]


@pytest.mark.parametrize("name", NAMES)
def test_every_environment_is_scraped_and_every_component_watched(name: str) -> None:
    files, brief = _files(name), _brief(name)
    config: dict[str, Any] = {}
    for environment in brief.context.environments:
        config = YAML(typ="safe").load(files[f"deploy/observability/prometheus/prometheus-{environment.name}.yml"])
        assert config["global"]["external_labels"] == {"service": brief.name, "environment": environment.name}
    scraped = {each["job_name"] for each in config["scrape_configs"]}
    recorded = set(
        re.findall(
            r'\bjob="([a-z0-9-]+)"', "\n".join(text for path, text in files.items() if path.endswith(".rules.yml"))
        )
    )
    missing = {each for each in recorded if each not in scraped} - {"celery"}
    platform = {each.name for each in brief.context.components} | {
        f"{brief.name}-{each.name}" for each in brief.context.components
    }
    assert missing <= platform, "an alert asks for a job that nobody scrapes"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        ("alertname=Watchdog severity=none", "dead-mans-switch"),
        ("severity=critical environment=prod", "page"),
        ("severity=critical environment=dev", "ticket"),
        ("severity=warning environment=prod", "ticket"),
        ("severity=none environment=prod", "nobody"),
    ],
)
def test_each_alert_finds_its_way(name: str, labels: str, receiver: str, tmp_path: Path) -> None:
    if shutil.which("amtool") is None:
        pytest.skip("amtool is not installed (Debian: prometheus-alertmanager)")
    folder = _written({ALERTMANAGER: _files(name)[ALERTMANAGER]}, tmp_path)
    argv = ["amtool", "config", "routes", "test", f"--config.file={folder / ALERTMANAGER}", *labels.split()]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == receiver


@pytest.mark.parametrize("name", NAMES)
def test_every_query_of_a_dashboard_parses(name: str, tmp_path: Path) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed (Debian: prometheus)")
    rules: list[dict[str, str]] = []
    for path, text in _files(name).items():
        if "/dashboards/" not in path or not path.endswith(".json"):
            continue
        dashboard = json.loads(text)
        grid = [each["gridPos"] for each in dashboard["panels"]]
        places = {(each["x"], each["y"]) for each in grid}
        assert len(places) == len(grid)
        assert all(each["x"] + each["w"] <= 24 for each in grid)
        queries = [each["expr"] for panel in dashboard["panels"] for each in panel["targets"]]
        queries += [each["expr"] for each in dashboard["annotations"]["list"]]
        for query in queries:
            filled = query.replace("$__rate_interval", "5m").replace("$job", "api")
            rules.append({"record": f"q:{len(rules)}", "expr": filled})
    assert rules
    (tmp_path / "q.yml").write_text(json.dumps({"groups": [{"name": "q", "rules": rules}]}))
    subprocess.run(["promtool", "check", "rules", str(tmp_path / "q.yml")], capture_output=True, timeout=30, check=True)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_of_a_runbook_is_shell(name: str) -> None:
    for path, text in _files(name).items():
        if path.startswith("docs/runbooks/"):
            for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
                done = subprocess.run(
                    ["bash", "-n"], input=block, capture_output=True, text=True, timeout=10, check=False
                )
                assert done.returncode == 0, f"{path}: {done.stderr}"


def test_without_a_receiver_the_delivery_waits_and_escalates() -> None:
    delivery = _generated("static-site-nobody")
    assert delivery.status == "waiting"
    assert [each.field for each in delivery.questions] == ["context.operations.receivers"]
    assert [(each.situation, each.to) for each in delivery.escalations] == [("production_downtime", "chef-equipe")]


def test_no_key_stands_in_any_file() -> None:
    for name in NAMES:
        text = "\n".join(_files(name).values())
        assert not re.search(r"(routing_key|api_key|credentials): ", text)


@pytest.mark.parametrize("name", ["redis", "nodes", "prometheus", "backups", "api"])
@pytest.mark.parametrize("target", ["compose", "kubernetes", "swarm", "ecs", None])
def test_no_two_files_and_no_two_jobs_share_a_name(name: str, target: str | None) -> None:
    component = {
        "path": ".",
        "name": name,
        "language": "python",
        "kind": "service",
        "port": 8000,
        "dockerfile": "Dockerfile",
        "needs": ["redis", "postgres"],
    }
    context = {"components": [component], "platform": {"target": target}}
    delivery = generate(Brief.model_validate({"service": name, "context": context}))
    paths = [file.path for file in delivery.files]
    assert len(set(paths)) == len(paths)
    for file in delivery.files:
        if "/prometheus-" in file.path and "/rules/" not in file.path:
            jobs = [each["job_name"] for each in YAML(typ="safe").load(file.content)["scrape_configs"]]
            assert len(set(jobs)) == len(jobs)
            assert "pushgateway" in jobs, "backups tell their success there"
