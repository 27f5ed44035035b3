"""A delivery too large for a conversation is told in short, and every file of it can be read, by whoever asked."""

import getpass
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError

from server.app import build_server
from server.gatehouse import build_gate
from server.settings import Settings
from tools.runs.run_store import MOST_KEPT, RunStore

ROOT = Path(__file__).resolve().parents[1]
BRIEF = json.loads((ROOT / "golden/observability/monorepo-kubernetes/brief.json").read_text(encoding="utf-8"))


async def _text(client: Any, uri: str) -> str:
    (page,) = (await client.read_resource(uri)).contents
    return str(page.text)


async def _called(client: Any, tool: str, **arguments: Any) -> Any:
    result = await client.call_tool(tool, arguments)
    assert result.structured_content, result
    return result


async def test_a_large_delivery_is_a_summary_with_a_link_to_each_file(tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path, language="en")
    async with Client(build_server(settings)) as client:
        result = await _called(client, "generate_runbook", brief=BRIEF)
        assert "whole" not in result.structured_content  # small: nothing is left out
        assert all(each["content"] for each in result.structured_content["files"])
        result = await _called(client, "generate_observability", brief=BRIEF)
    kept = RunStore(build_gate(settings).journal.state).results(["generate_runbook", "generate_observability"])
    assert [run.tool for run in kept] == ["generate_observability", "generate_runbook"]  # the console shows both
    assert all(each["content"] for run in kept for each in (run.result or {})["files"])
    told = result.structured_content
    links = {block.name: block for block in result.content if block.type == "resource_link"}
    assert len(json.dumps(told)) < 30_000
    assert len(told["files"]) == len(links) > 50
    assert all(each["content"] is None and each["size"] and each["purpose"] for each in told["files"])
    assert not [each for each in told["validations"] if each["status"] == "passed"]
    path = next(each["path"] for each in told["files"] if each["path"].endswith("alertmanager.yml"))
    async with Client(build_server(settings)) as later:  # the server was started anew meanwhile
        page = await _text(later, str(links[path].uri))
        whole = json.loads(await _text(later, told["whole"]))
        with pytest.raises(MCPError, match="delivered no"):
            await later.read_resource(told["whole"] + "/etc/passwd")
        with pytest.raises(MCPError, match="no run"):
            await later.read_resource("devops://runs/0123456789abcdef")
    digests = {each["path"]: each["sha256"] for each in told["files"]}
    assert hashlib.sha256(page.encode()).hexdigest() == digests[path]
    assert {each["path"]: each["sha256"] for each in whole["files"]} == digests
    assert all(each["content"] for each in whole["files"])


async def test_what_became_a_run_is_told_in_short_too(tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path, language="en")
    store = RunStore(build_gate(settings).journal.state)
    file = {"path": "a/b c.yml", "content": "x: 1\n" * 20_000, "purpose": "first line\nsecond"}
    result = {"summary": "done", "files": [file], "validations": []}
    async with Client(build_server(settings)) as client:
        await _called(client, "glob", pattern="*")
        run = store.keep("deliver", f"{getpass.getuser()} via test", result)
        told = (await _called(client, "run_status", run_id=run.id)).structured_content["result"]
        assert told["files"][0]["content"] is None
        assert told["files"][0]["purpose"] == "first line"
        assert await _text(client, f"devops://runs/{run.id}/a/b%20c.yml") == file["content"]
        other = store.keep("deliver", "somebody else via test", result)
        for uri in (f"devops://runs/{other.id}", f"devops://runs/{other.id}/a/b%20c.yml"):
            with pytest.raises(MCPError, match="no run"):
                await client.read_resource(uri)


def test_what_is_kept_is_bounded(tmp_path: Path) -> None:
    store = RunStore(build_gate(Settings(workspace=tmp_path, language="en")).journal.state)
    kept = [store.keep("deliver", "me via test", {"n": number}).id for number in range(MOST_KEPT + 3)]
    left = {run.id for run in store.latest(limit=MOST_KEPT + 10)}
    assert kept[-1] in left
    assert not left & set(kept[:3])


async def test_scripts_get_the_whole(tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path, language="en", output_limit=1_000)
    async with Client(build_server(settings, whole=True)) as client:
        told = (await _called(client, "generate_runbook", kinds=["deploy"], brief=BRIEF)).structured_content
    assert "whole" not in told
    assert told["files"][0]["content"]
