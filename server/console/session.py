"""Who looks at the console: a sealed cookie, and a token that every form must carry."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from server.identity.principal import Principal
from tools.guard.state import State

COOKIE = "astreinte_console"
LIFETIME = 8 * 3600
LOCAL = "console"
"""The issuer of a session that was opened with the one-time link."""


@dataclass(frozen=True)
class Session:
    """A person at the console."""

    principal: Principal
    nonce: str
    expires: float

    @property
    def local(self) -> bool:
        """Whether the person sits at this machine."""
        return self.principal.issuer == LOCAL

    @property
    def who(self) -> str:
        """As the journal names them."""
        return f"{self.principal.name} via console"


@dataclass(frozen=True)
class Sessions:
    """Seals and reads the cookies. The key is that of the state: a replica reads what another one sealed."""

    state: State
    secure: bool
    """Whether the console is reached over TLS."""

    def open(self, response: Response, principal: Principal) -> None:
        """Let `principal` in."""
        body = {"p": principal.model_dump(), "n": secrets.token_hex(16), "e": time.time() + LIFETIME}
        text = base64.urlsafe_b64encode(json.dumps(body).encode()).decode()
        response.set_cookie(
            COOKIE, f"{text}.{self._seal('session', text)}", max_age=LIFETIME, path="/console", httponly=True,
            samesite="strict", secure=self.secure,
        )  # fmt: skip

    def close(self, response: Response) -> None:
        """Let them out."""
        response.delete_cookie(COOKIE, path="/console")

    def of(self, request: Request) -> Session | None:
        """Whose request this is; None for anybody whose cookie is missing, forged or too old."""
        text, _dot, seal = request.cookies.get(COOKIE, "").partition(".")
        if not text or not hmac.compare_digest(seal, self._seal("session", text)):
            return None
        body = json.loads(base64.urlsafe_b64decode(text))
        if body["e"] < time.time():
            return None
        return Session(Principal.model_validate(body["p"]), body["n"], body["e"])

    def form_token(self, session: Session) -> str:
        """What a form of this session carries; another site cannot know it."""
        return self._seal("form", session.nonce)

    def accepts(self, session: Session, given: str) -> bool:
        """Whether a form was made for this session."""
        return hmac.compare_digest(given, self.form_token(session))

    def _seal(self, purpose: str, text: str) -> str:
        return hmac.new(self.state.key("console.key"), f"{purpose} {text}".encode(), hashlib.sha256).hexdigest()
