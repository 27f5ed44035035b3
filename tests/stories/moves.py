"""What an agent can do next, what it has seen so far, and what a story is: a pure choice of the next move."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.stories.words import Words


@dataclass(frozen=True)
class Call:
    """The agent calls a tool. `show` names what of the answer the reader of the page sees beside its summary."""

    why: Words
    tool: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    show: tuple[str, ...] = ()
    brief: bool = False
    """One line of the page is enough: the reader has seen one like it."""


@dataclass(frozen=True)
class Event:
    """Something happens that is not the agent's: a person pushes, a pipeline deploys, somebody changes the cloud."""

    what: Words
    act: Callable[[], object]


Move = Call | Event


@dataclass(frozen=True)
class Seen:
    """Every call of the agent with its answer, oldest first. An error is an answer with the one key `error`."""

    answers: tuple[tuple[Call, Mapping[str, Any]], ...] = ()
    events: int = 0

    def all(self, tool: str) -> list[Mapping[str, Any]]:
        """Every answer of `tool`."""
        return [answer for call, answer in self.answers if call.tool == tool]

    def times(self, tool: str) -> int:
        """How often `tool` has answered."""
        return len(self.all(tool))

    def last(self, tool: str) -> Mapping[str, Any]:
        """The newest answer of `tool`; empty when it was never called."""
        answers = self.all(tool)
        return answers[-1] if answers else {}

    def written(self) -> set[str]:
        """The files that were written or edited."""
        done = [call for call, answer in self.answers if call.tool in {"write", "edit"} and "error" not in answer]
        return {str(call.arguments["path"]) for call in done}


@dataclass(frozen=True)
class Verdict:
    """What a person says about an action that waits, after they read it."""

    approve: bool = True
    reason: str = ""


@dataclass(frozen=True)
class Story:
    """What the agent does next is decided from what it has seen alone; the person decides from what they are shown."""

    title: Words
    opening: Words
    next_move: Callable[[Seen], Move | None]
    ending: Words
    judge: Callable[[str], Verdict] = lambda _shown: Verdict()
    hidden: Mapping[str, str] = field(default_factory=dict)
    """What the page must not say, with what it says instead."""
