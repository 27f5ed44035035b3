"""The pinned GitHub Actions: full commit SHA with its version, and which pins have grown stale."""

import asyncio
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from resources.catalogue import _
from resources.facts import read_facts
from tools.guard.errors import ExpectedError
from tools.guard.process import find_program, run
from tools.model import Model


class PinReview(Model):
    """Whether a pin is stale. `unknown` when its repository could not be asked: never taken for current."""

    action: str
    tag: str
    status: Literal["current", "stale", "unknown"]
    reason: str


@cache
def _pins() -> dict[str, dict[str, Any]]:
    return {each["action"]: each for each in read_facts("actions_pins")["pins"]}


def pin(action: str) -> str:
    """`action` as a workflow uses it: `owner/name@<40 hex digits> # tag`. Raises KeyError for an unknown action."""
    known = _pins()[action]
    return f"{action}@{known['sha']} # {known['tag']}"


async def review_pins(days: int, today: date | None = None) -> list[PinReview]:
    """Every pin, with whether it was last seen more than `days` ago or has a newer release."""
    now = today or date.today()  # noqa: DTZ011 - a day more or less does not matter
    room = asyncio.Semaphore(8)

    async def review(each: dict[str, Any]) -> PinReview:
        age = (now - date.fromisoformat(each["seen_as_of"])).days
        if age > days:
            return _said(each, "stale", _("last seen {age} days ago", age=age))
        async with room:
            newest = await _newest_tag(each["action"])
        if newest is None:
            return _said(each, "unknown", _("its repository could not be asked for tags"))
        if _version(newest) > _version(each["tag"]):
            return _said(each, "stale", _("newer release: {tag}", tag=newest))
        return _said(each, "current", _("newest release"))

    return list(await asyncio.gather(*(review(each) for each in _pins().values())))


async def _newest_tag(action: str) -> str | None:
    git = find_program("git")
    if git is None:
        return None
    repository = "/".join(action.split("/")[:2])
    try:
        told = await run(
            [git, "ls-remote", "--tags", "--refs", f"https://github.com/{repository}"], cwd=Path("/"), timeout=20
        )
    except ExpectedError:
        return None
    tags = re.findall(r"refs/tags/(v?\d+(?:\.\d+)*)$", told.stdout, re.MULTILINE)
    return max(tags, key=_version) if told.returncode == 0 and tags else None


def _version(tag: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", tag))


def _said(each: dict[str, Any], status: Literal["current", "stale", "unknown"], reason: str) -> PinReview:
    return PinReview(action=each["action"], tag=each["tag"], status=status, reason=reason)
