"""A way for the application to break its own connection, as a network or a dying server would.

ASGI has none, so the server passes the transport of each connection along in `scope["state"]`.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import cast

from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

_TRANSPORT = "lpconf.transport"
# SO_LINGER on, with no time to linger: closing then resets the connection.
_NO_LINGER = struct.pack("ii", 1, 0)


class BreakableH11Protocol(H11Protocol):
    """Uvicorn's HTTP/1.1, whose connections the application can break."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        self.app_state = {**self.app_state, _TRANSPORT: transport}


async def reset(scope: Scope, receive: Receive) -> None:
    """Reset the connection (RST), and wait until it is gone."""
    transport = _transport(scope)
    connection: socket.socket = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()
    await gone(receive)


async def close(scope: Scope, receive: Receive) -> None:
    """Close the connection behind what was written so far, and wait until it is gone."""
    _transport(scope).close()
    await gone(receive)


async def gone(receive: Receive) -> None:
    """Wait until the connection is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _transport(scope: Scope) -> asyncio.Transport:
    return cast(asyncio.Transport, scope["state"][_TRANSPORT])
