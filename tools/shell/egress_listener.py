"""Opens listening sockets inside a sandbox's network, from outside it, and hands them to the server.

Run as a program of its own, because entering a namespace cannot be taken back: `egress_listener.py PID FD
ADDRESS:PORT...`. Nothing but the standard library, nothing of this project, and no output.
"""

import ctypes
import errno
import fcntl
import os
import socket
import sys
import time

OWNER_OF_NAMESPACE = 0xB701  # linux/nsfs.h: NS_GET_USERNS
PATIENCE = 5.0


def enter(pid: int) -> None:
    """Join the network of `pid`, by way of the user namespace that owns it."""
    library = ctypes.CDLL(None, use_errno=True)
    network = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    owner = fcntl.ioctl(network, OWNER_OF_NAMESPACE)
    for namespace in (owner, network):
        if library.setns(namespace, 0) != 0:
            raise OSError(ctypes.get_errno(), "setns")


def listener(address: str, port: int) -> socket.socket:
    """A listening socket; the loopback interface may come up a moment later than the namespace."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            opened.bind((address, port))
            break
        except OSError as error:
            if error.errno != errno.EADDRNOTAVAIL or time.monotonic() > deadline:
                raise
            time.sleep(0.002)
    opened.listen(128)
    return opened


def main(pid: int, channel: int, places: list[str]) -> None:
    """Open every place and send the sockets through `channel`, in order."""
    enter(pid)
    opened = [listener(address, int(port)) for address, _colon, port in (each.rpartition(":") for each in places)]
    with socket.socket(fileno=channel) as server:
        socket.send_fds(server, [b"!"], [each.fileno() for each in opened])


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
