"""What the guard decides about an action, and why, in words a person understands."""

from typing import Literal

from pydantic import Field

from tools.model import Model

Verdict = Literal["allow", "ask", "deny"]
STRICTNESS: dict[Verdict, int] = {"allow": 0, "ask": 1, "deny": 2}


class Span(Model):
    """The judged piece of a command: character offsets (end exclusive) and its text."""

    start: int
    end: int
    text: str


class Reason(Model):
    """One rule that spoke."""

    rule: str = Field(description="Stable dotted identifier, for example git.push or shell.dynamic_program.")
    verdict: Verdict
    message: str
    span: Span | None = None


class Decision(Model):
    """The strictest verdict of all the reasons, which stand in that order."""

    decision: Verdict
    reasons: list[Reason]

    @classmethod
    def of(cls, reasons: list[Reason]) -> "Decision":
        """The decision that `reasons` add up to; no reason at all is `ask`, for nothing vouched for it."""
        ranked = sorted(reasons, key=lambda reason: -STRICTNESS[reason.verdict])
        return cls(decision=ranked[0].verdict if ranked else "ask", reasons=ranked)
