"""One thing that a run wrote, and the change that takes it back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from lpconf.engine.deleting import deletion
from lpconf.engine.updating import Context
from lpconf.engine.values import ABSENT, at, json_of, leaves, live_side, plain_side, same
from lpconf.engine.wording import listed
from lpconf.model.address import Address, Kind
from lpconf.model.json import Json, JsonObject
from lpconf.model.live import LiveThing
from lpconf.model.plan import (
    Absent,
    Action,
    Change,
    Comparison,
    FieldChange,
    KnownAfterApply,
    Origin,
    Side,
)
from lpconf.model.record import Image, PlannedValue, StepRecord
from lpconf.model.site import SecretReference
from lpconf.resources.connector import can_hold_secret
from lpconf.resources.connector_fields import PREFERRED
from lpconf.resources.field import Field
from lpconf.resources.kinds import RESOURCES
from lpconf.resources.secrecy import holds_mask

NOT_PREFERRED = "LivePerson may have taken `preferred` from another connector in the run. It does not get it back."
NEW_ID = "It gets a new id. What knows the old one elsewhere, such as mobile apps and reports, does not follow."
SENT_AGAIN = "LivePerson probably never shows the secret, so it is sent again; the one before the run is not known."


@dataclass(frozen=True, slots=True)
class Undone:
    """What takes one thing back, None for nothing; and what stays as it is, one line each."""

    change: Change | None = None
    conflicts: tuple[str, ...] = ()


class Undo:
    """Takes back the things of one run, one after another.

    What was deleted comes first, a campaign before its engagements; in the rest an engagement before its campaign.
    `wanted` are the run's changes. `protected` are the things that nothing may delete.
    """

    def __init__(
        self, context: Context, wanted: Mapping[Address, Change], protected: Collection[tuple[Kind, int]]
    ) -> None:
        self._context = context
        self._wanted = wanted
        self._protected = protected
        self._things = {(each.kind, each.id): each for each in context.live}
        self._names: dict[tuple[Kind, int | None, str], set[int]] = {}
        for each in context.live:
            self._names.setdefault((each.kind, each.campaign_id, each.name), set()).add(each.id)
        self._connectors = {str(each.id) for each in context.live.of(Kind.CONNECTOR)}
        self._back: dict[str, tuple[Address, str]] = {}
        """Connectors that are created anew: old id -> address and name."""
        self._campaigns_back: set[Address] = set()
        self._going: set[int | None] = set()
        """Ids of engagements that are deleted."""

    def of(self, address: Address, action: Action, steps: Sequence[StepRecord]) -> Undone:
        """What takes back the steps of one thing, all of which were done."""
        match action:
            case Action.CREATE:
                return self._created(address, steps)
            case Action.UPDATE:
                return self._updated(address, steps)
            case Action.DELETE:
                return self._deleted(address, steps[-1])

    def _created(self, address: Address, steps: Sequence[StepRecord]) -> Undone:
        thing = self._live(address.kind, steps[-1].live_id)
        if thing is None:
            return Undone()
        if (address.kind, thing.id) in self._protected:
            return _kept(address, "the configuration of a run protects it from being deleted")
        moved = _moved_since(thing, steps)
        if moved:
            return _kept(address, f"{', '.join(moved)} changed after the run made it")
        if address.kind is Kind.CAMPAIGN:
            others = [each for each in self._context.live.of(Kind.ENGAGEMENT, thing.id) if each.id not in self._going]
            if others:
                return _kept(address, f"it holds engagements that stay: {listed(others)}")
        if address.kind is Kind.ENGAGEMENT:
            self._going.add(thing.id)
        return Undone(deletion(address, thing, self._context))

    def _updated(self, address: Address, steps: Sequence[StepRecord]) -> Undone:
        thing = self._live(address.kind, steps[-1].live_id)
        if thing is None:
            return _kept(address, "it was deleted after the run")
        secrets = self._secrets(address)
        written = list(_written(steps))
        found = {each.planned.path: self._field(address, thing, each) for each in written}
        conflicts = [f"{address}.{each}" for each in found.values() if isinstance(each, str)]
        changed = {path: each for path, each in found.items() if isinstance(each, FieldChange)}
        fields = [each for each in changed.values() if _goes(address.kind, each, changed)]
        fields = list(_with_whole_maps(thing, fields, {each.planned.path: each.before for each in written}))
        if secrets and not written:
            conflicts.append(f"{address}: the run sent {_words(secrets)}, and nobody knows what it was before.")
        if all(each.origin is Origin.COPY for each in fields):
            return Undone(conflicts=tuple(conflicts))
        operation = f"{address.kind}.update"
        change = Change(
            address=address,
            action=Action.UPDATE,
            name=thing.name,
            live_id=thing.id,
            campaign_id=thing.campaign_id,
            fields=(*fields, *secrets),
            operation=operation,
            evidence=self._context.quirks.evidence_of(operation),
            notes=((SENT_AGAIN,) if secrets else ()) + ((NOT_PREFERRED,) if PREFERRED in changed else ()),
        )
        return Undone(change, tuple(conflicts))

    def _field(self, address: Address, thing: LiveThing, written: _Written) -> FieldChange | str | None:
        """The field as it was before the run, None where it is so already, or why it stays."""
        planned = written.planned
        now, then = at(thing.body, planned.path), at(written.before.body, planned.path)
        declared = RESOURCES[address.kind].field_at(planned.path)
        word = declared.word if declared else ".".join(planned.path)
        if holds_mask(json_of(then)) or _hides(written.before, planned.path):
            return f"{word}: it held what looked like a secret before the run, which nobody has kept"
        if same(planned.comparison, now, then):
            return None
        if planned.origin is not Origin.COPY and not same(planned.comparison, now, written.left):
            return f"{word}: it changed after the run, and stays as it is"
        if planned.path == ("name",) and self._is_taken(thing, then):
            return f"{word}: there is another of its former name by now"
        after = self._side(address.kind, declared, planned.path, then)
        if isinstance(after.wire, int | str) and self._is_gone(declared, after.wire):
            return f"{word}: the {declared.target.words if declared and declared.target else 'thing'} of before is gone"
        origin = Origin.COPY if planned.origin is Origin.COPY else Origin.RUN
        before_side = self._side(address.kind, declared, planned.path, now, live=True)
        return FieldChange(word, planned.path, before_side, after, planned.comparison, origin)

    def _deleted(self, address: Address, step: StepRecord) -> Undone:
        intent = step.intents[-1]
        if intent.before is None:
            return _kept(address, "the journal does not hold what it was")
        body = intent.before.body
        campaign_id = None if address.parent in self._campaigns_back else intent.campaign_id
        if campaign_id is not None and self._live(Kind.CAMPAIGN, campaign_id) is None:
            return _kept(address, "its campaign is gone")
        if self._named(address.kind, campaign_id, intent.name):
            return _kept(address, "there is another of its name by now")
        used = body.get("connectorId")
        if used is not None and str(used) not in self._back and self._is_gone_connector(used):
            return _kept(address, "the connector that it used is gone, so nothing would check its visitors")
        if address.kind is Kind.CONNECTOR and can_hold_secret(body, self._context.quirks):
            return _kept(address, "it may have held a client secret, which nobody has kept; declare it and apply")
        hidden = [
            _spelled(place)
            for place in intent.before.hidden
            # A list cannot come back with a gap in it, nor a field that has a word without its value.
            if any(isinstance(step, int) for step in place) or RESOURCES[address.kind].field_at(_path(place))
        ]
        if hidden:
            return _kept(address, f"{', '.join(hidden)} looked like a secret, which nobody has kept")
        fields = tuple(self._restored(address, body))
        if address.kind is Kind.CONNECTOR:
            self._back[str(intent.live_id)] = address, intent.name
        if address.kind is Kind.CAMPAIGN:
            self._campaigns_back.add(address)
        operation = f"{address.kind}.create"
        lost = ", ".join(map(_spelled, intent.before.hidden))
        change = Change(
            address=address,
            action=Action.CREATE,
            name=intent.name,
            live_id=None,
            campaign_id=campaign_id,
            fields=fields,
            operation=operation,
            evidence=self._context.quirks.evidence_of(operation),
            notes=(NEW_ID, *([f"It comes back without what looked like a secret: {lost}."] if lost else [])),
        )
        return Undone(change)

    def _restored(self, address: Address, body: JsonObject) -> Iterator[FieldChange]:
        resource = RESOURCES[address.kind]
        copies = {each.copies for each in resource.fields if each.copies}
        for path, value in leaves(body):
            if path[0] in resource.ignored and path not in copies:
                continue
            declared = resource.field_at(path)
            yield FieldChange(
                declared.word if declared else ".".join(path),
                path,
                Side(ABSENT, None),
                self._side(address.kind, declared, path, value),
                declared.comparison if declared else Comparison.EXACT,
                Origin.COPY if path in copies else Origin.RUN,
            )

    def _side(
        self, kind: Kind, declared: Field | None, path: tuple[str, ...], value: Json | Absent, *, live: bool = False
    ) -> Side:
        """A value of before the run. A reference to a connector that comes back follows it to its new id."""
        if not live and declared is not None and declared.target is Kind.CONNECTOR and str(value) in self._back:
            address, name = self._back[str(value)]
            return Side(KnownAfterApply(address), name)
        if declared is None:
            return plain_side(kind, path, value)
        return live_side(declared, value, self._context.quirks, self._context.names)

    def _is_gone(self, declared: Field | None, value: int | str) -> bool:
        """Whether a reference to a connector points to none that is live."""
        return declared is not None and declared.target is Kind.CONNECTOR and self._is_gone_connector(value)

    def _is_gone_connector(self, value: Json) -> bool:
        return str(value) not in self._connectors

    def _secrets(self, address: Address) -> tuple[FieldChange, ...]:
        change = self._wanted.get(address)
        found = change.fields if change is not None else ()
        return tuple(replace(each, origin=Origin.RUN) for each in found if isinstance(each.after.wire, SecretReference))

    def _is_taken(self, thing: LiveThing, name: Json | Absent) -> bool:
        return isinstance(name, str) and bool(self._named(thing.kind, thing.campaign_id, name) - {thing.id})

    def _named(self, kind: Kind, campaign_id: int | None, name: str) -> Set[int]:
        """The ids of the things of a name in one collection."""
        return self._names.get((kind, campaign_id, name), frozenset())

    def _live(self, kind: Kind, live_id: int | None) -> LiveThing | None:
        return self._things.get((kind, live_id)) if live_id is not None else None


def _kept(address: Address, why: str) -> Undone:
    return Undone(conflicts=(f"{address}: {why}.",))


def _path(place: tuple[str | int, ...]) -> tuple[str, ...]:
    return tuple(str(each) for each in place)


def _spelled(place: tuple[str | int, ...]) -> str:
    return ".".join(_path(place))


def _hides(image: Image, path: tuple[str, ...]) -> bool:
    """Whether a secret was left out of an image at a path or below it."""
    return any(place[: len(path)] == path for place in image.hidden)


def _words(fields: Sequence[FieldChange]) -> str:
    return ", ".join(each.word for each in fields)


def _goes(kind: Kind, change: FieldChange, changed: Mapping[tuple[str, ...], FieldChange]) -> bool:
    """Whether a field goes back: the copied name of a referenced thing only together with the reference."""
    if change.origin is not Origin.COPY:
        return True
    return any(each.copies == change.path and each.path in changed for each in RESOURCES[kind].fields)


def _with_whole_maps(
    thing: LiveThing, fields: Sequence[FieldChange], before: Mapping[tuple[str, ...], Image]
) -> Iterator[FieldChange]:
    """The fields; a map that the run made, and that would be left empty, goes as a whole."""
    paths = {each.path for each in fields}
    made: dict[tuple[str, ...], Json | Absent] = {}
    for path in paths:
        for length in range(1, len(path)):
            then, now = at(before[path].body, path[:length]), at(thing.body, path[:length])
            inside = list(leaves(now, path[:length])) if isinstance(now, Mapping) else []
            if (then is None or isinstance(then, Absent)) and inside and all(each in paths for each, _ in inside):
                made.setdefault(path[:length], then)
                break
    for each in fields:
        if not any(each.path[: len(path)] == path for path in made):
            yield each
    for path, then in made.items():
        word, now = ".".join(path), at(thing.body, path)
        yield FieldChange(word, path, plain_side(thing.kind, path, now), Side(then, None), Comparison.EXACT, Origin.RUN)


@dataclass(frozen=True, slots=True)
class _Written:
    """A field that a run wrote: as it was planned, the thing before, and the value as the run left it."""

    planned: PlannedValue
    before: Image
    left: Json | Absent


def _written(steps: Sequence[StepRecord]) -> Iterator[_Written]:
    """Every field that the run wrote, as it last wrote it, with the thing as it was before it first did."""
    last: dict[tuple[str, ...], tuple[PlannedValue, Image | None]] = {}
    first: dict[tuple[str, ...], Image] = {}
    for step in steps:
        intent = step.intents[-1]
        for planned in intent.planned if intent.before is not None else ():
            last[planned.path] = planned, step.after
            if intent.before is not None:
                first.setdefault(planned.path, intent.before)
    for path, (planned, after) in last.items():
        # LivePerson may have made its own value of what was planned.
        left = at(after.body, path) if after is not None and path not in after.hidden else planned.value
        yield _Written(planned, first[path], left)


def _moved_since(thing: LiveThing, steps: Sequence[StepRecord]) -> list[str]:
    """The fields of a thing that are not as the run left it when it made it."""
    ignored = RESOURCES[thing.kind].ignored
    after = next((step.after for step in reversed(steps) if step.after is not None), None)
    expected: dict[tuple[str, ...], Json]
    found: dict[tuple[str, ...], Json | Absent]
    if after is None:
        expected = {
            planned.path: planned.value
            for step in steps
            for planned in step.intents[-1].planned
            # LivePerson may make its own values of these.
            if planned.origin not in {Origin.TEMPLATE, Origin.COPY} and planned.path[0] not in ignored
        }
        found = {path: at(thing.body, path) for path in expected}
    else:
        hidden = set(after.hidden)
        expected = {path: value for path, value in leaves(after.body) if path[0] not in ignored}
        found = {path: value for path, value in leaves(thing.body) if path[0] not in ignored and path not in hidden}
    return [
        ".".join(path)
        for path in dict.fromkeys([*expected, *found])
        if not _as_left(thing.kind, path, expected.get(path, ABSENT), found.get(path, ABSENT))
    ]


def _as_left(kind: Kind, path: tuple[str, ...], expected: Json | Absent, found: Json | Absent) -> bool:
    declared = RESOURCES[kind].field_at(path)
    return same(declared.comparison if declared else Comparison.EXACT, expected, found)
