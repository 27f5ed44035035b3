"""Work is handed over whole: what is missing and who gives it, every file with its digest, and a way to verify both."""

from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from server.app import build_server
from server.settings import Settings


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "requirements.txt").write_text("flask==3.1.2\ngunicorn==23.0.0\n")
    (tmp_path / "app.py").write_text("from flask import Flask\n\napp = Flask(__name__)\n")
    return tmp_path


async def _call(workspace: Path, tool: str, **arguments: Any) -> dict[str, Any]:
    async with Client(build_server(Settings(workspace=workspace, language="en"))) as client:
        result = await client.call_tool(tool, arguments)
    assert result.structured_content, result
    told: dict[str, Any] = result.structured_content
    return told


async def test_an_empty_repository_blocks_on_its_architecture(tmp_path: Path) -> None:
    told = await _call(tmp_path, "handoff")
    assert told["status"] == "blocked"
    assert told["missing"][0]["who"] == "architecte"


async def test_secrets_block_and_access_waits(repository: Path) -> None:
    brief = {"context": {"platform": {"target": "ecs", "provider": "aws"}}}
    told = await _call(repository, "handoff", brief=brief)
    assert all(each["blocks"] for each in told["missing"] if each["what"].startswith("The secret "))
    assert any("aws" in each["what"] and not each["blocks"] for each in told["missing"])
    assert [each["blocks"] for each in told["missing"]] == sorted(
        (each["blocks"] for each in told["missing"]), reverse=True
    )


async def test_a_second_agent_verifies_every_digest(repository: Path) -> None:
    first = await _call(repository, "handoff")
    assert {each["state"] for each in first["files"]} == {"absent"}
    delivery = await _call(repository, "deliver")
    for file in delivery["files"]:
        (repository / file["path"]).parent.mkdir(parents=True, exist_ok=True)
        (repository / file["path"]).write_text(file["content"])
    second = await _call(repository, "handoff")
    assert {each["state"] for each in second["files"]} == {"same"}
    expected = {each["path"]: each["sha256"] for each in second["files"]}
    assert (await _call(repository, "handoff", expected=expected))["status"] == "done"
    (repository / next(iter(expected))).write_text("changed\n")
    verified = await _call(repository, "handoff", expected=expected)
    assert verified["status"] == "blocked"
    assert [each["state"] for each in verified["files"]].count("changed") == 1


async def test_it_says_how_to_go_on_and_how_to_go_back(repository: Path) -> None:
    brief = {"deliverables": ["pipeline", "containers", "deployment"]}
    told = await _call(repository, "handoff", brief=brief)
    assert told["commands"]
    assert told["rollback"]
    delivery = await _call(repository, "deliver", brief=brief)
    assert told["checks"] == delivery["checks"] != []


async def test_a_digest_outside_the_workspace_is_absent(repository: Path) -> None:
    told = await _call(repository, "handoff", expected={"../../etc/passwd": "0" * 64, "/etc/passwd": "0" * 64})
    assert {each["state"] for each in told["files"]} == {"absent"}
