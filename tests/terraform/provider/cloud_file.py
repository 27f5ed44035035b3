"""The whole cloud in one JSON file: objects by type and id, and a log of what was asked of it, in order."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Record = dict[str, Any]
State = dict[str, Any]


class MissingObjectError(LookupError):
    """The cloud has no such object (any more)."""


def read(path: Path) -> State:
    """What the cloud holds now. A cloud that nobody used yet is empty."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {"counter": 0, "objects": {}, "log": []}
    state: State = json.loads(text)
    return state


@contextmanager
def changed(path: Path) -> Iterator[State]:
    """The cloud's state, to be changed in place: nobody else writes meanwhile, and readers see all of it or nothing.

    Nothing is written when the body raises.
    """
    with path.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = read(path)
        yield state
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(state, indent=2, sort_keys=True), encoding="utf-8")
        os.replace(fresh, path)  # noqa: PTH105 - the atomic one, by its usual name


def create(path: Path, kind: str, prefix: str, record: Record) -> Record:
    """Keep `record` under a new id, with an address; return it as the cloud knows it."""
    with changed(path) as state:
        state["counter"] += 1
        number = state["counter"]
        name = f"{prefix}-{number:04d}"
        made = {**record, "id": name, "address": f"10.0.{number // 250}.{number % 250 + 1}"}
        state["objects"].setdefault(kind, {})[name] = made
        state["log"].append(["create", kind, name])
    return made


def update(path: Path, kind: str, name: str, values: Record) -> Record:
    """Lay `values` over an object and return it.

    Raises:
        MissingObjectError: it is gone.
    """
    with changed(path) as state:
        found = _object(state, kind, name)
        found.update(values)
        state["log"].append(["update", kind, name])
    return found


def delete(path: Path, kind: str, name: str) -> None:
    """Remove an object; one that is gone already is no error, as in real clouds."""
    with changed(path) as state:
        state["objects"].get(kind, {}).pop(name, None)
        state["log"].append(["delete", kind, name])


def settle(path: Path, kind: str, name: str, status: str) -> Record:
    """Say in which status an operation on the object ended. It is not a request: the log does not hold it."""
    with changed(path) as state:
        found = _object(state, kind, name)
        found["status"] = status
    return found


def find(path: Path, kind: str, name: str) -> Record | None:
    """One object, or None."""
    found: Record | None = read(path)["objects"].get(kind, {}).get(name)
    return found


def _object(state: State, kind: str, name: str) -> Record:
    found: Record | None = state["objects"].get(kind, {}).get(name)
    if found is None:
        raise MissingObjectError(f"{kind} {name} does not exist in the cloud.")
    return found
