"""Bearer tokens for small teams: made once, shown once, kept only as hashes in the state directory."""

import hashlib
import hmac
import json
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from resources.catalogue import _
from server.identity.principal import Principal, Role
from tools.guard.errors import ExpectedError
from tools.guard.state import State
from tools.model import Model

FILE_NAME = "tokens.json"
PREFIX = "astreinte_"
ISSUER = "token"
DAY = 86_400


class TokenError(ExpectedError):
    """A token's name is taken, or there is no such token."""


class StaticToken(Model):
    """What is kept of a token. It has 256 random bits, so a plain hash cannot be searched for it."""

    name: str
    role: Role
    sha256: str
    created: float
    expires: float


@dataclass(frozen=True)
class StaticTokens:
    """The tokens of a state directory. Blocking."""

    state: State

    @property
    def path(self) -> Path:
        """Where they are kept."""
        return self.state.directory / FILE_NAME

    def all(self) -> list[StaticToken]:
        """Every token, the expired ones too."""
        try:
            return [StaticToken.model_validate(each) for each in json.loads(self.path.read_text())]
        except FileNotFoundError:
            return []

    def add(self, name: str, role: Role, days: int) -> str:
        """A new token for `name`; the text is nowhere else.

        Raises:
            TokenError: there is a token of that name.
        """
        text = PREFIX + secrets.token_urlsafe(32)
        now = time.time()
        fresh = StaticToken(name=name, role=role, sha256=_hash(text), created=now, expires=now + days * DAY)
        with self.state.exclusive("tokens.lock"):
            kept = self.all()
            if any(each.name == name for each in kept):
                raise TokenError(_("There is a token named {name}.", name=name), _("Revoke it first."))
            self._keep([*kept, fresh])
        return text

    def revoke(self, name: str) -> None:
        """Forget the token of `name`; the next call with it is refused.

        Raises:
            TokenError: there is none.
        """
        with self.state.exclusive("tokens.lock"):
            kept = self.all()
            left = [each for each in kept if each.name != name]
            if len(left) == len(kept):
                raise TokenError(_("There is no token named {name}.", name=name))
            self._keep(left)

    def find(self, text: str) -> StaticToken | None:
        """The token that `text` is, unless it has expired."""
        wanted = _hash(text)
        found = [each for each in self.all() if hmac.compare_digest(each.sha256, wanted)]
        return found[0] if found and found[0].expires > time.time() else None

    def knows(self, principal: Principal) -> bool:
        """Whether a static token still speaks for `principal`; those of a provider are not ours to judge."""
        return principal.issuer != ISSUER or any(
            each.name == principal.name and each.role == principal.role and each.expires > time.time()
            for each in self.all()
        )

    def _keep(self, tokens: list[StaticToken]) -> None:
        fresh = self.path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps([each.model_dump() for each in tokens]))
        fresh.replace(self.path)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
