"""Plans against the real schemas of aws, azurerm and google, by providers that know nothing but the schema."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp_types import ElicitRequestParams, ElicitResult

from server.app import build_server
from server.settings import Settings
from tools.guard.process import find_program

SCHEMAS = Path(__file__).resolve().parents[3] / "shared/data/provider-schemas"
PROVIDER = Path(__file__).parent / "provider/schema_only.py"
VERSION = "6.99.0"
pytestmark = [
    pytest.mark.skipif(find_program("terraform") is None, reason="terraform is not installed"),
    pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the providers' schemas are not beside this repository"),
]
AWS = """\
provider "aws" { region = "eu-west-3" }
resource "aws_db_instance" "main" {
  identifier        = "shop"
  engine            = "postgres"
  instance_class    = "db.t4g.micro"
  allocated_storage = 20
  username          = "app"
  password          = "planted-in-the-file-9x"
}
resource "aws_security_group" "open" {
  name = "open"
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
AZURE = """\
provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000000"
}
resource "azurerm_storage_account" "main" {
  name                     = "shop"
  resource_group_name      = "shop"
  location                 = "francecentral"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}
"""
GOOGLE = """\
provider "google" { project = "shop" }
resource "google_compute_firewall" "open" {
  name          = "open"
  network       = "default"
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports    = ["22"]
  }
}
"""


async def yes(context: object, params: ElicitRequestParams) -> ElicitResult:
    return ElicitResult(action="accept", content={"approve": True})


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("aws", "azurerm", "google"):
        place = tmp_path / "mirror/registry.terraform.io/hashicorp" / name / VERSION / "linux_amd64"
        place.mkdir(parents=True)
        program = place / f"terraform-provider-{name}_v{VERSION}"
        program.write_text(
            f'#!/bin/sh\nHOME={tmp_path} exec {sys.executable} {PROVIDER} {SCHEMAS}/{name}.json.xz "$@"\n'
        )
        program.chmod(0o755)
    cli = tmp_path / "cli.tfrc"
    cli.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{tmp_path}/mirror"\n  }}\n}}\n')
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(cli))
    for name in [each for each in os.environ if each.startswith(("AWS_", "ARM_", "GOOGLE_"))]:
        monkeypatch.delenv(name)
    (tmp_path / "infra").mkdir()
    return Settings(workspace=tmp_path / "infra", language="en", state=tmp_path / "state")


async def call(settings: Settings, tool: str, **arguments: Any) -> dict[str, Any]:
    async with Client(build_server(settings), elicitation_callback=yes) as client:
        result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    return result.structured_content


def write(settings: Settings, text: str) -> None:
    assert settings.workspace is not None
    (settings.workspace / "main.tf").write_text(text)


@pytest.mark.parametrize(
    ("text", "rules"),
    [(AWS, {"public_exposure"}), (AZURE, set()), (GOOGLE, {"public_exposure"})],
    ids=["aws", "azurerm", "google"],
)
async def test_a_plan_of_a_real_schema_is_judged(settings: Settings, text: str, rules: set[str]) -> None:
    write(settings, text)
    plan = await call(settings, "plan_terraform")
    assert rules <= {each["rule"] for each in plan["report"]["risks"]}
    assert "planted-in-the-file-9x" not in str(plan)


async def test_changing_what_cannot_be_changed_replaces_the_database(settings: Settings) -> None:
    write(settings, AWS)
    plan = await call(settings, "plan_terraform")
    assert (await call(settings, "apply_terraform", plan_id=plan["plan_id"]))["outcome"] == "applied"
    write(settings, AWS.replace('"postgres"', '"mysql"'))
    again = await call(settings, "plan_terraform")
    assert again["report"]["blast_radius"]["stateful_lost"] == ["aws_db_instance.main"]
    assert again["report"]["verdict"] == "dangerous"


async def test_a_misspelt_argument_is_told_with_what_was_meant(settings: Settings) -> None:
    write(settings, AWS.replace("instance_class ", "instance_clas "))
    async with Client(build_server(settings), elicitation_callback=yes) as client:
        result = await client.call_tool("plan_terraform", {})
    assert result.is_error
    assert "instance_class" in str(result.content)
