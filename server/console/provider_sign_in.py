"""Signs people in to the console at the team's identity provider: OpenID Connect, authorization code with PKCE."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from resources.catalogue import _
from server.identity.principal import Principal
from server.identity.team import OAuth, SignIn
from server.identity.verifier import Verifier
from tools.guard.errors import ExpectedError
from tools.guard.state import State

COOKIE = "astreinte_sign_in"
MINUTES = 10
"""That a person has for signing in at the provider."""
TIMEOUT = 10.0
LARGEST = 200_000
PATH = "/console/sign-in/provider"


class SignInError(ExpectedError):
    """The provider's answer lets nobody in."""


@dataclass
class ProviderSignIn:
    """The client that this console is at the provider."""

    oauth: OAuth
    client: SignIn
    verifier: Verifier
    state: State
    origin: str | None
    """Address under which browsers reach the console; None: the one they asked for."""
    _endpoints: dict[str, str] = field(default_factory=dict)

    async def start(self, request: Request) -> Response:
        """Send the browser to the provider.

        Raises:
            SignInError: the provider does not say where people sign in.
        """
        endpoints = await self._discovered()
        attempt = {
            "state": secrets.token_urlsafe(24),
            "nonce": secrets.token_urlsafe(24),
            "verifier": secrets.token_urlsafe(48),
            "expires": time.time() + MINUTES * 60,
        }
        challenge = base64.urlsafe_b64encode(hashlib.sha256(str(attempt["verifier"]).encode()).digest()).rstrip(b"=")
        query = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": self._callback(request),
            "scope": " ".join(self.client.scopes),
            "state": attempt["state"],
            "nonce": attempt["nonce"],
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
        }
        joint = "&" if "?" in endpoints["authorization_endpoint"] else "?"
        answer = RedirectResponse(f"{endpoints['authorization_endpoint']}{joint}{urlencode(query)}", 303)
        # Lax, not strict: the browser comes back from another site.
        answer.set_cookie(
            COOKIE, self._sealed(attempt), max_age=MINUTES * 60, path=PATH, httponly=True, samesite="lax",
            secure=self._callback(request).startswith("https://"),
        )  # fmt: skip
        return answer

    async def finish(self, request: Request) -> Principal:
        """Who came back.

        Raises:
            SignInError: the answer is not to a question of this browser, or the provider or its token is not good.
        """
        attempt = self._opened(request.cookies.get(COOKIE, ""))
        given = request.query_params
        if attempt is None or not hmac.compare_digest(given.get("state", ""), attempt["state"]):
            raise SignInError(_("This sign-in was not begun in this browser, or is too old."), _("Begin again."))
        if given.get("iss", self.oauth.issuer) != self.oauth.issuer:
            raise SignInError(_("Another identity provider answered."), _("Begin again."))
        if "code" not in given:
            reason = given.get("error", "?")[:100]
            raise SignInError(_("The identity provider refused: {reason}.", reason=reason))
        token = await self._redeemed(given["code"], attempt["verifier"], self._callback(request))
        principal = await self.verifier.verify_id_token(token, self.client.client_id, attempt["nonce"])
        if principal is None:
            raise SignInError(_("The identity provider's token is not good here, or gives you no role."))
        return principal

    async def _discovered(self) -> dict[str, str]:
        if not self._endpoints:
            address = self.oauth.issuer.rstrip("/") + "/.well-known/openid-configuration"
            found = await self._asked("GET", address)
            if found.get("issuer") != self.oauth.issuer:
                raise SignInError(
                    _("The identity provider calls itself by another name: {name}.", name=found.get("issuer"))
                )
            endpoints = {name: found.get(name) for name in ("authorization_endpoint", "token_endpoint")}
            # What the provider's own transport is held to, its endpoints are too.
            secure = "https://" if self.oauth.issuer.startswith("https://") else "http"
            if not all(isinstance(each, str) and each.startswith(secure) for each in endpoints.values()):
                raise SignInError(_("The identity provider does not say where people sign in."))
            self._endpoints = {name: str(each) for name, each in endpoints.items()}
        return self._endpoints

    async def _redeemed(self, code: str, verifier: str, callback: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": callback,
            "client_id": self.client.client_id,
            "code_verifier": verifier,
        }
        secret = self.client.secret()
        auth = (self.client.client_id, secret) if secret else None
        found = await self._asked("POST", (await self._discovered())["token_endpoint"], form, auth)
        token = found.get("id_token")
        if not isinstance(token, str):
            raise SignInError(_("The identity provider gave no identity."), _("Ask for the scope openid."))
        return token

    async def _asked(
        self, method: str, address: str, form: dict[str, str] | None = None, auth: tuple[str, str] | None = None
    ) -> dict[str, Any]:
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, auth=auth) as client:
                answer = await client.request(method, address, data=form, headers={"Accept": "application/json"})
                answer.raise_for_status()
                found = answer.json() if len(answer.content) <= LARGEST else None
        except (httpx.HTTPError, ValueError) as error:
            raise _not_as_it_should() from error
        if not isinstance(found, dict):
            raise _not_as_it_should()
        return found

    def _callback(self, request: Request) -> str:
        origin = self.origin or f"http://{request.headers['host']}"
        return f"{origin}{PATH}/callback"

    def _sealed(self, attempt: dict[str, Any]) -> str:
        text = base64.urlsafe_b64encode(json.dumps(attempt).encode()).decode()
        return f"{text}.{self._seal(text)}"

    def _opened(self, cookie: str) -> dict[str, Any] | None:
        text, _dot, seal = cookie.partition(".")
        if not text or not hmac.compare_digest(seal, self._seal(text)):
            return None
        attempt: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text))
        return attempt if attempt["expires"] > time.time() else None

    def _seal(self, text: str) -> str:
        return hmac.new(self.state.key("console.key"), f"sign-in {text}".encode(), hashlib.sha256).hexdigest()


def _not_as_it_should() -> SignInError:
    return SignInError(_("The identity provider does not answer as it should."), _("Try again later."))
