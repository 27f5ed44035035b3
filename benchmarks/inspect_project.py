"""How long `inspect_project` takes on 10,000 files, against `git ls-files` plus reading the marker files.

Run from the root of the project: python -m benchmarks.inspect_project [files]
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tools.stacks.detect import detect
from tools.stacks.tree import Tree
from tools.stacks.walk import walk

MARKERS = {"package.json", "pyproject.toml", "go.mod", "pom.xml", "Dockerfile", "docker-compose.yml", ".gitignore"}
ROUNDS = 5


def build(root: Path, files: int) -> None:
    """A monorepo of Python and Node services with `files` files in folders of twenty."""
    services = max(files // 500, 1)
    for number in range(services):
        service = root / "services" / f"s{number}"
        service.mkdir(parents=True)
        if number % 2:
            (service / "pyproject.toml").write_text(
                f'[project]\nname = "s{number}"\ndependencies = ["fastapi", "asyncpg"]\n'
            )
            (service / "main.py").write_text("from fastapi import FastAPI\n\napp = FastAPI()\n")
        else:
            (service / "package.json").write_text(f'{{"name": "s{number}", "dependencies": {{"express": "4"}}}}')
            (service / "index.js").write_text("require('express')().listen(process.env.PORT || 3000);\n")
    suffixes = (".py", ".ts", ".md", ".css", ".json")
    body = "import os\n\n\ndef work(value: int) -> int:\n    return value + 1\n" * 20
    for number in range(files - 2 * services):
        folder = root / "services" / f"s{number % services}" / f"part{number // 20 % 25}"
        folder.mkdir(exist_ok=True)
        (folder / f"file{number}{suffixes[number % 5]}").write_text(body)
    (root / ".gitignore").write_text("node_modules/\n*.pyc\n__pycache__/\n/build/\n.env\n")
    for command in (["git", "init", "-q"], ["git", "add", "-A"]):
        subprocess.run(command, cwd=root, check=True, capture_output=True)


def baseline(root: Path) -> None:
    """What cannot be avoided: the list of files and the contents of those that mark a project."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True).stdout
    for name in listed.decode().split("\0"):
        if name.rpartition("/")[2] in MARKERS:
            (root / name).read_bytes()


def median(action: Callable[[], object]) -> float:
    """The median of a few rounds, in seconds, after one to warm the file cache."""
    action()
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main() -> None:
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        build(root, files)
        listing = median(lambda: baseline(root))
        walking = median(lambda: walk(root))
        reading = median(lambda: [path.read_bytes() for path in root.rglob("*.py") if path.is_file()])
        whole = median(lambda: detect(Tree.of(root)))
    print(f"{files} files, median of {ROUNDS}")
    print(f"git ls-files + markers   {listing * 1000:8.1f} ms   1.00")
    print(f"our walk alone           {walking * 1000:8.1f} ms   {walking / listing:.2f}")
    print(f"reading every .py        {reading * 1000:8.1f} ms   {reading / listing:.2f}")
    print(f"inspect_project          {whole * 1000:8.1f} ms   {whole / listing:.2f}")


if __name__ == "__main__":
    main()
