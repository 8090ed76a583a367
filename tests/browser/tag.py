"""A stand-in for LivePerson's tag.js on loopback: it does on the page what the documented contract says, and no more.

It asks the identity functions, tells its events, draws a button, and calls the page method with a callback.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SCRIPT = """
(() => {
  const tag = window.lpTag;
  const listeners = {};
  tag.events = {
    bind: (app, name, call) => { (listeners[app + "/" + name] ??= []).push(call); },
    trigger: (app, name, data) => { for (const call of listeners[app + "/" + name] ?? []) call(data); },
  };
  for (const call of tag._defB ?? []) call();
  tag.newPage = (url, place) => { tag.seen = { url, place }; };
  const ask = (call) => call((identity) => {
    document.documentElement.dataset.identity = JSON.stringify(identity);
    const button = document.createElement("button");
    button.id = "LPMcontainer";
    button.textContent = "Message us";
    button.style.cssText = "position:fixed;right:8px;top:50%";
    button.onclick = () => {
      tag.events.trigger("LP_OFFERS", "OFFER_CLICK", {});
      tag.events.trigger("lpUnifiedWindow", "state", { state: "initialised" });
      window.METHOD((token, error) => {
        document.documentElement.dataset.token = String(token);
        document.documentElement.dataset.opener = String(window.opener);
        tag.events.trigger("lpUnifiedWindow", "conversationInfo", { conversationId: "c-1" });
        tag.events.trigger("lpUnifiedWindow", "state", { state: "chatting" });
      });
    };
    document.body.append(button);
    tag.events.trigger("LP_OFFERS", "OFFER_IMPRESSION", {});
  });
  tag.identities.forEach(ask);
  tag.identities.push = ask;
})();
"""


@dataclass
class TagHost:
    """Where it is, and what it was asked for."""

    url: str
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@contextmanager
def serving(method: str, *, status: int = 200) -> Iterator[TagHost]:
    """Serve a tag that calls the page method of that name."""
    host = TagHost("")

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            return

        def do_GET(self) -> None:
            host.asked.append((self.path, dict(self.headers)))
            content = SCRIPT.replace("METHOD", method).encode()
            self.send_response_only(status)
            self.send_header("Content-Type", "text/javascript")
            # The page asks for resources of its own origin only, unless they say that others may have them.
            self.send_header("Cross-Origin-Resource-Policy", "cross-origin")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    host.url = f"http://127.0.0.1:{server.server_address[1]}/tag/tag.js"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
