"""What journal, approvals and runs hold, as Prometheus reads it.

Replicas that share a database tell the same: queries take the maximum over them, never the sum.
"""

import time
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from server.identity.refusals import Refusals
from server.jobs.queue import QUEUES
from tools.guard.gate import Gate
from tools.runs.run_store import RunStore

RESULTS = frozenset(
    {"ok", "failed", "cancelled", "interrupted", "refused", "denied", "declined", "approved", "expired"}
)
QUEUE_NAMES = (*sorted(set(QUEUES.values())), "local")
"""Where a run may wait; `local` is the process that was asked."""


class KeptMetrics:
    """Reads the kept state when it is asked, each record of the journal once."""

    def __init__(self, gate: Gate, tools: frozenset[str], refusals: Refusals | None) -> None:
        self._gate = gate
        self._tools = tools | {"http"}
        self._refusals = refusals
        self._seen = 0
        self._decisions: Tally[tuple[str, str]] = Tally()
        self._results: Tally[str] = Tally()

    def collect(self) -> Iterator[Metric]:
        """Every series of the kept state."""
        self._read_journal()
        decisions = CounterMetricFamily("astreinte_decisions", "Verdicts of the guard.", labels=["tool", "decision"])
        for (tool, decision), count in self._decisions.items():
            decisions.add_metric([tool, decision], count)
        yield decisions
        actions = CounterMetricFamily("astreinte_actions", "Actions that ended, by result.", labels=["result"])
        for result in dict.fromkeys(("ok", "failed", "interrupted", *self._results)):
            actions.add_metric([result], self._results[result])
        yield actions
        yield from self._approvals()
        yield from self._runs()
        refused = CounterMetricFamily("astreinte_refused", "Tokens and calls that were refused.", labels=["reason"])
        for reason, count in (self._refusals.counts if self._refusals else Tally[str]()).items():
            refused.add_metric([reason], count)
        yield refused

    def _read_journal(self) -> None:
        while records := self._gate.journal.records(self._seen):
            self._seen = records[-1].seq
            for record in records:
                if record.kind == "opened" and record.body.get("decision"):
                    tool = str(record.body.get("tool"))
                    self._decisions[tool if tool in self._tools else "other", str(record.body["decision"])] += 1
                elif record.kind == "closed":
                    result = str(record.body.get("result"))
                    self._results[result if result in RESULTS else "other"] += 1

    def _approvals(self) -> Iterator[Metric]:
        waiting = self._gate.approvals.pending()
        yield GaugeMetricFamily("astreinte_approvals_waiting", "Actions that wait for a person.", value=len(waiting))
        oldest = max((time.time() - each.created for each in waiting), default=0.0)
        yield GaugeMetricFamily(
            "astreinte_approvals_oldest_seconds", "How long the oldest of them has waited.", value=max(0.0, oldest)
        )

    def _runs(self) -> Iterator[Metric]:
        store = RunStore(self._gate.journal.state)
        under_way: dict[tuple[str, str], int] = dict.fromkeys(
            ((queue, state) for queue in QUEUE_NAMES for state in ("queued", "running")), 0
        )
        since: dict[str, float] = defaultdict(lambda: float("inf"))
        for tool, state, count, created in store.under_way():
            queue = QUEUES.get(tool, "local")
            under_way[queue, state] = under_way.get((queue, state), 0) + count
            if state == "queued":
                since[queue] = min(since[queue], created)
        jobs = GaugeMetricFamily("astreinte_jobs", "Long calls under way.", labels=["queue", "state"])
        for (queue, state), count in under_way.items():
            jobs.add_metric([queue, state], count)
        yield jobs
        age = GaugeMetricFamily(
            "astreinte_queue_age_seconds", "How long the oldest call has waited for a worker.", labels=["queue"]
        )
        now = time.time()
        for queue in QUEUE_NAMES:
            age.add_metric([queue], max(0.0, now - since[queue]) if queue in since else 0.0)
        yield age
