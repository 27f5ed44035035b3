"""Serves the console alone, on loopback, for the person at this machine."""

from __future__ import annotations

import socket
import sys
import webbrowser
from contextlib import closing

import uvicorn
from starlette.applications import Starlette

from resources.catalogue import _
from server.console.console import Console
from server.http import is_loopback
from server.logs import configure_logs
from server.settings import Settings, SettingsError
from server.state import state_of


def serve_console(settings: Settings, host: str, port: int, *, browser: bool) -> None:
    """Listen until interrupted, and say the one-time link on standard error.

    Raises:
        SettingsError: `host` is not loopback, or the port is taken.
    """
    if not is_loopback(host):
        raise SettingsError(
            _("The console of one person listens on this machine only."),
            _("A team's console is at /console of `astreinte serve --http`."),
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise SettingsError(
                _("Cannot listen on {host}:{port}: {reason}.", host=host, port=port, reason=error.strerror),
                _("Choose another port."),
            ) from error
        shown = f"{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
        listener.listen(128)
        configure_logs(settings.log_level)
        console = Console(state_of(settings), settings.language, hosts={shown})
        link = f"http://{shown}{console.one_time_link()}"
        print(f"astreinte: {link}", file=sys.stderr, flush=True)  # noqa: T201 - stderr
        if browser:
            webbrowser.open(link)
        application = Starlette(routes=[console.routes()])
        # No access log: the link is in it.
        uvicorn.Server(uvicorn.Config(application, log_config=None, access_log=False)).run(sockets=[listener])
