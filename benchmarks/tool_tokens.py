"""What `tools/list` costs every conversation, in o200k tokens (goal: <= 5,000 in the end)."""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import bpe_openai
from mcp import Client

from server.app import build_server
from server.settings import Settings


async def main() -> None:
    """Print the tokens of each tool and of all."""
    encoding = bpe_openai.get_encoding("o200k_base")
    with tempfile.TemporaryDirectory() as workspace:
        # With a repository there is one tool more.
        settings = Settings(repository="https://git.example.com/shop.git", checkouts=Path(workspace), language="en")
        async with Client(build_server(settings)) as client:
            tools = (await client.list_tools()).tools
    total = 0
    for tool in tools:
        listed = {"name": tool.name, "description": tool.description, "inputSchema": tool.input_schema}
        tokens = len(encoding.encode(json.dumps(listed, separators=(",", ":"))))
        total += tokens
        print(f"tools/list: {tool.name:24} {tokens:5} tokens")
    print(f"tools/list: {'all':24} {total:5} tokens (goal 5000)")


if __name__ == "__main__":
    asyncio.run(main())
