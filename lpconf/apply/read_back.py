"""The proof: after the writes, read again and compare (design: Read-back)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lpconf.apply.clock import Clock
from lpconf.engine.body import Resolve, differing
from lpconf.engine.values import at, key_text, same
from lpconf.liveperson.client import Client, id_of
from lpconf.liveperson.errors import NotFound
from lpconf.liveperson.read import engagements_of
from lpconf.model.address import Kind
from lpconf.model.errors import LpconfError
from lpconf.model.json import Json, JsonObject
from lpconf.model.plan import Absent, Comparison, FieldChange, Origin
from lpconf.model.policy import Waits
from lpconf.model.run import Outcome
from lpconf.resources.kinds import RESOURCES
from lpconf.resources.secrecy import masked_value

Place = tuple[Kind, int]
"""A kind and an id."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One written thing and its planned fields. `gone`: it was deleted."""

    kind: Kind
    live_id: int
    campaign_id: int | None
    fields: tuple[FieldChange, ...]
    gone: bool = False

    @property
    def source(self) -> Place:
        """What to read to see it."""
        return source_of(self.kind, self.live_id, self.campaign_id)


def source_of(kind: Kind, live_id: int, campaign_id: int | None) -> Place:
    """What to read to see a thing as a plan sees it: the connectors, or its campaign with all engagements."""
    if kind is Kind.CONNECTOR:
        return Kind.CONNECTOR, 0
    return Kind.CAMPAIGN, campaign_id if campaign_id is not None else live_id


@dataclass(frozen=True, slots=True)
class Seen:
    """What reading back showed of one written thing."""

    outcome: Outcome
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reason: str = ""
    body: JsonObject | None = None
    """The thing as it was read."""


def read_back(
    expected: Sequence[Expected], client: Client, resolve: Resolve, waits: Waits, clock: Clock
) -> tuple[Seen, ...]:
    """Look for every written thing, until `waits.read_back` seconds have passed; one read a collection and look.

    A collection that cannot be read, after all the client's own repeats, is not tried again.
    """
    seen = [Seen(Outcome.NOT_VISIBLE)] * len(expected)
    until = clock.now() + waits.read_back
    failed: dict[Place, str] = {}
    open_ = list(range(len(expected)))
    while open_:
        found: dict[Place, JsonObject] = {}
        for source in dict.fromkeys(expected[index].source for index in open_):
            try:
                found.update(bodies(client, source))
            except LpconfError as error:
                failed[source] = str(error)
        for index in open_:
            one = expected[index]
            lost = failed.get(one.source)
            body = found.get((one.kind, one.live_id))
            seen[index] = (
                replace(_seen(one, found, resolve), body=body)
                if lost is None
                else Seen(Outcome.NOT_VISIBLE, reason=lost)
            )
        open_ = [
            index
            for index in open_
            if seen[index].outcome is not Outcome.CONFIRMED and expected[index].source not in failed
        ]
        if not open_ or clock.over(until):
            break
        clock.wait(waits.read_back_pause)
    return tuple(seen)


def bodies(client: Client, source: Place) -> dict[Place, JsonObject]:
    """All things of a source (see `source_of`), none if it has gone. Raises what the client raises."""
    kind, live_id = source
    if kind is Kind.CONNECTOR:
        return {(kind, found): item for item in client.list(kind).items if (found := id_of(item)) is not None}
    try:
        campaign = client.read(kind, live_id).body
    except NotFound:
        return {}
    return {
        (kind, live_id): campaign,
        **{(Kind.ENGAGEMENT, each.id): each.body for each in engagements_of(campaign)},
    }


def _seen(one: Expected, bodies: Mapping[Place, JsonObject], resolve: Resolve) -> Seen:
    body = bodies.get((one.kind, one.live_id))
    if one.gone:
        return Seen(Outcome.NOT_VISIBLE, reason="It is in the list still.") if body else Seen(Outcome.CONFIRMED)
    if body is None:
        return Seen(Outcome.NOT_VISIBLE, reason="It is not in the list yet.")
    off = differing(body, one.fields, resolve)
    planned = [each for each in off if each.origin not in {Origin.TEMPLATE, Origin.COPY}]
    ignored = RESOURCES[one.kind].ignored
    notes = tuple(
        f"LivePerson made its own value of {each.word}."
        for each in off
        if each not in planned and each.path[0] not in ignored
    )
    if not planned:
        return Seen(Outcome.CONFIRMED, notes=notes)
    lines = tuple(_difference(one.kind, each, at(body, each.path)) for each in planned)
    checkable = [each for each in one.fields if not each.sensitive]
    untouched = all(same(each.comparison, at(body, each.path), each.before.wire) for each in checkable)
    return Seen(Outcome.NOT_VISIBLE if untouched else Outcome.DIFFERS, lines, notes)


def _difference(kind: Kind, field: FieldChange, found: Json | Absent) -> str:
    """A planned field and what LivePerson shows instead, in the words of the plan where they fit."""
    planned = json.dumps(field.after.text, ensure_ascii=False)
    if field.comparison is Comparison.PUBLIC_KEY:
        shown = key_text(None if isinstance(found, Absent) else found)
        return f"{field.word} was written as {field.after.text}, and LivePerson shows {shown or 'none'}"
    if same(field.comparison, found, field.before.wire) and not isinstance(field.before.wire, Absent):
        return (
            f"{field.word} was written as {planned}, and still is {json.dumps(field.before.text, ensure_ascii=False)}"
        )
    if isinstance(found, Absent):
        shown = "no such field"
    else:
        shown = json.dumps(masked_value(kind, field.path, found), ensure_ascii=False)
    return f"{field.word} was written as {planned}, and LivePerson shows {shown} in {'.'.join(field.path)}"
