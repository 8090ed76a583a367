"""Account configuration: the REST verbs over any collection (facts 3).

Checks come in this order: bearer, permission, version, media type, JSON, parent, id, revision, and then the body.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

from starlette.convertors import IntegerConvertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from lpconf.sandbox import public
from lpconf.sandbox.kinds import Collection, Desk
from lpconf.sandbox.login import signed_in
from lpconf.sandbox.permissions import grant_of
from lpconf.sandbox.replies import json_body, json_object_or_list, json_response, refusal_response
from lpconf.sandbox.rules import Refusal
from lpconf.sandbox.service import Service
from lpconf.sandbox.store import LARGEST_ID, Body, Place
from lpconf.sandbox.verbs import Call, Reply, answer

_TUNNELLED = frozenset({"PUT", "DELETE"})


class _Route(Route):
    """A route that numbers beyond the largest id do not fit; the framework would take any, and fail on the longest."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        found = self.path_regex.match(scope["path"])
        names = [name for name, kind in self.param_convertors.items() if isinstance(kind, IntegerConvertor)]
        if found and not all(_may_be_id(found[name]) for name in names):
            return Match.NONE, {}
        return super().matches(scope)


def _may_be_id(digits: str) -> bool:
    return len(digits) <= len(str(LARGEST_ID)) and int(digits) <= LARGEST_ID


class Configuration:
    """All collections of the table, and the public reads."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def routes(self) -> list[Route]:
        """Two routes per collection, itself and one thing in it; and those that are public only."""
        routes = public.Public(self._service).routes()
        for collection in self._service.collections.values():
            path = f"/api/account/{{account}}/configuration/{collection.path.replace('{parent}', '{parent:int}')}"
            endpoint = self._endpoint(collection)
            on_all = collection.verbs - (frozenset() if collection.bulk else _TUNNELLED)
            # A PUT or DELETE may come as a POST.
            on_one = (collection.verbs - {"POST"}) | ({"POST"} if collection.verbs & _TUNNELLED else frozenset())
            one = "{id}" if collection.text_ids else "{id:int}"
            if collection.verbs:
                routes.append(_Route(path, endpoint, methods=sorted(on_all), name=collection.key))
            if on_one and collection.by_id:
                routes.append(_Route(f"{path}/{one}", endpoint, methods=sorted(on_one), name=f"{collection.key}.one"))
        return routes

    def _endpoint(self, collection: Collection) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            if public.is_meant(self._service, collection, request):
                return public.response(self._service, collection.key, request)
            response = await self._response(request, collection)
            if "JSESSIONID" not in request.cookies:
                response.set_cookie("JSESSIONID", secrets.token_hex(16).upper(), httponly=True, samesite="strict")
            return response

        return endpoint

    async def _response(self, request: Request, collection: Collection) -> Response:
        revisions: list[int] = []
        try:
            reply = await self._reply(request, collection, revisions.append)
            if isinstance(reply, Refusal):
                raise reply
            has_body = reply.status not in {204, 304}
            response = json_response(reply.body, reply.status) if has_body else Response(status_code=reply.status)
            if reply.created is not None:
                response.headers["location"] = f"{request.url.path}/{reply.created}"
        except Refusal as refusal:
            response = refusal_response(refusal, self._service.clock())
        if revisions and _carries_revisions(self._service, collection):
            response.headers["ac-revision"] = str(revisions[-1])
        return response

    async def _reply(
        self, request: Request, collection: Collection, tell_revision: Callable[[int], None]
    ) -> Reply | Refusal:
        service, now = self._service, self._service.clock()
        with service.store.read() as tx:
            grant = grant_of(service.seed, signed_in(tx, service.rules, request, now))
        verb = self._verb(request, collection)
        grant.check(service.rules, collection, verb)
        self._check_version(request, collection, verb)
        sent = await self._sent(request, collection, verb)
        place = Place(request.path_params["account"], collection.key, request.path_params.get("parent", 0))
        reads, settings = verb == "GET", service.rules.settings
        # A read that lags counts itself.
        with service.store.read() if reads and not settings.lags else service.store.write() as tx:
            desk = Desk(tx, place.account, now, service.rules, service.collections, grant.privileges, reads)
            tell_revision(desk.revision(place))
            try:
                reply = answer(Call(request, desk, collection, place, verb, sent))
            except Refusal as refusal:
                # A refused write is undone as a whole; a read that lags has counted itself, found or not.
                if not reads and (isinstance(sent, dict) or service.rules.on("bulk-whole")):
                    raise
                tell_revision(desk.revision(place))
                return refusal
            tell_revision(desk.revision(place) if reply.revision is None else reply.revision)
        return reply

    async def _sent(self, request: Request, collection: Collection, verb: str) -> Body | list[Body]:
        rules = self._service.rules
        if collection.bulk and "id" not in request.path_params and verb != "GET":
            sent: Body | list[Body] = await json_object_or_list(request, rules)
            return sent
        return await json_body(request, rules) if verb in {"POST", "PUT"} else {}

    def _check_version(self, request: Request, collection: Collection, verb: str) -> None:
        rules = self._service.rules
        accepted = rules.settings.versions.get(f"{collection.key} {verb}", collection.versions)
        if request.query_params.get("v") not in accepted:
            raise rules.refusal("version", f"v is required and must be {' or '.join(accepted)}")

    def _verb(self, request: Request, collection: Collection) -> str:
        """The verb, which a POST may name in a header (facts 3.2 [SEEN])."""
        rules, override = self._service.rules, request.headers.get("x-http-method-override")
        one = "id" in request.path_params
        verb = "GET" if request.method == "HEAD" else request.method
        if verb == "POST" and override is not None and override.upper() != "POST":
            verb = override.upper()
            if verb not in _TUNNELLED:
                raise rules.refusal("override", "X-HTTP-Method-Override must be PUT or DELETE")
        belongs = verb != "POST" if one else verb not in _TUNNELLED or collection.bulk
        if not belongs or verb not in collection.verbs:
            raise rules.refusal("method", f"No {verb} here")
        return verb


def _carries_revisions(service: Service, collection: Collection) -> bool:
    """The rule `revision-connector`."""
    return collection.key != "connectors" or service.rules.on("revision-connector")
