"""Error budgets and burn rates: what an availability target means in requests, minutes and thresholds. Pure arithmetic.

Multi-window, multi-burn-rate alerts as in the SRE workbook, chapter 5, kept sensible at both ends: a lax target must
still be able to fire, and a service with few requests must not page for one of them.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

PERIOD_HOURS = 30 * 24
"""The window of the objective: thirty days."""
DEFAULT_TARGET = 99.5
"""Percent, when the brief promises nothing: what one zone and one careful team keep without effort."""
OUTAGE = Fraction(1, 2)
"""Half of the requests failing is an outage whatever the target allows; no threshold is higher."""
FAILURES = 5
"""Failed requests in the long window below which nobody is called: one bad request of ten is no 10 % outage."""
REACTION_MINUTES = 15
"""What it takes a person to be woken, look and act, at best."""


@dataclass(frozen=True)
class Window:
    """One pair of windows: `share` of the budget spent within `long_minutes` is worth an alert."""

    long_minutes: int
    short_minutes: int
    share: Fraction
    wait_minutes: int
    severity: Literal["critical", "warning"]

    @property
    def burn(self) -> Fraction:
        """How many times faster than allowed the budget goes."""
        return self.share * PERIOD_HOURS * 60 / self.long_minutes


# The short window is a twelfth of the long one: the alert ends soon after the trouble does.
WINDOWS = (
    Window(60, 5, Fraction(2, 100), 2, "critical"),
    Window(6 * 60, 30, Fraction(5, 100), 5, "critical"),
    Window(24 * 60, 2 * 60, Fraction(10, 100), 30, "warning"),
    Window(3 * 24 * 60, 6 * 60, Fraction(10, 100), 60, "warning"),
)


@dataclass(frozen=True)
class Objective:
    """An availability target in percent."""

    percent: float

    @property
    def budget(self) -> Fraction:
        """The share of requests that may fail; exact, for 1 - 0.99999 is not 0.00001 in floating point."""
        return 1 - Fraction(str(self.percent)) / 100

    @property
    def seconds_a_period(self) -> Fraction:
        """How long a total outage may last in thirty days."""
        return self.budget * PERIOD_HOURS * 3600

    @property
    def beyond_people(self) -> bool:
        """Whether a total outage spends the whole budget before anybody can have reacted."""
        return self.seconds_a_period < REACTION_MINUTES * 60

    def threshold(self, window: Window) -> Fraction:
        """The share of failing requests above which `window` alerts; never one that cannot be reached."""
        return min(window.burn * self.budget, OUTAGE)

    def minutes_to_fire(self, window: Window, failing: Fraction) -> Fraction | None:
        """How long a constant share `failing` takes to lift the long window over its threshold; None for never."""
        threshold = self.threshold(window)
        if failing <= threshold:
            return None
        return window.long_minutes * threshold / failing

    def spent(self, window: Window, failing: Fraction) -> Fraction | None:
        """The share of the thirty days' budget that is gone when `window` fires."""
        minutes = self.minutes_to_fire(window, failing)
        return None if minutes is None else minutes * failing / (self.budget * PERIOD_HOURS * 60)


def decimal(value: Fraction) -> str:
    """A fraction as PromQL reads it: short, and without an exponent."""
    text = f"{float(value):.10f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def duration(minutes: int) -> str:
    """Minutes as Prometheus writes them, in the largest unit that fits."""
    for size, unit in ((24 * 60, "d"), (60, "h")):
        if minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"
