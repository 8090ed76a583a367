"""A visitor of the site at a WebSocket, by the `websockets` library."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.sandbox.client import ACCOUNT

from .brand import Json
from .operator import Operator

PATH = f"/ws_api/account/{ACCOUNT}/messaging/consumer?v=3"
_SECONDS = 30


class Visitor:
    """A connection. What is not waited for yet is kept in the order in which it came."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)

    def send(self, message: Json) -> None:
        self._socket.send(message if isinstance(message, (str, bytes)) else json.dumps(message))

    def next(self) -> Json:
        return json.loads(self._socket.recv(timeout=_SECONDS))

    def ask(self, kind: str, body: Json = None, **fields: Json) -> Json:
        """Send a request; the next message must be the answer to it."""
        req_id = str(next(self._ids))
        self.send({"kind": "req", "id": req_id, "type": kind, **({} if body is None else {"body": body}), **fields})
        answer = self.next()
        assert list(answer) == ["kind", "reqId", "code", "body", "type"], answer
        assert (answer["kind"], answer["reqId"]) == ("resp", req_id)
        return answer

    def notified(self, kind: str) -> Json:
        """The changes of the next message, which must be such a notification."""
        message = self.next()
        assert (list(message), message["kind"], message["type"]) == (["kind", "body", "type"], "notification", kind)
        return message["body"]["changes"]

    def events(self) -> Json:
        return self.notified("ms.MessagingEventNotification")

    def conversations(self) -> Json:
        return self.notified("cqm.ExConversationChangeNotification")

    def close_code(self) -> int | None:
        """The code that the server closes with; what comes before is skipped."""
        try:
            while True:
                self._socket.recv(timeout=_SECONDS)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


@contextmanager
def visiting(
    operator: Operator, token: str | None = None, path: str = PATH, *, origin: str | None = None
) -> Iterator[Visitor]:
    """A visitor, with the token in a header if there is one."""
    headers = {"Authorization": f"jwt {token}"} if token else {}
    url = operator.client.url.replace("http", "ws", 1) + path
    with connect(url, additional_headers=headers, origin=Origin(origin) if origin else None, proxy=None) as socket:
        yield Visitor(socket)
