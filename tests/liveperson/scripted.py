"""An HTTP server on loopback that answers as a test tells it to, and keeps every request."""

from __future__ import annotations

import json
import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

ACCOUNT = "12345678"
PASSWORD = "pass word/1"
BEARERS = ("bearer-one", "bearer-two", "bearer-three")
CSRF = "csrf-of-the-session"
COOKIE = "cookie-of-the-session"


@dataclass(frozen=True)
class Request:
    """One request as it came in. The keys of `headers` are in lower case."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def json(self) -> object:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """One answer. `length` is what Content-Length claims, if it is not the truth; None leaves the header out.

    `raw` replaces the whole answer, status line included; `hang` gives none until the server stops.
    """

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    length: int | None = -1
    raw: bytes | None = None
    hang: bool = False


def json_reply(value: object, status: int = 200, **headers: str) -> Reply:
    named = tuple((name.replace("_", "-"), text) for name, text in headers.items())
    return Reply(status, json.dumps(value).encode(), (("Content-Type", "application/json"), *named))


def error_reply(status: int, message: str, **headers: str) -> Reply:
    """LivePerson's error body (facts 3.8)."""
    return json_reply({"error": {"message": message, "internalCode": 1}}, status, **headers)


RESET = Reply(raw=b"")
"""The connection ends without an answer."""
HANG = Reply(hang=True)
PAGE = Reply(200, b"<html><body>Please sign in</body></html>", (("Content-Type", "text/html"),))
TRUNCATED = Reply(200, b'[{"id": 1', length=1000)

Answering = Callable[[Request], Reply]


@dataclass
class Server:
    """What a test sees of the running server."""

    scheme: str
    port: int
    answer: Answering
    requests: list[Request] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}"

    @property
    def lines(self) -> list[str]:
        return [request.line for request in self.requests]


class _Listener(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 64

    def __init__(self, context: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.seen = Server("http" if context is None else "https", self.server_port, lambda _: Reply())

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away, or refuses the certificate, is part of a test."""

    def get_request(self) -> tuple[object, object]:  # type: ignore[override]
        try:
            return super().get_request()
        except ssl.SSLError as error:
            raise OSError(str(error)) from error


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener
    timeout = 10

    def handle_any(self) -> None:
        seen = self.server.seen
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = parse_qsl(parts.query, keep_blank_values=True)
        path = self.path if self.command == "CONNECT" else parts.path
        request = Request(self.command, path, query, headers, body)
        seen.requests.append(request)
        self._send(seen.answer(request))

    do_GET = handle_any  # noqa: N815 - the names that http.server looks for
    do_POST = handle_any  # noqa: N815
    do_PUT = handle_any  # noqa: N815
    do_DELETE = handle_any  # noqa: N815
    do_CONNECT = handle_any  # noqa: N815

    def _send(self, reply: Reply) -> None:
        if reply.hang:
            self.server.seen.stopped.wait()
            self.close_connection = True
            return
        if reply.raw is not None:
            self.wfile.write(reply.raw)
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        if reply.length is not None:
            self.send_header("Content-Length", str(len(reply.body) if reply.length < 0 else reply.length))
        # One connection a request: a server that stops must not wait for clients that keep theirs open.
        self.send_header("Connection", "close")
        self.close_connection = True
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:
        """Tests look at `requests`."""


@contextmanager
def serving(answer: Answering | None = None, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server that answers with `answer`, over TLS if there is a context."""
    listener = _Listener(context)
    if answer is not None:
        listener.seen.answer = answer
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield listener.seen
    finally:
        listener.seen.stopped.set()
        listener.shutdown()
        listener.server_close()
        thread.join()


def queue(*replies: Reply) -> Answering:
    """These replies in turn, the last one for ever."""
    waiting = deque(replies)
    return lambda _: waiting.popleft() if len(waiting) > 1 else waiting[0]


@dataclass
class LivePerson:
    """Discovery, login and logout as LivePerson answers them; everything else as the test says.

    `logins` counts the logins; each hands out another bearer. `valid` is the only bearer that is accepted, if set.
    """

    server: Server
    settings: Answering = field(default_factory=lambda: queue(json_reply([])))
    discovery: Reply | None = None
    login: Answering | None = None
    token: Answering | None = None
    logout: Reply = field(default_factory=Reply)
    hosts: dict[str, object] = field(default_factory=dict)
    valid: str | None = None
    logins: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: Request) -> Reply:
        if request.path.endswith("/baseURI.json"):
            return self.discovery or json_reply({"baseURIs": self._services()})
        if request.path.endswith("/login"):
            return self.login(request) if self.login else self.bearer()
        if request.path.endswith("/token"):
            return self.token(request) if self.token else json_reply({"access_token": "token-one"})
        if request.path.endswith("/logout"):
            return self.logout
        if self.valid is not None and request.headers.get("authorization") != f"Bearer {self.valid}":
            return error_reply(401, "session expired")
        return self.settings(request)

    def bearer(self) -> Reply:
        with self.lock:
            bearer = BEARERS[self.logins]
            self.logins += 1
        return json_reply({"csrf": CSRF, "bearer": bearer}, Set_Cookie=f"Session_id={COOKIE}; Path=/; HttpOnly; Secure")

    def _services(self) -> list[dict[str, object]]:
        names = ("agentVep", "accountConfigReadWrite", "sentinel")
        return [
            {"service": name, "account": ACCOUNT, "baseURI": self.hosts.get(name, self.server.host)} for name in names
        ]
