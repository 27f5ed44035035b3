"""Gives every HTTP request an id that its log lines and its answer carry: the trace's own where there is a trace."""

import contextvars
import re
import uuid

from opentelemetry.propagate import extract
from opentelemetry.trace import SpanKind, get_current_span, get_tracer
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")
_SANE = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_TRACED = (b"traceparent", b"tracestate")
_tracer = get_tracer("astreinte")


def trace_id() -> str:
    """The id of the trace that is under way; empty where nothing is traced."""
    context = get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""


class RequestIds:
    """ASGI middleware: a proxy's own id is kept when it is a plain word; a trace goes on where the header says so."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Number the request, in a span of its own: what the protocol's own spans hang on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        above = extract({name.decode(): headers[name].decode("latin-1") for name in _TRACED if name in headers})
        with _tracer.start_as_current_span(f"HTTP {scope['method']}", context=above, kind=SpanKind.SERVER) as span:
            given = headers.get(b"x-request-id", b"")
            own = given.decode() if _SANE.fullmatch(given) else trace_id() or uuid.uuid4().hex
            span.set_attribute("http.request.method", scope["method"])
            span.set_attribute("url.path", scope["path"])
            span.set_attribute("request.id", own)
            token = request_id.set(own)

            async def numbered(message: Message) -> None:
                if message["type"] == "http.response.start":
                    MutableHeaders(scope=message)["X-Request-Id"] = own
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            try:
                await self._app(scope, receive, numbered)
            finally:
                request_id.reset(token)
