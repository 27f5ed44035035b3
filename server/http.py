"""Streamable HTTP: stateless, checked against DNS rebinding, and only on loopback without authentication."""

import ipaddress
import sys

from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette

from resources.catalogue import _
from server.app import build_server
from server.logs import configure_logs
from server.settings import Settings, SettingsError

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


def http_app(settings: Settings, host: str, port: int) -> Starlette:
    """The ASGI application, MCP at `/mcp`.

    Raises:
        SettingsError: see `check_address`.
    """
    check_address(settings, host)
    server = build_server(settings)
    return server.streamable_http_app(
        stateless_http=True,
        host=host,
        transport_security=TransportSecuritySettings(
            allowed_hosts=[f"{name}:{port}" for name in LOOPBACK_NAMES] + settings.allowed_hosts,
            allowed_origins=[f"http://{name}:{port}" for name in LOOPBACK_NAMES] + settings.allowed_origins,
        ),
    )


def check_address(settings: Settings, host: str) -> None:
    """Refuse what would be unsafe to serve, before anything listens.

    Raises:
        SettingsError: `host` is reachable from other machines and nothing would authenticate them, or no
            workspace is set (a remote client must not choose a directory of this machine).
    """
    if not is_loopback(host):
        raise SettingsError(
            _(
                "Refusing to listen on {host}: it is reachable from other machines without authentication.",
                host=host,
            ),
            _("Listen on 127.0.0.1 and put an authenticating reverse proxy or an SSH tunnel in front."),
        )
    if settings.workspace is None:
        raise SettingsError(
            _("Over HTTP the workspace must be named: a client may not choose a directory of this machine."),
            _("Add --workspace DIR."),
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`. A name is loopback only if it is `localhost`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serve_http(settings: Settings, host: str, port: int) -> None:
    """Listen until interrupted. Port 0 takes a free port; the address is said on standard error."""
    import socket  # noqa: PLC0415 - HTTP mode only
    from contextlib import closing  # noqa: PLC0415

    import uvicorn  # noqa: PLC0415

    check_address(settings, host)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(128)  # before the address is said: whoever reads it may connect at once
        except OSError as error:
            raise SettingsError(
                _("Cannot listen on {host}:{port}: {reason}.", host=host, port=port, reason=error.strerror),
                _("Choose another port."),
            ) from error
        actual = listener.getsockname()[1]
        application = http_app(settings, host, actual)
        configure_logs(settings.log_level)
        shown = f"[{host}]" if ":" in host else host
        print(f"astreinte: http://{shown}:{actual}/mcp", file=sys.stderr, flush=True)  # noqa: T201 - stderr
        config = uvicorn.Config(application, log_level=settings.log_level.lower(), log_config=None)
        uvicorn.Server(config).run(sockets=[listener])
