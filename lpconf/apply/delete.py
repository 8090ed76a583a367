"""One deletion: read, compare, delete what is still as it was planned (design: Every write)."""

from __future__ import annotations

from functools import partial

from lpconf.apply.read_back import bodies, source_of
from lpconf.apply.update import INTERRUPTED, NO_REVISION, OTHERS
from lpconf.apply.writer import Writer, Written
from lpconf.engine.values import at, leaves, same
from lpconf.engine.wording import listed, quoted
from lpconf.liveperson.client import Entity
from lpconf.liveperson.errors import Conflict, NotFound, OutcomeUnknown
from lpconf.liveperson.read import engagements_of, read_for
from lpconf.model.address import Kind
from lpconf.model.errors import AccessError, LpconfError
from lpconf.model.json import Json, JsonObject
from lpconf.model.plan import Absent, Change, FieldChange, Step
from lpconf.model.run import Outcome
from lpconf.resources.connector_fields import PREFERRED
from lpconf.resources.kinds import RESOURCES

GONE_BEFORE = "It was gone already."
GONE_AFTER_ALL = "The answer was lost; reading again shows that it is gone."
WITH_ALL_IN_IT = (
    "As far as is known, LivePerson does not check a campaign's engagements when the campaign goes. One that somebody "
    "else made in the same moment may have gone unnoticed."
)
WITH_ITS_USERS = (
    "As far as is known, LivePerson does not check who uses a connector when it goes. An engagement that somebody else "
    "gave it in the same moment may have gone unnoticed."
)
_WHAT_IS_UNCHECKED = {Kind.CAMPAIGN: (WITH_ALL_IN_IT,), Kind.CONNECTOR: (WITH_ITS_USERS,)}


def delete(writer: Writer, step: Step, change: Change) -> Written:
    """Delete one thing, unless somebody changed it after the plan was made.

    Once an answer was lost, the outcome is either that it is gone, or unknown: never that nothing was done.
    Raises LpconfError where LivePerson certainly refused.
    """
    if change.live_id is None:
        raise ValueError(f"{change.address} is deleted and has no id")
    lost: OutcomeUnknown | None = None
    problem: Conflict | NotFound | OutcomeUnknown | None = None
    unchecked: tuple[str, ...] = ()
    try:
        for _ in range(writer.waits.tries + 1):
            entity = _read(writer, change, change.live_id, last_try_lost=lost is not None)
            if entity is None:
                return _gone(change, lost, unchecked)
            stale = _stale(writer, step, change, entity)
            if stale:
                return _ended(change, lost, stale)
            if writer.clock.stopped():
                return _ended(change, lost, INTERRUPTED, Outcome.NOT_ATTEMPTED)
            unchecked = _unchecked(change, entity)
            problem = _send(writer, change, change.live_id, entity)
            if problem is None:
                return Written(Outcome.CONFIRMED, change.live_id, notes=unchecked)
            if isinstance(problem, NotFound):
                return _gone(change, lost, unchecked)
            if isinstance(problem, OutcomeUnknown):
                lost = lost or problem
    except LpconfError as error:
        if lost is None:
            raise
        return Written(Outcome.UNKNOWN, change.live_id, f"{lost} {error}", access_lost=isinstance(error, AccessError))
    return _ended(change, lost, OTHERS if isinstance(problem, Conflict) else "")


def _ended(change: Change, lost: OutcomeUnknown | None, reason: str, outcome: Outcome = Outcome.STALE) -> Written:
    if lost is not None:
        return Written(Outcome.UNKNOWN, change.live_id, f"{lost} {reason}".strip())
    return Written(outcome, change.live_id, reason)


def _gone(change: Change, lost: OutcomeUnknown | None, unchecked: tuple[str, ...]) -> Written:
    """It is gone: by a try whose answer was lost, else by somebody else."""
    if lost is None:
        return Written(Outcome.CONFIRMED, change.live_id, notes=(GONE_BEFORE,), already=True)
    return Written(Outcome.CONFIRMED, change.live_id, notes=(GONE_AFTER_ALL, *unchecked))


def _send(writer: Writer, change: Change, live_id: int, entity: Entity) -> Conflict | NotFound | OutcomeUnknown | None:
    kind, campaign_id = change.address.kind, writer.campaign_id(change)
    try:
        writer.send(partial(writer.client.delete, kind, live_id, entity.revision, campaign_id=campaign_id))
    except (Conflict, OutcomeUnknown) as error:
        writer.clock.wait(writer.waits.read_back_pause)
        return error
    except NotFound as error:
        return error
    return None


def _read(writer: Writer, change: Change, live_id: int, *, last_try_lost: bool) -> Entity | None:
    """The thing as it is now, None if it is gone. After a lost answer it may take a while to go."""
    kind, campaign_id = change.address.kind, writer.campaign_id(change)
    until = writer.clock.now() + writer.waits.read_back
    while True:
        entity = writer.read(kind, live_id, campaign_id, wait_for_it=False)
        if entity is None or not last_try_lost or writer.clock.over(until):
            return entity
        writer.clock.wait(writer.waits.read_back_pause)


def _unchecked(change: Change, entity: Entity) -> tuple[str, ...]:
    """What nobody may have checked between the read and the deletion [guess]."""
    notes = (NO_REVISION,) if entity.revision is None else ()
    return (*notes, *_WHAT_IS_UNCHECKED.get(change.address.kind, ()))


def _stale(writer: Writer, step: Step, change: Change, entity: Entity) -> str:
    """What somebody else did after the plan was made; empty if nothing."""
    words = [field.word for field in _moved(entity, step)] or _added(writer, step, change, entity)
    if words:
        return f"Somebody else changed {', '.join(words)} after the plan was made."
    if change.address.kind is Kind.CONNECTOR:
        return _used(writer, change)
    if change.address.kind is not Kind.CAMPAIGN:
        return ""
    ours = writer.engagements.get(change.live_id or 0, {})
    others = [each.name for each in engagements_of(entity.body) if each.id not in ours]
    return f"It holds {', '.join(map(quoted, others))}, which the plan does not delete." if others else ""


def _used(writer: Writer, change: Change) -> str:
    """Who signs visitors in with a connector by now; empty if nobody. What this run took away may show a while."""
    until = writer.clock.now() + writer.waits.read_back
    while True:
        live = read_for((Kind.CAMPAIGN,), writer.client)
        users = [each for each in live.of(Kind.ENGAGEMENT) if str(each.body.get("connectorId")) == str(change.live_id)]
        if not users or writer.clock.over(until):
            shown = listed(users, live.of(Kind.CAMPAIGN))
            return f"By now engagements sign visitors in with it: {shown}." if users else ""
        writer.clock.wait(writer.waits.read_back_pause)


def _added(writer: Writer, step: Step, change: Change, entity: Entity) -> list[str]:
    """The fields that the plan did not see. A thing read alone may have more of them than in its collection's list,
    where the plan saw it (facts 3.6 [guess]); then that is read again.
    """
    kind, planned = change.address.kind, {field.path for field in step.fields}
    ignored = RESOURCES[kind].ignored

    def more(body: JsonObject) -> list[str]:
        own = {name: value for name, value in body.items() if name not in ignored}
        return [".".join(path) for path, value in leaves(own) if value is not None and path not in planned]

    found = more(entity.body)
    if not found or kind is Kind.CAMPAIGN or change.live_id is None:
        return found
    found_again = bodies(writer.client, source_of(kind, change.live_id, writer.campaign_id(change)))
    return more(found_again.get((kind, change.live_id), {}))


def _moved(entity: Entity, step: Step) -> tuple[FieldChange, ...]:
    """The fields that are not as they were planned to go.

    One that is missing here does not count: a thing inside its campaign's list may be spelled in more fields than
    when it is read alone (facts 3.6 [guess]).
    """
    return tuple(
        field
        for field in step.fields
        if not field.sensitive
        and not isinstance(value := at(entity.body, field.path), Absent)
        and not same(field.comparison, value, field.before.wire)
        and not _is_taken(step, field, value)
    )


def _is_taken(step: Step, field: FieldChange, value: Json) -> bool:
    """Whether the connector is preferred no more, which a step before may have done by preferring another one."""
    return step.address.kind is Kind.CONNECTOR and field.path == PREFERRED and value is not True
