"""What an alert is: an expression, how loud it is, what to do about it, and the series that prove it fires."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["critical", "warning", "none"]
"""critical wakes somebody; warning becomes a ticket; none is for the dead man's switch alone."""


@dataclass(frozen=True)
class Look:
    """One command of a runbook, and what it shows."""

    shows: str
    run: str


@dataclass(frozen=True)
class Proof:
    """Series (in promtool's notation) under which the alert fires at `after`, and others under which it is silent."""

    fires: Mapping[str, str]
    quiet: Mapping[str, str]
    after: str
    interval: str = "1m"


@dataclass(frozen=True)
class Alert:
    """One alerting rule with its runbook. No alert without something to do."""

    name: str
    expr: str
    wait: str
    severity: Severity
    summary: str
    description: str
    because: str
    """Why this threshold and this delay, told in the rule file."""
    act: tuple[str, ...]
    look: tuple[Look, ...]
    proof: Proof
    labels: Mapping[str, str] = field(default_factory=dict)
    subject: str | None = None
    """A matcher that tells it from its namesakes in the same group."""


@dataclass(frozen=True)
class Recording:
    """A series computed once and read by alerts and dashboards."""

    record: str
    expr: str


@dataclass(frozen=True)
class Group:
    """The rules of one subject: one file of rules beside one file of tests."""

    name: str
    purpose: str
    alerts: tuple[Alert, ...] = ()
    recordings: tuple[Recording, ...] = ()
