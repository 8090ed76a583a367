"""The proof: after the writes, read again and compare (design: Read-back)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from lpconf.apply.expected import Expected, Place
from lpconf.engine.body import Resolve, differing
from lpconf.engine.values import ABSENT, at, key_text, same
from lpconf.liveperson.client import Client
from lpconf.liveperson.read import engagements_of
from lpconf.model.address import Kind
from lpconf.model.errors import LpconfError
from lpconf.model.json import Json, JsonObject
from lpconf.model.plan import Absent, Comparison, FieldChange, Origin
from lpconf.model.policy import Waits
from lpconf.model.run import Outcome
from lpconf.resources.engagement import ENGAGEMENT


@dataclass(frozen=True, slots=True)
class Seen:
    """What reading back showed of one written thing."""

    outcome: Outcome
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reason: str = ""


def read_back(
    expected: tuple[Expected, ...], client: Client, resolve: Resolve, waits: Waits, wait: Callable[[float], None]
) -> tuple[Seen, ...]:
    """Look for every written thing, for at most `waits.read_back` seconds; one read a collection and look."""
    seen = [Seen(Outcome.NOT_VISIBLE)] * len(expected)
    waited = 0.0
    while True:
        open_ = [index for index, one in enumerate(seen) if one.outcome is not Outcome.CONFIRMED]
        bodies: dict[Place, JsonObject] = {}
        problems: dict[Place, str] = {}
        for source in dict.fromkeys(expected[index].source for index in open_):
            try:
                bodies.update(_bodies(client, source))
            except LpconfError as error:
                problems[source] = str(error)
        for index in open_:
            one = expected[index]
            if one.source in problems:
                seen[index] = Seen(Outcome.NOT_VISIBLE, reason=problems[one.source])
            else:
                seen[index] = _seen(one, bodies, resolve)
        if waited >= waits.read_back or all(one.outcome is Outcome.CONFIRMED for one in seen):
            return tuple(seen)
        wait(waits.read_back_pause)
        waited += waits.read_back_pause


def _bodies(client: Client, source: Place) -> dict[Place, JsonObject]:
    kind, live_id = source
    if kind is Kind.CONNECTOR:
        return {(kind, int(str(item["id"]))): item for item in client.list(kind).items}
    campaign = client.read(kind, live_id).body
    return {
        (kind, live_id): campaign,
        **{(Kind.ENGAGEMENT, each.id): each.body for each in engagements_of(campaign)},
    }


def _seen(one: Expected, bodies: Mapping[Place, JsonObject], resolve: Resolve) -> Seen:
    body = bodies.get((one.kind, one.live_id))
    if body is None:
        return Seen(Outcome.NOT_VISIBLE, reason="It is not in the list yet.")
    off = differing(body, one.fields, resolve)
    planned = [each for each in off if each.origin not in {Origin.TEMPLATE, Origin.COPY}]
    notes = tuple(f"LivePerson made its own value of {each.word}." for each in off if each not in planned)
    neighbours = _neighbours(one, bodies)
    if not planned and not neighbours:
        return Seen(Outcome.CONFIRMED, notes=notes)
    lines = tuple(_difference(each, at(body, each.path)) for each in planned)
    checkable = [each for each in one.fields if not each.sensitive]
    untouched = all(same(each.comparison, at(body, each.path), each.before.wire) for each in checkable)
    outcome = Outcome.NOT_VISIBLE if untouched and not neighbours else Outcome.DIFFERS
    return Seen(outcome, (*lines, *neighbours), notes)


def _difference(field: FieldChange, found: Json | Absent) -> str:
    """A planned field and what LivePerson shows instead, in the words of the plan where they fit."""
    planned = json.dumps(field.after.text, ensure_ascii=False)
    if field.comparison is Comparison.PUBLIC_KEY:
        shown = key_text(None if isinstance(found, Absent) else found)
        return f"{field.word} was written as {field.after.text}, and LivePerson shows {shown or 'none'}"
    if same(field.comparison, found, field.before.wire) and not isinstance(field.before.wire, Absent):
        return (
            f"{field.word} was written as {planned}, and still is {json.dumps(field.before.text, ensure_ascii=False)}"
        )
    shown = "no such field" if isinstance(found, Absent) else json.dumps(found, ensure_ascii=False)
    return f"{field.word} was written as {planned}, and LivePerson shows {shown} in {'.'.join(field.path)}"


def _neighbours(one: Expected, bodies: Mapping[Place, JsonObject]) -> tuple[str, ...]:
    """What moved in the engagements of a campaign that was written whole: the write carried them as they were read."""
    differing = tuple(
        f'the engagement "{sent.get("name")}" is not as it was when the campaign was written: {", ".join(fields)}'
        for live_id, sent in one.engagements.items()
        if (fields := _differing_fields(sent, bodies.get((Kind.ENGAGEMENT, live_id), {})))
    )
    revision = bodies[one.kind, one.live_id].get("engagementCollectionRevision")
    if differing or one.engagement_revision is None or revision == one.engagement_revision:
        return differing
    return (
        f"the revision of its engagements went from {one.engagement_revision} to {revision}: somebody else may have "
        "changed one in the same moment, and writing the campaign may have set it back",
    )


def _differing_fields(sent: JsonObject, body: JsonObject) -> list[str]:
    names: Iterable[str] = dict.fromkeys([*sent, *body])
    return [
        name
        for name in names
        if name not in ENGAGEMENT.ignored
        and not same(Comparison.EXACT, at(sent, (name,)), at(body, (name,)) if body else ABSENT)
    ]
