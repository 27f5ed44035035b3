#!/usr/bin/env python3
"""One entry for people and CI: `python3 dev.py test|check|demo|bench|…` does its own set-up first.

Needs only Python >= 3.11 (with venv) and git. Everything lands in `.venv`, exactly as `uv.lock` says.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
UV = "uv>=0.9,<1"


def setup() -> None:
    """Create `.venv` and install the locked dependencies, the checkers and the development tools into it."""
    if not (BIN / "python").exists():
        venv.create(VENV, with_pip=True)
    stamp = VENV / ".uv-installed"
    if not stamp.exists():
        subprocess.run([str(BIN / "python"), "-m", "pip", "install", "-q", UV], check=True)
        stamp.touch()
    environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(VENV), "VIRTUAL_ENV": str(VENV)}
    command = [str(BIN / "uv"), "sync", "--quiet", "--frozen", "--all-extras", "--all-groups", "--inexact"]
    subprocess.run(command, check=True, cwd=ROOT, env=environment)


def run(*argv: str) -> int:
    """Run a program of the virtual environment from the repository root and return its exit status."""
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    # stdout is line-buffered by the child; flush ours first so that the output keeps its order.
    sys.stdout.flush()
    return subprocess.run(
        [str(BIN / argv[0]), *argv[1:]], cwd=ROOT, env={**os.environ, "PATH": path}, check=False
    ).returncode


def test(arguments: list[str]) -> int:
    """Run the tests (extra arguments go to pytest)."""
    # Most tests wait for programs they started: two workers for each core keep it busy.
    workers = str(2 * (os.cpu_count() or 1))
    return run("pytest", *(arguments or ["-n", workers, "-q"]))


def check(arguments: list[str]) -> int:
    """Run the linters, the formatter's check, the strict type checker and the message catalogue's check."""
    steps = [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["python", "-m", "tests.messages", "--check"],
    ]
    return max([run(*step, *arguments) for step in steps])


def demo(arguments: list[str]) -> int:
    """Deliver an example repository, printed readably (or the repository given)."""
    return run("astreinte", "deliver", *(arguments or ["tests/golden/stacks/fastapi-uv/repo"]))


def bench(arguments: list[str]) -> int:
    """Run every benchmark; each prints ratios measured side by side."""
    scripts = [Path(each) for each in arguments] or sorted((ROOT / "benchmarks").glob("*.py"))
    return max([run("python", str(script)) for script in scripts])


def fuzz(arguments: list[str]) -> int:
    """Run the property tests with random examples, new ones each time."""
    os.environ["HYPOTHESIS_PROFILE"] = "random"
    return run("pytest", "-q", "-m", "hypothesis", *arguments)


def messages(arguments: list[str]) -> int:
    """Extract the messages, update the French catalogue and compile it."""
    return run("python", "-m", "tests.messages", *arguments)


def deployment(arguments: list[str]) -> int:
    """Write our own Dockerfile, manifests, monitoring and release from devops.yaml (--check: only compare)."""
    return run("python", "-m", "tests.own_delivery", *arguments)


def goldens(arguments: list[str]) -> int:
    """Rewrite every golden and contract snapshot; read the diff by eye before you commit it."""
    os.environ["UPDATE_GOLDENS"] = "1"
    reference = run("python", "-m", "tests.docs.reference")
    return max(reference, run("pytest", "-q", "-n", "auto", "-k", "golden or snapshot", *arguments))


def stories(arguments: list[str]) -> int:
    """Play the tutorial's stories in both languages against the real server, and rewrite their pages."""
    os.environ["UPDATE_GOLDENS"] = "1"
    return run("pytest", "-q", "-n", "auto", "tests/stories", *arguments)


def docs(arguments: list[str]) -> int:
    """Build the documentation site in both languages into `site/` (`docs serve [en]`: look at it while writing)."""
    return run("python", "-m", "tests.docs.site", *(arguments or ["build"]))


COMMANDS = {
    each.__name__: each for each in (test, check, demo, bench, fuzz, messages, deployment, goldens, stories, docs)
}


def main() -> int:
    """Dispatch to the command named on the command line."""
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        lines = [f"  {name:10} {(function.__doc__ or '').splitlines()[0]}" for name, function in COMMANDS.items()]
        print("usage: python3 dev.py COMMAND [ARGUMENT ...]\n" + "\n".join(lines))
        return 2
    setup()
    return COMMANDS[sys.argv[1]](sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
