"""Looks through one text: the detector of the guard, told as lines."""

import bisect

from tools.secrets.leak import Leak, fingerprint

LARGEST = 1_000_000
"""Bytes of one file; what is larger is no text that people write, and is said to be unread."""
MOST_PER_FILE = 50


def scan_text(path: str, content: bytes, blob: str | None = None) -> list[Leak] | None:
    """The leaks in `content`; None when it is no text, or too large to be one."""
    if len(content) > LARGEST or b"\0" in content[:8_000]:
        return None
    text = content.decode("utf-8", errors="replace")
    from tools.secrets.false_positives import told  # noqa: PLC0415 - its patterns are not needed to start

    starts = _starts(text)
    leaks: list[Leak] = []
    for found, certainty in told(path, text):
        leaks.append(
            Leak(
                path=path,
                line=_line_of(starts, found.start),
                rule=found.rule,
                certainty=certainty,
                fingerprint=fingerprint(text[found.start : found.end]),
                blob=blob,
            )
        )
        if len(leaks) == MOST_PER_FILE:
            break
    return leaks


def _starts(text: str) -> list[int]:
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts


def _line_of(starts: list[int], at: int) -> int:
    return bisect.bisect_right(starts, at)
