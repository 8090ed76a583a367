"""One write: read, merge, write, and what follows from the answer (design: Every write)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lpconf.apply import neighbours
from lpconf.apply.clock import Clock
from lpconf.engine.body import differing, merged, moved
from lpconf.liveperson.client import Client, Entity, id_of
from lpconf.liveperson.errors import Conflict, NotFound, OutcomeUnknown, TooMany
from lpconf.liveperson.read import engagements_of
from lpconf.model.address import Address, Kind
from lpconf.model.errors import LpconfError
from lpconf.model.json import Json, JsonObject
from lpconf.model.plan import Absent, Action, Change, FieldChange, KnownAfterApply, Origin, Step, Wire
from lpconf.model.policy import Waits
from lpconf.model.quirks import Quirks
from lpconf.model.run import Outcome
from lpconf.model.site import SecretReference

NO_REVISION = (
    "LivePerson sent no revision, so a change that somebody else made in the same moment could not be noticed."
)
FOUND = "The answer was lost; the new thing was found."
SEEN_AFTER_ALL = "The answer was lost; reading again shows the change."
NOT_SHOWN = (
    "LivePerson does not show yet what this run has written in its engagements, and writing the campaign now would "
    "set that back."
)
ALREADY = "It already was as planned."


@dataclass(frozen=True, slots=True)
class Written:
    """What one write came to. `CONFIRMED` still has to be proven by reading back."""

    outcome: Outcome
    live_id: int | None = None
    reason: str = ""
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    already: bool = False


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One PUT: what was read before, what was sent, and how it failed (None: it was answered)."""

    read: Entity
    sent: JsonObject
    problem: Conflict | OutcomeUnknown | None


@dataclass(slots=True)
class Writer:
    """Makes the writes of one run. `ids` collects the ids of what it creates.

    `sending` is true while a write is under way, and stays so when it is interrupted.
    """

    client: Client
    secrets: Mapping[str, str]
    quirks: Quirks
    waits: Waits
    clock: Clock
    ids: dict[Address, int] = field(default_factory=dict)
    engagements: dict[int, dict[int, tuple[FieldChange, ...]]] = field(default_factory=dict)
    """What this run has written: campaign id -> engagement id -> fields."""
    sending: bool = False

    def resolve(self, value: Wire) -> Json:
        """The value that stands behind a new thing's id or a secret's name."""
        if isinstance(value, KnownAfterApply):
            return self.ids[value.address]
        if isinstance(value, SecretReference):
            return self.secrets[value.variable]
        return None if isinstance(value, Absent) else value

    def campaign_id(self, change: Change) -> int | None:
        """The id of an engagement's campaign, which the same run may have created."""
        if change.address.parent is None:
            return None
        return change.campaign_id if change.campaign_id is not None else self.ids[change.address.parent]

    def write(self, step: Step, change: Change) -> Written:
        """Make one write, and remember what a later write of its campaign must not set back."""
        written = self.create(step, change) if step.action is Action.CREATE else self.update(step, change)
        campaign_id = self.campaign_id(change)
        if campaign_id is not None and written.live_id is not None and written.outcome is Outcome.CONFIRMED:
            self.engagements.setdefault(campaign_id, {})[written.live_id] = step.fields
        return written

    def create(self, step: Step, change: Change) -> Written:
        """Create one thing. It is never sent a second time unless LivePerson refused the first."""
        kind, campaign_id = change.address.kind, self.campaign_id(change)
        body = merged({}, step.fields, self.resolve)
        try:
            entity = self._send(lambda: self.client.create(kind, body, campaign_id=campaign_id))
        except Conflict as error:
            return Written(Outcome.STALE, reason=f"A {kind.words} of this name exists already. {error}")
        except OutcomeUnknown as error:
            return self._look_up(step, change, campaign_id, error)
        return self._created(change, entity.body)

    def _created(self, change: Change, body: JsonObject, *notes: str) -> Written:
        live_id = id_of(body)
        if live_id is None:
            return Written(Outcome.UNKNOWN, reason="LivePerson answered without an id.")
        self.ids[change.address] = live_id
        return Written(Outcome.CONFIRMED, live_id, notes=notes)

    def _look_up(self, step: Step, change: Change, campaign_id: int | None, lost: OutcomeUnknown) -> Written:
        """A creation whose answer was lost: find it by its name, and never send it again.

        Only a thing that is as planned is taken for it: somebody else may have made one of the same name.
        """
        until = self.clock.now() + self.waits.read_back
        while True:
            found = self._named(change, campaign_id)
            ours = [each for each in found if not self._off(each, step.fields)]
            if len(found) == len(ours) == 1:
                return self._created(change, ours[0], FOUND)
            if self.clock.now() >= until:
                break
            self.clock.wait(self.waits.read_back_pause)
        if not found:
            why = "Nothing of this name was found, and it was not sent again."
        elif len(found) == 1:
            why = "A thing of this name was found, but it is not as planned: somebody else may have made it."
        else:
            why = f"{len(found)} things of this name were found."
        return Written(Outcome.UNKNOWN, reason=f"{lost} {why}")

    def _named(self, change: Change, campaign_id: int | None) -> list[JsonObject]:
        """The whole bodies of the live things that have the name of a creation."""
        kind = change.address.kind
        try:
            items = self.client.list(kind, campaign_id=campaign_id).items
            ids = [id_of(item) for item in items if item.get("name") == change.name]
            return [self.client.read(kind, each, campaign_id=campaign_id).body for each in ids if each is not None]
        except LpconfError:
            return []

    def _off(self, body: JsonObject, fields: tuple[FieldChange, ...]) -> bool:
        """Whether a body lacks planned values, apart from those that LivePerson may make its own of."""
        off = differing(body, fields, self.resolve)
        return any(each.origin not in {Origin.TEMPLATE, Origin.COPY} for each in off)

    def update(self, step: Step, change: Change) -> Written:
        """Change one thing: everything as it is live just before, with the planned fields set."""
        kind, campaign_id = change.address.kind, self.campaign_id(change)
        live_id = change.live_id if change.live_id is not None else self.ids[change.address]
        last: _Attempt | None = None
        for _ in range(self.waits.tries + 1):
            entity = self._read(kind, live_id, campaign_id, wait_for_it=change.live_id is None)
            if entity is None:
                return Written(Outcome.STALE, live_id, "It was deleted after the plan was made.")
            if kind is Kind.CAMPAIGN and not self._shows_engagements(entity.body, live_id):
                return Written(Outcome.FAILED, live_id, NOT_SHOWN)
            decided = self._decided(step, kind, live_id, entity, last)
            if decided is not None:
                return decided
            last = self._put(step, kind, live_id, campaign_id, entity)
            if last.problem is None:
                return self._settled(kind, live_id, last, None)
        if last is None or isinstance(last.problem, OutcomeUnknown):
            return Written(Outcome.UNKNOWN, live_id, str(last.problem) if last else "")
        return Written(Outcome.STALE, live_id, f"Others keep changing this collection. {last.problem}")

    def _read(self, kind: Kind, live_id: int, campaign_id: int | None, *, wait_for_it: bool) -> Entity | None:
        """The thing as it is now; None if it is gone.

        What this run wrote may take a while to show: a new thing, and the engagements inside a campaign, which its
        write would set back. Both are waited for, within the time for reading back.
        """
        begun = self.clock.now()
        while True:
            late = self.clock.now() >= begun + self.waits.read_back
            try:
                entity = self.client.read(kind, live_id, campaign_id=campaign_id)
                if late or kind is not Kind.CAMPAIGN or self._shows_engagements(entity.body, live_id):
                    return entity
            except NotFound:
                if late or not wait_for_it:
                    return None
            self.clock.wait(self.waits.read_back_pause)

    def _shows_engagements(self, campaign: JsonObject, campaign_id: int) -> bool:
        """Whether a campaign shows its engagements as this run has written them."""
        written = self.engagements.get(campaign_id)
        if not written:
            return True
        bodies = {each.id: each.body for each in engagements_of(campaign)}
        return all(live_id in bodies and not self._off(bodies[live_id], fields) for live_id, fields in written.items())

    def _decided(self, step: Step, kind: Kind, live_id: int, entity: Entity, last: _Attempt | None) -> Written | None:
        """Whether there is nothing (more) to send, given what is live now and how the last attempt failed."""
        stale = moved(entity.body, step.fields, self.resolve)
        if stale:
            return Written(Outcome.STALE, live_id, _changed(stale))
        done = not differing(entity.body, step.fields, self.resolve)
        if last is None:
            # A secret is never shown, so a write that carries one is made.
            if done and not any(each.sensitive for each in step.fields):
                return Written(Outcome.CONFIRMED, live_id, notes=(ALREADY,), already=True)
            return None
        if done and isinstance(last.problem, OutcomeUnknown):
            return self._settled(kind, live_id, last, entity)
        if isinstance(last.problem, Conflict) and entity.revision is not None and entity.revision == last.read.revision:
            return Written(Outcome.FAILED, live_id, str(last.problem))
        if kind is Kind.CAMPAIGN and entity.body.get(neighbours.REVISION) != last.sent.get(neighbours.REVISION):
            return Written(Outcome.STALE, live_id, "Somebody else changed its engagements at the same time.")
        return None

    def _put(self, step: Step, kind: Kind, live_id: int, campaign_id: int | None, entity: Entity) -> _Attempt:
        body = merged(entity.body, step.fields, self.resolve)
        try:
            self._send(lambda: self.client.update(kind, live_id, body, entity.revision, campaign_id=campaign_id))
        except (Conflict, OutcomeUnknown) as error:
            return _Attempt(entity, body, error)
        return _Attempt(entity, body, None)

    def _settled(self, kind: Kind, live_id: int, attempt: _Attempt, after: Entity | None) -> Written:
        """A write that took effect. A campaign is read at once: its engagements must be as they were sent."""
        notes = ((NO_REVISION,) if attempt.read.revision is None else ()) + ((SEEN_AFTER_ALL,) if after else ())
        if kind is not Kind.CAMPAIGN:
            return Written(Outcome.CONFIRMED, live_id, notes=notes)
        try:
            found = after or self.client.read(kind, live_id)
        except LpconfError as error:
            return Written(Outcome.NOT_VISIBLE, live_id, f"It was written, but could not be read again. {error}")
        lines = neighbours.differences(
            attempt.sent, found.body, write_moves_revision=self.quirks.campaign_write_moves_engagements
        )
        return Written(Outcome.DIFFERS if lines else Outcome.CONFIRMED, live_id, differences=lines, notes=notes)

    def _send(self, send: Callable[[], Entity]) -> Entity:
        """Send a write. What LivePerson refused as too many requests is sent again: nothing was done then (facts 2.7).

        Raises TooMany when LivePerson asks for a longer wait than `Waits.longest_retry_after`.
        """
        for tries_left in range(self.waits.tries, -1, -1):
            self.sending = True
            try:
                entity = send()
            except TooMany as error:
                self.sending = False
                pause = max(error.retry_after or 0.0, self.waits.too_many)
                if not tries_left or pause > self.waits.longest_retry_after:
                    raise
            except LpconfError:
                self.sending = False
                raise
            else:
                self.sending = False
                return entity
            self.clock.wait(pause)
        raise AssertionError("the last try returns or raises")


def _changed(fields: tuple[FieldChange, ...]) -> str:
    return f"Somebody else changed {', '.join(each.word for each in fields)} after the plan was made."
