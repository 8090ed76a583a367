"""Account configuration: the REST verbs over any collection (facts 3).

Checks come in this order: bearer, version, media type, JSON, parent, id, revision, and then the body.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lpconf.sandbox import reading, writing
from lpconf.sandbox.kinds import Collection, Desk
from lpconf.sandbox.login import signed_in
from lpconf.sandbox.replies import json_body, json_response, refusal_response
from lpconf.sandbox.rules import Refusal
from lpconf.sandbox.service import Service
from lpconf.sandbox.store import Body, Entity, Place

_TUNNELLED = frozenset({"PUT", "DELETE"})


@dataclass(frozen=True)
class Call:
    """One request to one collection, on its way through the verbs."""

    request: Request
    desk: Desk
    collection: Collection
    place: Place
    sent: Body

    @property
    def id(self) -> int | None:
        """The id in the address; None for the collection itself."""
        found: int | None = self.request.path_params.get("id")
        return found


class Configuration:
    """All collections of the table."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def routes(self) -> list[Route]:
        """Two routes per collection: itself, and one thing in it."""
        routes = []
        for collection in self._service.collections.values():
            path = f"/api/account/{{account}}/configuration/{collection.path.replace('{parent}', '{parent:int}')}"
            endpoint = self._endpoint(collection)
            methods = ["GET", "POST"] if collection.writable else ["GET"]
            more = ["PUT", "DELETE"] if collection.writable else []
            routes += [
                Route(path, endpoint, methods=methods, name=collection.key),
                Route(path + "/{id:int}", endpoint, methods=methods + more, name=f"{collection.key}.one"),
            ]
        return routes

    def _endpoint(self, collection: Collection) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            response = await self._answer(request, collection)
            if "JSESSIONID" not in request.cookies:
                response.set_cookie("JSESSIONID", secrets.token_hex(16).upper(), httponly=True, samesite="strict")
            return response

        return endpoint

    async def _answer(self, request: Request, collection: Collection) -> Response:
        service, now = self._service, self._service.clock()
        revision: int | None = None
        try:
            with service.store.read() as tx:
                signed_in(tx, service.rules, request, now)
            self._check_version(request, collection)
            verb = self._verb(request)
            sent = await json_body(request, service.rules) if verb in {"POST", "PUT"} else {}
            place = Place(request.path_params["account"], collection.key, request.path_params.get("parent", 0))
            with service.store.read() if verb == "GET" else service.store.write() as tx:
                desk = Desk(tx, place.account, now, service.rules, service.collections)
                revision = tx.revision(place)
                call = Call(request, desk, collection, place, sent)
                status, reply = _VERBS[verb](call)
                revision = tx.revision(place)
            response = json_response(reply, status)
        except Refusal as refusal:
            response = refusal_response(refusal, now)
        if revision is not None:
            response.headers["ac-revision"] = str(revision)
        return response

    def _check_version(self, request: Request, collection: Collection) -> None:
        if request.query_params.get("v") not in collection.versions:
            versions = " or ".join(collection.versions)
            raise self._service.rules.refusal("version", f"v is required and must be {versions}")

    def _verb(self, request: Request) -> str:
        """The verb, which a POST may name in a header (facts 3.2 [SEEN])."""
        rules, override = self._service.rules, request.headers.get("x-http-method-override")
        one = "id" in request.path_params
        verb = "GET" if request.method == "HEAD" else request.method
        if verb == "POST" and override is not None and override.upper() != "POST":
            verb = override.upper()
            if verb not in _TUNNELLED:
                raise rules.refusal("override", "X-HTTP-Method-Override must be PUT or DELETE")
        if verb != "GET" and one != (verb in _TUNNELLED):
            raise rules.refusal("method", f"No {verb} here")
        return verb


def _get(call: Call) -> tuple[int, Any]:
    if call.id is not None:
        return 200, reading.one(call.desk, call.collection, _live(call))
    _check_parent(call)
    query = call.request.query_params
    entities = call.desk.tx.entities(call.place, deleted=query.get("include_deleted") == "true")
    return 200, reading.many(call.desk, call.collection, entities, query)


def _post(call: Call) -> tuple[int, Any]:
    _check_parent(call)
    entity = writing.create(call.desk, call.collection, call.place, call.sent)
    return 201, reading.one(call.desk, call.collection, entity)


def _put(call: Call) -> tuple[int, Any]:
    live = _live(call)
    _check_revision(call)
    entity = writing.replace(call.desk, call.collection, live, call.sent)
    return 200, reading.one(call.desk, call.collection, entity)


def _delete(call: Call) -> tuple[int, Any]:
    live = _live(call)
    _check_revision(call)
    writing.delete(call.desk, live)
    return 200, {}


_VERBS: Mapping[str, Callable[[Call], tuple[int, Any]]] = MappingProxyType(
    {"GET": _get, "POST": _post, "PUT": _put, "DELETE": _delete}
)


def _live(call: Call) -> Entity:
    """The live entity of the address."""
    _check_parent(call)
    entity = call.desk.tx.get(call.place, call.id or 0)
    if entity is None:
        raise call.desk.rules.refusal("not-found", f"No {call.collection.key} with id {call.id}")
    if entity.deleted:
        raise call.desk.rules.refusal("deleted", f"{call.collection.key} {call.id} is deleted")
    return entity


def _check_parent(call: Call) -> None:
    if call.collection.parent is None:
        return
    parent = call.desk.tx.get(call.desk.place(call.collection.parent), call.place.parent)
    if parent is None:
        raise call.desk.rules.refusal("not-found", f"No {call.collection.parent} with id {call.place.parent}")
    if parent.deleted:
        raise call.desk.rules.refusal("deleted-parent", f"{call.collection.parent} {parent.id} is deleted")


def _check_revision(call: Call) -> None:
    """The rules `if-match-*` (facts 3.3)."""
    rules, match = call.desk.rules, call.request.headers.get("if-match")
    if match is None:
        if rules.on("if-match-missing"):
            raise rules.refusal("if-match-missing", "If-Match with the collection's revision is required")
        return
    if match in {"-1", "*"}:
        return
    if not re.fullmatch(r"\d{1,18}", match, re.ASCII):
        raise rules.refusal("if-match-form", "If-Match must be a plain integer")
    revision = call.desk.tx.revision(call.place)
    if int(match) != revision and rules.on("if-match-stale"):
        raise rules.refusal("if-match-stale", f"If-Match is {match}, the revision is {revision}")
