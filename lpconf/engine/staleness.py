"""Whether a plan that was made anew is the one that was approved."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lpconf.engine import digest, encoding
from lpconf.engine.values import json_of, same
from lpconf.model.address import Address, Kind
from lpconf.model.json import Json
from lpconf.model.plan import Absent, Action, Change, Comparison, FieldChange, KnownAfterApply, Origin, Plan, Side
from lpconf.model.site import SecretReference
from lpconf.resources.kinds import RESOURCES
from lpconf.resources.secrecy import MASK, looks_secret

_LONGEST = 100
"""Characters of a value that are shown."""


def moved(approved: Plan, fresh: Plan) -> tuple[str, ...]:
    """What is different in a fresh plan, one line each; empty if it is the approved one.

    Only what the plan changes counts: other fields of the same things may move and are kept (see `kept`). Each line
    names a field with what it was and what it is. Not escaped: a line may hold live text. No secret is in it.
    """
    old = {change.address: change for change in approved.allowed}
    new = {change.address: change for change in fresh.allowed}
    was_blocked = {change.address: change for change in approved.blocked}
    is_blocked = {change.address: change for change in fresh.blocked}
    lines: list[str] = []
    for address in dict.fromkeys([*old, *new]):
        before, after = old.get(address), new.get(address)
        if before is not None and after is not None:
            found = _moved_in(before, after)
        elif before is not None:
            found = _blocked_now(is_blocked[address]) if address in is_blocked else _gone(before)
        elif after is not None:
            found = _blocked_then(was_blocked[address]) if address in was_blocked else _come(after)
        lines.extend(f"{address}{line}" for line in found)
    return tuple(lines)


def kept(approved: Plan, fresh: Plan) -> dict[Address, tuple[str, ...]]:
    """What has moved in the same things without being planned, one line for each: it stays as it is now."""
    old = {change.address: change for change in approved.allowed}
    notes: dict[Address, tuple[str, ...]] = {}
    for change in fresh.allowed:
        before = old.get(change.address)
        if before is not None and (words := _moved_beside(before, change)):
            has = "has" if len(words) == 1 else "have"
            notes[change.address] = (f"{_listed(words)} {has} changed since the plan was made, and will be kept.",)
    return notes


def noted(approved: Plan, fresh: Plan) -> Plan:
    """The fresh plan, with what it keeps as notes of its changes."""
    lines = kept(approved, fresh)
    return replace(
        fresh,
        changes=tuple(
            replace(change, notes=(*change.notes, *lines.get(change.address, ()))) for change in fresh.changes
        ),
    )


def continued(approved: Plan, fresh: Plan, done: Mapping[Address, int]) -> Plan:
    """What is left of an approved plan after a run of it was cut short or failed.

    `done` are the things that the run has written, with their ids: what refers to a new one refers to its id by now.
    One that the fresh plan would change again is not left out: somebody else has changed it since.
    """
    gone = done.keys() - {change.address for change in fresh.changes}
    changes = tuple(_with_ids(change, done) for change in approved.changes if change.address not in gone)
    return replace(approved, changes=changes, steps=tuple(each for each in approved.steps if each.address not in gone))


def _with_ids(change: Change, done: Mapping[Address, int]) -> Change:
    parent = change.address.parent
    campaign_id = change.campaign_id if change.campaign_id is not None or parent is None else done.get(parent)
    fields = tuple(
        replace(field, after=replace(field.after, wire=done[field.after.wire.address]))
        if isinstance(field.after.wire, KnownAfterApply) and field.after.wire.address in done
        else field
        for field in change.fields
    )
    return replace(change, campaign_id=campaign_id, fields=fields)


def is_applied(approved: Plan, fresh: Plan) -> bool:
    """Whether everything that was approved is true by now, and nothing else is to be done."""
    gone = {change.address for change in approved.allowed}
    return bool(gone) and not fresh.allowed and not any(change.address in gone for change in fresh.blocked)


def _moved_in(before: Change, after: Change) -> Iterator[str]:
    if (before.action, before.live_id, before.campaign_id) != (after.action, after.live_id, after.campaign_id):
        yield ": was replaced by another thing, deleted or created since the plan was made"
        return
    old = {field.path: field for field in before.fields}
    new = {field.path: field for field in after.fields}
    for path in dict.fromkeys([*old, *new]):
        first, second = old.get(path), new.get(path)
        if first is not None and second is not None:
            yield from _moved_field(before.address.kind, first, second)
        elif first is not None:
            yield _line(first, first.before, first.after, now_planned=before.action is not Action.DELETE)
        elif second is not None:
            yield _line(second, second.after, second.before, then_planned=before.action is not Action.DELETE)


def _moved_field(kind: Kind, first: FieldChange, second: FieldChange) -> Iterator[str]:
    if not _same(kind, first, first.before, second, second.before):
        yield _line(first, first.before, second.before)
    elif not _same(kind, first, first.after, second, second.after):
        then, now = _shown(first, first.after), _shown(second, second.after)
        if then == now:
            then, now = f"{then}{_behind(first)}", f"{now}{_behind(second)}"
        yield f".{first.word}: was to become {then} when the plan was made, would become {now} now"
    elif _told(first) != _told(second) and not (_is_nameless(first) or _is_nameless(second)):
        # The same value in other words: a thing that it refers to has another name, or somebody edited the plan.
        yield f".{second.word}: was shown as {first.word} {_change_of(first)}, is {_change_of(second)} now"


def _is_nameless(field: FieldChange) -> bool:
    """Whether something that goes refers to ids only, because their names could not be read."""
    if field.origin is not Origin.LIVE or field.comparison not in {Comparison.ID, Comparison.ID_SET}:
        return False
    wire, text = field.before.wire, field.before.text
    ids = wire if isinstance(wire, list | tuple) else [wire]
    texts = text if isinstance(text, list | tuple) else [text]
    return list(texts) == [f"id {each}" for each in ids]


def _told(field: FieldChange) -> tuple[Json, ...]:
    """A field as people read it: its word and both values, lists without order, secrets masked."""
    sides = (MASK if _hides(field, each) else each.text for each in (field.before, field.after))
    texts = (sorted(map(str, each)) if isinstance(each, list | tuple) else each for each in sides)
    return (field.word, *texts)


def _change_of(field: FieldChange) -> str:
    return f"{_shown(field, field.before)} -> {_shown(field, field.after)}"


def _gone(change: Change) -> Iterator[str]:
    """A change that is not to be made any more: everything in it is as planned."""
    match change.action:
        case Action.CREATE:
            yield ": is there by now, and was to be created when the plan was made"
        case Action.DELETE:
            yield ": is gone by now, and was to be deleted when the plan was made"
        case _:
            fields = [field for field in change.fields if not field.sensitive]
            yield from (_line(field, field.before, field.after, now_planned=True) for field in fields)
            if not fields:
                yield ": is as declared by now, and was to be changed when the plan was made"


def _come(change: Change) -> Iterator[str]:
    """A change that was not to be made when the plan was made."""
    match change.action:
        case Action.CREATE:
            yield ": was there when the plan was made, and would be created now"
        case Action.DELETE:
            yield ": was not to be deleted when the plan was made, and would be deleted now"
        case _:
            fields = [field for field in change.fields if not field.sensitive]
            yield from (_line(field, field.after, field.before, then_planned=True) for field in fields)
            if not fields:
                yield ": was as declared when the plan was made, and would be changed now"


def _blocked_now(change: Change) -> Iterator[str]:
    yield f": is blocked now, and was not when the plan was made: {_reasons(change)}"


def _blocked_then(change: Change) -> Iterator[str]:
    yield f": was blocked when the plan was made, and is not any more: {_reasons(change)}"


def _reasons(change: Change) -> str:
    return " ".join(block.reason for block in change.blocks)


def _line(field: FieldChange, then: Side, now: Side, *, then_planned: bool = False, now_planned: bool = False) -> str:
    was = f"{_shown(field, then)}{', as declared,' if then_planned else ''}"
    found = f"{_shown(field, now)}{', as declared' if now_planned else ''}"
    return f".{field.word}: was {was} when the plan was made, is now {found}"


def _hides(field: FieldChange, side: Side) -> bool:
    """Whether a secret is in a side, or was: a saved plan has the mask in its place. No text of a key is one."""
    if field.comparison is Comparison.PUBLIC_KEY:
        return False
    return _shown(field, side) == MASK or MASK in json.dumps(side.text, ensure_ascii=False)


def _same(kind: Kind, first: FieldChange, one: Side, second: FieldChange, other: Side) -> bool:
    """Whether two sides are the same, as far as a saved plan can tell: it keeps no secret."""
    return same(first.comparison, encoding.kept(kind, first, one), encoding.kept(kind, second, other))


def _shown(field: FieldChange, side: Side) -> str:
    """A value in words, on one line, not endless, and without a secret."""
    if field.sensitive or side.text == MASK or _is_secret(field.path, json_of(side.wire)):
        return MASK
    return "not set" if side.text is None else _json(side.text)


def _is_secret(path: Sequence[str], value: Json) -> bool:
    """Whether a value, its place, or something inside it looks like a secret."""
    if any(looks_secret(key, value) for key in path):
        return True
    if isinstance(value, Mapping):
        return any(_is_secret((key,), each) for key, each in value.items())
    return isinstance(value, list | tuple) and any(_is_secret(path[-1:], each) for each in value)


def _behind(field: FieldChange) -> str:
    """What stands behind two planned values that read the same, such as the id that a name now means."""
    match field.after.wire:
        case KnownAfterApply():
            return " (known after apply)"
        case SecretReference(variable):
            return f" ({variable})"
        case Absent():
            return " (no such field)"
        case wire:
            return "" if _shown(field, field.after) == MASK else f" ({_json(wire)})"


def _json(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _moved_beside(before: Change, after: Change) -> list[str]:
    """The words of the fields outside of the plan whose digest is another one."""
    planned = {digest.place(field.path) for field in (*before.fields, *after.fields)}
    words = {digest.place(field.path): field.word for field in RESOURCES[after.address.kind].fields}
    return [
        words.get(place, place)
        for place in sorted(before.digests.keys() | after.digests.keys())
        if before.digests.get(place) != after.digests.get(place) and not _is_within(place, planned)
    ]


def _is_within(place: str, planned: set[str]) -> bool:
    return place in planned or any(place.startswith(f"{each}.") for each in planned)


def _listed(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
