"""The simulator's own page at `/`, and what can be done there. For who has the code that `serve` prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from lpconf.sandbox import console_paths, pages
from lpconf.sandbox.access import Access
from lpconf.sandbox.fault_table import FaultTable
from lpconf.sandbox.guard import own_origin
from lpconf.sandbox.overview import Overview
from lpconf.sandbox.requests_log import RequestLog
from lpconf.sandbox.service import Service

# `same-origin` and not `no-referrer`, under which browsers would hide the origin of the page's own forms.
_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src '{pages.STYLE_HASH}'; img-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True)
class Tools:
    """What the page shows and does beyond the service.

    Attributes:
        access: who may see it.
        faults: the faults of the state.
        overview: the numbers of the state.
        requests: the last requests of this server.
        reset: brings an account back to what a new one holds.
    """

    access: Access
    faults: FaultTable
    overview: Overview
    requests: RequestLog
    reset: Callable[[str], None]


class Control:
    """The page and its two actions."""

    def __init__(self, service: Service, tools: Tools) -> None:
        self._service = service
        self._tools = tools

    def routes(self) -> list[Route]:
        return [
            Route(console_paths.ROOT, self.page, methods=["GET"]),
            Route(console_paths.CLEAR_FAULTS, self.clear_faults, methods=["POST"]),
            Route(console_paths.RESET, self.reset, methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        """The page; with the code, a cookie for it."""
        code = request.query_params.get("code")
        if code is not None:
            return self._redeem(request, code)
        if not self._is_allowed(request):
            return HTMLResponse(pages.closed(), 403, _HEADERS)
        view = pages.View(
            accounts=self._tools.overview.accounts(),
            faults=self._tools.faults.all(),
            requests=self._tools.requests.newest_first(),
            settings=self._service.rules.settings,
            filter=pages.RuleFilter(request.query_params.get("mark", ""), request.query_params.get("q", "")),
            now=self._service.clock(),
        )
        return HTMLResponse(pages.page(view), headers=_HEADERS)

    async def clear_faults(self, request: Request) -> Response:
        self._check_action(request)
        self._tools.faults.clear()
        return _to_page()

    async def reset(self, request: Request) -> Response:
        self._check_action(request)
        (account,) = parse_qs((await request.body()).decode("latin-1")).get("account", [""])[:1]
        with self._service.store.read() as tx:
            known = tx.has_account(account)
        if known:
            self._tools.reset(account)
        return _to_page()

    def _redeem(self, request: Request, code: str) -> Response:
        if self._is_allowed(request):
            return HTMLResponse(pages.opened(), headers=_HEADERS)
        cookie = self._tools.access.redeem(code)
        if cookie is None:
            return HTMLResponse(pages.closed(was_tried=True), 403, _HEADERS)
        response = HTMLResponse(pages.opened(), headers=_HEADERS)
        response.set_cookie(
            _cookie_name(request), cookie, httponly=True, samesite="strict", secure=request.url.scheme == "https"
        )
        return response

    def _is_allowed(self, request: Request) -> bool:
        return self._tools.access.allows(request.cookies.get(_cookie_name(request), ""))

    def _check_action(self, request: Request) -> None:
        """The guard lets a request without Origin pass, as programs send none; a browser always sends one here."""
        if not self._is_allowed(request) or request.headers.get("origin", "").lower() != own_origin(request.scope):
            raise self._service.rules.refusal("console", "This needs the simulator's own page")


def _cookie_name(request: Request) -> str:
    """Browsers share cookies between the ports of a host, so the port is in the name."""
    return f"lpconf-sandbox-{request.scope['server'][1]}"


def _to_page() -> Response:
    return RedirectResponse(console_paths.ROOT, 303, _HEADERS)
