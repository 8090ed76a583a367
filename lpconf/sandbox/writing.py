"""Create, replace and delete an entity, with all rules that hold for any collection.

Every function raises `Refusal`; the transaction around the request is then undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as changed
from datetime import datetime
from types import MappingProxyType
from typing import Any

from lpconf.sandbox.kinds import Collection, Desk, Draft
from lpconf.sandbox.rules import Rules
from lpconf.sandbox.store import Body, Entity, Place


def is_date(value: object) -> bool:
    """Whether it is a date in LivePerson's form (facts 3.9 [SEEN])."""
    try:
        return isinstance(value, str) and bool(datetime.strptime(value, "%Y-%m-%d %H:%M:%S"))  # noqa: DTZ007
    except ValueError:
        return False


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


# The kinds' own flags (facts 6.3 to 6.6 [ONE]).
SYSTEM_DEFAULT = ("isSystemDefault", "systemDefault")

TYPES: Mapping[str, Any] = MappingProxyType(
    {
        "a string": lambda value: isinstance(value, str),
        "a boolean": lambda value: isinstance(value, bool),
        "an integer": _is_integer,
        "a number": lambda value: _is_integer(value) or isinstance(value, float),
        "an object": lambda value: isinstance(value, dict),
        "an array": lambda value: isinstance(value, list),
        "an array of objects": lambda value: isinstance(value, list) and all(isinstance(item, dict) for item in value),
        "an array of integers": lambda value: isinstance(value, list) and all(map(_is_integer, value)),
        "a date (YYYY-MM-DD HH:mm:ss)": is_date,
    }
)


def create(desk: Desk, collection: Collection, place: Place, sent: Body) -> Entity:
    """Store a new entity under a new id."""
    draft = _checked(desk, collection, place, sent, None)
    body, secrets = split(collection, draft.body)
    stamp = desk.stamp()
    new_id = desk.tx.new_id(desk.account)
    entity = Entity(place, new_id, _name(collection, draft), body, stamp, stamp, secrets=secrets)
    return _save(collection, draft, entity)


def replace(desk: Desk, collection: Collection, live: Entity, sent: Body) -> Entity:
    """Put what was sent in the place of all that was there."""
    draft = _checked(desk, collection, live.place, sent, live)
    body, secrets = split(collection, draft.body)
    if not secrets and not desk.rules.on("secret-wiped"):
        secrets = live.secrets or {}
    entity = changed(live, body=body, name=_name(collection, draft), modified=desk.stamp(), secrets=secrets)
    return _save(collection, draft, entity)


def delete(desk: Desk, collection: Collection, live: Entity) -> None:
    """Mark as deleted."""
    if any(live.body.get(name) is True for name in SYSTEM_DEFAULT) and desk.rules.on("system-default"):
        raise desk.rules.refusal("system-default", f"{live.name} is a system default and cannot be deleted")
    collection.behaviour.saving(desk, live.place)
    desk.put(changed(live, deleted=True, modified=desk.stamp()))
    desk.moved(live.place)


def differs(desk: Desk, collection: Collection, live: Entity, sent: Body) -> bool:
    """Whether a replace would change anything but the date."""
    return split(collection, _completed(desk, collection, sent, live).body)[0] != live.body


def _save(collection: Collection, draft: Draft, entity: Entity) -> Entity:
    collection.behaviour.saving(draft.desk, entity.place)
    draft.desk.put(entity)
    draft.desk.moved(entity.place)
    collection.behaviour.saved(draft, entity)
    return entity


def _checked(desk: Desk, collection: Collection, place: Place, sent: Body, live: Entity | None) -> Draft:
    check_types(desk.rules, collection, sent)
    draft = _completed(desk, collection, sent, live)
    _check_required(desk, collection, draft.body)
    _check_references(desk, collection, draft.body)
    collection.behaviour.check(draft)
    _check_name(desk, place, _name(collection, draft), live)
    return draft


def _completed(desk: Desk, collection: Collection, sent: Body, live: Entity | None) -> Draft:
    own = {name: value for name, value in sent.items() if name not in collection.server_owned}
    own |= {name: value for name, value in collection.defaults.items() if own.get(name) is None}
    own |= _kept(desk, collection, sent, live)
    draft = Draft(desk, sent, own, live)
    return changed(draft, body=collection.behaviour.completed(draft))


def _kept(desk: Desk, collection: Collection, sent: Body, live: Entity | None) -> Body:
    """The fields that no client can change, unless the rule is off."""
    if not desk.rules.on("system-default"):
        return {name: sent.get(name, value) for name, value in collection.kept.items()}
    return {name: live.body.get(name, value) if live else value for name, value in collection.kept.items()}


def split(collection: Collection, body: Body) -> tuple[Body, Body]:
    """Part the body from its secrets; an empty secret is none."""
    rest, secrets = dict(body), {}
    for group, name in collection.secrets:
        if isinstance(rest.get(group), dict) and name in rest[group]:
            rest[group] = dict(rest[group])
            secret = rest[group].pop(name)
            if secret:
                secrets[f"{group}.{name}"] = secret
    return rest, secrets


def check_types(rules: Rules, collection: Collection, sent: Body) -> None:
    """The rule `type`."""
    for path, wanted in collection.types.items():
        group, _, name = path.rpartition(".")
        owner = sent.get(group) if group else sent
        value = owner.get(name) if isinstance(owner, dict) else None
        if value is not None and not TYPES[wanted](value):
            raise rules.refusal("type", f"{path} must be {wanted}")


def _check_required(desk: Desk, collection: Collection, body: Body) -> None:
    missing = [name for name in collection.required if _is_blank(body.get(name))]
    if missing and desk.rules.on("required"):
        raise desk.rules.refusal("required", f"Required: {', '.join(missing)}")


def _check_references(desk: Desk, collection: Collection, body: Body) -> None:
    if not desk.rules.on("reference"):
        return
    for reference in collection.references:
        value = body.get(reference.field)
        ids = value if reference.many and isinstance(value, list) else [value]
        missing = [i for i in ids if i is not None and not is_live(desk, desk.place(reference.collection), i)]
        if missing:
            names = ", ".join(map(str, missing))
            raise desk.rules.refusal("reference", f"{reference.field}: no such {reference.collection}: {names}")


def is_live(desk: Desk, place: Place, entity_id: object) -> bool:
    """Whether this is the id of a live entity there."""
    if not isinstance(entity_id, int) or isinstance(entity_id, bool):
        return False
    found = desk.tx.get(place, entity_id)
    return found is not None and not found.deleted


def _check_name(desk: Desk, place: Place, name: str, live: Entity | None) -> None:
    others = set(desk.tx.live_names(place, name)) - {live.id if live else 0}
    if others and desk.rules.on("duplicate"):
        raise desk.rules.refusal("duplicate", f"The name {name!r} is in use")


def _name(collection: Collection, draft: Draft) -> str:
    """The name; where ids are texts, the id, which stays."""
    if collection.text_ids and draft.live:
        return draft.live.name
    return str(draft.body.get("name", ""))


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
