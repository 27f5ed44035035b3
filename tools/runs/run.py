"""A run: one call of a long tool that was not done when the client had to be answered."""

from typing import Any, Literal

from tools.model import Model

RunState = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]


class Run(Model):
    """What is kept of a run. `interrupted`: its process ended first, and nobody knows how far it came."""

    id: str
    key: str
    """What makes two calls the same: who, the tool and its arguments."""
    tool: str
    who: str
    state: RunState
    created: float
    ended: float | None = None
    done: float = 0.0
    total: float | None = None
    cancelled: bool = False
    """Whether somebody asked for its end."""
    result: dict[str, Any] | None = None
    error: str | None = None
    owner: dict[str, Any] = {}

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state not in {"queued", "running"}


class Line(Model):
    """One line of what a run told of itself."""

    number: int
    text: str
