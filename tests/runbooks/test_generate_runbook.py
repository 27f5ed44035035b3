"""Runbooks that can be followed at night: every command parses, every program is known, every link leads somewhere."""

import re
import subprocess

import pytest

from resources.catalogue import LANGUAGES, Language, speaking
from tools.brief import Brief
from tools.delivery import Delivery
from tools.runbooks.generate import generate
from tools.runbooks.procedure import KINDS
from tools.shell.programs.registry import PROGRAMS

TARGETS = ["kubernetes", "ecs", "lambda", "cloud_run", "swarm", "compose", "vercel", "railway", "render", None]
FIELD = {
    "openssl",
    "certbot",
    "pg_restore",
    "psql",
    "mysql",
    "mariadb",
    "mongorestore",
    "mongosh",
    "vercel",
    "railway",
    "render",
    "gcloud",
    "aws",
    "kubectl",
    "docker",
    "curl",
    "git",
    "export",
    "sudo",
    "systemctl",
}


def _delivery(target: str | None, language: Language = "en", **context: object) -> Delivery:
    component = {"path": ".", "name": "api", "language": "python", "kind": "service", "port": 8000, "health_path": "/healthz",
                 "needs": ["postgres"], "dockerfile": "Dockerfile", "variables": [{"name": "API_KEY", "secret": True}]}  # fmt: skip
    data = {
        "service": "shop",
        "context": {
            "components": [component, {**component, "path": "worker", "name": "worker", "kind": "worker"}],
            "platform": {"target": target},
            "environments": [{"name": "dev"}, {"name": "prod", "url": "https://shop.example.com"}],
            **context,
        },
    }
    with speaking(language):
        return generate(Brief.model_validate(data))


def _commands(delivery: Delivery) -> list[str]:
    blocks = [
        each
        for file in delivery.files
        for each in re.findall(r"^ *```sh\n(.*?)^ *```", file.content, re.DOTALL | re.MULTILINE)
    ]
    return ["\n".join(line.strip() for line in block.splitlines()) for block in blocks]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_parses_and_begins_with_a_program_of_the_field(target: str | None, language: Language) -> None:
    commands = _commands(_delivery(target, language))
    assert len(commands) > len(KINDS)
    for command in commands:
        done = subprocess.run(["bash", "-n"], input=command, capture_output=True, text=True, timeout=10, check=False)
        assert done.returncode == 0, (command, done.stderr)
        words = [word for word in command.split() if not re.fullmatch(r"[A-Z_]+=.*", word)]
        assert words[0] in FIELD | set(PROGRAMS), command


@pytest.mark.parametrize("target", TARGETS)
def test_every_link_leads_to_a_runbook_of_the_same_delivery(target: str | None) -> None:
    files = {file.path.rpartition("/")[2]: file.content for file in _delivery(target).files}
    assert set(files) == {f"{kind}.md" for kind in KINDS}
    for text in files.values():
        assert set(re.findall(r"\]\(([^)]+)\)", text)) <= set(files)
        assert set(re.findall(r"\(runbook (\w+)\)", text)) <= {name.removesuffix(".md") for name in files}


def test_it_names_the_secrets_the_people_and_the_signs_of_success() -> None:
    files = {
        file.path.rpartition("/")[2]: file.content
        for file in _delivery("ecs", operations={"on_call": "Payments, #payments"}).files
    }
    assert "API_KEY" in files["rotate_secrets.md"]
    assert all("Payments, #payments" in text for text in files.values())
    assert "https://shop.example.com/healthz" in files["deploy.md"]
    assert "ComponentDown" in files["incident.md"] or "EndpointDown" in files["incident.md"]


def test_without_anybody_to_call_that_is_a_risk() -> None:
    assert [each.level for each in _delivery("compose").risks] == ["medium"]


def test_only_what_was_asked_for_is_written() -> None:
    with speaking("en"):
        delivery = generate(Brief.model_validate({"service": "shop"}), ["rollback"])
    assert [file.path for file in delivery.files] == ["docs/runbooks/rollback.md"]


@pytest.mark.parametrize("text", ["x | y", "a](evil)", "`id`", "<script>"])
def test_a_text_of_the_brief_stays_text(text: str) -> None:
    content = _delivery("compose", operations={"on_call": text}).files[0].content
    assert f": {text}\n" not in content
