"""What earlier audits of the same repository said."""

import hashlib
import json
import time
from pathlib import Path

from tools.guard.state import State
from tools.model import Model

KEPT = 100


class Point(Model):
    """One audit."""

    at: float
    score: float
    failed: list[str]


def earlier(state: State, root: Path) -> list[Point]:
    """The audits that are kept, the oldest first. Blocking."""
    try:
        return [Point.model_validate(each) for each in json.loads(_path(state, root).read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []


def keep(state: State, root: Path, score: float, failed: list[str]) -> None:
    """Keep one more. Blocking."""
    with state.exclusive("audits.lock"):
        points = [*earlier(state, root), Point(at=time.time(), score=score, failed=failed)][-KEPT:]
        path = _path(state, root)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps([each.model_dump() for each in points]), encoding="utf-8")
        fresh.replace(path)


def _path(state: State, root: Path) -> Path:
    return state.directory / "audits" / f"{hashlib.sha256(str(root).encode()).hexdigest()[:16]}.json"
