"""Turns a bearer token into a principal: a static token by its hash, or a JWT of the team's identity provider."""

import hmac
import logging
from typing import Any

import anyio.to_thread
import jwt
from mcp.server.auth.provider import AccessToken

from server.identity import certificates
from server.identity.principal import ROLES, Principal, Role
from server.identity.provider_keys import KeysUnavailableError, ProviderKeys
from server.identity.refusals import Refusals
from server.identity.static_tokens import PREFIX, StaticTokens
from server.identity.team import OAuth, Team

log = logging.getLogger(__name__)
LONGEST = 16_384
LEEWAY = 30  # seconds that two clocks may differ


class Verifier:
    """The SDK's `TokenVerifier`. Whatever it does not know, it refuses, and the refusal is kept."""

    def __init__(self, team: Team, tokens: StaticTokens, refusals: Refusals, resource: str) -> None:
        self._team = team
        self._tokens = tokens
        self._refusals = refusals
        self._resource = resource
        self._keys = ProviderKeys(team.oauth.jwks) if team.oauth else None
        self.certificate_key = certificates.new_key()

    async def verify_token(self, token: str) -> AccessToken | None:
        """The token's principal, or None."""
        if len(token) > LONGEST:
            return await self._refuse("token.too_long")
        if token.startswith(PREFIX):
            return await self._static(token)
        if token.startswith(certificates.PREFIX):
            return await self._certificate(token)
        if self._team.oauth is None or self._keys is None:
            return await self._refuse("token.unknown")
        return await self._jwt(token, self._team.oauth, self._keys)

    async def _static(self, token: str) -> AccessToken | None:
        found = await anyio.to_thread.run_sync(self._tokens.find, token)
        if found is None:
            return await self._refuse("token.unknown")
        principal = self._principal(found.name, found.role, "token")
        return self._accepted(token, principal, int(found.expires))

    async def verify_id_token(self, token: str, client_id: str, nonce: str) -> Principal | None:
        """Who signed in at the provider, by the identity it gave this client for this one question; None: nobody."""
        if self._team.oauth is None or self._keys is None or len(token) > LONGEST:
            return None
        claims = await self._claims(token, self._team.oauth, self._keys, client_id)
        if claims is None:
            return None
        if not hmac.compare_digest(str(claims.get("nonce", "")), nonce) or claims.get("azp", client_id) != client_id:
            await self._refuse("jwt.nonce")
            return None
        return await self._named(claims, self._team.oauth)

    async def _certificate(self, token: str) -> AccessToken | None:
        known = self._team.certificates
        der = certificates.unsealed(token, self.certificate_key)
        if known is None or der is None:  # the header came from elsewhere, or somebody wrote such a token themselves
            return await self._refuse("certificate.not_from_the_proxy")
        now = certificates.utc_now()
        holder = known.holder(der, now)
        if holder is None:
            return await self._refuse("certificate.unknown")
        return self._accepted(
            token, self._principal(holder.name, holder.role, "certificate"), int(now.timestamp()) + 60
        )

    async def _jwt(self, token: str, oauth: OAuth, keys: ProviderKeys) -> AccessToken | None:
        claims = await self._claims(token, oauth, keys, oauth.audience)
        principal = await self._named(claims, oauth) if claims is not None else None
        return self._accepted(token, principal, int(claims["exp"]), claims) if claims and principal else None

    async def _named(self, claims: dict[str, Any], oauth: OAuth) -> Principal | None:
        name = claims.get(oauth.name_claim)
        role = role_of(claims, self._team)
        if not isinstance(name, str) or not name or role is None:
            await self._refuse("jwt.no_role")
            return None
        return self._principal(name, role, oauth.issuer)

    async def _claims(self, token: str, oauth: OAuth, keys: ProviderKeys, audience: str) -> dict[str, Any] | None:
        """What the provider's token for `audience` says, once its signature and times are known to be good."""
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in oauth.algorithms:
                await self._refuse("jwt.algorithm")
                return None
            key = await keys.get(header.get("kid"))
            if key is None:
                await self._refuse("jwt.key")
                return None
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=oauth.algorithms,
                audience=audience,
                issuer=oauth.issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "iss", "aud", oauth.name_claim], "strict_aud": False},
            )
        except KeysUnavailableError:
            log.warning("the identity provider's keys cannot be had: every token of it is refused")
            await self._refuse("jwt.no_keys")
            return None
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            await self._refuse(f"jwt.{type(error).__name__}")
            return None
        return claims

    def _principal(self, name: str, role: Role, issuer: str) -> Principal:
        member = self._team.members.get(name)
        return Principal(
            name=name,
            role=(member.role if member else None) or role,
            issuer=issuer,
            calls_per_minute=(member.calls_per_minute if member else None) or self._team.calls_per_minute,
        )

    def _accepted(
        self, token: str, principal: Principal, expires: int, claims: dict[str, Any] | None = None
    ) -> AccessToken:
        client = str((claims or {}).get("azp") or (claims or {}).get("client_id") or principal.name)
        return AccessToken(
            token=token,
            client_id=client,
            scopes=[principal.role],
            expires_at=expires,
            resource=self._resource,  # the audience was compared above; static tokens are this server's own
            subject=principal.name,
            claims={"iss": principal.issuer, "astreinte": principal.model_dump()},
        )

    async def _refuse(self, reason: str) -> AccessToken | None:
        await self._refusals.note(reason)
        return None


def role_of(claims: dict[str, Any], team: Team) -> Role | None:
    """The highest role that the claims give; None when they give none."""
    if team.oauth is None:
        return None
    held: set[str] = set()
    for name in team.oauth.role_claims:
        said = claims.get(name)
        if isinstance(said, str):
            held |= set(said.split())
        elif isinstance(said, list):
            held |= {each for each in said if isinstance(each, str)}
    found = [team.roles[each] for each in held if each in team.roles]
    return max(found, key=ROLES.index, default=None)
