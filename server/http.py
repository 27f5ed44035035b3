"""Streamable HTTP: stateless, checked against DNS rebinding, and only on loopback without authentication."""

import asyncio
import ipaddress
import os
import sys
from contextlib import closing
from types import FrameType

import anyio.to_thread
import uvicorn
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from resources.catalogue import _
from server.app import build_server, own_version, tool_names
from server.console.console import Console
from server.console.provider_sign_in import ProviderSignIn
from server.gatehouse import build_gate
from server.http_metrics import HttpMetrics
from server.identity.certificates import CertificateHeaders
from server.identity.identity import Identity, read_identity
from server.identity.static_tokens import StaticTokens
from server.listener import address, listen
from server.logs import configure_logs
from server.metrics import Metrics
from server.request_id import RequestIds
from server.settings import Settings, SettingsError
from server.state import state_of
from server.traces import configure_traces
from tools.guard.gate import Gate
from tools.guard.state import StateError

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
LARGEST_BODY = 4_000_000
"""Bytes of one request: a file that `write` is given, and room for its JSON."""
GRACE = 30
"""Seconds that calls under way are given when the server is asked to stop."""


def http_app(settings: Settings, host: str, port: int) -> Starlette:
    """The ASGI application: MCP at `/mcp`, `/healthz`, `/readyz`, `/metrics`.

    Raises:
        SettingsError: see `check_address`, or the team is not acceptable.
    """
    gate = build_gate(settings)
    identity = read_identity(settings, gate.journal, f"http://{host}:{port}/mcp")
    check_address(settings, host, identified=identity is not None)
    metrics = Metrics(gate, tool_names(), identity.refusals if identity else None, own_version())
    server = build_server(settings, gate=gate, identity=identity, metrics=metrics)
    application = server.streamable_http_app(
        stateless_http=True,
        host=host,
        max_request_body_size=LARGEST_BODY,
        transport_security=TransportSecuritySettings(
            allowed_hosts=[f"{name}:{port}" for name in LOOPBACK_NAMES] + settings.allowed_hosts,
            allowed_origins=[f"http://{name}:{port}" for name in LOOPBACK_NAMES] + settings.allowed_origins,
        ),
    )
    application.state.draining = False
    if identity is not None:  # people sign in with the tokens that clients use
        console = Console(
            gate.journal.state,
            settings.language,
            hosts={f"{name}:{port}" for name in LOOPBACK_NAMES} | set(settings.allowed_hosts),
            secure=(settings.public_url or "").startswith("https://"),
            verifier=identity.verifier,
            provider=_provider(settings, identity, gate),
            four_eyes=identity.team.four_eyes,
            still_known=StaticTokens(gate.journal.state).knows,
        )
        application.router.routes.append(console.routes())
    application.router.routes += _operations(settings, gate, identity, metrics)
    application.add_middleware(HttpMetrics, registry=metrics.registry)
    if identity is not None and identity.team.certificates is not None:
        application.add_middleware(
            CertificateHeaders, certificates=identity.team.certificates, key=identity.verifier.certificate_key
        )
    application.add_middleware(RequestIds)
    return application


def _provider(settings: Settings, identity: Identity, gate: Gate) -> ProviderSignIn | None:
    oauth = identity.team.oauth
    if oauth is None or oauth.sign_in is None:
        return None
    origin = settings.public_url.removesuffix("/mcp") if settings.public_url else None
    return ProviderSignIn(oauth, oauth.sign_in, identity.verifier, gate.journal.state, origin)


def check_address(settings: Settings, host: str, *, identified: bool = False) -> None:
    """Refuse what would be unsafe to serve, before anything listens.

    Raises:
        SettingsError: `host` is reachable from other machines and nothing would authenticate them, or no
            workspace is set (a remote client must not choose a directory of this machine).
    """
    if not is_loopback(host) and not identified:
        raise SettingsError(
            _(
                "Refusing to listen on {host}: it is reachable from other machines without authentication.",
                host=host,
            ),
            _("Make a token with `astreinte token add`, name a team with ASTREINTE_TEAM, or listen on 127.0.0.1."),
        )
    if settings.workspace is None and settings.repository is None:
        raise SettingsError(
            _("Over HTTP the workspace must be named: a client may not choose a directory of this machine."),
            _("Add --workspace DIR, or name a git repository in ASTREINTE_REPOSITORY."),
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`. A name is loopback only if it is `localhost`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _operations(settings: Settings, gate: Gate, identity: Identity | None, metrics: Metrics) -> list[Route]:
    """What a load balancer and Prometheus ask."""

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(request: Request) -> Response:
        problems = await anyio.to_thread.run_sync(_problems, settings, gate)
        if request.app.state.draining:
            problems.append("draining")
        return JSONResponse({"ready": not problems, "problems": problems}, 503 if problems else 200)

    async def prometheus(request: Request) -> Response:
        # Names of tools and counts say what a team does: with identities, only they may read them.
        if identity is not None and not isinstance(request.scope.get("user"), AuthenticatedUser):
            return PlainTextResponse("a token is needed\n", 401, {"WWW-Authenticate": "Bearer"})
        text = await anyio.to_thread.run_sync(metrics.text)
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", prometheus)]


def _problems(settings: Settings, gate: Gate) -> list[str]:
    problems = []
    try:
        gate.journal.records(limit=1)
    except StateError:
        problems.append("state")
    if settings.workspace is not None and not os.access(settings.workspace, os.R_OK | os.X_OK):
        problems.append("workspace")
    return problems


class _DrainingServer(uvicorn.Server):
    """Says that it is about to stop, and goes on serving until the load balancer has seen it."""

    def __init__(self, config: uvicorn.Config, application: Starlette, drain: float) -> None:
        super().__init__(config)
        self._application = application
        self._drain = drain

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal begins to drain; a second one does not wait."""
        if self._drain and not self._application.state.draining:
            self._application.state.draining = True
            asyncio.get_running_loop().call_later(self._drain, super().handle_exit, sig, frame)
            return
        super().handle_exit(sig, frame)


def serve_http(settings: Settings, host: str, port: int) -> None:
    """Listen until interrupted. Port 0 takes a free port; the address is said on standard error."""
    if not is_loopback(host):  # before the socket: what is unsafe is refused as such, whatever the address is
        state = state_of(settings)
        check_address(settings, host, identified=settings.team is not None or bool(StaticTokens(state).all()))
    with closing(listen(host, port)) as listener:
        application = http_app(settings, host, listener.getsockname()[1])
        configure_logs(settings.log_level, style=settings.log_format)
        configure_traces(own_version())
        print(f"astreinte: http://{address(listener)}/mcp", file=sys.stderr, flush=True)  # noqa: T201 - stderr
        config = uvicorn.Config(
            application,
            log_level=settings.log_level.lower(),
            log_config=None,
            timeout_graceful_shutdown=GRACE,
            proxy_headers=False,  # who connects is a fact; X-Forwarded-For is anybody's word
        )
        _DrainingServer(config, application, settings.drain).run(sockets=[listener])
