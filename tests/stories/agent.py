"""A client without a model: it speaks the real protocol with a real server process and follows a story's rules."""

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anyio.to_thread
from mcp import Client, StdioServerParameters

from tests.stories.moves import Call, Seen, Story
from tests.stories.person import Person
from tests.stories.transcript import Transcript

ROOT = Path(__file__).resolve().parents[2]
MOST_MOVES = 40


@dataclass(frozen=True)
class Agent:
    """Carries a story to its end and keeps what happened."""

    client: Client
    person: Person
    transcript: Transcript

    async def carry(self, story: Story) -> Seen:
        """Make one move after the other until the story has none left.

        What every story has in common stands here: whatever waits for a person is brought to them, once.
        """
        seen = Seen()
        for _move in range(MOST_MOVES):
            move = story.next_move(seen)
            if move is None:
                return seen
            if isinstance(move, Call):
                answer = await self._called(move)
                seen = replace(seen, answers=(*seen.answers, (move, answer)))
            else:
                self.transcript.event(move)
                await anyio.to_thread.run_sync(move.act)
                seen = replace(seen, events=seen.events + 1)
        raise AssertionError(f"the agent goes in circles: {[call.tool for call, _answer in seen.answers]}")

    async def _called(self, call: Call) -> Mapping[str, Any]:
        self.transcript.call(call)
        answer = await self._asked(call.tool, call.arguments)
        waits = answer.get("approval_required")
        if waits:
            said = await anyio.to_thread.run_sync(self.person.decide, waits["id"])
            self.transcript.waits(call, said)
            answer = await self._asked(call.tool, {**call.arguments, "approval": waits["id"]})
        self.transcript.answer(call, answer)
        return answer

    async def _asked(self, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        result = await self.client.call_tool(tool, dict(arguments))
        if result.is_error:
            return {"error": "\n".join(str(getattr(each, "text", "")) for each in result.content)}
        assert isinstance(result.structured_content, dict)
        return result.structured_content


@asynccontextmanager
async def connected(workspace: Path, environment: Mapping[str, str]) -> AsyncIterator[Client]:
    """A client of a server that runs as a process of its own."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "server", "serve", "--workspace", str(workspace)],
        cwd=str(ROOT),
        env=dict(environment),
    )
    async with Client(server) as client:
        yield client
