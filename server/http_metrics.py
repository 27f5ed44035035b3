"""Requests as their clients see them: how many, with which status, and how long until the answer begins."""

import time

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
METHODS = frozenset({"GET", "POST", "DELETE", "OPTIONS"})
MEASURED = ("/mcp", "/console")
"""What people and clients ask for. Probes are left out: a replica that drains answers 503 on purpose."""


class HttpMetrics:
    """ASGI middleware; its names are those that the generated alerts and dashboards of a Starlette service expect."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        labels = ["handler", "method", "status"]
        self._requests = Counter("http_requests", "HTTP requests.", labels, registry=registry)
        self._seconds = Histogram(
            "http_request_duration_seconds",
            "Time until the answer begins; astreinte_call_duration_seconds tells how long calls take.",
            ["handler", "method"], buckets=BUCKETS, registry=registry,
        )  # fmt: skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count one request. Whatever a client writes as path or method, there are only these few series."""
        handler = _handler(scope)
        if handler is None:
            await self._app(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in METHODS else "other"
        started = time.perf_counter()
        status = "5xx"
        answered = False

        async def seen(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start" and not answered:
                answered, status = True, f"{message['status'] // 100}xx"
                self._seconds.labels(handler, method).observe(time.perf_counter() - started)
            await send(message)

        try:
            await self._app(scope, receive, seen)
        finally:
            self._requests.labels(handler, method, status).inc()


def _handler(scope: Scope) -> str | None:
    if scope["type"] != "http":
        return None
    path = scope["path"]
    return next((each for each in MEASURED if path == each or path.startswith(f"{each}/")), None)
