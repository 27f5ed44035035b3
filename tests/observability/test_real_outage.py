"""The real Prometheus and Alertmanager watch a tiny service: an outage calls somebody, its end says so."""

import asyncio
import http.server
import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from resources.catalogue import speaking
from tools.brief import Brief
from tools.observability.alertmanager import alertmanager_file
from tools.observability.alerts.components import components
from tools.observability.alerts.monitoring import monitoring
from tools.observability.rules import Pace, rule_files
from tools.observability.watched import watch

PROMETHEUS = shutil.which("prometheus")
ALERTMANAGER = shutil.which("alertmanager") or shutil.which("prometheus-alertmanager")
LIMIT = 60.0

pytestmark = pytest.mark.skipif(
    PROMETHEUS is None or ALERTMANAGER is None,
    reason="Prometheus and Alertmanager are not installed (Debian: prometheus, prometheus-alertmanager)",
)


@contextmanager
def _listening(answer: Callable[[str, bytes], tuple[int, bytes]]) -> Iterator[int]:
    """A server on loopback that answers with `answer(path, body)`."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, text = answer(self.path, body)
            self.send_response(status)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = _any  # noqa: N815 - the names that the library calls

        def log_message(self, *arguments: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


@contextmanager
def _process(log: Path, *argv: str) -> Iterator[None]:
    # Their words are kept beside the data: a failure without them explains nothing.
    with log.open("w") as words, subprocess.Popen(argv, stdout=words, stderr=words) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        if condition():
            return
        await asyncio.sleep(0.2)
    raise AssertionError(what)


async def test_an_outage_calls_somebody_and_its_end_says_so(tmp_path: Path) -> None:
    brief = Brief.model_validate(
        {
            "service": "shop",
            "context": {
                "components": [{"path": ".", "name": "shop", "language": "go", "kind": "service", "port": 8080, "dockerfile": "Dockerfile"}],
                "platform": {"target": "compose"},
                "environments": [{"name": "prod", "url": "https://shop.example.com"}],
                "operations": {"receivers": ["pagerduty", "opsgenie"]},
            },
        }
    )  # fmt: skip
    healthy = threading.Event()
    healthy.set()
    heard: list[tuple[str, dict[str, Any]]] = []

    def service(_path: str, _body: bytes) -> tuple[int, bytes]:
        return (200, b"up_time 1\n") if healthy.is_set() else (503, b"")

    def receiver(path: str, body: bytes) -> tuple[int, bytes]:
        heard.append((path, json.loads(body or b"{}")))
        return 202, b'{"status":"success","result":"ok","requestId":"1"}'

    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "pagerduty_routing_key").write_text("k" * 32)
    (secrets / "opsgenie_api_key").write_text("k" * 36)
    with _listening(service) as target, _listening(receiver) as calls, speaking("en"):
        watched = watch(brief)
        job = watched.components[0].job
        call = f"http://127.0.0.1:{calls}"
        endpoints = {
            "secrets": str(secrets),
            "heartbeat": f"{call}/heartbeat",
            "pagerduty": f"{call}/v2/enqueue",
            "opsgenie": f"{call}/",
        }
        (tmp_path / "alertmanager.yml").write_text(alertmanager_file(watched, quick=True, endpoints=endpoints).content)
        pace = Pace(evaluation="1s", wait="5s")  # longer than the first scrape may take
        for file in rule_files(brief, [*components(watched), *monitoring(watched)], pace):
            if file.path.endswith(".rules.yml"):
                (tmp_path / file.path.rpartition("/")[2]).write_text(file.content)
        alerts, prometheus = _free_port(), _free_port()
        (tmp_path / "prometheus.yml").write_text(
            "global: {scrape_interval: 1s, evaluation_interval: 1s, external_labels: {service: shop, environment: prod}}\n"
            'rule_files: ["*.rules.yml"]\n'
            f'alerting: {{alertmanagers: [{{static_configs: [{{targets: ["127.0.0.1:{alerts}"]}}]}}]}}\n'
            f'scrape_configs: [{{job_name: {job}, static_configs: [{{targets: ["127.0.0.1:{target}"]}}]}}]\n'
        )
        assert PROMETHEUS
        assert ALERTMANAGER
        with (
            _process(tmp_path / "am.log", ALERTMANAGER, f"--config.file={tmp_path}/alertmanager.yml", f"--storage.path={tmp_path}/am",
                     f"--web.listen-address=127.0.0.1:{alerts}", "--cluster.listen-address="),
            _process(tmp_path / "prom.log", PROMETHEUS, f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/tsdb",
                     f"--web.listen-address=127.0.0.1:{prometheus}", "--rules.alert.resend-delay=1s"),
        ):  # fmt: skip
            await _until(lambda: any(path == "/heartbeat" for path, _body in heard), "the dead man's switch is heard")
            assert not [path for path, _body in heard if path != "/heartbeat"], "nobody is called while all is well"
            healthy.clear()
            await _until(lambda: _said(heard, "/v2/enqueue", "trigger"), "PagerDuty is called")
            await _until(lambda: any(path.startswith("/v2/alerts") for path, _body in heard), "Opsgenie is called")
            event = next(body for path, body in heard if path == "/v2/enqueue")
            assert event["payload"]["summary"] == "shop: no instance answers"
            assert event["payload"]["severity"] == "critical"
            assert event["payload"]["custom_details"]["runbook"].endswith("docs/runbooks/ComponentDown.md")
            healthy.set()
            await _until(lambda: _said(heard, "/v2/enqueue", "resolve"), "PagerDuty hears the end")
            await _until(lambda: any("/close" in path for path, _body in heard), "Opsgenie hears the end")


def _said(heard: list[tuple[str, dict[str, Any]]], path: str, action: str) -> bool:
    return any(where == path and body.get("event_action") == action for where, body in heard)
