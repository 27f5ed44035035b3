"""Refused tokens and calls, kept in the journal: each kind once a minute, with how many there were."""

import time
from collections import Counter
from dataclasses import dataclass, field

from tools.guard.journal import Journal

EVERY = 60.0
"""Seconds: who throws a million tokens at the server must not fill the journal with them."""


@dataclass
class Refusals:
    """What was refused since the last record of its kind."""

    journal: Journal
    counts: Counter[str] = field(default_factory=Counter)
    _told: dict[str, float] = field(default_factory=dict)
    _since: Counter[str] = field(default_factory=Counter)

    async def note(self, reason: str, who: str = "unknown") -> None:
        """Count a refusal, and write it down unless the same was written a moment ago."""
        self.counts[reason] += 1
        self._since[reason] += 1
        now = time.monotonic()
        if now - self._told.get(reason, float("-inf")) < EVERY:
            return
        self._told[reason] = now
        times, self._since[reason] = self._since[reason], 0
        call = await self.journal.opened({"who": who, "tool": "http", "decision": "deny", "rule": reason})
        await self.journal.closed(call, {"result": "refused", "times": times})
