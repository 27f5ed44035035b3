"""What earlier audits of the same repository said."""

import hashlib
import time
from pathlib import Path

from pydantic import ValidationError

from tools.guard.state import State
from tools.model import Model

FOLDER = "audits"
KEPT = 100


class Point(Model):
    """One audit."""

    at: float
    score: float
    failed: list[str]


class Trend(Model):
    """The audits of one repository, the oldest first."""

    root: str
    points: list[Point]

    @property
    def last(self) -> Point:
        """The newest audit."""
        return self.points[-1]


def earlier(state: State, root: Path) -> list[Point]:
    """The audits of `root` that are kept, the oldest first. Blocking."""
    found = _read(_path(state, root))
    return found.points if found else []


def trends(state: State) -> list[Trend]:
    """Every repository that was audited, the latest first. Blocking."""
    found = [each for path in (state.directory / FOLDER).glob("*.json") if (each := _read(path)) and each.points]
    return sorted(found, key=lambda each: -each.last.at)


def keep(state: State, root: Path, score: float, failed: list[str]) -> None:
    """Keep one more. Blocking."""
    with state.exclusive("audits.lock"):
        points = [*earlier(state, root), Point(at=time.time(), score=score, failed=failed)][-KEPT:]
        path = _path(state, root)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(Trend(root=str(root), points=points).model_dump_json(), encoding="utf-8")
        fresh.replace(path)


def _read(path: Path) -> Trend | None:
    try:
        return Trend.model_validate_json(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValidationError):  # never audited, or by a version that kept it otherwise
        return None


def _path(state: State, root: Path) -> Path:
    return state.directory / FOLDER / f"{hashlib.sha256(str(root).encode()).hexdigest()[:16]}.json"
