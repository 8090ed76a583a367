"""The page's backend: its few JSON endpoints, the relay, and the static files, behind the guard."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from lpconf.model.errors import LpconfError
from lpconf.model.live import Live
from lpconf.page import files, settings, token_step
from lpconf.page.declared import declared_connector
from lpconf.page.guard import OPEN_PATH, Door, Guard, cookie_name
from lpconf.page.idp_codes import explained
from lpconf.page.outcome import Outcome
from lpconf.page.relay import UNREACHABLE, relay
from lpconf.page.subject import Subject
from lpconf.page.upstream import IdpAnswer, Offer, Upstream, UpstreamError, as_id

LARGEST_BODY = 64 * 1024
"""In bytes. A token has some hundred characters, a very large one some thousand."""

# A redirect would do, but a browser does not send a strict cookie along with one that another program started.
_OPENED = '<!doctype html><title>Consumer test page</title><meta http-equiv="refresh" content="0;url=/">'


class BadRequestError(Exception):
    """A request that the page's own scripts would not send."""


def create_app(subject: Subject, door: Door, port: int, live_origin: str | None = None) -> Starlette:
    """The application. `live_origin` is where the page with LivePerson's own script is, if it is."""
    backend = Backend(subject, live_origin)

    async def opened(request: Request) -> Response:
        session = door.open(request.query_params.get("code", ""))
        if session is None:
            return PlainTextResponse("This address worked once. Start lpconf page again for a new one.\n", 403)
        reply = HTMLResponse(_OPENED)
        reply.set_cookie(cookie_name(port), session, httponly=True, samesite="strict", path="/")
        return reply

    routes = [
        Route(OPEN_PATH, opened, methods=["GET"]),
        files.route("/", "index.html"),
        files.route("/favicon.ico", "icon.svg"),
        *files.routes(["page.css", "icon.svg", *files.scripts()]),
        *backend.routes(),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(Guard, port=port, door=door)],
        exception_handlers={BadRequestError: _told(400), UpstreamError: _told(502), LpconfError: _told(422)},
        lifespan=backend.lifespan,
    )


class Backend:
    """The endpoints. Tokens come in bodies only, and are neither kept nor logged."""

    def __init__(self, subject: Subject, live_origin: str | None) -> None:
        """Make it; nothing is asked yet."""
        self._subject = subject
        self._live_origin = live_origin
        self._reading = threading.Lock()
        self._upstream: Upstream | None = None

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Open the way to the visitor services for as long as the server runs."""
        if self._subject.account is not None:
            account = self._subject.account
            self._upstream = Upstream(account.discovery_url, self._subject.site.account, account.ca_file)
        try:
            yield
        finally:
            if self._upstream is not None:
                await self._upstream.close()

    def routes(self) -> list[Route | WebSocketRoute]:
        """All endpoints."""
        common: list[Route | WebSocketRoute] = [
            Route("/api/start", self.start, methods=["POST"]),
            Route("/api/mint", self.mint, methods=["POST"]),
            Route("/api/look", self.look, methods=["POST"]),
        ]
        if self._subject.account is None:
            return common
        return [
            *common,
            Route("/api/authenticate", self.authenticate, methods=["POST"]),
            WebSocketRoute("/api/conversation", self.conversation),
        ]

    async def start(self, _request: Request) -> Response:
        """What the page shows before anything is entered."""
        site = self._subject.site
        return JSONResponse(
            {
                "account": site.account,
                "label": site.label or "",
                "mint": self._subject.key is not None,
                "live": self._live_origin,
            }
        )

    async def mint(self, _request: Request) -> Response:
        """A new token, if the user gave a key."""
        return JSONResponse({"token": await run_in_threadpool(self._mint)})

    async def look(self, request: Request) -> Response:
        """Steps 1, 2 and 5 to 7: what the token, the account's settings and monitoring say."""
        body = await _body(request)
        account, token = _text(body, "account"), _text(body, "token")
        if account != self._subject.site.account:
            raise LpconfError(
                f"The configuration is of site {self._subject.site.account}. Enter that site id, or start lpconf page "
                "with the configuration of the other site."
            )
        if self._upstream is None or self._subject.account is None:
            return JSONResponse(await run_in_threadpool(_look_at_declared, self._subject, token))
        live = await run_in_threadpool(self._read)
        return JSONResponse(await _look(self._subject, self._upstream, live, token))

    async def authenticate(self, request: Request) -> Response:
        """Step 4: what the IdP answers."""
        body = await _body(request)
        connector_id = as_id(body.get("connector"))
        if connector_id is None or self._upstream is None:
            raise BadRequestError("The connector's id is missing.")
        answer = await self._upstream.authenticate(connector_id, _text(body, "token"))
        return JSONResponse({**_idp_outcome(answer).as_json(), "token": answer.token})

    async def conversation(self, page: WebSocket) -> None:
        """Step 8: messages to and from the consumer socket."""
        upstream = self._upstream
        if upstream is None:
            raise RuntimeError("only served with an account on this machine")
        try:
            url = await upstream.socket_url()
        except UpstreamError as error:
            await page.accept()
            await page.close(UNREACHABLE, str(error))
            return
        await relay(page, url, upstream.tls)

    def _mint(self) -> str:
        name, _, _ = declared_connector(self._subject)
        if name is not None:
            return token_step.minted(self._subject, name, None)
        live = self._read()
        # Who the visitor is is not known yet, so nothing is offered to them.
        nearest = settings.chosen_engagement(live, Offer(), self._subject.quirks)
        return token_step.minted(self._subject, None, settings.connector_of(live, nearest))

    def _read(self) -> Live:
        with self._reading:
            return self._subject.account.read() if self._subject.account else Live()


async def _look(subject: Subject, upstream: Upstream, live: Live, token: str) -> dict[str, Any]:
    quirks = subject.quirks
    # Who the visitor is does not depend on the connector; which connector applies may depend on the visitor.
    who = token_step.identities(token_step.checked(subject, token, None))
    offer = await upstream.offer(who)
    engagement = settings.chosen_engagement(live, offer, quirks)
    connector = settings.connector_of(live, engagement)
    found = await run_in_threadpool(token_step.checked, subject, token, connector)
    usable = settings.connector_outcome(live, engagement, quirks)
    result: dict[str, Any] = {
        "token": token_step.outcome(found).as_json(),
        "connector": usable.as_json(),
        "engagement": settings.engagement_outcome(live, offer).as_json(),
        "method": None,
        "button": None,
        "context": None,
    }
    if connector is not None:
        result["connector"]["id"] = connector.id
        result["method"] = settings.page_method(connector).as_json()
    if engagement is not None and offer.details:
        result["button"] = settings.button_of(engagement)
        result["context"] = settings.context_of(offer)
    return result


def _look_at_declared(subject: Subject, token: str) -> dict[str, Any]:
    """Steps 1 and 2 by the configuration alone: the real account is not asked."""
    name, connector, method = declared_connector(subject)
    found = token_step.checked_as(subject, token, name)
    who = token_step.identities(found)
    return {
        "token": token_step.outcome(found).as_json(),
        "connector": connector.as_json(),
        "method": method.as_json() if method else None,
        "identity": who[0] if who else None,
    }


def _idp_outcome(answer: IdpAnswer) -> Outcome:
    if answer.token:
        return Outcome(True, "LivePerson accepts the token and gives the visitor one of its own.")
    if not answer.code:
        return Outcome(False, f"The IdP answered {answer.status} without a code.")
    name, meaning = explained(answer.code)
    return Outcome(False, f"{answer.code} {name}. {meaning}", details=(("Answer", f"HTTP {answer.status}"),))


async def _body(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise BadRequestError("The body must be JSON.")
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > LARGEST_BODY:
            raise BadRequestError(f"The body is larger than {LARGEST_BODY // 1024} KiB.")
    try:
        body = json.loads(bytes(data))
    except (ValueError, RecursionError):
        raise BadRequestError("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise BadRequestError("The body must be one JSON object.")
    return body


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise BadRequestError(f"{name} is missing.")
    return value.strip()


def _told(status: int) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handle(_request: Request, error: Exception) -> Response:
        return JSONResponse({"error": str(error)}, status)

    return handle
