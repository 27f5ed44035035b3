"""Keeps what checkers said over a restart, in the state directory: one small file for each question that was asked.

A question is the checker, the programs it would run, what is installed beside this server, the file's path and
content, and the language of the findings; the answer also names the companions it was reached with.
"""

import hashlib
import json
import secrets
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from tools.delivery import Validation

FOLDER = "checks"
MOST = 8_192
OLDEST = 7 * 86_400
"""Seconds: a plug-in or a schema that no fingerprint covers is asked anew after a week."""


@dataclass(frozen=True)
class Answer:
    """What a checker said, and the digests of the companions it was reached with."""

    validation: Validation
    brought: dict[str, str]


_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)
_places: list[Path] = []


def open_at(state: Path) -> None:
    """From now on answers are kept in the state directory `state`; the oldest make room."""
    place = state / FOLDER
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = sorted(place.glob("*.json"), key=_age)
    for path in kept[:-MOST] if len(kept) > MOST else []:
        path.unlink(missing_ok=True)
    _places[:] = [place]


def take(key: tuple[object, ...]) -> Answer | None:
    """The answer to `key`; None when nobody has asked, or it is too old or cannot be read."""
    if not _places:
        return None
    path = _places[0] / _name(key)
    try:
        if time.time() - path.stat().st_mtime > OLDEST:
            return None
        return _ANSWER.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def put(key: tuple[object, ...], answer: Answer) -> None:
    """Keep `answer`, whole or not at all. A full disk costs only the next look.

    Findings quote the file, and a file may hold a secret: what has any stays in memory.
    """
    if not _places or answer.validation.findings or answer.validation.suppressed:
        return
    path = _places[0] / _name(key)
    fresh = path.with_name(f".{path.stem}.{secrets.token_hex(4)}")
    try:
        fresh.touch(mode=0o600)
        fresh.write_bytes(_ANSWER.dump_json(answer))
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)


def _name(key: tuple[object, ...]) -> str:
    whole = json.dumps([key, _surroundings()], default=list)
    return hashlib.sha256(whole.encode()).hexdigest() + ".json"


@cache
def _surroundings() -> str:
    """What is installed beside this server, by name and version, and our own checkers as they lie here."""
    places = [Path(each) for each in sys.path if each.endswith("-packages") and Path(each).is_dir()]
    installed = sorted(path.name for place in places for path in place.glob("*.dist-info"))
    own = [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(Path(__file__).parent.glob("*.py"))]
    return hashlib.sha256(json.dumps([sys.version, installed, own]).encode()).hexdigest()


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
