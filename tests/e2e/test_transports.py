"""A real client over real pipes and sockets, in both generations of the protocol."""

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import httpx
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.session import ClientRequestContext
from mcp_types import ListRootsResult, Root
from pydantic import FileUrl

ROOT = Path(__file__).resolve().parents[2]
ASTREINTE = [sys.executable, "-m", "server"]
Mode = Literal["legacy", "auto"]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "requirements.txt").write_text("flask==3.1.2\ngunicorn==23.0.0\n")
    (tmp_path / "app.py").write_text("from flask import Flask\n\napp = Flask(__name__)\n")
    return tmp_path


def _stdio(workspace: Path | None, *flags: str) -> StdioServerParameters:
    where = ["--workspace", str(workspace)] if workspace else []
    return StdioServerParameters(
        command=ASTREINTE[0],
        args=[*ASTREINTE[1:], *flags, "serve", *where],
        cwd=str(ROOT),
        env={"PATH": "/usr/bin:/bin", "ASTREINTE_STATE": os.environ["ASTREINTE_STATE"]},
    )


@contextlib.contextmanager
def _http(workspace: Path) -> Iterator[str]:
    argv = [*ASTREINTE, "serve", "--http", "127.0.0.1:0", "--workspace", str(workspace)]
    with subprocess.Popen(argv, cwd=ROOT, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr
            line = server.stderr.readline()
            found = re.search(r"http://\S+/mcp", line)
            assert found, line
            yield found[0]
        finally:
            server.terminate()
            server.wait(10)


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_a_client_inspects_a_repository_over_stdio(repository: Path, mode: Mode) -> None:
    async with Client(_stdio(repository), mode=mode) as client:
        result = await client.call_tool("inspect_project", {})
        prompt = await client.get_prompt("devops", {"contexte": "ECS à Paris"})
    assert not result.is_error
    assert result.structured_content is not None
    assert [each["framework"] for each in result.structured_content["components"]] == ["flask"]
    assert "INGÉNIEUR DEVOPS SENIOR" in prompt.model_dump_json()


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_a_client_inspects_a_repository_over_http(repository: Path, mode: Mode) -> None:
    with _http(repository) as url:
        async with Client(url, mode=mode) as client:
            result = await client.call_tool("inspect_project", {})
    assert not result.is_error


@pytest.mark.parametrize("version", ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
def test_every_handshake_revision_is_answered_in_kind(repository: Path, version: str) -> None:
    initialize = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }
    argv = [*ASTREINTE, "serve", "--workspace", str(repository)]
    done = subprocess.run(
        argv, input=json.dumps(initialize) + "\n", capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    lines = done.stdout.splitlines()
    assert len(lines) == 1, "stdout carries the protocol alone"
    answer = json.loads(lines[0])["result"]
    assert answer["protocolVersion"] == version
    assert answer["serverInfo"]["name"] == "devops"


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Host": "evil.example:80", "Origin": "null"}],
    ids=["foreign origin", "rebound host", "both"],
)
async def test_http_refuses_a_rebound_browser(repository: Path, headers: dict[str, str]) -> None:
    with _http(repository) as url:
        async with httpx.AsyncClient() as browser:
            answer = await browser.post(
                url,
                json={"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}},
                headers={"Accept": "application/json, text/event-stream", **headers},
            )
    assert answer.status_code in {403, 421}


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "[::]", "example.org"])
def test_http_refuses_to_listen_beyond_loopback_without_authentication(repository: Path, host: str) -> None:
    argv = [*ASTREINTE, "--language", "en", "serve", "--http", f"{host}:0", "--workspace", str(repository)]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 1
    assert "without authentication" in done.stderr


async def test_a_client_root_is_the_workspace_when_no_flag_names_one(repository: Path) -> None:
    async def roots(context: ClientRequestContext) -> ListRootsResult:
        return ListRootsResult(roots=[Root(uri=FileUrl(repository.as_uri()))])

    for mode in ("legacy", "auto"):
        async with Client(_stdio(None), mode=mode, list_roots_callback=roots) as client:
            result = await client.call_tool("inspect_project", {})
        assert not result.is_error, result.content


async def test_without_workspace_and_roots_the_error_says_what_to_do(tmp_path: Path) -> None:
    async with Client(_stdio(None, "--language", "en")) as client:
        result = await client.call_tool("inspect_project", {})
    assert result.is_error
    assert "--workspace" in result.model_dump_json()


async def test_mcp_json_as_it_stands_starts_a_server_for_the_folder_it_is_started_in(repository: Path) -> None:
    command = Path(sys.executable).with_name("astreinte")
    if not command.exists():
        pytest.skip("the command is not installed in this environment")
    server = json.loads((ROOT / "mcp.json").read_text())["mcpServers"]["devops"]
    parameters = StdioServerParameters(
        command=server["command"],
        args=server["args"],
        cwd=str(repository),
        env={"PATH": f"{command.parent}:/usr/bin:/bin", "ASTREINTE_STATE": os.environ["ASTREINTE_STATE"]},
    )
    async with Client(parameters) as client:
        result = await client.call_tool("inspect_project", {})
    assert result.structured_content is not None
    assert [each["framework"] for each in result.structured_content["components"]] == ["flask"]
