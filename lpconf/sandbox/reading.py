"""What a reply shows of an entity."""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.datastructures import QueryParams

from lpconf.sandbox.kinds import Collection, Desk, View
from lpconf.sandbox.rules import Rules
from lpconf.sandbox.store import Body, Entity


def one(desk: Desk, collection: Collection, entity: Entity) -> Body:
    """The full entity, as a GET by id gives it."""
    return _bodies(desk, collection, [entity], full=True)[0]


def many(desk: Desk, collection: Collection, entities: Sequence[Entity], query: QueryParams) -> list[Body]:
    """The entities, each with the fields that the query asks for.

    Raises:
        Refusal: `field-set`.
    """
    base, narrow = _base_fields(desk.rules, collection, query), frozenset(query.getlist("fields"))
    bodies = _bodies(desk, collection, entities, full=base is None)
    return [
        {name: body[name] for name in body if (base is None or name in base) and (not narrow or name in narrow)}
        for body in bodies
    ]


def _base_fields(rules: Rules, collection: Collection, query: QueryParams) -> frozenset[str] | None:
    """What `select` and `field_set` ask for (facts 3.6 [DOC]); None for all fields."""
    select, field_set = query.get("select", ""), query.get("field_set", "summary")
    if field_set not in {"all", "summary"}:
        raise rules.refusal("field-set", "field_set is all or summary")
    if select == "$all" or field_set == "all" or collection.list_fields is None:
        return None
    if select and not select.startswith("$"):
        # What is picked inside of a field, as in data(lang,title), is not: the whole field is given.
        return frozenset(re.sub(r"\([^()]*\)", "", select).split(","))
    return frozenset(collection.list_fields)


def _bodies(desk: Desk, collection: Collection, entities: Sequence[Entity], *, full: bool) -> list[Body]:
    worked_out = collection.behaviour.shown(View(desk, entities, full))
    return [
        {**_given(desk, collection, entity), **entity.body, **extra}
        for entity, extra in zip(entities, worked_out, strict=True)
    ]


def _given(desk: Desk, collection: Collection, entity: Entity) -> Body:
    values: Body = {
        "id": entity.id,
        "accountId": desk.account,
        "deleted": entity.deleted,
        "isDeleted": entity.deleted,
        "createdDate": entity.created,
        "modifiedDate": entity.modified,
    }
    return {name: values[name] for name in collection.given}
