"""Whether an account is as a configuration declares it, told without the engine."""

from __future__ import annotations

from typing import Any

from lpconf.model.address import Address, Kind, SelectBy
from lpconf.model.live import Live, LiveThing
from lpconf.model.site import Declaration, Declared, ReferenceById, SecretReference, Site, Unset
from lpconf.resources import public_key
from lpconf.resources.field import Field, ValueType
from lpconf.resources.kinds import RESOURCES
from tests.account import QUIRKS


def unlike(site: Site, live: Live, *, apart_from: frozenset[Address]) -> list[str]:
    """What is not as declared, each with its address and word. Things of `find: default` are not looked for."""
    found: list[str] = []
    for thing in site.things:
        around = thing.address.parent
        if {thing.address, around} & apart_from or SelectBy.DEFAULT in _selectors(thing.address):
            continue
        targets = _targets(thing.address, live)
        if thing.lifecycle.absent and targets:
            found.append(f"{thing.address} is there")
        elif not thing.lifecycle.absent and len(targets) != 1:
            found.append(f"{thing.address} is there {len(targets)} times")
        elif not thing.lifecycle.absent:
            found += [f"{thing.address}.{word}" for word in _words_unlike(thing, targets[0], live)]
    return found


def _selectors(address: Address) -> set[SelectBy]:
    return {address.selector.by} | (_selectors(address.parent) if address.parent else set())


def _targets(address: Address, live: Live) -> list[LiveThing]:
    parents = {each.id for each in _targets(address.parent, live)} if address.parent else {None}
    return [
        each
        for each in live.of(address.kind)
        if each.campaign_id in parents
        and address.selector.value == (each.name if address.selector.by is SelectBy.NAME else each.id)
    ]


def _words_unlike(thing: Declared, target: LiveThing, live: Live) -> list[str]:
    resource = RESOURCES[thing.address.kind]
    fields = [(resource.field(word), value) for word, value in thing.fields.items()]
    words = [field.word for field, value in fields if field.path and not _is(field, value, _at(target, field), live)]
    return words + [f"extra {name}" for name, value in thing.extra.items() if not _holds(target.body.get(name), value)]


def _at(thing: LiveThing, field: Field) -> Any:
    value: Any = thing.body
    for step in field.path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _is(field: Field, declared: Declaration, held: Any, live: Live) -> bool:
    if isinstance(declared, SecretReference):
        return True
    if isinstance(declared, Unset):
        return held in (None, "")
    if field.type is ValueType.REFERENCE:
        return _refers(field.target, declared, held, live)
    if field.type is ValueType.REFERENCES:
        assert isinstance(declared, tuple)
        return len(declared) == len(held) and all(
            any(_refers(field.target, each, one, live) for one in held) for each in declared
        )
    if field.type is ValueType.PUBLIC_KEY:
        return public_key.from_wire(held) == public_key.from_wire(str(declared))
    if field.choices_from is not None:
        return bool(field.choices_from(QUIRKS)[str(declared)] == held)
    if field.type is ValueType.BOOLEAN:
        return bool(held) is (declared is not field.inverted)
    return bool(held == declared)


def _refers(kind: Kind | None, declared: Any, held: Any, live: Live) -> bool:
    if isinstance(declared, ReferenceById):
        return bool(held == declared.id)
    return kind is not None and [each.name for each in live.of(kind) if each.id == held] == [declared]


def _holds(held: Any, declared: Any) -> bool:
    """Whether a live value is the declared one. Maps merge by key; a null is as good as nothing."""
    if isinstance(declared, dict):
        if not declared:
            return True
        return all(_holds(held.get(key) if isinstance(held, dict) else None, each) for key, each in declared.items())
    if isinstance(declared, list) and isinstance(held, list):
        return len(held) == len(declared) and all(_is_json(*pair) for pair in zip(held, declared, strict=True))
    return _is_json(held, declared)


def _is_json(held: Any, declared: Any) -> bool:
    """Equality of JSON: 1 is 1.0 and not true."""
    return bool(held == declared) and isinstance(held, bool) is isinstance(declared, bool)
