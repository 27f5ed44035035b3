"""Cold start: process start to the `initialize` answer, against an empty server on the same SDK (goal <= 1.25)."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EMPTY = "from mcp.server.mcpserver import MCPServer; MCPServer('empty').run()"
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}},
}


def first_answer(argv: list[str]) -> float:
    """Seconds from starting `argv` to its first line on standard output."""
    started = time.perf_counter()
    with subprocess.Popen(
        argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        assert server.stdin
        assert server.stdout
        server.stdin.write(json.dumps(INITIALIZE).encode() + b"\n")
        server.stdin.flush()
        answer = json.loads(server.stdout.readline())
        elapsed = time.perf_counter() - started
        assert "result" in answer
        server.stdin.close()
        server.wait(30)
    return elapsed


def main(rounds: int = 7) -> None:
    """Time both in turn, pair by pair, after one warm-up each."""
    with tempfile.TemporaryDirectory() as workspace:
        ours = [sys.executable, "-m", "server", "serve", "--workspace", workspace]
        empty = [sys.executable, "-c", EMPTY]
        first_answer(ours), first_answer(empty)
        pairs = [(first_answer(ours), first_answer(empty)) for _ in range(rounds)]
    ratios = [mine / theirs for mine, theirs in pairs]
    mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"cold start: ours {mine:.2f} s, empty {theirs:.2f} s, ratio {statistics.median(ratios):.2f} (goal 1.25)")


if __name__ == "__main__":
    main()
