"""The API other people's clients see: a diff in these snapshots is an API change and earns a changelog line."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from server.app import build_server
from server.settings import Settings

SNAPSHOTS = Path(__file__).parent / "tools"
UPDATE = os.environ.get("UPDATE_GOLDENS") == "1"


async def _tools(tmp_path: Path) -> list[dict[str, Any]]:
    # With a repository there is one tool more.
    settings = Settings(repository="https://git.example.com/shop.git", checkouts=tmp_path, language="en")
    async with Client(build_server(settings)) as client:
        return [
            tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in (await client.list_tools()).tools
        ]


async def test_every_tool_matches_its_snapshot(tmp_path: Path) -> None:
    tools = await _tools(tmp_path)
    if UPDATE:
        SNAPSHOTS.mkdir(exist_ok=True)
        for old in SNAPSHOTS.glob("*.json"):
            old.unlink()
        for tool in tools:
            text = json.dumps(tool, indent=2, ensure_ascii=False) + "\n"
            (SNAPSHOTS / f"{tool['name']}.json").write_text(text)
    kept = {path.stem: json.loads(path.read_text()) for path in SNAPSHOTS.glob("*.json")}
    assert kept == {tool["name"]: tool for tool in tools}, "run `python3 dev.py goldens` and read the diff"


async def test_tools_are_listed_in_the_same_order_every_time(tmp_path: Path) -> None:
    assert [tool["name"] for tool in await _tools(tmp_path)] == [tool["name"] for tool in await _tools(tmp_path)]


async def test_the_tool_list_stays_within_its_token_budget(tmp_path: Path) -> None:
    bpe = pytest.importorskip("bpe_openai")
    listed = [
        {"name": tool["name"], "description": tool["description"], "inputSchema": tool["inputSchema"]}
        for tool in await _tools(tmp_path)
    ]
    tokens = len(bpe.get_encoding("o200k_base").encode(json.dumps(listed, separators=(",", ":"))))
    assert tokens <= 5_000, f"tools/list costs every conversation {tokens} tokens"


async def test_names_are_short_and_every_field_is_described(tmp_path: Path) -> None:
    for tool in await _tools(tmp_path):
        assert len(tool["name"]) <= 32
        assert tool["title"]
        assert tool["outputSchema"]["type"] == "object"
        for name, field in tool["inputSchema"].get("properties", {}).items():
            assert field.get("description"), f"{tool['name']}.{name} has no description"
