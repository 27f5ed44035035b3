"""The socket that the server and the console listen on."""

import socket

from resources.catalogue import _
from server.settings import SettingsError


def listen(host: str, port: int) -> socket.socket:
    """A socket that accepts connections already; port 0 takes a free port.

    Raises:
        SettingsError: the address is taken, or is not this machine's.
    """
    # With its protocol named: asyncio sends small packets at once only on sockets that say they are TCP, and every
    # answer would wait 40 ms for the other side's acknowledgement.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise SettingsError(
            _("Cannot listen on {host}:{port}: {reason}.", host=host, port=port, reason=error.strerror),
            _("Choose another port."),
        ) from error
    listener.listen(128)
    return listener


def address(listener: socket.socket) -> str:
    """`host:port` as it stands in an URL."""
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
