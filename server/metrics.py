"""What this process did, as Prometheus reads it: calls, their time, decisions, approvals, refusals, answers' size."""

import re
import time
from collections.abc import Mapping
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from prometheus_client import CollectorRegistry, Counter, Histogram, Info, generate_latest
from prometheus_client.process_collector import ProcessCollector

from server.identity.refusals import Refusals
from server.kept_metrics import KeptMetrics
from tools.context import Deps
from tools.guard.gate import Gate

BUCKETS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800)
CHARACTERS_A_TOKEN = 4
CRASH = re.compile(r"Error executing tool \w+")
"""All that the protocol's library tells a client of a bug; a failure that was expected has its own words after it."""


class Metrics:
    """Server middleware that counts, and the text that `/metrics` answers with."""

    def __init__(
        self, gate: Gate, tools: frozenset[str], refusals: Refusals | None = None, version: str = "unknown"
    ) -> None:
        self.registry = CollectorRegistry()
        self._tools = tools
        self._calls = Counter("astreinte_calls", "Tool calls.", ["tool", "result"], registry=self.registry)
        self._seconds = Histogram(
            "astreinte_call_duration_seconds", "Time a tool call took.", ["tool"], buckets=BUCKETS,
            registry=self.registry,
        )  # fmt: skip
        self._characters = Counter(
            "astreinte_answer_characters", "Characters of text returned to clients.", ["tool"], registry=self.registry
        )
        self._tokens = Counter(
            "astreinte_answer_tokens", "Tokens returned to clients, estimated: four characters are about one.",
            ["tool"], registry=self.registry,
        )  # fmt: skip
        Info("astreinte_build", "The version that runs.", registry=self.registry).info({"version": version})
        ProcessCollector(registry=self.registry)
        self.registry.register(KeptMetrics(gate, tools, refusals))

    async def __call__(self, ctx: ServerRequestContext[Deps, Any], call_next: CallNext) -> HandlerResult:
        """Count one call. A name that no tool has counts as `other`: clients must not invent time series."""
        if ctx.method != "tools/call":
            return await call_next(ctx)
        asked = ctx.params.get("name") if isinstance(ctx.params, Mapping) else getattr(ctx.params, "name", None)
        tool = asked if asked in self._tools else "other"
        started = time.perf_counter()
        outcome = "crashed"
        try:
            result = await call_next(ctx)
            outcome = "ok"
            if isinstance(result, dict):
                texts = [each.get("text", "") for each in result.get("content", []) if isinstance(each, dict)]
                if result.get("isError"):
                    outcome = "crashed" if CRASH.fullmatch("".join(texts)) else "error"
                characters = sum(len(text) for text in texts)
                self._characters.labels(tool).inc(characters)
                self._tokens.labels(tool).inc(characters / CHARACTERS_A_TOKEN)
            return result
        finally:
            self._calls.labels(tool, outcome).inc()
            self._seconds.labels(tool).observe(time.perf_counter() - started)

    def text(self) -> bytes:
        """The exposition format. Blocking: it reads the journal's new records."""
        return generate_latest(self.registry)
