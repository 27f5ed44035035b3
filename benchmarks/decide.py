"""How long the judgement of one command takes, over the whole corpus (goal: p99 under 2 ms)."""

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.shell.classify import decide
from tools.shell.facts import Facts
from tools.shell.parse import parse

ROOT = Path(__file__).resolve().parent.parent
FACTS = Facts("/home/dev/shop", "", "/home/dev", "/home/dev/.local/state/astreinte")
ROUNDS = 5


def main() -> None:
    """Print the percentiles of parsing and of the whole decision."""
    corpus = ROOT / "tests/shell/corpus"
    lines = [line for path in sorted(corpus.glob("*/*.txt")) for line in path.read_text(encoding="utf-8").splitlines()]
    commands = [line.replace("⏎", "\n") for line in lines if line]
    decide("ls", FACTS)  # the grammar and the rules are loaded once
    taken = []
    for _round in range(ROUNDS):
        for command in commands:
            started = time.perf_counter()
            decide(command, FACTS)
            taken.append((time.perf_counter() - started) * 1_000)
    cuts = statistics.quantiles(taken, n=1_000)
    print(f"decide, {len(commands)} commands: p50 {cuts[499]:.2f} ms, p99 {cuts[989]:.2f} ms, max {max(taken):.2f} ms")
    long = "cat a.txt | grep -n foo | sort -u\n" * 150
    started = time.perf_counter()
    parse(long)
    print(f"parse, {len(long)} characters: {(time.perf_counter() - started) * 1_000:.1f} ms")


if __name__ == "__main__":
    main()
