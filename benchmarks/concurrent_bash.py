"""Two hundred `bash` calls at once through a client, against the same calls one after another; how many are lost."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from mcp import Client

from server.app import build_server
from server.settings import Settings
from tools.guard.journal import Journal
from tools.guard.state import State
from tools.shell.sandbox import probe

CALLS = 200
ONE_BY_ONE = 20


async def answered(client: Client, number: int) -> bool:
    """Whether a call comes back with its own output."""
    result = await client.call_tool("bash", {"command": f"echo {number}"})
    return not result.is_error and (result.structured_content or {}).get("stdout") == f"{number}\n"


async def measure(place: Path) -> None:
    """Print both times for one call, and what is missing from the answers and the journal."""
    work = place / "work"
    work.mkdir()
    settings = Settings(workspace=work, language="en", state=place / "state")
    async with Client(build_server(settings)) as client:
        assert await answered(client, 0)
        started = time.perf_counter()
        for number in range(ONE_BY_ONE):
            assert await answered(client, number)
        single = (time.perf_counter() - started) / ONE_BY_ONE
        started = time.perf_counter()
        answers = await asyncio.gather(*(answered(client, number) for number in range(CALLS)))
        together = (time.perf_counter() - started) / CALLS
    records = list(Journal(State.at(place / "state")).records())
    closed = sum(record.body.get("result") == "ok" for record in records) - ONE_BY_ONE - 1
    print(
        f"bash: {CALLS} calls at once, {together * 1_000:.0f} ms each; one by one {single * 1_000:.0f} ms;"
        f" ratio {single / together:.1f}; answered {sum(answers)}, recorded {closed}"
    )


def main() -> None:
    """Measure, where a sandbox works."""
    if not asyncio.run(probe()).works:
        print("bash: not measured, no sandbox works here")
        return
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(measure(Path(name)))


if __name__ == "__main__":
    main()
