"""What a load balancer and Prometheus see."""

import json
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from server.identity.static_tokens import StaticTokens
from server.logs import JsonFormatter
from server.request_id import request_id
from server.settings import Settings
from tests.identity.http_server import serving
from tools.guard.redact import Redactor
from tools.guard.state import State, default_directory

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "a.txt").write_text("hello\n")
    return Settings(workspace=tmp_path / "shop", language="en")


async def test_a_healthy_server_is_ready(settings: Settings) -> None:
    async with serving(settings) as anybody:
        assert (await anybody.http.get("/healthz")).text == "ok\n"
        ready = await anybody.http.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "problems": []})


async def test_a_server_whose_workspace_went_away_is_alive_and_not_ready(settings: Settings) -> None:
    assert settings.workspace
    async with serving(settings) as anybody:
        settings.workspace.rename(settings.workspace.with_name("gone"))
        assert (await anybody.http.get("/healthz")).status_code == 200
        ready = await anybody.http.get("/readyz")
    assert (ready.status_code, ready.json()["problems"]) == (503, ["workspace"])


async def test_metrics_count_calls_decisions_waiting_approvals_and_refusals(settings: Settings) -> None:
    text = StaticTokens(State.at(default_directory())).add("alice", "operator", 1)
    async with serving(settings) as anybody:
        alice = anybody.holding(text)
        await alice.call("read", path="a.txt")
        await alice.call("read", path="none.txt")
        await alice.call("no_such_tool_of_an_attacker_1")
        await alice.call("bash", command="touch b.txt")
        await alice.call("bash", command="rm -rf /")
        await anybody.holding("forged").post("tools/list")
        got = await anybody.http.get("/metrics", headers={"Authorization": f"Bearer {text}"})
    values = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(got.text)
        for sample in family.samples
    }
    assert values["astreinte_calls_total", (("result", "ok"), ("tool", "read"))] == 1
    assert values["astreinte_calls_total", (("result", "error"), ("tool", "read"))] == 1
    assert values["astreinte_calls_total", (("result", "error"), ("tool", "other"))] == 1
    assert values["astreinte_decisions_total", (("decision", "deny"), ("tool", "bash"))] == 1
    assert values["astreinte_approvals_waiting", ()] == 1
    assert values["astreinte_refused_total", (("reason", "token.unknown"),)] == 1
    assert "attacker" not in got.text
    series = {name for name, _labels in values}
    assert series >= {
        "astreinte_call_duration_seconds_bucket", "astreinte_answer_tokens_total", "astreinte_approvals_oldest_seconds",
        "astreinte_jobs", "astreinte_queue_age_seconds", "astreinte_build_info", "process_start_time_seconds",
    }  # fmt: skip
    assert values["http_requests_total", (("handler", "/mcp"), ("method", "POST"), ("status", "4xx"))] == 1
    assert values["astreinte_answer_tokens_total", (("tool", "read"),)] > 0
    if shutil.which("promtool") is None:
        pytest.skip("all but the names was looked at: promtool is not installed (Debian: prometheus)")
    lint = subprocess.run(["promtool", "check", "metrics"], input=got.text, capture_output=True, text=True, check=False)
    assert (lint.returncode, lint.stdout + lint.stderr) == (0, "")


async def test_metrics_need_a_token_where_callers_do(settings: Settings) -> None:
    StaticTokens(State.at(default_directory())).add("alice", "operator", 1)
    async with serving(settings) as anybody:
        assert (await anybody.http.get("/metrics")).status_code == 401


async def test_a_thousand_forged_tokens_do_not_fill_the_journal(settings: Settings) -> None:
    state = State.at(default_directory())
    StaticTokens(state).add("alice", "operator", 1)
    async with serving(settings) as anybody:
        for number in range(200):
            await anybody.holding(f"astreinte_{number}").post("tools/list")
    with state.reading() as db:
        assert db.execute("SELECT count(*) FROM journal").fetchone()[0] == 2


@pytest.mark.parametrize(("given", "kept"), [("abc-1.2", True), ("a b", False), ("x" * 65, False), ("a\tb", False)])
async def test_a_proxys_request_id_is_kept_when_it_is_a_plain_word(settings: Settings, given: str, kept: bool) -> None:
    async with serving(settings) as anybody:
        answer = await anybody.http.get("/healthz", headers={"X-Request-Id": given})
    assert (answer.headers["x-request-id"] == given) is kept
    assert re.fullmatch(r"[A-Za-z0-9._-]+", answer.headers["x-request-id"])


def test_a_json_log_line_carries_the_request_id_and_no_secret() -> None:
    token = request_id.set("r1")
    try:
        record = logging.LogRecord("x", logging.WARNING, "f", 1, "password=%s\n\x1b[2J", ("hunter2-Hunter2",), None)
        line = JsonFormatter(Redactor.of()).format(record)
    finally:
        request_id.reset(token)
    assert "\n" not in line
    assert "hunter2" not in line
    told = json.loads(line)
    assert (told["request_id"], told["level"]) == ("r1", "WARNING")


async def test_a_server_told_to_stop_says_it_is_not_ready_and_goes_on_serving_for_a_while(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello\n")
    argv = [sys.executable, "-m", "server", "serve", "--http", "127.0.0.1:0", "--workspace", str(tmp_path)]
    env = {**os.environ, "ASTREINTE_DRAIN": "1.5", "ASTREINTE_LOG_FORMAT": "json"}
    with subprocess.Popen(argv, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr
            found = re.search(r"(http://\S+)/mcp", server.stderr.readline())
            assert found
            async with httpx.AsyncClient(base_url=found[1]) as http:
                assert (await http.get("/readyz")).status_code == 200
                server.send_signal(signal.SIGTERM)
                draining = await http.get("/readyz")
                for _attempt in range(200):
                    if draining.status_code == 503:
                        break
                    draining = await http.get("/readyz")
                assert draining.json()["problems"] == ["draining"]
                assert (await http.get("/healthz")).status_code == 200
            assert server.wait(15) in {0, -signal.SIGTERM}
        finally:
            server.kill()
