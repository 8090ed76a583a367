"""Many clients that connect to a server of this machine at once."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

_COUNT = 20
_PATIENCE_SECONDS = 30


class Crowd:
    """Their ends of the connections."""

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []
        self._stack = ExitStack()

    def connect(self, url: str) -> None:
        """Connect to the server at an address, and say nothing."""
        there = (urlsplit(url).hostname, urlsplit(url).port)
        for _ in range(_COUNT):
            client = socket.create_connection(there, timeout=_PATIENCE_SECONDS)
            self._sockets.append(self._stack.enter_context(client))

    def is_turned_away(self) -> bool:
        """Whether the server has closed each. Raises TimeoutError where it keeps one and says nothing."""
        return [_is_closed(each) for each in self._sockets] == [True] * _COUNT

    def leave(self) -> None:
        self._stack.close()


@contextmanager
def crowd() -> Iterator[Crowd]:
    made = Crowd()
    try:
        yield made
    finally:
        made.leave()


def _is_closed(client: socket.socket) -> bool:
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True
