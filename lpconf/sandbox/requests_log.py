"""The last requests: method, path, status and duration. No query, header or body is ever kept."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lpconf.sandbox.console_paths import is_console

_KEPT = 100
_LONGEST_PATH = 200
_STATUS_OF = {"websocket.accept": 101, "websocket.close": 403}


@dataclass(frozen=True)
class RequestLine:
    """One request.

    Attributes:
        at: when it came, in seconds since 1970.
        method: the method; `WS` for a WebSocket.
        path: the path, shortened if it is long.
        status: what it was answered with; None if it got no answer.
        milliseconds: how long that took; for a WebSocket, how long it was open.
    """

    at: float
    method: str
    path: str
    status: int | None
    milliseconds: float


class RequestLog:
    """The last requests, in the memory of one server."""

    def __init__(self) -> None:
        self._lines: deque[RequestLine] = deque(maxlen=_KEPT)

    def add(self, line: RequestLine) -> None:
        self._lines.append(line)

    def newest_first(self) -> tuple[RequestLine, ...]:
        return tuple(reversed(self._lines))


class RequestLogger:
    """ASGI middleware that fills the log. The requests of the simulator's own page are left out."""

    def __init__(self, app: ASGIApp, log: RequestLog, clock: Callable[[], float]) -> None:
        self._app = app
        self._log = log
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_console(scope["path"]):
            await self._app(scope, receive, send)
            return
        statuses: list[int] = []

        async def watched(message: Message) -> None:
            if "status" in message:
                statuses.append(message["status"])
            elif message["type"] in _STATUS_OF:
                statuses.append(_STATUS_OF[message["type"]])
            await send(message)

        at, began = self._clock(), time.monotonic()
        try:
            await self._app(scope, receive, watched)
        finally:
            spent = (time.monotonic() - began) * 1000
            status = statuses[0] if statuses else None
            self._log.add(RequestLine(at, scope.get("method", "WS"), _short(scope["path"]), status, spent))


def _short(path: str) -> str:
    return path if len(path) <= _LONGEST_PATH else f"{path[: _LONGEST_PATH - 1]}…"
