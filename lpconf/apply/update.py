"""One update: read, merge, write, and what follows from the answer (design: Every write)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lpconf.apply import neighbours
from lpconf.apply.writer import Writer, Written
from lpconf.engine.body import differing, merged, moved
from lpconf.liveperson.client import Entity
from lpconf.liveperson.errors import Conflict, OutcomeUnknown
from lpconf.model.address import Kind
from lpconf.model.errors import AccessError, LpconfError
from lpconf.model.json import JsonObject
from lpconf.model.plan import Change, FieldChange, Step
from lpconf.model.run import Outcome

NO_REVISION = (
    "LivePerson sent no revision, so a change that somebody else made in the same moment could not be noticed."
)
SEEN_AFTER_ALL = "The answer was lost; reading again shows the change."
INTERRUPTED = "Interrupted before it was sent."
OTHERS = "Others keep changing this collection."
ALREADY = "It already was as planned."
NOT_SHOWN = (
    "LivePerson does not show what this run has written in its engagements, not yet or because somebody else changed "
    "it again. Writing the campaign now could set something back."
)


_NOT_DONE = frozenset({Outcome.STALE, Outcome.FAILED, Outcome.UNKNOWN, Outcome.NOT_ATTEMPTED})


def update(writer: Writer, step: Step, change: Change) -> Written:
    """Change one thing: everything as it is live just before, with the planned fields set.

    Once the answer to a try was lost, the outcome is either that it took effect, or unknown: never that nothing was
    written. Raises LpconfError where LivePerson certainly refused.
    """
    live_id = change.live_id if change.live_id is not None else writer.ids[change.address]
    return _Update(writer, step, change.address.kind, live_id, writer.campaign_id(change), change.live_id is None).run()


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One PUT: what was read before, what was sent, and how it failed (None: it was answered)."""

    read: Entity
    sent: JsonObject
    problem: Conflict | OutcomeUnknown | None


@dataclass(slots=True)
class _Update:
    """One update, with what its tries have shown so far. `is_new` marks a thing that the same run created."""

    writer: Writer
    step: Step
    kind: Kind
    live_id: int
    campaign_id: int | None
    is_new: bool
    last: _Attempt | None = None
    lost: OutcomeUnknown | None = None
    """The first try whose answer was lost."""

    def run(self) -> Written:
        try:
            written = self._tries()
        except LpconfError as error:
            if self.lost is None:
                raise
            written = Written(Outcome.UNKNOWN, self.live_id, str(error), access_lost=isinstance(error, AccessError))
        if self.lost is not None and written.outcome in _NOT_DONE:
            return replace(written, outcome=Outcome.UNKNOWN, reason=f"{self.lost} {written.reason}".strip())
        return written

    def _tries(self) -> Written:
        for _ in range(self.writer.waits.tries + 1):
            entity = self._read()
            if entity is None:
                return self._ended(Outcome.STALE, "It was deleted after the plan was made.")
            if self.last is None and self.writer.clock.stopped():
                return self._ended(Outcome.NOT_ATTEMPTED, INTERRUPTED)
            if self.kind is Kind.CAMPAIGN and not self.writer.shows_engagements(entity.body, self.live_id):
                return self._ended(Outcome.FAILED, NOT_SHOWN)
            decided = self._decided(entity)
            if decided is not None:
                return decided
            if self.writer.clock.stopped():
                return self._ended(Outcome.NOT_ATTEMPTED, INTERRUPTED)
            self.last = self._put(entity)
            if self.last.problem is None:
                return self._settled(self.last, None)
        if self.last is not None and isinstance(self.last.problem, Conflict):
            return self._ended(Outcome.STALE, f"{OTHERS} {self.last.problem}")
        return self._ended(Outcome.UNKNOWN, "")

    def _ended(self, outcome: Outcome, reason: str) -> Written:
        return Written(outcome, self.live_id, reason)

    def _read(self) -> Entity | None:
        """The thing as it is now. After a lost answer it may take a while to show what the try did."""
        writer, clock = self.writer, self.writer.clock
        until = clock.now() + writer.waits.read_back
        if self.last is not None:
            clock.wait(writer.waits.read_back_pause)
        while True:
            entity = writer.read(self.kind, self.live_id, self.campaign_id, wait_for_it=self.is_new)
            if entity is None or self.lost is None or clock.over(until) or not self._is_as_before(entity):
                return entity
            clock.wait(writer.waits.read_back_pause)

    def _is_as_before(self, entity: Entity) -> bool:
        """Whether nothing shows yet of the last try, nor of anybody else's."""
        return self.last is not None and entity == self.last.read

    def _decided(self, entity: Entity) -> Written | None:
        """Whether there is nothing (more) to send, given what is live now and how the last try failed."""
        fields, resolve, last = self.step.fields, self.writer.resolve, self.last
        stale = moved(entity.body, fields, resolve)
        if stale:
            return self._ended(Outcome.STALE, _changed(stale))
        done = not differing(entity.body, fields, resolve)
        if last is None:
            # A secret is probably never shown (facts 4.5 [guess]), so a write that carries one is made.
            if done and not any(each.sensitive for each in fields):
                return Written(Outcome.CONFIRMED, self.live_id, notes=(ALREADY,), already=True)
            return None
        if done and self.lost is not None:
            return self._settled(last, entity)
        if isinstance(last.problem, Conflict) and entity.revision is not None and entity.revision == last.read.revision:
            return self._ended(Outcome.FAILED, str(last.problem))
        if self.kind is Kind.CAMPAIGN and entity.body.get(neighbours.REVISION) != last.sent.get(neighbours.REVISION):
            return self._ended(Outcome.STALE, "Somebody else changed its engagements at the same time.")
        return None

    def _put(self, entity: Entity) -> _Attempt:
        body = merged(entity.body, self.step.fields, self.writer.resolve)
        client = self.writer.client
        try:
            self.writer.send(
                lambda: client.update(self.kind, self.live_id, body, entity.revision, campaign_id=self.campaign_id)
            )
        except OutcomeUnknown as error:
            self.lost = self.lost or error
            return _Attempt(entity, body, error)
        except Conflict as error:
            return _Attempt(entity, body, error)
        return _Attempt(entity, body, None)

    def _settled(self, attempt: _Attempt, after: Entity | None) -> Written:
        """A write that took effect. A campaign is read at once: its engagements must be as they were sent."""
        notes = ((NO_REVISION,) if attempt.read.revision is None else ()) + ((SEEN_AFTER_ALL,) if after else ())
        if self.kind is not Kind.CAMPAIGN:
            return Written(Outcome.CONFIRMED, self.live_id, notes=notes)
        try:
            found = after or self.writer.client.read(self.kind, self.live_id)
        except LpconfError as error:
            return self._ended(Outcome.NOT_VISIBLE, f"It was written, but could not be read again. {error}")
        lines = neighbours.differences(
            attempt.sent, found.body, write_moves_revision=self.writer.quirks.campaign_write_moves_engagements
        )
        return Written(Outcome.DIFFERS if lines else Outcome.CONFIRMED, self.live_id, differences=lines, notes=notes)


def _changed(fields: tuple[FieldChange, ...]) -> str:
    return f"Somebody else changed {', '.join(each.word for each in fields)} after the plan was made."
