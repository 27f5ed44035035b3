"""Server middleware that lets a principal's calls through as far as the role and the rate go."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp_types.version import is_version_at_least

from resources.catalogue import _, set_language
from server.identity.principal import ForbiddenError, Principal, principal_of
from server.identity.refusals import Refusals
from tools.context import Deps

MOST_PRINCIPALS = 10_000


@dataclass
class Admission:
    """Roles and rates of one server process. On stdio there is no token, and the person is at the machine."""

    reads: frozenset[str]
    """Tools that change nothing anywhere."""
    refusals: Refusals | None = None
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    async def __call__(self, ctx: ServerRequestContext[Deps, Any], call_next: CallNext) -> HandlerResult:
        """Refuse what the caller may not do; show only the tools that they may call."""
        token = get_access_token()
        principal = principal_of(token.claims) if token else None
        if principal is None:
            return await call_next(ctx)
        if ctx.method == "tools/list" and not principal.acts:
            return self._listed(await call_next(ctx))
        if ctx.method != "tools/call":
            return await call_next(ctx)
        set_language(ctx.lifespan_context.language)
        name = str(ctx.params.get("name") if isinstance(ctx.params, Mapping) else getattr(ctx.params, "name", ""))
        try:
            principal.require(name, reads=name in self.reads)
            self.spend(principal, time.monotonic())
        except ForbiddenError as error:
            if self.refusals is not None:
                await self.refusals.note("role" if name not in self.reads else "rate", principal.name)
            refused = {"content": [{"type": "text", "text": str(error)}], "isError": True}
            modern = is_version_at_least(ctx.protocol_version, "2026-07-28")
            return {**refused, "resultType": "complete"} if modern else refused
        return await call_next(ctx)

    def spend(self, principal: Principal, now: float) -> None:
        """Take one call from the principal's bucket, which fills over a minute.

        Raises:
            ForbiddenError: it is empty.
        """
        limit = float(principal.calls_per_minute)
        key = f"{principal.issuer} {principal.name}"
        left, then = self._buckets.pop(key, (limit, now))
        left = min(limit, left + (now - then) * limit / 60.0)
        if len(self._buckets) >= MOST_PRINCIPALS:
            self._buckets.pop(next(iter(self._buckets)))
        self._buckets[key] = (max(0.0, left - 1.0), now)
        if left < 1.0:
            seconds = (1.0 - left) * 60.0 / limit
            raise ForbiddenError(
                _("More than {limit} calls a minute.", limit=principal.calls_per_minute),
                _("Wait {seconds} s.", seconds=max(1, round(seconds))),
            )

    def _listed(self, result: HandlerResult) -> HandlerResult:
        if not isinstance(result, dict) or not isinstance(result.get("tools"), list):
            return result
        return {**result, "tools": [each for each in result["tools"] if each.get("name") in self.reads]}
