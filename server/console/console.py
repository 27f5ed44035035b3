"""The console's routes: pages that show, and the few forms that act for the person who looks at them."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio.to_thread
from mcp.server.auth.provider import TokenVerifier
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from resources.catalogue import Language, _, set_language
from server.console.entrance import Entrance
from server.console.headers import ConsoleHeaders
from server.console.marked import marked
from server.console.page import page
from server.console.provider_sign_in import ProviderSignIn
from server.console.results import Results
from server.console.session import Session, Sessions
from server.identity.principal import Principal
from tools.guard.approval import ApprovalError, Approvals
from tools.guard.errors import NotFoundError
from tools.guard.journal import Journal
from tools.guard.persons_word import PersonsWord
from tools.guard.state import State
from tools.pictures.draw import can_draw
from tools.runs.run_store import RunStore
from tools.terraform.risk_report import RiskReport
from tools.terraform.saved_plan import load, report_of

STATIC = Path(__file__).resolve().parents[2] / "resources/console"
PAGE = 50
LONGEST_REASON = 500
MOST_LINES = 2_000
View = Callable[[Request, Session], Awaitable[Response]]


@dataclass
class Console:
    """What the pages need; one per server process."""

    state: State
    language: Language
    hosts: Collection[str]
    secure: bool = False
    verifier: TokenVerifier | None = None
    """Knows the tokens that people sign in with; without it only the one-time link lets anybody in."""
    provider: ProviderSignIn | None = None
    """Where people sign in with their organisation's account."""
    four_eyes: bool = False
    still_known: Callable[[Principal], bool] = lambda _principal: True
    """Whether somebody who signed in earlier may still be here. Blocking."""
    link: str | None = field(default=None, repr=False)
    """The one-time key of the person at this machine; None once it was used."""

    def __post_init__(self) -> None:
        self.sessions = Sessions(self.state, self.secure)

    def one_time_link(self) -> str:
        """The path that lets whoever opens it first in, as the person at this machine."""
        self.link = secrets.token_urlsafe(32)
        return f"/console/enter/{self.link}"

    def routes(self) -> Mount:
        """Everything below `/console`."""
        signed = self._signed
        return Mount(
            "/console",
            routes=[
                Route("/", signed(self.now)),
                Route("/parts/now", signed(self.now_part)),
                Route("/approvals", signed(self.approvals)),
                Route("/approvals/{id}", signed(self.approval)),
                Route("/approvals/{id}", signed(self.decide), methods=["POST"]),
                Route("/runs", signed(self.runs)),
                Route("/runs/{id}", signed(self.run)),
                Route("/parts/runs/{id}", signed(self.run_part)),
                Route("/runs/{id}/cancel", signed(self.cancel), methods=["POST"]),
                Route("/journal", signed(self.journal)),
                Route("/journal/verify", signed(self.verify), methods=["POST"]),
                *Results(self).routes(signed),
                *Entrance(self).routes(signed),
                Route("/static/{name}", self.static),
            ],
            middleware=[Middleware(ConsoleHeaders, hosts=self.hosts)],
        )

    def _signed(self, view: View) -> Callable[[Request], Awaitable[Response]]:
        """`view` for people who are signed in, and only with a form of their own session."""

        @functools.wraps(view)
        async def signed(request: Request) -> Response:
            set_language(self.language)
            session = self.sessions.of(request)
            if session is None or not await anyio.to_thread.run_sync(self.still_known, session.principal):
                return RedirectResponse("/console/sign-in", 303)
            if request.method == "POST":
                form = await request.form(max_fields=10, max_files=0)
                if not self.sessions.accepts(session, str(form.get("form_token", ""))):
                    return self.page("problem", session, status=403, problem=_("This form is too old. Go back."))
            try:
                return await view(request, session)
            except NotFoundError as error:
                return self.page("problem", session, status=404, problem=str(error))
            except ApprovalError as error:
                return self.page("problem", session, status=409, problem=str(error))

        return signed

    def page(self, name: str, session: Session | None, *, status: int = 200, **values: object) -> Response:
        """The page `name` for the person of `session`."""
        return page(name, self.language, session, self.sessions, status=status, **values)

    def _may_decide(self, session: Session) -> bool:
        return session.local or session.principal.approves

    async def _now(self) -> dict[str, Any]:
        store, journal = RunStore(self.state), Journal(self.state)
        return {
            "waiting": await anyio.to_thread.run_sync(Approvals(self.state).pending),
            "open": await anyio.to_thread.run_sync(journal.under_way),
            "runs": [run for run in await anyio.to_thread.run_sync(store.latest) if not run.over],
            "records": await anyio.to_thread.run_sync(lambda: journal.latest(limit=12)),
        }

    async def now(self, _request: Request, session: Session) -> Response:
        """What happens at this moment."""
        return self.page("now", session, **await self._now())

    async def now_part(self, _request: Request, session: Session) -> Response:
        """The part of it that changes."""
        return self.page("now_part", session, **await self._now())

    async def approvals(self, _request: Request, session: Session) -> Response:
        """What waits for a person, and what was decided."""
        store = Approvals(self.state)
        waiting = await anyio.to_thread.run_sync(store.pending)
        return self.page("approvals", session, waiting=waiting, decided=await anyio.to_thread.run_sync(store.decided))

    async def approval(self, request: Request, session: Session) -> Response:
        """One action with everything that a person needs to decide."""
        found = await anyio.to_thread.run_sync(Approvals(self.state).get, request.path_params["id"])
        command = found.action.arguments.get("command")
        report = await anyio.to_thread.run_sync(self._report, found.action.arguments.get("plan_id"))
        return self.page(
            "approval",
            session,
            asked=found,
            reach=report is not None and can_draw(),
            pieces=marked(command, found.decision) if isinstance(command, str) else [],
            report=report,
            may_decide=found.state == "pending" and self._may_decide(session),
        )

    def _report(self, plan_id: object) -> RiskReport | None:
        if not isinstance(plan_id, str):
            return None
        try:
            return report_of(self.state, load(self.state, plan_id)).at_most(PAGE)
        except NotFoundError:  # it was made on another machine
            return None

    async def decide(self, request: Request, session: Session) -> Response:
        """Approve or refuse, once, exactly what was shown."""
        form = await request.form()
        request_id = request.path_params["id"]
        found = await anyio.to_thread.run_sync(Approvals(self.state).get, request_id)
        if not self._may_decide(session):
            return self.page("problem", session, status=403, problem=_("Your role does not decide."))
        if form.get("digest") != found.digest or form.get("word") not in {"approve", "refuse"}:
            return self.page("problem", session, status=409, problem=_("What you saw is not what waits. Go back."))
        reason = str(form.get("reason", ""))[:LONGEST_REASON]
        word = PersonsWord(self.state)
        await anyio.to_thread.run_sync(
            lambda: word.say(
                request_id,
                approve=form["word"] == "approve",
                who=session.who,
                reason=reason,
                four_eyes=self.four_eyes and not session.local,
            )
        )
        return RedirectResponse("/console/approvals", 303)

    async def runs(self, _request: Request, session: Session) -> Response:
        """Calls that outlived their client's patience."""
        return self.page("runs", session, runs=await anyio.to_thread.run_sync(RunStore(self.state).latest))

    async def run(self, request: Request, session: Session) -> Response:
        """One run with what it tells."""
        return self.page("run", session, **await self._run(request))

    async def run_part(self, request: Request, session: Session) -> Response:
        """The part of it that changes."""
        return self.page("run_part", session, **await self._run(request))

    async def _run(self, request: Request) -> dict[str, Any]:
        store, name = RunStore(self.state), request.path_params["id"]
        run = await anyio.to_thread.run_sync(store.get, name)
        return {"run": run, "lines": await anyio.to_thread.run_sync(store.lines, name, 0, MOST_LINES)}

    async def cancel(self, request: Request, session: Session) -> Response:
        """End a run."""
        if not (session.local or session.principal.acts):
            return self.page("problem", session, status=403, problem=_("Your role does not act."))
        name = request.path_params["id"]
        await anyio.to_thread.run_sync(RunStore(self.state).get, name)
        await anyio.to_thread.run_sync(RunStore(self.state).cancel, name)
        return RedirectResponse(f"/console/runs/{name}", 303)

    async def journal(self, request: Request, session: Session, chain: object = None) -> Response:
        """What was done, newest first, searched by words."""
        words = request.query_params.get("words", "")[:200]
        before = request.query_params.get("before", "")
        records = await anyio.to_thread.run_sync(
            lambda: Journal(self.state).latest(words, int(before) if before.isdecimal() else None, PAGE)
        )
        return self.page("journal", session, records=records, words=words, more=len(records) == PAGE, chain=chain)

    async def verify(self, request: Request, session: Session) -> Response:
        """Recompute the journal's whole chain."""
        chain = await anyio.to_thread.run_sync(Journal(self.state).verify)
        return await self.journal(request, session, chain)

    async def static(self, request: Request) -> Response:
        """The style sheet and the one script."""
        path = STATIC / Path(request.path_params["name"]).name
        if path.suffix not in {".css", ".js", ".svg"} or not path.is_file():
            return Response(status_code=404)
        return FileResponse(path)
