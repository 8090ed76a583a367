"""The web application: all routes, behind the guard."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from lpconf.sandbox import consumer
from lpconf.sandbox.configuration import Configuration
from lpconf.sandbox.control import Control, Tools
from lpconf.sandbox.discovery import Discovery
from lpconf.sandbox.faults import FaultInjector
from lpconf.sandbox.guard import Guard
from lpconf.sandbox.login import Login
from lpconf.sandbox.replies import refusal_response
from lpconf.sandbox.requests_log import RequestLogger
from lpconf.sandbox.rules import Refusal
from lpconf.sandbox.service import Service

_Handler = Callable[[Request, Exception], Awaitable[Response]]

# What Starlette itself answers, as rules.
_OF_STATUS = {404: "path", 405: "method"}


def create_app(service: Service, tools: Tools) -> Starlette:
    """The application over an open state. It holds no state but conversations: several may serve one file."""
    return Starlette(
        routes=[
            *Discovery(service).routes(),
            *Login(service).routes(),
            *Configuration(service).routes(),
            *consumer.routes(service),
            *Control(service, tools).routes(),
        ],
        middleware=[
            Middleware(RequestLogger, log=tools.requests, clock=service.clock),
            Middleware(Guard, rules=service.rules, clock=service.clock),
            Middleware(FaultInjector, service=service, table=tools.faults),
        ],
        exception_handlers={
            Refusal: _handler(service, _as_is),
            HTTPException: _handler(service, _of_router),
            ClientDisconnect: _hung_up,
            sqlite3.OperationalError: _handler(service, _of_state),
            Exception: _handler(service, _of_fault),
        },
    )


def _handler(service: Service, refusal_of: Callable[[Service, Exception], Refusal]) -> _Handler:
    async def handle(_request: Request, error: Exception) -> Response:
        return refusal_response(refusal_of(service, error), service.clock())

    return handle


async def _hung_up(_request: Request, _error: Exception) -> Response:
    """Nobody is there to read this."""
    return Response(status_code=400)


def _as_is(_service: Service, error: Exception) -> Refusal:
    if not isinstance(error, Refusal):
        raise error
    return error


def _of_router(service: Service, error: Exception) -> Refusal:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return service.rules.refusal(_OF_STATUS.get(status, "fault"), "No such address or method")


def _of_state(service: Service, _error: Exception) -> Refusal:
    return service.rules.refusal("busy", "The state cannot be read or written now")


def _of_fault(service: Service, _error: Exception) -> Refusal:
    return service.rules.refusal("fault", "The simulator has failed")
