"""What a reply shows of an entity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.datastructures import QueryParams

from lpconf.sandbox import query as queries
from lpconf.sandbox.kinds import Collection, Desk, View
from lpconf.sandbox.rules import Secret
from lpconf.sandbox.store import Body, Entity

_MASK = "********"


def one(desk: Desk, collection: Collection, entity: Entity) -> Body:
    """The full entity, as a GET by id gives it."""
    return _bodies(desk, collection, [entity], full=True)[0]


def some_of_one(desk: Desk, collection: Collection, entity: Entity, query: QueryParams) -> Body:
    """The entity, with the fields that the query asks for.

    Raises:
        Refusal: `field-set` or `select`.
    """
    return queries.fields_of_one(desk.rules, query).of(one(desk, collection, entity))


def many(desk: Desk, collection: Collection, entities: Sequence[Entity], query: QueryParams) -> Any:
    """The list: the entities that the query lets through, each with the fields that it asks for.

    Raises:
        Refusal: `field-set`, `select` or `filter`.
    """
    fields = queries.fields_of_list(desk.rules, collection, query)
    bodies = _bodies(desk, collection, entities, full=fields.base is None)
    kept = queries.wanted(desk.rules, query, entities, bodies)
    return collection.behaviour.listed([fields.of(body) for body, keep in zip(bodies, kept, strict=True) if keep])


def stored(desk: Desk, collection: Collection, entity: Entity) -> Body:
    """The entity as it is stored, without what is worked out and without secrets."""
    return {**_given(desk, collection, entity), **entity.body}


def _bodies(desk: Desk, collection: Collection, entities: Sequence[Entity], *, full: bool) -> list[Body]:
    worked_out = collection.behaviour.shown(View(desk, entities, full))
    return [
        {**_given(desk, collection, entity), **_with_secrets(desk, collection, entity), **extra}
        for entity, extra in zip(entities, worked_out, strict=True)
    ]


def _given(desk: Desk, collection: Collection, entity: Entity) -> Body:
    values: Body = {
        "id": entity.name if collection.text_ids else entity.id,
        "accountId": desk.account,
        "deleted": entity.deleted,
        "isDeleted": entity.deleted,
        "createdDate": entity.created,
        "modifiedDate": entity.modified,
        # The form of this date is [GUESS] (facts 6.1).
        "dateUpdated": entity.modified.replace(" ", "T") + "Z",
        collection.name_field: entity.name,
    }
    return {name: values[name] for name in collection.given}


def _with_secrets(desk: Desk, collection: Collection, entity: Entity) -> Body:
    """The body, with what `Settings.secret_shown` says of its secrets: nulls, or a mask."""
    shown = desk.rules.settings.secret_shown
    if shown is Secret.ABSENT or not collection.secrets:
        return entity.body
    body = dict(entity.body)
    for group, name in collection.secrets:
        if isinstance(body.get(group), dict):
            has_one = f"{group}.{name}" in (entity.secrets or {})
            body[group] = {**body[group], name: _MASK if has_one and shown is Secret.MASKED else None}
    return body
