"""Which differences between a configuration and an account are drift, and which are only pending (design: Drift)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lpconf.engine.decoding import InvalidPlanError, decode
from lpconf.engine.values import Names, live_side, plain_side, same
from lpconf.model.address import Address, Kind
from lpconf.model.drift import Deviation, Drift, FieldDrift, ThingDrift
from lpconf.model.json import Json
from lpconf.model.plan import Action, Change, FieldChange, KnownAfterApply, Origin, Plan, Wire
from lpconf.model.public import addresses
from lpconf.model.quirks import Quirks
from lpconf.model.record import Fate, RunRecord
from lpconf.model.site import SecretReference
from lpconf.resources.kinds import RESOURCES

Values = Mapping[tuple[str, ...], Wire]
"""Values by their LivePerson path."""


Thing = tuple[Kind, int]
"""A kind and a LivePerson id."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """How a run left the account, as far as its journal tells.

    `values` holds what its configuration managed; `unknown` the fields of it that may have been written or not.
    `ids` are the ids of the declared things. `seen` are all things of the read collections.
    """

    values: Mapping[Thing, Values]
    unknown: frozenset[tuple[Thing, tuple[str, ...]]]
    ids: Mapping[Address, int]
    seen: frozenset[Thing]


def baseline(record: RunRecord, changes: Iterable[Change]) -> Baseline:
    """The after-image of a run that planned these changes: planned values, and for what was not written the values
    before it.
    """
    ids = {each.address: each.live_id for each in record.managed if each.live_id is not None}
    values = {
        (each.address.kind, each.live_id): dict(each.values) for each in record.managed if each.live_id is not None
    }
    seen = set(record.seen) | set(values)
    unknown: set[tuple[Thing, tuple[str, ...]]] = set()
    fates: dict[Address, set[Fate | None]] = {}
    for step in record.steps:
        fates.setdefault(step.address, set()).add(step.fate)
    for change in changes:
        live_id = change.live_id if change.live_id is not None else ids.get(change.address)
        if live_id is None:
            continue
        thing = change.address.kind, live_id
        own = fates.get(change.address, {Fate.NOT_DONE})
        if change.action is Action.DELETE and own == {Fate.DONE}:
            seen.discard(thing)
        elif change.action is Action.CREATE and Fate.DONE not in own:
            seen.discard(thing)
            values.pop(thing, None)
            ids.pop(change.address, None)
        elif change.action is Action.UPDATE and own != {Fate.DONE} and thing in values:
            for field in change.fields:
                values[thing].pop(field.path, None)
                if own != {Fate.NOT_DONE}:
                    unknown.add((thing, field.path))
                elif not field.sensitive:
                    values[thing][field.path] = field.before.wire
    return Baseline(values, frozenset(unknown), ids, frozenset(seen))


def drift(plan: Plan, record: RunRecord | None, *, names: Names, quirks: Quirks) -> Drift:
    """What has drifted. `plan` is made of the configuration and the account as they are now.

    A journal of another format counts as none.
    """
    try:
        known = baseline(record, decode(record.document).plan.changes) if record is not None else None
    except InvalidPlanError:
        record, known = None, None
    things: list[ThingDrift] = []
    pending: list[tuple[Address, int]] = []
    for change in plan.changes:
        found, waiting = _of_change(change, known, names, quirks)
        if found is not None:
            things.append(found)
        if waiting:
            pending.append((change.address, waiting))
    return Drift(
        plan.target,
        record.summary if record else None,
        tuple(things),
        tuple(pending),
        plan.unchanged,
        in_public=addresses(plan),
    )


def _of_change(change: Change, known: Baseline | None, names: Names, quirks: Quirks) -> tuple[ThingDrift | None, int]:
    """The drift in one change, and how many of its fields are only pending."""
    match change.action:
        case Action.CREATE:
            return _of_creation(change, known, names)
        case Action.DELETE:
            # What was there when lpconf last looked goes because the configuration says so.
            if known is not None and change.live_id is not None and (change.address.kind, change.live_id) in known.seen:
                return None, 1
            return _thing(change, Deviation.ADDED), 0
        case Action.UPDATE:
            return _of_update(change, known, names, quirks)


def _of_creation(change: Change, known: Baseline | None, names: Names) -> tuple[ThingDrift | None, int]:
    """A declared thing that is not found: gone, under another name by now, or never there."""
    was = known.ids.get(change.address) if known is not None else None
    if known is None:
        return _thing(change, Deviation.MISSING), 0
    if was is None:
        return None, 1
    name = names.get((change.address.kind, was)) if was is not None else None
    if name is None:
        return _thing(change, Deviation.GONE, live_id=was), 0
    field = FieldDrift("name", change.name, name, change.name)
    return _thing(change, Deviation.CHANGED, live_id=was, fields=(field,)), 0


def _of_update(change: Change, known: Baseline | None, names: Names, quirks: Quirks) -> tuple[ThingDrift | None, int]:
    fields = [field for field in change.fields if not field.sensitive and field.origin is not Origin.COPY]
    if known is None:
        return _thing(change, Deviation.CHANGED, fields=tuple(map(_untold, fields))), 0
    thing = change.address.kind, change.live_id or 0
    if thing not in known.values and change.address in known.ids:
        return _thing(change, Deviation.REPLACED), 0
    left = known.values.get(thing, {})
    drifted = []
    for field in fields:
        if (thing, field.path) in known.unknown:
            drifted.append(_untold(field))
        elif field.path in left and not same(field.comparison, left[field.path], field.before.wire):
            was = _text(change, field, left[field.path], names, quirks)
            drifted.append(FieldDrift(field.word, was, field.before.text, field.after.text))
    pending = len(fields) - len(drifted)
    return (_thing(change, Deviation.CHANGED, fields=tuple(drifted)) if drifted else None), pending


def _thing(
    change: Change, deviation: Deviation, *, live_id: int | None = None, fields: tuple[FieldDrift, ...] = ()
) -> ThingDrift:
    known = live_id if live_id is not None else change.live_id
    return ThingDrift(change.address, change.name, known, deviation, fields)


def _untold(field: FieldChange) -> FieldDrift:
    return FieldDrift(field.word, None, field.before.text, field.after.text, known=False)


def _text(change: Change, field: FieldChange, wire: Wire, names: Names, quirks: Quirks) -> Json:
    """A value of the last run in the words of its field."""
    if same(field.comparison, wire, field.after.wire):
        return field.after.text
    if isinstance(wire, KnownAfterApply | SecretReference):
        return None
    declared = RESOURCES[change.address.kind].field_at(field.path)
    if declared is None:
        return plain_side(change.address.kind, field.path, wire).text
    return live_side(declared, wire, quirks, names).text
