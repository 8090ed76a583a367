"""Visitor services on loopback that answer what a test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answers = dict[str, tuple[int, Any]]


@contextmanager
def services(answers: Answers, host: str | None = None) -> Iterator[str]:
    """Answers by the last word of the path. Discovery names `host`, or this server."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            return

        def _serve(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            word = self.path.partition("?")[0].rpartition("/")[2]
            own = f"127.0.0.1:{port}"
            status, body = answers.get(word, (200, {"baseURI": own if host is None else host}))
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response_only(status)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _serve  # noqa: N815

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
