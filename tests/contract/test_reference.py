"""The reference in `docs/` says what the program says."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_is_current() -> None:
    # In a process of its own: click remembers how a command's help was first asked for.
    argv = [sys.executable, "-m", "tests.docs.reference", "--check"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, f"`python -m tests.docs.reference` writes these anew: {done.stdout}{done.stderr}"
