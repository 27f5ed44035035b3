"""A caller's checkout on a replica and on a worker with a disk of its own: the same commit and the same changes."""

import subprocess
from pathlib import Path

import pytest
from mcp import Client

from server.app import build_server
from server.settings import Settings
from tests.checkouts.origin import origin_at
from tests.team.processes import worker
from tests.team.test_workers import yes
from tools.shell.sandbox import probe


@pytest.fixture(autouse=True)
async def _walls() -> None:
    if not (await probe()).works:
        pytest.skip("no sandbox can be built here: reading commands are asked about")
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode:
        pytest.skip("no machine of its own can be played here: mount namespaces are not allowed")


async def test_a_worker_sees_what_was_written_at_the_replica_and_the_replica_what_its_commands_made(
    shared: Settings, tmp_path: Path
) -> None:
    origin = origin_at(tmp_path / "origin")
    team = shared.model_copy(
        update={
            "workspace": None,
            "repository": origin.url,
            "checkouts": tmp_path / "checkouts",
            "git_protocols": ["file"],
            "patience": 30.0,
            "heartbeat": 0.3,
        }
    )
    with worker(team):
        async with Client(build_server(team), elicitation_callback=yes) as client:
            await client.call_tool("write", {"path": "new.txt", "content": "of the replica\n"})
            seen = await client.call_tool("bash", {"command": "cat new.txt app/main.py"})
            await client.call_tool("bash", {"command": "cp new.txt copy.txt"})
            read = await client.call_tool("read", {"path": "copy.txt"})
            patch = await client.call_tool("propose_changes", {})
    assert seen.structured_content
    assert seen.structured_content["stdout"] == "of the replica\nprint('one')\n"
    assert "of the replica" in str(read.content)
    assert patch.structured_content
    assert patch.structured_content["files"] == ["copy.txt", "new.txt"]
    assert (tmp_path / "checkouts-of-w1/trees").is_dir()  # it had a disk of its own
