"""What this process did, as Prometheus reads it: calls, their time, decisions, approvals, refusals, answers' size."""

import time
from collections import Counter as Tally
from collections.abc import Iterator, Mapping
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from server.identity.refusals import Refusals
from tools.context import Deps
from tools.guard.gate import Gate

BUCKETS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800)


class Metrics:
    """Server middleware that counts, and the text that `/metrics` answers with."""

    def __init__(self, gate: Gate, tools: frozenset[str], refusals: Refusals | None = None) -> None:
        self.registry = CollectorRegistry()
        self._tools = tools
        self._calls = Counter("astreinte_calls", "Tool calls.", ["tool", "result"], registry=self.registry)
        self._seconds = Histogram(
            "astreinte_call_seconds", "Time a tool call took.", ["tool"], buckets=BUCKETS, registry=self.registry
        )
        self._characters = Counter(
            "astreinte_answer_characters", "Characters returned to clients; four are about one token.",
            ["tool"], registry=self.registry,
        )  # fmt: skip
        self.registry.register(_Kept(gate, refusals))

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
            outcome = "error" if isinstance(result, dict) and result.get("isError") else "ok"
            if isinstance(result, dict):
                texts = [each.get("text", "") for each in result.get("content", []) if isinstance(each, dict)]
                self._characters.labels(tool).inc(sum(len(text) for text in texts))
            return result
        finally:
            self._calls.labels(tool, outcome).inc()
            self._seconds.labels(tool).observe(time.perf_counter() - started)

    def text(self) -> bytes:
        """The exposition format. Blocking: it reads the journal's new records."""
        return generate_latest(self.registry)


class _Kept:
    """Reads what journal and approvals hold when it is asked, each record once."""

    def __init__(self, gate: Gate, refusals: Refusals | None) -> None:
        self._gate = gate
        self._refusals = refusals
        self._seen = 0
        self._decisions: Tally[tuple[str, str]] = Tally()

    def collect(self) -> Iterator[Metric]:
        """Every series of the kept state."""
        while records := self._gate.journal.records(self._seen):
            self._seen = records[-1].seq
            for record in records:
                if record.kind == "opened" and record.body.get("decision"):
                    self._decisions[str(record.body.get("tool")), str(record.body["decision"])] += 1
        decisions = CounterMetricFamily("astreinte_decisions", "Verdicts of the guard.", labels=["tool", "decision"])
        for (tool, decision), count in self._decisions.items():
            decisions.add_metric([tool, decision], count)
        yield decisions
        yield GaugeMetricFamily(
            "astreinte_approvals_waiting", "Actions that wait for a person.", value=len(self._gate.approvals.pending())
        )
        refused = CounterMetricFamily("astreinte_refused", "Tokens and calls that were refused.", labels=["reason"])
        for reason, count in (self._refusals.counts if self._refusals else Tally[str]()).items():
            refused.add_metric([reason], count)
        yield refused
