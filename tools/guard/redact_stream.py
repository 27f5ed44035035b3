"""Redacts output that arrives in chunks: a secret cut in two by a chunk border is still found."""

import re
from dataclasses import dataclass, field

from tools.guard.redact import Redactor

MOST_HELD = 131_072
OVERLAP = 8_192
_KEY_OPEN = re.compile(r"-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----")
_WRAPPED_TAIL = re.compile(r"(?:^|\n)(?:[ \t>|-]{0,40}[A-Za-z0-9+/_-]{40,}\r?\n)+$")
_SECRET_BLOCK_TAIL = re.compile(r"(?:^|\n)(?:kind:[ \t]*[\"']?Secret|apiVersion:)[\s\S]*$")


@dataclass
class RedactingStream:
    """Feed it chunks; it returns what may leave, and `close` returns the rest.

    Whole lines leave as soon as nothing that follows can make them part of a secret. A line without end, or a
    block without end, is cut at `MOST_HELD` characters with an overlap in which borders are still seen.
    """

    redactor: Redactor
    _held: str = ""
    _context: str = field(default="", repr=False)

    def feed(self, chunk: str) -> str:
        """What may leave now that `chunk` has come."""
        self._held += chunk
        if len(self._held) > MOST_HELD:
            return self._release(len(self._held) - OVERLAP)
        safe = self._safe()
        return self._release(safe) if safe else ""

    def close(self) -> str:
        """Everything still held, redacted."""
        return self._release(len(self._held))

    def _safe(self) -> int:
        """Up to where the held text can be judged whatever comes next: a line end outside any block."""
        # The last whole line stays: its successor may hold the value that it names.
        end = self._held.rfind("\n", 0, max(0, self._held.rfind("\n"))) + 1
        if end <= 0:
            return 0
        opened = None
        for match in _KEY_OPEN.finditer(self._held):
            opened = match
        if opened and "-----END" not in self._held[opened.end() :]:
            end = min(end, self._held.rfind("\n", 0, opened.start()) + 1)
        for pattern in (_WRAPPED_TAIL, _SECRET_BLOCK_TAIL):
            tail = pattern.search(self._held, 0, end)
            if tail:
                end = min(end, tail.start() + (self._held[tail.start()] == "\n"))
        return end

    def _release(self, cut: int) -> str:
        """The first `cut` characters, judged together with what came before and what follows them."""
        text = self._context + self._held
        border, limit = len(self._context), len(self._context) + cut
        pieces: list[str] = []
        done = border
        for each in self.redactor.find(text):
            if each.end <= done or each.start >= limit:
                continue
            start = max(each.start, done)
            pieces += (text[done:start], f"[REDACTED:{each.rule}]")
            done = each.end
        if done < limit:
            pieces.append(text[done:limit])
            done = limit
        # Enough of what left to judge what follows; never the beginning of a key that is still open.
        self._context = text[max(0, done - 256) : done]
        self._held = text[done:]
        return "".join(pieces)
