"""Who may use the page: the browser that opened it with the one-time code, and no page of another origin.

A page elsewhere could reach a server on loopback by its address, or by a name of its own that it lets point there (DNS
rebinding). The first shows in Origin and Sec-Fetch-Site, the second in Host. No reply ever carries a CORS header.
"""

from __future__ import annotations

import hmac
import secrets
import threading

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST = "127.0.0.1"
OPEN_PATH = "/open"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_NEED_ORIGIN = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Door:
    """Turns the one-time code into a cookie. Safe for several threads."""

    def __init__(self) -> None:
        self._code: str | None = secrets.token_urlsafe(24)
        self._session = secrets.token_urlsafe(32)
        self._lock = threading.Lock()

    @property
    def code(self) -> str:
        """The code; empty once it was used."""
        return self._code or ""

    def open(self, code: str) -> str | None:
        """The cookie's value for the right code, once; None for anything else."""
        with self._lock:
            if self._code is None or not hmac.compare_digest(code.encode(), self._code.encode()):
                return None
            self._code = None
            return self._session

    def knows(self, session: str) -> bool:
        """Whether this is the cookie's value."""
        return hmac.compare_digest(session.encode(), self._session.encode())


class Guard:
    """ASGI middleware: loopback by address, own origin, own cookie; and the security headers of every reply.

    With `door` None it lets anybody in who addressed the server as loopback.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        port: int,
        door: Door | None,
        policy: str = CONTENT_SECURITY_POLICY,
        # The page must be able to hand the token to the live page that it opens.
        opener: str = "same-origin-allow-popups",
    ) -> None:
        self._app = app
        self._host = f"{HOST}:{port}"
        self._door = door
        self._cookie = cookie_name(port)
        self._headers = {**_HEADERS, "Content-Security-Policy": policy, "Cross-Origin-Opener-Policy": opener}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer it with 403."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        reason = self._refused(scope)
        if reason is None:
            await self._app(scope, receive, send_guarded)
        elif scope["type"] == "websocket":
            # Before the handshake is accepted, this is a plain 403.
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse(reason + "\n", 403)(scope, receive, send_guarded)

    def _refused(self, scope: Scope) -> str | None:
        """Why the request is refused, if it is."""
        headers = Headers(scope=scope)
        if headers.getlist("host") != [self._host]:
            return "Only for programs that address this page as 127.0.0.1."
        if not self._own_origin(scope, headers):
            return "Not for other pages."
        if self._door is None or scope["path"] == OPEN_PATH:
            return None
        if not self._door.knows(self._session(scope)):
            return "Open the address that lpconf printed. It works once; start lpconf page again for a new one."
        return None

    def _own_origin(self, scope: Scope, headers: Headers) -> bool:
        origins = headers.getlist("origin")
        needs_one = scope["type"] == "websocket" or scope["method"] in _NEED_ORIGIN
        if (needs_one and not origins) or any(origin != f"http://{self._host}" for origin in origins):
            return False
        # A link that was followed from elsewhere, such as from a terminal, may open a page and do nothing else.
        navigates = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
        return navigates or headers.get("sec-fetch-site", "none") in {"none", "same-origin"}

    def _session(self, scope: Scope) -> str:
        # Cookies do not know ports: other programs' cookies come along, and they may be of any form.
        # Starlette reads them one by one, as browsers do.
        return HTTPConnection(scope).cookies.get(self._cookie, "")


def cookie_name(port: int) -> str:
    """The cookie's name. Cookies do not know ports, so two pages at once need two names."""
    return f"lpconf_page_{port}"
