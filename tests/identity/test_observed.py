"""A real Prometheus reads us, a real receiver gets our traces, and what our alerts and dashboards ask for exists."""

import asyncio
import gzip
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from ruamel.yaml import YAML

from server.identity.static_tokens import StaticTokens
from tools.guard.state import State

ROOT = Path(__file__).resolve().parents[2]
OURS = ROOT / "deploy/observability"
PROMETHEUS = shutil.which("prometheus")
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
HEADERS = {"Accept": "application/json, text/event-stream", "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
# What exporters of others measure is not ours to show.
OF_OURS = re.compile(r"\b((?:astreinte|http|process)_[a-z_]+)(?:\{[^}]*job=~?\"[^\"]*(?:astreinte|\$job))")


class Collector(http.server.BaseHTTPRequestHandler):
    """Keeps the spans it is sent."""

    spans: list[Any] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        body = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                self.spans.extend(scope.spans)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


async def test_a_call_is_traced_logged_and_scraped(tmp_path: Path, collector: str) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/a.txt").write_text("hello\n")
    token = StaticTokens(State.at(tmp_path / "state")).add("prometheus", "viewer", 1)
    env = {
        **os.environ,
        "ASTREINTE_STATE": str(tmp_path / "state"),
        "ASTREINTE_LOG_FORMAT": "json",
        "ASTREINTE_LOG_LEVEL": "INFO",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector,
    }
    argv = [sys.executable, "-m", "server", "serve", "--http", "127.0.0.1:0", "--workspace", str(tmp_path / "shop")]
    log = tmp_path / "log"
    with log.open("w") as words, subprocess.Popen(argv, cwd=ROOT, env=env, stderr=words) as server:
        try:
            address = await _said(log, r"http://(127\.0\.0\.1:\d+)/mcp")
            headers = {**HEADERS, "Authorization": f"Bearer {token}"}
            async with httpx.AsyncClient(base_url=f"http://{address}", headers=headers, timeout=30) as client:
                call = {"name": "read", "arguments": {"path": "a.txt"}}
                body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
                answer = await client.post("/mcp", json=body)
                assert "hello" in answer.text
                assert answer.headers["x-request-id"] == TRACE
                told = (await client.get("/metrics")).text
            if PROMETHEUS is not None:
                await _scraped(PROMETHEUS, tmp_path, address, token)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)
    named = [each for each in Collector.spans if each.trace_id.hex() == TRACE]
    assert {each.name for each in named} >= {"HTTP POST", "tools/call read"}
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    assert any(each.get("trace_id") == TRACE == each.get("request_id") for each in lines)
    exists = set(re.findall(r"^([a-z_]+)(?:\{| )", told, re.MULTILINE)) | set(
        re.findall(r"^# TYPE ([a-z_]+)", told, re.MULTILINE)
    )
    asked = _asked_for()
    assert len(asked) > 8
    assert asked <= exists
    if PROMETHEUS is None:
        pytest.skip("all but the scrape was looked at: Prometheus is not installed (Debian: prometheus)")


async def _said(log: Path, pattern: str) -> str:
    for _attempt in range(400):
        if found := re.search(pattern, log.read_text()):
            return found[1]
        await asyncio.sleep(0.05)
    raise AssertionError(log.read_text())


async def _scraped(program: str, place: Path, address: str, token: str) -> None:
    """Prometheus itself finds the target up, with the token that the generated configuration gives it by file."""
    (place / "token").write_text(token)
    (place / "prometheus.yml").write_text(
        "global: {scrape_interval: 1s}\nscrape_configs:\n"
        f"  - {{job_name: astreinte, authorization: {{credentials_file: {place}/token}},"
        f" static_configs: [{{targets: ['{address}']}}]}}\n"
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    argv = [program, f"--config.file={place}/prometheus.yml", f"--storage.tsdb.path={place}/tsdb",
            f"--web.listen-address=127.0.0.1:{port}"]  # fmt: skip
    with (place / "prom.log").open("w") as words, subprocess.Popen(argv, stdout=words, stderr=words) as prometheus:
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=5) as client:
                query = 'astreinte_calls_total{job="astreinte", tool="read", result="ok"} and on (job) up == 1'
                for _attempt in range(300):
                    try:
                        got = (await client.get("/api/v1/query", params={"query": query})).json()
                    except (httpx.TransportError, ValueError):
                        got = {}
                    if got.get("data", {}).get("result"):
                        assert got["data"]["result"][0]["value"][1] == "1"
                        return
                    await asyncio.sleep(0.1)
                raise AssertionError((place / "prom.log").read_text())
        finally:
            prometheus.terminate()
            prometheus.wait(10)


def _asked_for() -> set[str]:
    """The metrics of ours that alerts and dashboards name."""
    queries: list[str] = []
    for path in (OURS / "prometheus/rules").glob("*.rules.yml"):
        groups = YAML(typ="safe").load(path.read_text())["groups"]
        queries += [rule["expr"] for group in groups for rule in group["rules"]]
    for path in (OURS / "grafana/dashboards").glob("*.json"):
        panels = json.loads(path.read_text())
        queries += [target["expr"] for panel in panels["panels"] for target in panel["targets"]]
        queries += [each["expr"] for each in panels["annotations"]["list"]]
    return {name for query in queries for name in OF_OURS.findall(query)}
