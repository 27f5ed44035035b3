"""Tells what GitHub Actions reads from other files, and which files of the repository a workflow calls."""

import re
from collections.abc import Iterator

from tools.validate.bench import Bench
from tools.validate.checker import Source

_WORKFLOW = re.compile(r"(^|/)\.github/workflows/[^/]+\.ya?ml$")
_RUNS = re.compile(r"^[\"']?runs[\"']?\s*:", re.MULTILINE)
_LOCAL = re.compile(r"\buses[\"']?\s*:\s*[\"']?\./([^\s\"'@#,}]*)")
_OWN_FILE = re.compile(r"^\s+(?:main|pre|post|image)\s*:\s*[\"']?([\w./-]+)", re.MULTILINE)


def is_workflow(source: Source) -> bool:
    """Whether GitHub would read `source` as a workflow."""
    return bool(_WORKFLOW.search(source.path))


def is_action(source: Source) -> bool:
    """Whether `source` is the metadata of an action."""
    return source.name in {"action.yml", "action.yaml"} and bool(_RUNS.search(source.head))


def bring_called_files(source: Source, bench: Bench) -> None:
    """Lay out the repository's own actions and reusable workflows that `source` uses, and what those name."""
    for path in sorted({found.strip("/") for found in _LOCAL.findall(source.text)}):
        if ".." in path.split("/"):
            continue
        if path.endswith((".yml", ".yaml")):
            bench.bring(path, source)
            continue
        for name in _candidates(path):
            if bench.bring(name, source):
                _bring_own_files(name, source, bench)
                break


def _candidates(folder: str) -> Iterator[str]:
    for name in ("action.yml", "action.yaml"):
        yield f"{folder}/{name}" if folder else name


def _bring_own_files(metadata: str, source: Source, bench: Bench) -> None:
    """An action's script or Dockerfile must exist: its absence would be a finding."""
    folder = metadata.rpartition("/")[0]
    text = (bench.root / metadata).read_text(errors="replace")
    for name in _OWN_FILE.findall(text):
        path = f"{folder}/{name}" if folder else name
        if ".." not in path.split("/") and not path.startswith("/"):
            bench.bring(path.replace("/./", "/"), source)
