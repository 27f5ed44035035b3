"""What came of the work: deliveries with their files and pictures, plans, and audits over time."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from resources.catalogue import _
from server.console.session import Session
from tools.delivery import Delivery
from tools.guard.errors import NotFoundError
from tools.pictures.draw import PictureError, can_draw, draw
from tools.pictures.overview import of_plan
from tools.runs.run import Run
from tools.runs.run_store import RunStore
from tools.standards.trend import Point, Trend, trends

if TYPE_CHECKING:
    from server.console.console import Console

View = Callable[[Request, Session], Awaitable[Response]]
MAKERS = (
    "deliver", "generate_pipeline", "generate_containers", "generate_deployment", "generate_infrastructure",
    "generate_observability", "generate_runbook", "generate_secrets",
)  # fmt: skip
"""The tools that answer deliveries."""
SHOWN = 40
"""Audits in one curve."""
WIDE, HIGH = 160, 32
_MERMAID = re.compile(r"^## (?P<title>[^\n]+)\n\n```mermaid\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Results:
    """The pages below `/console` that show what came out."""

    console: Console

    def routes(self, signed: Callable[[View], Callable[[Request], Awaitable[Response]]]) -> list[Route]:
        """All of them, for people who are signed in."""
        return [
            Route("/deliveries", signed(self.deliveries)),
            Route("/deliveries/{id}", signed(self.delivery)),
            Route("/deliveries/{id}/pictures/{number:int}.svg", signed(self.picture)),
            Route("/deliveries/{id}/files/{path:path}", signed(self.file)),
            Route("/plans/{id}/reach.svg", signed(self.reach)),
            Route("/audits", signed(self.audits)),
        ]

    async def deliveries(self, _request: Request, session: Session) -> Response:
        """The newest deliveries."""
        runs = await anyio.to_thread.run_sync(RunStore(self.console.state).results, MAKERS)
        found = [(run, delivery) for run in runs if (delivery := _delivery(run.result))]
        return self.console.page("deliveries", session, deliveries=found)

    async def delivery(self, request: Request, session: Session) -> Response:
        """One delivery, whole."""
        run, delivery = await self._found(request)
        pictures = [title for title, _text in _pictures(delivery)] if can_draw() else []
        failed = [each for each in delivery.validations if each.status != "passed"]
        return self.console.page(
            "delivery",
            session,
            run=run,
            delivery=delivery,
            pictures=pictures,
            failed=failed,
        )

    async def file(self, request: Request, session: Session) -> Response:
        """One file of a delivery."""
        run, delivery = await self._found(request)
        path = request.path_params["path"]
        file = next((each for each in delivery.files if each.path == path), None)
        if file is None:
            raise NotFoundError(_("Run {id} delivered no {path}.", id=run.id, path=path))
        told = [each for each in delivery.validations if each.path == path]
        return self.console.page("delivered_file", session, run=run, file=file, validations=told)

    async def picture(self, request: Request, _session: Session) -> Response:
        """One picture of a delivery."""
        run, delivery = await self._found(request)
        number = request.path_params["number"]
        pictures = _pictures(delivery)
        if number >= len(pictures):
            raise NotFoundError(_("Run {id} has no such picture.", id=run.id))
        return await _svg(pictures[number][1])

    async def reach(self, request: Request, _session: Session) -> Response:
        """How far a saved plan reaches."""
        picture = await anyio.to_thread.run_sync(of_plan, self.console.state, request.path_params["id"])
        return await _svg(picture.text)

    async def audits(self, _request: Request, session: Session) -> Response:
        """How every audited repository stands, and how that went."""
        found = await anyio.to_thread.run_sync(trends, self.console.state)
        return self.console.page("audits", session, trends=[_curve(each) for each in found])

    async def _found(self, request: Request) -> tuple[Run, Delivery]:
        run = await anyio.to_thread.run_sync(RunStore(self.console.state).get, request.path_params["id"])
        delivery = _delivery(run.result) if run.tool in MAKERS else None
        if delivery is None:
            raise NotFoundError(_("Run {id} delivered nothing.", id=run.id))
        return run, delivery


def _delivery(result: dict[str, Any] | None) -> Delivery | None:
    try:
        return Delivery.model_validate(result)
    except ValidationError:  # it goes on, failed, or another version kept it
        return None


def _pictures(delivery: Delivery) -> list[tuple[str, str]]:
    """The Mermaid of a delivery's own pages, each with its title."""
    pages = [each.content for each in delivery.files if each.path.endswith(".md")]
    return [(found["title"], found["text"]) for page in pages for found in _MERMAID.finditer(page)]


async def _svg(text: str) -> Response:
    try:
        drawn = (await draw([text]))[0]
    except PictureError as error:
        raise NotFoundError(str(error)) from error
    return Response(drawn, media_type="image/svg+xml")


def _curve(trend: Trend) -> dict[str, Any]:
    """A trend with the points of its curve, from oldest to newest."""
    points = trend.points[-SHOWN:]
    step = WIDE / max(1, len(points) - 1)
    line = " ".join(f"{number * step:.1f},{_height(each):.1f}" for number, each in enumerate(points))
    return {"trend": trend, "line": line, "count": len(points), "y": _height(points[-1]), "x": (len(points) - 1) * step}


def _height(point: Point) -> float:
    return HIGH - 2 - point.score * (HIGH - 4)
