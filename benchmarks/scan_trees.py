"""How often the secret scanner cries wolf: finds in real trees that hold no secret (headers, packages, documents).

Usage: python -m benchmarks.scan_trees /usr/include .venv/lib /usr/share/doc
"""

import sys
import time
from collections import Counter
from pathlib import Path

from tools.secrets.scan_text import LARGEST, scan_text

SHOWN = 40


def main(roots: list[str]) -> None:
    """Scan each tree and print its finds by rule."""
    for root in roots:
        files = size = 0
        rules: Counter[str] = Counter()
        held: Counter[str] = Counter()
        began = time.perf_counter()
        for path in sorted(Path(root).rglob("*")):
            if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST:
                continue
            content = path.read_bytes()
            leaks = scan_text(str(path), content)
            if leaks is None:
                continue
            files, size = files + 1, size + len(content)
            for leak in leaks:
                rules[f"{leak.certainty} {leak.rule}"] += 1
                held[f"{leak.path}:{leak.line} {leak.certainty} {leak.rule}"] += 1
        took = time.perf_counter() - began
        total = sum(rules.values())
        print(f"{root}: {total} finds in {files} files, {size / 1e6:.0f} MB, {took:.0f} s")
        print(f"  {1000 * total / max(files, 1):.1f} finds per 1,000 files", dict(rules.most_common()))
        for place in list(held)[:SHOWN]:
            print("   ", place)


if __name__ == "__main__":
    main(sys.argv[1:])
