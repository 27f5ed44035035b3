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
    """Every pin, with whether it was last seen more than `days` ago, has a newer release, or is not what it says."""
    now = today or date.today()  # noqa: DTZ011 - a day more or less does not matter
    room = asyncio.Semaphore(8)

    async def review(each: dict[str, Any]) -> PinReview:
        age = (now - date.fromisoformat(each["seen_as_of"])).days
        if age > days:
            return _said(each, "stale", _("last seen {age} days ago", age=age))
        async with room:
            tags = await _tags(each["action"])
        if tags is None:
            return _said(each, "unknown", _("its repository could not be asked for tags"))
        return judge(each, tags)

    return list(await asyncio.gather(*(review(each) for each in _pins().values())))


def judge(each: dict[str, Any], tags: dict[str, str]) -> PinReview:
    """What the repository's own `tags` (name to commit) say about the pin `each`."""
    tag, commit = each["tag"], tags.get(each["tag"])
    if commit is None:
        return _said(each, "stale", _("its repository has no tag {tag}", tag=tag))
    if commit != each["sha"]:
        # A release tag that moved is how several actions were taken over: the pin holds, a person looks.
        return _said(each, "stale", _("the tag {tag} names another commit now: {commit}", tag=tag, commit=commit))
    parts = len(_version(tag))
    releases = [name for name in tags if re.fullmatch(r"v?\d+(\.\d+)*", name) and len(_version(name)) == parts]
    newest = max(releases, key=_version, default=tag)
    if _version(newest) > _version(tag):
        return _said(each, "stale", _("newer release: {tag}", tag=newest))
    return _said(each, "current", _("newest release"))


async def _tags(action: str) -> dict[str, str] | None:
    """The tags of the action's repository and the commits they name; None when it cannot be asked."""
    git = find_program("git")
    if git is None:
        return None
    repository = "/".join(action.split("/")[:2])
    try:
        told = await run([git, "ls-remote", "--tags", f"https://github.com/{repository}"], cwd=Path("/"), timeout=20)
    except ExpectedError:
        return None
    return parse_tags(told.stdout) if told.returncode == 0 else None


def parse_tags(listing: str) -> dict[str, str]:
    """Tag names and commits from `git ls-remote --tags`; of an annotated tag the commit it points at (`^{}`)."""
    tags: dict[str, str] = {}
    for sha, name, peeled in re.findall(r"^([0-9a-f]{40})\trefs/tags/([^\s^]+)(\^\{\})?$", listing, re.MULTILINE):
        if peeled or name not in tags:
            tags[name] = sha
    return tags


def _version(tag: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", tag))


def _said(each: dict[str, Any], status: Literal["current", "stale", "unknown"], reason: str) -> PinReview:
    return PinReview(action=each["action"], tag=each["tag"], status=status, reason=reason)
