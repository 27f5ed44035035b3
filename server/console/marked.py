"""A command with the pieces that the guard judged, as the console shows it."""

import itertools
from typing import NamedTuple

from tools.guard.decision import STRICTNESS, Decision, Verdict


class Piece(NamedTuple):
    """Some of the text, and the strictest verdict on it; '' where no rule spoke."""

    text: str
    verdict: Verdict | str
    why: str


def marked(text: str, decision: Decision) -> list[Piece]:
    """`text` cut where judged spans begin and end. A span that does not fit the text is left out."""
    spans = [
        (reason.span.start, reason.span.end, reason)
        for reason in decision.reasons
        if reason.verdict != "allow" and reason.span and 0 <= reason.span.start < reason.span.end <= len(text)
    ]
    cuts = sorted({0, len(text), *(start for start, _end, _reason in spans), *(end for _start, end, _reason in spans)})
    pieces: list[Piece] = []
    for begin, end in itertools.pairwise(cuts):
        over = [reason for start, stop, reason in spans if start <= begin and end <= stop]
        strictest = max(over, key=lambda reason: STRICTNESS[reason.verdict], default=None)
        verdict = strictest.verdict if strictest else ""
        pieces.append(Piece(text[begin:end], verdict, strictest.message if strictest else ""))
    return pieces
