"""The socket that the simulator listens on. Needs no web framework."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

HOST = "127.0.0.1"


class PortRefused(Exception):  # noqa: N818
    """The system does not let this program listen on the port.

    Attributes:
        port: the port.
        reason: why, in the system's words.
    """

    def __init__(self, port: int, reason: str) -> None:
        super().__init__(f"port {port}: {reason}")
        self.port = port
        self.reason = reason


class PortInUse(Exception):  # noqa: N818
    """Another program listens on the port.

    Attributes:
        port: the port.
    """

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is in use")
        self.port = port


@contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """A listening socket. It queues connections from now on, even before the server takes them.

    Raises:
        PortInUse: another program listens on the port.
        PortRefused: the port cannot be used.
    """
    # With the protocol left at 0 asyncio would not turn Nagle's algorithm off, and every reply take 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        if os.name == "posix":
            # Use a port again right after a stop; elsewhere this option would share the port with strangers.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortInUse(port) from error
            raise PortRefused(port, error.strerror or "unknown") from error
        yield listener
