"""Whatever a client sends to a tool, it gets an answer: no crash, no traceback, no hang, and nothing is written."""

import asyncio
import logging
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcp import Client, MCPError
from mcp_types import INTERNAL_ERROR

from server.app import build_server, tool_names
from server.settings import Settings
from tests.fuzz.schema_strategy import arguments

REPOSITORY = Path(__file__).resolve().parents[1] / "golden/stacks/fastapi-uv/repo"
# These run the field's checkers, a builder or Terraform for each answer.
HEAVY = frozenset({
    "deliver", "generate_pipeline", "generate_containers", "generate_deployment", "generate_observability", "build_image",
    "generate_runbook", "generate_secrets", "audit_standards", "scan_secrets", "validate", "plan_terraform", "apply_terraform",
    "rollback_terraform", "run_container", "verify_deployment",
})  # fmt: skip
MORE = 20 if os.environ.get("HYPOTHESIS_PROFILE") == "random" else 1
LIMIT = 60.0


@dataclass
class Fuzzed:
    """A client on a loop of its own, and the folder whose content must not change."""

    client: Client
    loop: asyncio.AbstractEventLoop
    schemas: dict[str, dict[str, Any]]
    workspace: Path

    def call(self, tool: str, given: dict[str, Any]) -> str:
        """All the text of the answer."""

        async def ask() -> str:
            async with asyncio.timeout(LIMIT):
                try:
                    result = await self.client.call_tool(tool, given)
                except MCPError as error:
                    return f"Error executing tool {tool}" if error.error.code == INTERNAL_ERROR else error.error.message
            return "\n".join(getattr(each, "text", "") for each in result.content)

        return asyncio.run_coroutine_threadsafe(ask(), self.loop).result(LIMIT + 10)

    def content(self) -> dict[str, bytes]:
        """Every file below the folder that holds the workspace."""
        above = self.workspace.parent
        return {str(path.relative_to(above)): path.read_bytes() for path in sorted(above.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    workspace = tmp_path_factory.mktemp("around") / "shop"
    shutil.copytree(REPOSITORY, workspace)
    own = Settings(workspace=workspace, language="en", state=tmp_path_factory.mktemp("state"), call_timeout=30)
    loop, ready, done = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    found: list[Fuzzed] = []

    async def live() -> None:
        async with Client(build_server(own)) as client:
            listed = (await client.list_tools()).tools
            found.append(Fuzzed(client, loop, {each.name: each.input_schema for each in listed}, workspace))
            ready.set()
            await done.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(live()), daemon=True)
    thread.start()
    assert ready.wait(30)
    yield found[0]
    loop.call_soon_threadsafe(done.set)
    thread.join(30)
    loop.close()


@pytest.mark.parametrize("tool", sorted(tool_names()))
def test_a_tool_answers_whatever_it_is_given(fuzzed: Fuzzed, tool: str, caplog: pytest.LogCaptureFixture) -> None:
    if tool not in fuzzed.schemas:
        pytest.skip("only offered where the workspace is a git repository that is cloned for each caller")
    before = fuzzed.content()

    @settings(max_examples=(2 if tool in HEAVY else 12) * MORE, deadline=None,
              suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])  # fmt: skip
    @given(data=st.data())
    def answers(data: st.DataObject) -> None:
        sent = data.draw(arguments(fuzzed.schemas[tool]))
        caplog.clear()
        told = fuzzed.call(tool, sent)
        assert told.strip()
        assert "Traceback" not in told
        assert told != f"Error executing tool {tool}", [record.getMessage() for record in caplog.records]
        crashes = [each for each in caplog.records if each.exc_info and each.levelno >= logging.ERROR]
        assert not crashes, [each.exc_text or str(each.exc_info) for each in crashes]

    answers()
    inside = "shop/" if tool in {"write", "edit", "restore"} else None
    assert _outside(fuzzed.content(), inside) == _outside(before, inside)


def _outside(content: dict[str, bytes], inside: str | None) -> dict[str, bytes]:
    """What must not change: for a tool that writes, all but the workspace."""
    return {path: text for path, text in content.items() if inside is None or not path.startswith(inside)}
