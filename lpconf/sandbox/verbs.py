"""What each verb does, once it is clear who asks, in which version, and with what body."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from starlette.requests import Request

from lpconf.sandbox import lag, reading, writing
from lpconf.sandbox import query as queries
from lpconf.sandbox.kinds import Collection, Desk
from lpconf.sandbox.store import Body, Entity, Place

# What HTTP itself has for a revision. Some of LivePerson's pages call it ETag (facts 3.3 [DOC]).
_ENTITY_TAG = re.compile(r'\A(?:W/)?"(.*)"\Z')


@dataclass(frozen=True)
class Call:
    """One request to one collection. `sent` is a list in a bulk call only."""

    request: Request
    desk: Desk
    collection: Collection
    place: Place
    verb: str
    sent: Body | list[Body]

    @property
    def id(self) -> int | str | None:
        """The id in the address; None for the collection itself."""
        found: int | str | None = self.request.path_params.get("id")
        return found

    @property
    def body(self) -> Body:
        """The one entity that was sent."""
        return self.sent if isinstance(self.sent, dict) else {}


@dataclass(frozen=True)
class Reply:
    """What to answer.

    Attributes:
        status: 204 and 304 go without a body.
        body: JSON.
        created: the id of the one thing that was created.
        revision: the one to show with a read that lags; None for that of now.
    """

    status: int
    body: Any
    created: int | None = None
    revision: int | None = None


def answer(call: Call) -> Reply:
    """Carry the call out, in the transaction of its desk.

    Raises:
        Refusal: it breaks a rule; the transaction is to be undone.
    """
    if call.id is None and call.verb != "GET" and (isinstance(call.sent, list) or call.verb != "POST"):
        return _bulk(call)
    return _VERBS[call.verb](call)


def _get(call: Call) -> Reply:
    desk, query = call.desk, call.request.query_params
    if call.id is not None:
        entity, revision = _seen(call)
        body: Any = reading.some_of_one(desk, call.collection, entity, query)
    else:
        _check_parent(call)
        entities, revision = lag.entities(desk, call.place, deleted=queries.wants_deleted(desk.rules, query))
        body = reading.many(desk, call.collection, entities, query)
    known = call.request.headers.get("if-none-match") == str(revision)
    return Reply(304 if known and desk.rules.on("not-modified") else 200, body, revision=revision)


def _post(call: Call) -> Reply:
    _check_parent(call)
    entity = writing.create(call.desk, call.collection, call.place, call.body)
    return Reply(201, reading.one(call.desk, call.collection, entity), created=entity.id)


def _put(call: Call) -> Reply:
    live = _live(call, call.id)
    _check_revision(call)
    entity = writing.replace(call.desk, call.collection, live, call.body)
    return Reply(200, reading.one(call.desk, call.collection, entity))


def _delete(call: Call) -> Reply:
    live = _live(call, call.id)
    _check_revision(call)
    writing.delete(call.desk, call.collection, live)
    return Reply(call.desk.rules.settings.delete_status, {})


_VERBS: Mapping[str, Callable[[Call], Reply]] = MappingProxyType(
    {"GET": _get, "POST": _post, "PUT": _put, "DELETE": _delete}
)


def _bulk(call: Call) -> Reply:
    """A list at once: the rules `bulk` and `bulk-whole`. DELETE takes ids, as texts [DOC] or numbers [GUESS]."""
    desk, collection = call.desk, call.collection
    if call.verb == "DELETE":
        _check_revision(call)
        for entity_id in _ids(call):
            writing.delete(desk, collection, _live(call, entity_id))
        return Reply(desk.rules.settings.delete_status, {})
    bodies = _objects(call)
    if call.verb == "POST":
        made = [writing.create(desk, collection, call.place, body) for body in bodies]
        return Reply(201, [reading.one(desk, collection, entity) for entity in made])
    _check_revision(call)
    put = [writing.replace(desk, collection, _live(call, body.get("id")), body) for body in bodies]
    return Reply(200, [reading.one(desk, collection, entity) for entity in put])


def _objects(call: Call) -> Sequence[Body]:
    sent: Any = call.sent
    if not isinstance(sent, list) or not all(isinstance(item, dict) for item in sent):
        raise call.desk.rules.refusal("bulk", "The body must be a list of objects")
    return sent


def _ids(call: Call) -> list[int]:
    sent: Any = call.sent
    if not isinstance(sent, list) or not all(re.fullmatch(r"\d{1,18}", str(item), re.ASCII) for item in sent):
        raise call.desk.rules.refusal("bulk", "The body must be a list of ids")
    return [int(item) for item in sent]


def _seen(call: Call) -> tuple[Entity, int]:
    """The entity of the address as a read shows it, and the revision to show with it."""
    _check_parent(call)
    desk = call.desk
    if isinstance(call.id, str):
        named = desk.tx.named(call.place, call.id)
        found, revision = lag.entity(desk, call.place, named.id) if named else (None, 0)
    else:
        found, revision = lag.entity(desk, call.place, call.id or 0)
    return _not_gone(call, found, call.id), revision


def _live(call: Call, entity_id: object) -> Entity:
    """The live entity with this id."""
    _check_parent(call)
    found = None
    if isinstance(entity_id, str) and call.collection.text_ids:
        found = call.desk.tx.named(call.place, entity_id)
    elif isinstance(entity_id, int) and not isinstance(entity_id, bool):
        found = call.desk.tx.get(call.place, entity_id)
    return _not_gone(call, found, entity_id)


def _not_gone(call: Call, entity: Entity | None, entity_id: object) -> Entity:
    if entity is None:
        raise call.desk.rules.refusal("not-found", f"No {call.collection.key} with id {entity_id}")
    if entity.deleted:
        raise call.desk.rules.refusal("deleted", f"{call.collection.key} {entity_id} is deleted")
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
    if call.collection.key == "connectors" and not rules.on("revision-connector"):
        return
    if match is None:
        if rules.on("if-match-missing"):
            raise rules.refusal("if-match-missing", "If-Match with the collection's revision is required")
        return
    if match in {"-1", "*"}:
        return
    number = _ENTITY_TAG.sub(r"\1", match) if not rules.on("if-match-form") else match
    if not re.fullmatch(r"\d{1,18}", number, re.ASCII):
        raise rules.refusal("if-match-form", "If-Match must be a plain integer")
    revision = call.desk.revision(call.place)
    if int(number) != revision and rules.on("if-match-stale"):
        raise rules.refusal("if-match-stale", f"If-Match is {match}, the revision is {revision}")
