"""A gateway in front of the sandbox that fails, or lets somebody else be faster, on request.

It is a real HTTP server: the client under test talks to it as to LivePerson.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "host"}


@dataclass(frozen=True)
class Fault:
    """What happens to the requests that match, `times` of them."""

    verb: str
    path: str
    first: Callable[[], Any] | None = None
    """Called before the request is passed on: somebody else is faster."""
    status: int | None = None
    """Answer with this status instead of passing the request on."""
    headers: dict[str, str] = field(default_factory=dict)
    echo: bool = False
    """With `status`: quote the request's headers and body in the error."""
    lose_answer: bool = False
    """Pass the request on, then close the connection without an answer."""
    drop_headers: tuple[str, ...] = ()
    """Take these headers out of the answer."""
    edit: Callable[[Any], Any] | None = None
    """Change the answer's JSON."""
    edit_request: Callable[[Any], Any] | None = None
    """Change the request's JSON before it is passed on."""
    times: int = 1


@dataclass
class Gateway:
    url: str
    faults: list[Fault] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    """Every request: verb and path."""
    bodies: list[bytes] = field(default_factory=list)
    """What the requests carried."""
    _used: dict[int, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _under_way: int = 0
    _settled: threading.Condition = field(default_factory=threading.Condition)

    def add(self, fault: Fault) -> None:
        self.faults.append(fault)

    def settle(self) -> None:
        """Wait until no request is under way, also none whose client has gone."""
        with self._settled:
            assert self._settled.wait_for(lambda: self._under_way == 0, timeout=60)

    @contextmanager
    def _serving(self) -> Iterator[None]:
        with self._settled:
            self._under_way += 1
        try:
            yield
        finally:
            with self._settled:
                self._under_way -= 1
                self._settled.notify_all()

    def writes(self) -> list[tuple[str, str]]:
        """The requests that change settings."""
        return [each for each in self.requests if each[0] != "GET" and "/configuration/" in each[1]]

    def _next(self, verb: str, path: str) -> Fault | None:
        with self._lock:
            self.requests.append((verb, path.split("?", maxsplit=1)[0]))
            for index, fault in enumerate(self.faults):
                used = self._used.get(index, 0)
                if used < fault.times and fault.verb == verb and re.search(fault.path, path):
                    self._used[index] = used + 1
                    return fault
        return None


@contextmanager
def gateway(sandbox_url: str) -> Iterator[Gateway]:
    """A gateway in front of a sandbox, on a port of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.daemon_threads = True
    result = Gateway(f"http://127.0.0.1:{server.server_address[1]}")
    server.RequestHandlerClass = _handler(result, sandbox_url)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield result
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(state: Gateway, target: str) -> type[BaseHTTPRequestHandler]:
    own, behind = state.url.removeprefix("http://"), target.removeprefix("http://")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: Any) -> None:
            return

        def _serve(self) -> None:
            # A client that was killed does not take its answer.
            with state._serving(), suppress(ConnectionError):
                self._pass_on()

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            state.bodies.append(body)
            fault = state._next(self.command, self.path)
            if fault and fault.first:
                fault.first()
            if fault and fault.status:
                quoted = json.dumps({"error": {"message": f"{body.decode()} {self.headers}"}}).encode()
                headers = {"Content-Type": "application/json", **fault.headers}
                self._answer(fault.status, headers, quoted if fault.echo else b"{}")
                return
            if fault and fault.edit_request:
                body = json.dumps(fault.edit_request(json.loads(body))).encode()
            sent = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
            with requests.Session() as http:
                http.trust_env = False
                reply = http.request(self.command, target + self.path, data=body, headers=sent, allow_redirects=False)
            if fault and fault.lose_answer:
                self.close_connection = True
                self.connection.close()
                return
            content = reply.content.replace(behind.encode(), own.encode())
            if fault and fault.edit:
                content = json.dumps(fault.edit(json.loads(content))).encode()
            dropped = _HOP_BY_HOP | {name.lower() for name in (fault.drop_headers if fault else ())}
            headers = {name: value for name, value in reply.headers.items() if name.lower() not in dropped}
            self._answer(reply.status_code, headers, content)

        def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815

    return Handler
