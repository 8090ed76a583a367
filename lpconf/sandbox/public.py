"""The reads that need no credentials (facts 7): what LivePerson serves to visitors' browsers from `acCdnDomain`.

There it is another host; here all services share one. Where a path is on both sides, a request without Authorization
is the public one: the rule `public-shared`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lpconf.sandbox import reading
from lpconf.sandbox.kinds import Collection, Desk
from lpconf.sandbox.query import Fields, fields_of_one
from lpconf.sandbox.replies import refusal_response
from lpconf.sandbox.rules import Refusal
from lpconf.sandbox.service import Service

_CALLBACK = re.compile(r"[A-Za-z_$][\w$]{0,60}(\.[A-Za-z_$][\w$]{0,60}){0,4}", re.ASCII)


class Public:
    """The paths that are on the public side only."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def routes(self) -> list[Route]:
        base = "/api/account/{account}/configuration"
        return [
            Route(f"{base}/le-connectors/all-connectors", self.connectors),
            Route(f"{base}/setting/accountproperties", self.properties),
            Route(f"{base}/domainprotection/refererrestrictions", self.restrictions),
        ]

    async def connectors(self, request: Request) -> Response:
        return response(self._service, "connectors", request)

    async def properties(self, request: Request) -> Response:
        return response(self._service, "properties", request)

    async def restrictions(self, request: Request) -> Response:
        return response(self._service, "refererrestrictions", request)


def is_meant(service: Service, collection: Collection, request: Request) -> bool:
    """Whether a request to account configuration is one to the public side."""
    shared = _SHARED.get(collection.key)
    one = "id" in request.path_params
    anonymous = not request.headers.get("authorization", "").strip()
    return one == shared and request.method in {"GET", "HEAD"} and anonymous and service.rules.on("public-shared")


def response(service: Service, key: str, request: Request) -> Response:
    """The public answer: the whole things, without secrets, as JSON or, with `cb`, as a script."""
    rules, account = service.rules, request.path_params["account"]
    try:
        callback = _callback(service, request)
        fields = fields_of_one(rules, request.query_params)
        with service.store.read() as tx:
            if not tx.has_account(account):
                raise rules.refusal("public-unknown", f"Unknown account {account}")
            desk = Desk(tx, account, service.clock(), rules, service.collections)
            body = _READS[key](desk, request)
        shown, status = _narrowed(body, fields), 200
    except Refusal as refusal:
        if refusal.rule.key != "public-unknown":
            return refusal_response(refusal, service.clock())
        callback, shown, status = None, {"error": refusal.message}, refusal.status
    if callback is None:
        return Response(json.dumps(shown), status, media_type="application/json")
    # json.dumps escapes everything beyond ASCII, so this is JavaScript too.
    headers = {"X-Content-Type-Options": "nosniff"}
    return Response(f"{callback}({json.dumps(shown)});", status, headers, "application/javascript")


def _narrowed(body: Any, fields: Fields) -> Any:
    if isinstance(body, list):
        return [_narrowed(item, fields) for item in body]
    return fields.of(body) if isinstance(body, dict) else body


def _callback(service: Service, request: Request) -> str | None:
    """The name of the function to call, if one is asked for."""
    callback = request.query_params.get("cb")
    if callback is None:
        return None
    if not _CALLBACK.fullmatch(callback):
        raise service.rules.refusal("public-callback", "cb must be the name of a JavaScript function")
    # A script needs no CORS header to be loaded by a page of anywhere; browsers tell where it is loaded from.
    if request.headers.get("sec-fetch-site", "none") == "cross-site":
        raise service.rules.refusal("public-page", "No JSONP for a page of another site")
    return callback


def _listed(key: str) -> Callable[[Desk, Request], list[Any]]:
    def read(desk: Desk, _request: Request) -> list[Any]:
        return [reading.stored(desk, desk.collections[key], entity) for entity in desk.tx.entities(desk.place(key))]

    return read


def _restrictions(desk: Desk, _request: Request) -> Any:
    """The form of the list is [GUESS]; that of none is [ONE] (facts 7)."""
    found = [entity.name for entity in desk.tx.entities(desk.place("refererrestrictions"))]
    return found or {"error": "No restrictions are set"}


def _window(desk: Desk, request: Request) -> Any:
    window = desk.tx.get(desk.place("window-confs"), request.path_params["id"])
    if window is None or window.deleted:
        raise desk.rules.refusal("public-unknown", f"Unknown window {request.path_params['id']}")
    return reading.stored(desk, desk.collections["window-confs"], window)


_READS: Mapping[str, Callable[[Desk, Request], Any]] = MappingProxyType(
    {
        "connectors": _listed("connectors"),
        "properties": _listed("properties"),
        "zones": _listed("zones"),
        "refererrestrictions": _restrictions,
        "window-confs": _window,
    }
)
# Collections that have a path in common with the public side: with an id, or as a whole.
_SHARED: Mapping[str, bool] = MappingProxyType({"zones": False, "window-confs": True})
