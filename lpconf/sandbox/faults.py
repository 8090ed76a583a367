"""Makes requests fail as the fault table asks."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lpconf.sandbox import connection, edits
from lpconf.sandbox.console_paths import is_console
from lpconf.sandbox.fault_table import Fault, FaultKind, FaultTable
from lpconf.sandbox.login import signed_in
from lpconf.sandbox.replies import refusal_response
from lpconf.sandbox.rules import Refusal
from lpconf.sandbox.service import Service
from lpconf.sandbox.store import Body

_GATEWAY_PAGE = """<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
</body>
</html>
"""


class FaultInjector:
    """ASGI middleware. HTTP only; the page of the simulator itself never fails."""

    def __init__(self, app: ASGIApp, service: Service, table: FaultTable) -> None:
        self._app = app
        self._service = service
        self._table = table

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or fail it. A state that cannot be used now is a refusal, as in the application."""
        try:
            await self._handle(scope, receive, send)
        except sqlite3.OperationalError:
            refusal = self._service.rules.refusal("busy", "The state cannot be read or written now")
            await refusal_response(refusal, self._service.clock())(scope, receive, send)

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        faults: Sequence[Fault] = ()
        if scope["type"] == "http" and not is_console(scope["path"]):
            faults = self._table.take(method_of(scope), scope["path"])
        if not faults:
            await self._app(scope, receive, send)
            return
        inbox = _Inbox(receive)
        # Read first: a connection that is closed with unread bytes in it would be reset.
        if not await inbox.fill():
            return
        for fault in sorted(faults, key=lambda fault: fault.kind != FaultKind.LATENCY):
            if fault.kind != FaultKind.LATENCY:
                await self._fail(fault, inbox, scope, send)
                return
            if not await _wait(fault.seconds or 0, receive):
                return
        await self._app(scope, inbox.receive, send)

    async def _fail(self, fault: Fault, inbox: _Inbox, scope: Scope, send: Send) -> None:
        receive = inbox.receive
        match fault.kind:
            case FaultKind.RESET:
                await connection.reset(scope, receive)
            case FaultKind.ANSWER_LOST:
                await self._app(scope, receive, _nowhere)
                await connection.close(scope, inbox.source)
            case FaultKind.TRUNCATED_BODY:
                answer = _Outbox()
                await self._app(scope, receive, answer.send)
                await answer.send_half(send)
                await connection.close(scope, inbox.source)
            case FaultKind.EXPIRED_BEARER:
                self._end_session(scope)
                await self._app(scope, receive, send)
            case FaultKind.STALE_REVISION:
                target = edits.target_of(self._service.collections, scope["path"])
                if target is not None:
                    edits.edit(self._service, fault.edit, target, inbox.json())
                await self._app(scope, receive, send)
            case _:
                await self._answer(fault)(scope, receive, send)

    def _answer(self, fault: Fault) -> Response:
        rules, now = self._service.rules, self._service.clock()
        if fault.kind == FaultKind.HTML_ERROR:
            refusal = rules.refusal("gateway", "")
            return Response(_GATEWAY_PAGE, refusal.status, media_type="text/html")
        if fault.kind == FaultKind.SERVER_ERROR:
            return refusal_response(rules.refusal("fault", "A fault was asked for"), now)
        response = refusal_response(rules.refusal("too-many-requests", "Too many requests"), now)
        if fault.seconds is not None:
            response.headers["Retry-After"] = f"{fault.seconds:.0f}"
        return response

    def _end_session(self, scope: Scope) -> None:
        service = self._service
        account = scope["path"].split("/")[3:4]
        request = Request({**scope, "path_params": {"account": "".join(account)}})
        with service.store.write() as tx:
            try:
                session = signed_in(tx, service.rules, request, service.clock())
            except Refusal:
                return
            tx.end_session(session)


def method_of(scope: Scope) -> str:
    """The method of a request, or the one that its POST stands for (facts 3.2 [SEEN])."""
    method: str = scope["method"]
    override = Headers(scope=scope).get("x-http-method-override", "").upper()
    return override if method == "POST" and override in {"PUT", "DELETE"} else method


class _Inbox:
    """The whole body of a request, read ahead, to be received once more."""

    def __init__(self, source: Receive) -> None:
        self.source = source
        self._body = b""
        self._given = False

    async def fill(self) -> bool:
        """Read the body; False if the client went away."""
        more = True
        while more:
            message = await self.source()
            if message["type"] != "http.request":
                return False
            self._body += message.get("body", b"")
            more = message.get("more_body", False)
        return True

    async def receive(self) -> Message:
        if self._given:
            return await self.source()
        self._given = True
        return {"type": "http.request", "body": self._body, "more_body": False}

    def json(self) -> Body:
        """The JSON object in the body, or an empty one."""
        try:
            body = json.loads(self._body)
        except (ValueError, RecursionError):
            return {}
        return body if isinstance(body, dict) else {}


class _Outbox:
    """The whole answer, kept back."""

    def __init__(self) -> None:
        self._start: Message = {}
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        else:
            self._body += message.get("body", b"")

    async def send_half(self, send: Send) -> None:
        """Send the headers, which promise all of the body, and half of it."""
        headers = [(name, value) for name, value in self._start["headers"] if name.lower() != b"content-length"]
        promised = str(max(len(self._body), 1)).encode()
        await send({**self._start, "headers": [*headers, (b"content-length", promised)]})
        await send({"type": "http.response.body", "body": self._body[: len(self._body) // 2], "more_body": True})


async def _nowhere(_message: Message) -> None:
    """The answer that gets lost."""


async def _wait(seconds: float, receive: Receive) -> bool:
    """Wait; False if the client goes away meanwhile."""
    try:
        async with asyncio.timeout(seconds):
            await connection.gone(receive)
    except TimeoutError:
        return True
    return False
