"""The last door before the client: a time limit on every call, no secret and a short human text in every answer.

The SDK sends a structured result and the same JSON as text. Clients show the text to people, so the
result's `summary` sentence is put first; the JSON stays for clients that read only text.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import anyio.to_thread
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp_types.version import is_version_at_least

from resources.catalogue import _, set_language
from server.large_answers import is_delivery, is_large, keep, links, told
from server.texts import texts
from tools.context import Deps
from tools.guard.redact import Redactor, everything_known

SHORT = 4_000
"""Characters of an answer that are searched for secrets in well under a millisecond."""

# Ended in the middle they do harm, or hours of work are lost; each has a limit of its own.
OWN_LIMITS = frozenset({"apply_terraform", "plan_terraform", "rollback_terraform", "build_image"})


@dataclass(frozen=True)
class Answers:
    """Server middleware that shapes what leaves."""

    call_timeout: float
    """Seconds a tool call may take: a legacy client over stateless HTTP never delivers its cancel."""
    output_limit: int
    redactor: Redactor
    whole: bool = False
    """Whether large deliveries leave whole: to workers and scripts, which nobody reads along with."""

    async def __call__(self, ctx: ServerRequestContext[Deps, Any], call_next: CallNext) -> HandlerResult:
        """Bound the call in time, take secrets out, put the human sentence first."""
        if ctx.method != "tools/call":
            return await call_next(ctx)
        set_language(ctx.lifespan_context.language)
        try:
            async with asyncio.timeout(None if _name(ctx) in OWN_LIMITS else self.call_timeout):
                result = await call_next(ctx)
        except TimeoutError:
            text = _(
                "The call ran past the server's limit of {seconds} s and was stopped.",
                seconds=self.call_timeout,
            )
            error = {"content": [_text(text)], "isError": True}
            # This answer does not pass the handler, which marks complete results for the newer protocol.
            modern = is_version_at_least(ctx.protocol_version, "2026-07-28")
            return {**error, "resultType": "complete"} if modern else error
        if not isinstance(result, dict):
            return result
        redactor = everything_known().also(self.redactor)
        if isinstance(result.get("structuredContent"), dict):
            structured: dict[str, Any] = await _redacted(redactor, result["structuredContent"])
            shown, beside = await self._shortened(ctx, structured)
            return {**result, "structuredContent": shown, "content": [*self._texts(shown), *beside]}
        return {**result, "content": redactor.value(result["content"])} if "content" in result else result

    async def _shortened(
        self, ctx: ServerRequestContext[Deps, Any], structured: dict[str, Any]
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """A large delivery without its contents, and a link to each file; anything else as it is."""
        inner = structured.get("result")
        carried = isinstance(inner, dict)  # what run_status tells of another call
        delivery = inner if isinstance(inner, dict) else structured
        if self.whole or not is_delivery(delivery):
            return structured, []
        if carried:
            run = str(_arguments(ctx).get("run_id"))
        else:
            run = await keep(ctx.lifespan_context.guard.journal.state, _name(ctx) or "", structured)
        if not is_large(delivery, self.output_limit):
            return structured, []
        short = told(delivery, run)
        return {**structured, "result": short} if carried else short, links(short, run)

    def _texts(self, structured: Mapping[str, Any]) -> list[dict[str, str]]:
        # The files of a large delivery stand beside it, as links.
        inner = structured.get("result")
        if structured.get("whole"):
            structured = {**structured, "files": []}
        elif isinstance(inner, dict) and inner.get("whole"):
            structured = {**structured, "result": {**inner, "files": []}}
        return texts(structured, self.output_limit)


def _name(ctx: ServerRequestContext[Deps, Any]) -> str | None:
    params = ctx.params
    return params.get("name") if isinstance(params, Mapping) else getattr(params, "name", None)


def _arguments(ctx: ServerRequestContext[Deps, Any]) -> Mapping[str, Any]:
    params = ctx.params
    given = params.get("arguments") if isinstance(params, Mapping) else getattr(params, "arguments", None)
    return given if isinstance(given, Mapping) else {}


def _text(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}


async def _redacted(redactor: Redactor, structured: dict[str, Any]) -> dict[str, Any]:
    """`structured` without its secrets. A short one is searched here: to hand it to a thread would take longer."""
    short = len(repr(structured)) <= SHORT
    found: dict[str, Any] = (
        redactor.value(structured) if short else await anyio.to_thread.run_sync(redactor.value, structured)
    )
    return found
