"""One creation: sent once, and looked up where its answer was lost (design: Every write)."""

from __future__ import annotations

from lpconf.apply.writer import Writer, Written
from lpconf.engine.body import merged
from lpconf.liveperson.client import id_of
from lpconf.liveperson.errors import Conflict, OutcomeUnknown
from lpconf.model.errors import LpconfError
from lpconf.model.json import JsonObject
from lpconf.model.plan import Change, Step
from lpconf.model.run import Outcome

FOUND = "The answer was lost; the new thing was found."


def create(writer: Writer, step: Step, change: Change) -> Written:
    """Create one thing, unless the account has one of its name by now.

    It is never sent a second time unless LivePerson refused the first. Raises LpconfError where the account cannot be
    asked, or certainly refused.
    """
    kind, campaign_id = change.address.kind, writer.campaign_id(change)
    if change.name in writer.names_beside(change):
        return Written(Outcome.STALE, reason=f"A {kind.words} of this name exists by now: somebody else made it.")
    body = merged({}, step.fields, writer.resolve)
    try:
        entity = writer.send(lambda: writer.client.create(kind, body, campaign_id=campaign_id))
    except Conflict as error:
        return Written(Outcome.STALE, reason=f"A {kind.words} of this name exists already. {error}")
    except OutcomeUnknown as error:
        return _look_up(writer, step, change, campaign_id, error)
    return _created(writer, change, entity.body)


def _created(writer: Writer, change: Change, body: JsonObject, *notes: str) -> Written:
    live_id = id_of(body)
    if live_id is None:
        return Written(Outcome.UNKNOWN, reason="LivePerson answered without an id.")
    writer.ids[change.address] = live_id
    return Written(Outcome.CONFIRMED, live_id, notes=notes)


def _look_up(writer: Writer, step: Step, change: Change, campaign_id: int | None, lost: OutcomeUnknown) -> Written:
    """A creation whose answer was lost: find it by its name, and never send it again.

    Only a thing that is as planned is taken for it: somebody else may have made one of the same name.
    """
    until = writer.clock.now() + writer.waits.read_back
    while True:
        found = _named(writer, change, campaign_id)
        ours = [each for each in found if not writer.off(each, step.fields)]
        if len(found) == len(ours) == 1:
            return _created(writer, change, ours[0], FOUND)
        if writer.clock.over(until):
            break
        writer.clock.wait(writer.waits.read_back_pause)
    if not found:
        why = "Nothing of this name was found, and it was not sent again."
    elif len(found) == 1:
        why = "A thing of this name was found, but it is not as planned: somebody else may have made it."
    else:
        why = f"{len(found)} things of this name were found."
    return Written(Outcome.UNKNOWN, reason=f"{lost} {why}")


def _named(writer: Writer, change: Change, campaign_id: int | None) -> list[JsonObject]:
    """The whole bodies of the live things that have the name of a creation."""
    kind = change.address.kind
    try:
        items = writer.client.list(kind, campaign_id=campaign_id).items
        ids = [id_of(item) for item in items if item.get("name") == change.name]
        return [writer.client.read(kind, each, campaign_id=campaign_id).body for each in ids if each is not None]
    except LpconfError:
        return []
