"""The console's entrance: the one-time link of a person at this machine, a token, or the organisation's account."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from resources.catalogue import _, set_language
from server.console.provider_sign_in import COOKIE, PATH, SignInError
from server.console.session import Session
from server.identity.principal import Principal, principal_of

if TYPE_CHECKING:
    from server.console.console import Console

View = Callable[[Request, Session], Awaitable[Response]]


@dataclass(frozen=True)
class Entrance:
    """The pages for people who are not in yet, and the way out."""

    console: Console

    def routes(self, signed: Callable[[View], Callable[[Request], Awaitable[Response]]]) -> list[Route]:
        """Everything below `/console` that asks for no session; `signed` makes a view ask for one."""
        return [
            Route("/sign-in", self.sign_in_form),
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route("/sign-in/provider", self.to_provider),
            Route("/sign-in/provider/callback", self.from_provider),
            Route("/sign-out", signed(self.sign_out), methods=["POST"]),
            Route("/enter/{key}", self.enter),
        ]

    async def enter(self, request: Request) -> Response:
        """Let the person at this machine in, once."""
        set_language(self.console.language)
        given, expected = request.path_params["key"], self.console.link
        if expected is None or not secrets.compare_digest(given, expected):
            return self.console.page(
                "problem", None, status=403, problem=_("This link was used already, or is not ours.")
            )
        self.console.link = None
        answer = RedirectResponse("/console/", 303)
        self.console.sessions.open(answer, Principal(name=_person(), role="admin", issuer="console"))
        return answer

    async def sign_in_form(self, _request: Request) -> Response:
        """Ask for a token."""
        return self._sign_in_page(refused=False)

    def _sign_in_page(self, *, refused: bool) -> Response:
        possible, provider = self.console.verifier is not None, self.console.provider is not None
        status = 403 if refused else 200
        return self.console.page("sign_in", None, status=status, possible=possible, provider=provider, refused=refused)

    def _problem(self, status: int, problem: str) -> Response:
        return self.console.page("problem", None, status=status, problem=problem)

    async def to_provider(self, request: Request) -> Response:
        """Send a person to the identity provider."""
        set_language(self.console.language)
        if self.console.provider is None:
            return self.console.page(
                "problem", None, status=404, problem=_("No identity provider is set up for people.")
            )
        try:
            return await self.console.provider.start(request)
        except SignInError as error:
            return self._problem(502, str(error))

    async def from_provider(self, request: Request) -> Response:
        """Let in whom the identity provider vouches for."""
        set_language(self.console.language)
        if self.console.provider is None:
            return self.console.page(
                "problem", None, status=404, problem=_("No identity provider is set up for people.")
            )
        try:
            principal = await self.console.provider.finish(request)
        except SignInError as error:
            return self._problem(403, str(error))
        # A page, not a redirection: the strict cookie is not sent along a way that began on another site.
        answer = self.console.page("signed_in", None)
        answer.delete_cookie(COOKIE, path=PATH)
        self.console.sessions.open(answer, principal)
        return answer

    async def sign_in(self, request: Request) -> Response:
        """Let the holder of a token in."""
        form = await request.form(max_fields=4, max_files=0)
        token = await self.console.verifier.verify_token(str(form.get("token", ""))) if self.console.verifier else None
        principal = principal_of(token.claims) if token else None
        if principal is None:
            return self._sign_in_page(refused=True)
        answer = RedirectResponse("/console/", 303)
        self.console.sessions.open(answer, principal)
        return answer

    async def sign_out(self, _request: Request, _session: Session) -> Response:
        """Forget the session."""
        answer = RedirectResponse("/console/sign-in", 303)
        self.console.sessions.close(answer)
        return answer


def _person() -> str:
    """The person at this machine, by the process's own number: the usual variables are anybody's to set."""
    import os  # noqa: PLC0415 - only here
    import pwd  # noqa: PLC0415 - POSIX only, as is the one-time link

    return pwd.getpwuid(os.getuid()).pw_name
