"""No secret leaves through an answer, whichever tool reads it and whenever it was written."""

from pathlib import Path

import pytest
from mcp import Client

from server.app import build_server
from server.settings import Settings

TOKEN = "ghp_" + "a1B2" * 9
WORD = "correct-horse-battery-staple-42"


async def test_a_secret_in_a_file_does_not_reach_the_client(tmp_path: Path) -> None:
    (tmp_path / "deploy.sh").write_text(f"curl -H 'Authorization: Bearer {TOKEN}' https://example.org\n")
    async with Client(build_server(Settings(workspace=tmp_path, language="en"))) as client:
        for tool, arguments in (("read", {"path": "deploy.sh"}), ("grep", {"pattern": "curl"}), ("validate", {})):
            answer = (await client.call_tool(tool, arguments)).model_dump_json()
            assert TOKEN not in answer, tool


async def test_a_value_put_into_a_dotenv_file_later_is_known_at_once(tmp_path: Path) -> None:
    async with Client(build_server(Settings(workspace=tmp_path, language="en"))) as client:
        (tmp_path / ".env").write_text(f"DB_PASSWORD={WORD}\n")
        (tmp_path / "notes.txt").write_text(f"the phrase is {WORD} today\n")
        answer = (await client.call_tool("read", {"path": "notes.txt"})).model_dump_json()
    assert WORD not in answer
    assert "REDACTED" in answer


async def test_an_error_text_carries_no_secret(tmp_path: Path) -> None:
    async with Client(build_server(Settings(workspace=tmp_path, language="en"))) as client:
        result = await client.call_tool("read", {"path": f"missing-{TOKEN}"})
    assert result.is_error
    assert TOKEN not in result.model_dump_json()


async def test_the_human_sentence_comes_first_and_the_json_follows(tmp_path: Path) -> None:
    async with Client(build_server(Settings(workspace=tmp_path, language="en"))) as client:
        result = await client.call_tool("glob", {"pattern": "*"})
    assert [block.type for block in result.content] == ["text", "text"]
    assert result.structured_content is not None
    assert result.model_dump()["content"][0]["text"] == result.structured_content["summary"]


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_a_call_that_runs_too_long_is_stopped_with_a_sentence(tmp_path: Path, mode: str) -> None:
    (tmp_path / "evil.txt").write_text("a" * 5_000 + "!\n")
    settings = Settings(workspace=tmp_path, language="en", call_timeout=0.2)
    async with Client(build_server(settings), mode=mode) as client:
        result = await client.call_tool("grep", {"pattern": "^(a|aa)+$"})
    assert result.is_error
    assert "limit" in result.model_dump_json()
