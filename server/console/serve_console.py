"""Serves the console alone, on loopback, for the person at this machine."""

from __future__ import annotations

import sys
import webbrowser
from contextlib import closing

import uvicorn
from starlette.applications import Starlette

from resources.catalogue import _
from server.console.console import Console
from server.http import is_loopback
from server.listener import address, listen
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
    with closing(listen(host, port)) as listener:
        shown = address(listener)
        configure_logs(settings.log_level)
        console = Console(state_of(settings), settings.language, hosts={shown})
        link = f"http://{shown}{console.one_time_link()}"
        print(f"astreinte: {link}", file=sys.stderr, flush=True)  # noqa: T201 - stderr
        if browser:
            webbrowser.open(link)
        application = Starlette(routes=[console.routes()])
        # No access log: the link is in it.
        uvicorn.Server(uvicorn.Config(application, log_config=None, access_log=False)).run(sockets=[listener])
