"""Keeps web pages out: the simulator answers only who addressed it as loopback, and no page of another origin.

A page elsewhere could reach a server on loopback by its address, or by a name of its own that it lets point there (DNS
rebinding). The first shows in Origin, the second in Host. A GET of a page elsewhere for an image or a script has no
Origin; it shows in Sec-Fetch-Site, which browsers send and other programs do not. No reply ever carries a CORS header.
A WebSocket is held to the same: browsers open one to any host, and tell the page's origin.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from lpconf.sandbox.replies import refusal_response
from lpconf.sandbox.rules import Rules

# The latter is what the user typed or a bookmark.
_OWN_SITES = frozenset({"same-origin", "none"})
_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Guard:
    """ASGI middleware for the rule `loopback-only`."""

    def __init__(self, app: ASGIApp, rules: Rules, clock: Callable[[], float] = time.time) -> None:
        self._app = app
        self._rules = rules
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _addressed_by_us(scope):
            await self._app(scope, receive, send)
            return
        refusal = self._rules.refusal("loopback-only", "Only for programs that address this server as loopback")
        await refusal_response(refusal, self._clock())(scope, receive, send)


def own_origin(scope: Scope) -> str:
    """The origin of pages of this server, under the name by which the request addressed it."""
    scheme = "https" if scope["scheme"] in {"https", "wss"} else "http"
    return f"{scheme}://{Headers(scope=scope).get('host', '').lower()}"


def _addressed_by_us(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    hosts, origins = headers.getlist("host"), headers.getlist("origin")
    if len(hosts) != 1 or scope.get("server") is None:
        return False
    name, _, port = hosts[0].lower().rpartition(":")
    if name not in _NAMES or port != str(scope["server"][1]):
        return False
    return all(origin.lower() == own_origin(scope) for origin in origins) and not _is_of_another_page(scope, headers)


def _is_of_another_page(scope: Scope, headers: Headers) -> bool:
    """Whether a page of another origin asks, be it on this machine. Who follows a link from there may."""
    if all(site.lower() in _OWN_SITES for site in headers.getlist("sec-fetch-site")):
        return False
    how = (headers.getlist("sec-fetch-mode"), headers.getlist("sec-fetch-dest"))
    return scope.get("method") != "GET" or how != (["navigate"], ["document"])
