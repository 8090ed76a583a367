"""Somebody else's edit, made by the simulator itself between a client's read and its write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as changed
from typing import Any

from lpconf.sandbox.campaigns import ENGAGEMENTS
from lpconf.sandbox.fault_table import Edit
from lpconf.sandbox.kinds import Collection, Desk
from lpconf.sandbox.service import Service
from lpconf.sandbox.store import Body, Entity, Place

_EDITED = "Edited by somebody else"


@dataclass(frozen=True)
class Target:
    """The one thing that a request is about."""

    collection: Collection
    place: Place
    id: int


def target_of(collections: Mapping[str, Collection], path: str) -> Target | None:
    """The thing that a path of account configuration names, or None if it names none."""
    for collection in collections.values():
        address = re.escape(collection.path).replace(re.escape("{parent}"), r"(?P<parent>\d{1,18})")
        found = re.fullmatch(
            rf"/api/account/(?P<account>[^/]+)/configuration/{address}/(?P<id>\d{{1,18}})", path, re.ASCII
        )
        if found:
            parts = found.groupdict(default="0")
            place = Place(parts["account"], collection.key, int(parts.get("parent", 0)))
            return Target(collection, place, int(parts["id"]))
    return None


def edit(service: Service, kind: Edit, target: Target, sent: Body) -> None:
    """Change something as another user would, in a transaction of its own, and move the revision.

    Nothing happens if the target is not there.

    Args:
        service: state, rules and clock.
        kind: what to change.
        target: what the request is about.
        sent: the body of the request; empty for a DELETE.
    """
    with service.store.write() as tx:
        desk = Desk(tx, target.place.account, service.clock(), service.rules, service.collections)
        live = tx.get(target.place, target.id)
        if live is None or live.deleted:
            return
        if kind == Edit.SAME_FIELD:
            _save(desk, live, _with_same_field(target.collection, live.body, sent))
        elif kind == Edit.OTHER_FIELD:
            _save(desk, live, _with_other_field(target.collection, live.body, sent))
        else:
            _edit_neighbour(desk, live, target.place if kind == Edit.NEIGHBOUR else desk.place(ENGAGEMENTS, live.id))


def _edit_neighbour(desk: Desk, live: Entity, place: Place) -> None:
    others = [entity for entity in desk.tx.entities(place) if entity.id != live.id]
    if others:
        _save(desk, others[0], {**others[0].body, "description": _another(others[0].body.get("description"))})
    else:
        # As if somebody else had created one and deleted it.
        desk.moved(place)


def _save(desk: Desk, entity: Entity, body: Body) -> None:
    desk.put(changed(entity, body=body, name=str(body.get("name", "")), modified=desk.stamp()))
    desk.moved(entity.place)


def _with_other_field(collection: Collection, live: Body, sent: Body) -> Body:
    """The body with another description, or with another plain field if the request changes the description."""
    changing = {name for name in {*live, *sent} if sent.get(name) != live.get(name)} if sent else set()
    pointers = {reference.field for reference in collection.references}
    for name in ("description", *live):
        value = live.get(name)
        plain = name == "description" or isinstance(value, str | int | float)
        if plain and name not in {*changing, *pointers, *collection.required}:
            return {**live, name: _another(value)}
    return {**live, "description": _another(live.get("description"))}


def _with_same_field(collection: Collection, live: Body, sent: Body) -> Body:
    """The body with another value in the first plain field that the request changes; else with another description.

    A text or number becomes a third value. A boolean has none: somebody else then made the same change.
    """
    skipped = {*collection.given, *collection.ignored, *(reference.field for reference in collection.references)}
    for name in sent:
        old, new = live.get(name), sent[name]
        if name in skipped or old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            inner = next((key for key in new if old.get(key) != new[key] and _is_plain(old.get(key), new[key])), None)
            if inner is not None:
                return {**live, name: {**old, inner: _third(old.get(inner), new[inner])}}
        elif _is_plain(old, new):
            return {**live, name: _third(old, new)}
    return {**live, "description": _another(live.get("description"))}


def _is_plain(old: Any, new: Any) -> bool:
    return isinstance(new if old is None else old, str | int | float)


def _third(old: Any, new: Any) -> Any:
    """A value that is neither, of the same type; for booleans the new one."""
    sample = new if old is None else old
    if isinstance(sample, bool):
        return new
    third = _another(sample)
    return _another(third) if third == new else third


def _another(value: Any) -> Any:
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value} ({_EDITED.lower()})" if value else _EDITED
