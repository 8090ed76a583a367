"""A gateway of plain sockets that counts requests and lets one fault loose at one of them.

It passes bytes on as they are, so that nothing of a client or of HTTP's libraries repairs what a fault breaks.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Message:
    """One request or answer as it was on the wire."""

    head: bytes
    body: bytes

    @property
    def first_line(self) -> list[str]:
        return self.head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")

    @property
    def raw(self) -> bytes:
        return self.head + self.body

    @property
    def status(self) -> int:
        return int(self.first_line[1])


@dataclass
class Request:
    """One request that came, and what the sandbox answered to it (None: it was not passed on)."""

    number: int
    verb: str
    path: str
    sent: bytes
    status: int | None = None
    answered: bytes = b""

    @property
    def is_write(self) -> bool:
        return self.verb != "GET" and "/configuration/" in self.path

    @property
    def was_done(self) -> bool:
        return self.is_write and self.status is not None and 200 <= self.status < 300

    @property
    def collection(self) -> str:
        """The part after `/configuration/`, without query: `le-campaigns/campaigns/3030/engagements/5030`."""
        return self.path.partition("/configuration/")[2].partition("?")[0]

    def json(self) -> Any:
        return json.loads(self.sent) if self.sent else {}


class Closed(Exception):  # noqa: N818 - reads as what it is
    """The connection is no more."""


@dataclass
class Exchange:
    """One request on its way: a fault decides what becomes of it."""

    request: Request
    message: Message
    client: socket.socket
    upstream: Callable[[Message], Message]

    def pass_on(self) -> Message:
        """Let the sandbox have the request; its answer."""
        answer = self.upstream(self.message)
        self.request.status = answer.status
        self.request.answered = answer.body
        return answer

    def answer(self, data: bytes) -> None:
        """Send bytes to the client."""
        self.client.sendall(data)

    def refuse(self, status: int, reason: str, *headers: str) -> None:
        """An answer of the gateway's own."""
        body = b'{"error": {"message": "chaos"}}'
        lines = [f"HTTP/1.1 {status} {reason}", "Content-Type: application/json", f"Content-Length: {len(body)}"]
        self.answer("\r\n".join([*lines, *headers, "", ""]).encode() + body)

    def close(self) -> None:
        """Close without an answer, or in its middle."""
        raise Closed

    def reset(self) -> None:
        """Close with a reset."""
        self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Closed

    def wait_for_client_to_go(self) -> None:
        """Until the client has closed the connection."""
        self.client.settimeout(10)
        with suppress(OSError):
            while self.client.recv(4096):
                pass
        raise Closed


class Fault(Protocol):
    """What befalls a request."""

    def befall(self, exchange: Exchange) -> None:
        """Handle one request."""


class NoFault:
    """Everything is passed on."""

    def befall(self, exchange: Exchange) -> None:
        exchange.answer(exchange.pass_on().raw)


@dataclass
class Gateway:
    """Counts requests from 0 after `begin`; `fault` sees every one of them."""

    port: int
    target: int
    fault: Fault = field(default_factory=NoFault)
    requests: list[Request] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _under_way: int = 0
    _settled: threading.Condition = field(default_factory=threading.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def begin(self, fault: Fault) -> None:
        """Start to count anew."""
        self.settle()
        self.fault, self.requests = fault, []

    def settle(self) -> None:
        """Wait until no request is under way, also none whose client has gone."""
        with self._settled:
            if not self._settled.wait_for(lambda: self._under_way == 0, timeout=20):
                raise AssertionError("a request is still under way")

    def _serve(self, client: socket.socket) -> None:
        upstreams: dict[int, socket.socket] = {}

        def upstream(message: Message) -> Message:
            target = self.target
            if target not in upstreams:
                upstreams[target] = socket.create_connection(("127.0.0.1", target))
                upstreams[target].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link = upstreams[target]
            own, theirs = f"127.0.0.1:{self.port}".encode(), f"127.0.0.1:{target}".encode()
            link.sendall(message.head.replace(own, theirs) + message.body)
            answer = _read(link)
            if theirs in answer.body:
                body = answer.body.replace(theirs, own)
                head = answer.head.replace(f": {len(answer.body)}\r\n".encode(), f": {len(body)}\r\n".encode())
                return Message(head, body)
            return answer

        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while True:
                message = _read(client)
                with self._settled:
                    self._under_way += 1
                try:
                    with self._lock:
                        verb, path, _ = message.first_line
                        request = Request(len(self.requests), verb, path, message.body)
                        self.requests.append(request)
                    self.fault.befall(Exchange(request, message, client, upstream))
                finally:
                    with self._settled:
                        self._under_way -= 1
                        self._settled.notify_all()
        except (Closed, OSError):
            pass
        finally:
            for each in (client, *upstreams.values()):
                each.close()


def _read(link: socket.socket) -> Message:
    """One whole message. Raises Closed."""
    data = b""
    while _END not in data:
        more = link.recv(65536)
        if not more:
            raise Closed
        data += more
    head, _, body = data.partition(_END)
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        assert name.lower() != b"transfer-encoding", "the gateway knows no chunks"
    while len(body) < length:
        more = link.recv(65536)
        if not more:
            raise Closed
        body += more
    return Message(head + _END, body)


@contextmanager
def gateway(target: int) -> Iterator[Gateway]:
    """A gateway in front of a port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Gateway(listener.getsockname()[1], target)
        accepting = threading.Thread(target=_accept, args=(listener, made), daemon=True)
        accepting.start()
        try:
            yield made
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            accepting.join()


def _accept(listener: socket.socket, made: Gateway) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=made._serve, args=(client,), daemon=True).start()
