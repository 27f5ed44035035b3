"""The tool `run_container` on a real engine: limits, health, logs, and nothing left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp_types import ElicitRequestParams, ElicitResult

from server.app import build_server
from server.settings import Settings
from tests.containers.private_dockerd import Engine
from tools.containers.endpoint import Endpoint
from tools.containers.owned import LABEL, sweep
from tools.guard.server_process import alive, owner

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
HEALTHY = "FROM base:1\nUSER 10001\nHEALTHCHECK --interval=1s CMD wget -q -O /dev/null http://127.0.0.1:8080/\nCMD {}\n"
SERVES = '["sh", "-c", "echo up > /tmp/index.html && exec httpd -f -p 8080 -h /tmp"]'


async def yes(context: object, params: ElicitRequestParams) -> ElicitResult:
    return ElicitResult(action="accept", content={"approve": True})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "work").mkdir()
    return Settings(workspace=tmp_path / "work", language="en", state=tmp_path / "state")


def image(engine: Engine, dockerfile: str) -> str:
    built = engine.docker(
        "build", "--quiet", "--network=none", "-", stdin=dockerfile.encode(), environment={"DOCKER_BUILDKIT": "0"}
    )
    return built.splitlines()[-1]


async def run(settings: Settings, **arguments: Any) -> dict[str, Any]:
    async with Client(build_server(settings), elicitation_callback=yes) as client:
        result = await client.call_tool("run_container", arguments)
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    return result.structured_content


async def test_a_healthy_image_passes_behind_its_limits_and_leaves_nothing(settings: Settings, engine: Engine) -> None:
    answer = await run(settings, image=image(engine, HEALTHY.format(SERVES)))
    assert (answer["passed"], answer["healthy"], answer["state"]) == (True, True, "running")
    assert answer["limits"]["root"] == "read-only"
    assert engine.docker("ps", "--all", "--quiet", "--filter", f"label={LABEL}") == ""


async def test_an_image_that_never_becomes_healthy_fails_and_says_why(settings: Settings, engine: Engine) -> None:
    name = image(engine, "FROM base:1\nHEALTHCHECK --interval=1s CMD echo no answer && false\nCMD sleep 60\n")
    answer = await run(settings, image=name, wait=4)
    assert (answer["passed"], answer["healthy"]) == (False, False)
    assert "no answer" in answer["health_output"]
    assert engine.docker("ps", "--all", "--quiet", "--filter", f"label={LABEL}") == ""


async def test_logs_are_told_redacted_with_the_exit_status(settings: Settings, engine: Engine) -> None:
    answer = await run(settings, image="base:1", command=["sh", "-c", f"echo token {TOKEN}; echo done >&2; exit 3"])
    assert (answer["passed"], answer["exit_status"], answer["healthy"]) == (False, 3, None)
    assert TOKEN not in answer["logs"]
    assert "done" in answer["logs"]


@pytest.mark.parametrize(
    ("command", "works"),
    [
        ("touch /srv/x", False),
        ("touch /tmp/x", True),
        ("touch /data/x", True),
        ("wget -q -T 2 -O - http://127.0.0.1:1/", False),
        ("grep -q 'CapEff:.0000000000000000' /proc/self/status", True),
        ("grep -q 'NoNewPrivs:.1' /proc/self/status", True),
    ],
)
async def test_the_walls_hold(settings: Settings, engine: Engine, command: str, works: bool) -> None:
    answer = await run(settings, image="base:1", command=["sh", "-c", command], writable=["/data"])
    assert (answer["exit_status"] == 0) is works, answer["logs"]


async def test_too_much_memory_is_told_as_such(settings: Settings, engine: Engine) -> None:
    answer = await run(
        settings, image="base:1", command=["dd", "if=/dev/zero", "of=/tmp/x", "bs=1M", "count=60"], memory="16m"
    )
    assert answer["passed"] is False
    assert answer["out_of_memory"] or answer["exit_status"] != 0


async def test_a_cancelled_run_leaves_nothing(settings: Settings, engine: Engine) -> None:
    async with Client(build_server(settings), elicitation_callback=yes) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(client.call_tool, "run_container", {"image": "base:1", "command": ["sleep", "99"], "wait": 90})
        with anyio.fail_after(20):
            while not engine.docker("ps", "--quiet", "--filter", f"label={LABEL}"):
                await anyio.sleep(0.05)
        tasks.cancel_scope.cancel()
    with anyio.fail_after(20):
        while engine.docker("ps", "--all", "--quiet", "--filter", f"label={LABEL}"):
            await anyio.sleep(0.05)


async def test_what_a_killed_server_left_is_swept_and_what_a_living_one_runs_is_not(
    settings: Settings, engine: Engine
) -> None:
    script = (
        "import asyncio, sys\n"
        "from mcp import Client\n"
        "from mcp_types import ElicitResult\n"
        "from pathlib import Path\n"
        "from server.app import build_server\n"
        "from server.settings import Settings\n"
        "async def yes(*_): return ElicitResult(action='accept', content={'approve': True})\n"
        "async def main():\n"
        "    server = build_server(Settings(workspace=Path(sys.argv[1]), language='en', state=Path(sys.argv[2])))\n"
        "    async with Client(server, elicitation_callback=yes) as client:\n"
        "        await client.call_tool('run_container', {'image': 'base:1', 'command': ['sleep', '99'], 'wait': 90})\n"
        "asyncio.run(main())\n"
    )
    assert settings.workspace
    assert settings.state
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    killed = subprocess.Popen(
        [sys.executable, "-c", script, str(settings.workspace), str(settings.state)], env=environment
    )
    listing = ("ps", "--all", "--quiet", "--filter", f"label={LABEL}")
    until = anyio.current_time() + 30
    while not engine.docker(*listing) and anyio.current_time() < until and killed.poll() is None:
        await anyio.sleep(0.1)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    orphan = engine.docker(*listing)
    assert orphan
    living = engine.docker(
        "run", "--detach", "--network=none", "--label", f"{LABEL}={owner()}", "base:1", "sleep", "99"
    )
    try:
        swept = await anyio.to_thread.run_sync(sweep, Endpoint(engine.url, "test"))
        assert len(swept) == 1
        assert engine.docker(*listing) in living
    finally:
        engine.docker("rm", "--force", living)


@pytest.mark.parametrize("label", ["", "other-machine/boot 1 1", "unreadable"])
def test_what_cannot_be_judged_is_left_alone(label: str) -> None:
    assert alive(label)


def test_a_reused_process_id_is_not_the_server_that_ended() -> None:
    *before, _started = owner().split(" ")
    assert alive(owner())
    assert not alive(" ".join([*before, "1"]))


async def test_an_absent_image_is_said_and_never_pulled(settings: Settings, engine: Engine) -> None:
    async with Client(build_server(settings), elicitation_callback=yes) as client:
        result = await client.call_tool("run_container", {"image": "nowhere:1"})
    assert result.is_error
    assert "nowhere:1" in str(result.content)
