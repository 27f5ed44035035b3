"""Sends an escalation along its routes: each at most once, tried again while the other side is unwell."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import anyio.to_thread

from resources.catalogue import _
from tools.delivery import Escalation
from tools.escalation.routes import (
    FileRoute,
    GitHubRoute,
    GitLabRoute,
    OpsgenieRoute,
    PagerDutyRoute,
    Route,
    SlackRoute,
    WebhookRoute,
)
from tools.escalation.words import body, key_of, title
from tools.guard.state import State
from tools.model import Model

if TYPE_CHECKING:
    import httpx

# ruff: noqa: PLC0415 - httpx is not needed to start

TRIES = 4
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 20.0
TIMEOUT = 10.0
TOLD = "escalations"


class Sent(Model):
    """What became of one route."""

    route: str
    status: str
    """sent, already_sent or failed."""
    reason: str = ""


@dataclass(frozen=True)
class _Post:
    url: str
    content: dict[str, Any]
    headers: dict[str, str]


async def send(escalation: Escalation, routes: list[Route], state: State) -> list[Sent]:
    """Tell everybody on `routes`. A failure of one keeps nothing from the others."""
    return [await _sent(escalation, route, state) for route in routes]


async def _sent(escalation: Escalation, route: Route, state: State) -> Sent:
    import httpx

    name = f"{route.kind} → {escalation.to}"
    key = key_of(escalation)
    mark = state.directory / TOLD / f"{key}.{_fingerprint(route)}"
    if await anyio.to_thread.run_sync(mark.exists):
        return Sent(route=name, status="already_sent")
    try:
        if isinstance(route, FileRoute):
            await anyio.to_thread.run_sync(_append, route.path, escalation, key)
        else:
            await _posted(await anyio.to_thread.run_sync(_post, route, escalation, key))
    except OSError as error:
        return Sent(route=name, status="failed", reason=str(error.strerror or error))
    except httpx.HTTPError as error:
        return Sent(route=name, status="failed", reason=_reason(error))
    await anyio.to_thread.run_sync(_remember, mark)
    return Sent(route=name, status="sent")


async def _posted(post: _Post) -> None:
    """Post it; what may be well in a moment is tried again.

    Raises:
        httpx.HTTPError: it was refused, or the other side stayed unwell.
    """
    import httpx

    pause = FIRST_PAUSE
    async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as client:
        for attempt in range(TRIES):
            last = attempt == TRIES - 1
            try:
                answer = await client.post(post.url, json=post.content, headers=post.headers)
                if answer.status_code < 500 and answer.status_code != 429:
                    answer.raise_for_status()
                    return
                if last:
                    answer.raise_for_status()
                pause = _asked(answer, pause)
            except httpx.TransportError:
                if last:
                    raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


def _asked(answer: httpx.Response, pause: float) -> float:
    """How long the other side asks to be left alone, within reason."""
    said = answer.headers.get("retry-after", "")
    return min(float(said), LONGEST_PAUSE) if said.isdecimal() else pause


def _post(route: Route, escalation: Escalation, key: str) -> _Post:
    return _MAKERS[route.kind](route, escalation, key)


def _webhook(route: WebhookRoute, escalation: Escalation, key: str) -> _Post:
    bearer = {"Authorization": f"Bearer {_secret(route.token_file)}"} if route.token_file else {}
    content = {"id": key, "title": title(escalation), "text": body(escalation), **escalation.model_dump()}
    return _Post(route.url, content, {"Idempotency-Key": key, **bearer})


def _slack(route: SlackRoute, escalation: Escalation, key: str) -> _Post:
    text = f"*{title(escalation)}* → {escalation.to}\n{body(escalation)}"
    return _Post(_secret(route.url_file), {"text": text}, {"Idempotency-Key": key})


def _pagerduty(route: PagerDutyRoute, escalation: Escalation, key: str) -> _Post:
    payload = {
        "summary": title(escalation),
        "source": "astreinte",
        "severity": "critical" if escalation.situation == "production_downtime" else "warning",
        "custom_details": escalation.model_dump(),
    }
    content = {
        "routing_key": _secret(route.routing_key_file),
        "event_action": "trigger",
        "dedup_key": key,
        "payload": payload,
    }
    return _Post(route.url, content, {})


def _opsgenie(route: OpsgenieRoute, escalation: Escalation, key: str) -> _Post:
    content = {
        "message": title(escalation)[:130],
        "alias": key,
        "description": body(escalation),
        "tags": [escalation.situation],
    }
    return _Post(route.url, content, {"Authorization": f"GenieKey {_secret(route.api_key_file)}"})


def _github(route: GitHubRoute, escalation: Escalation, key: str) -> _Post:
    content = {"title": title(escalation), "body": f"{body(escalation)}\n\n<!-- {key} -->"}
    headers = {"Authorization": f"Bearer {_secret(route.token_file)}", "Accept": "application/vnd.github+json"}
    return _Post(f"{route.url}/repos/{route.repository}/issues", content, headers)


def _gitlab(route: GitLabRoute, escalation: Escalation, key: str) -> _Post:
    content = {"title": title(escalation), "description": f"{body(escalation)}\n\n<!-- {key} -->"}
    return _Post(
        f"{route.url}/projects/{quote(route.project, safe='')}/issues",
        content,
        {"PRIVATE-TOKEN": _secret(route.token_file)},
    )


_MAKERS: dict[str, Callable[[Any, Escalation, str], _Post]] = {
    "webhook": _webhook,
    "slack": _slack,
    "pagerduty": _pagerduty,
    "opsgenie": _opsgenie,
    "github": _github,
    "gitlab": _gitlab,
}


def _secret(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()


def _append(path: Path, escalation: Escalation, key: str) -> None:
    line = json.dumps({"id": key, "title": title(escalation), **escalation.model_dump()}, ensure_ascii=False)
    with path.open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def _remember(mark: Path) -> None:
    mark.parent.mkdir(mode=0o700, exist_ok=True)
    mark.touch(mode=0o600)


def _fingerprint(route: Route) -> str:
    return hashlib.sha256(route.model_dump_json().encode()).hexdigest()[:12]


def _reason(error: httpx.HTTPError) -> str:
    """What went wrong, without the address: it may be the secret itself."""
    import httpx

    if isinstance(error, httpx.HTTPStatusError):
        return _("answered {status}", status=error.response.status_code)
    return _("not reachable ({name})", name=type(error).__name__)
