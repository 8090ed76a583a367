"""What every write of a run has in common: sending, reading, and what stands behind ids and secrets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from lpconf.apply.clock import Clock
from lpconf.apply.journal import JournalError, NoJournal, Recorder, image
from lpconf.engine.body import differing
from lpconf.liveperson.client import Client, Entity, id_of
from lpconf.liveperson.errors import NotFound, OutcomeUnknown, TooMany
from lpconf.liveperson.read import engagements_of
from lpconf.model.address import Address, Kind
from lpconf.model.errors import LpconfError
from lpconf.model.json import Json, JsonObject
from lpconf.model.plan import Absent, Action, Change, FieldChange, KnownAfterApply, Origin, Step, Wire
from lpconf.model.policy import Waits
from lpconf.model.quirks import Quirks
from lpconf.model.record import Answer, Intent, PlannedValue
from lpconf.model.run import Outcome
from lpconf.model.site import SecretReference
from lpconf.resources.secrecy import looks_secret

Answered = TypeVar("Answered")


@dataclass(frozen=True, slots=True)
class Written:
    """What one write came to. `CONFIRMED` still has to be proven by reading back."""

    outcome: Outcome
    live_id: int | None = None
    reason: str = ""
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    already: bool = False
    access_lost: bool = False
    """Whether LivePerson could not be reached or asked any more, so that the run had better stop."""


@dataclass(slots=True)
class _Current:
    """The step under way, and the thing as it was last read for it."""

    index: int
    step: Step
    change: Change
    read: Entity | None = None


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of a collection as it was listed at a moment of the clock."""

    listed: float
    names: frozenset[Json]


@dataclass(slots=True)
class Writer:
    """Makes the writes of one run. `ids` collects the ids of what it creates.

    `in_doubt` is true from the first byte of a write until its end is settled, so that an interruption in between
    can say that the thing may have been written.
    """

    client: Client
    secrets: Mapping[str, str]
    quirks: Quirks
    waits: Waits
    clock: Clock
    ids: dict[Address, int] = field(default_factory=dict)
    engagements: dict[int, dict[int, tuple[FieldChange, ...] | None]] = field(default_factory=dict)
    """What this run has written: campaign id -> engagement id -> fields, None for one that it deleted."""
    names: dict[tuple[Kind, int | None], _Names] = field(default_factory=dict)
    """What else was in the collections that this run creates in: kind and campaign id -> names."""
    in_doubt: bool = False
    journal: Recorder = field(default_factory=NoJournal)
    broken: str = ""
    """Why nothing more may be sent: the journal cannot be written."""
    _current: _Current | None = None

    def begin(self, index: int, step: Step, change: Change) -> None:
        """A step begins: what is sent from now on belongs to it."""
        self._current = _Current(index, step, change)

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

    def remember(self, step: Step, change: Change, written: Written) -> None:
        """Note what a later write of the campaign must not set back."""
        campaign_id = self.campaign_id(change)
        if campaign_id is None or written.live_id is None or written.outcome is not Outcome.CONFIRMED:
            return
        fields = None if step.action is Action.DELETE else step.fields
        self.engagements.setdefault(campaign_id, {})[written.live_id] = fields

    def off(self, body: JsonObject, fields: tuple[FieldChange, ...]) -> bool:
        """Whether a body lacks planned values, apart from those that LivePerson may make its own of."""
        off = differing(body, fields, self.resolve)
        return any(each.origin not in {Origin.TEMPLATE, Origin.COPY} for each in off)

    def names_beside(self, change: Change) -> frozenset[Json]:
        """The names that others have in the collection of a new thing, by now: another machine may apply the same.

        Listed anew after a while: what somebody made may take that long to show, so that looking more often would be
        no surer. Raises what the client raises.
        """
        if change.address.parent is not None and change.campaign_id is None:
            # This run has made its campaign: nobody else knows it.
            return frozenset()
        place = change.address.kind, change.campaign_id
        known = self.names.get(place)
        if known is None or self.clock.now() > known.listed + self.waits.names:
            items = self.client.list(place[0], campaign_id=place[1]).items
            known = self.names[place] = _Names(self.clock.now(), frozenset(item.get("name") for item in items))
        return known.names

    def read(self, kind: Kind, live_id: int, campaign_id: int | None, *, wait_for_it: bool) -> Entity | None:
        """The thing as it is now; None if it is gone.

        What this run wrote may take a while to show: a new thing, and the engagements inside a campaign, which its
        write would set back. Both are waited for, within the time for reading back.
        """
        begun = self.clock.now()
        while True:
            late = self.clock.over(begun + self.waits.read_back)
            try:
                entity = self.client.read(kind, live_id, campaign_id=campaign_id)
                if self._current is not None:
                    self._current.read = entity
                if late or kind is not Kind.CAMPAIGN or self.shows_engagements(entity.body, live_id):
                    return entity
            except NotFound:
                if late or not wait_for_it:
                    return None
            self.clock.wait(self.waits.read_back_pause)

    def shows_engagements(self, campaign: JsonObject, campaign_id: int) -> bool:
        """Whether a campaign shows its engagements as this run has written them."""
        written = self.engagements.get(campaign_id)
        if not written:
            return True
        bodies = {each.id: each.body for each in engagements_of(campaign)}
        return all(
            live_id not in bodies if fields is None else live_id in bodies and not self.off(bodies[live_id], fields)
            for live_id, fields in written.items()
        )

    def send(self, send: Callable[[], Answered]) -> Answered:
        """Send a write, its intent on disk before and its outcome after.

        What LivePerson refused as too many requests is sent again: nothing was done then (facts 2.7). Raises TooMany
        when LivePerson asks for a longer wait than `Waits.longest_retry_after`, and JournalError before anything is
        sent. An outcome that cannot be written is not raised but kept in `broken`: the request has been made.
        """
        if self._current is not None:
            self.journal.intent(self._intent(self._current))
        try:
            answered = self._sent(send)
        except OutcomeUnknown as error:
            self._note(Answer.LOST, None, str(error))
            raise
        except LpconfError as error:
            self._note(Answer.REFUSED, None, str(error))
            raise
        self._note(Answer.ANSWERED, id_of(answered.body) if isinstance(answered, Entity) else None, "")
        return answered

    def _intent(self, current: _Current) -> Intent:
        step, change = current.step, current.change
        kind = change.address.kind
        creates, deletes = step.action is Action.CREATE, step.action is Action.DELETE
        live_id = None if creates else change.live_id if change.live_id is not None else self.ids[change.address]
        values = [(each, self.resolve(each.after.wire)) for each in step.fields if _is_set(each)]
        return Intent(
            step=current.index,
            time="",
            action=step.action,
            kind=kind,
            live_id=live_id,
            campaign_id=self.campaign_id(change),
            name=change.name,
            planned=tuple(
                PlannedValue(each.path, value, each.comparison, each.origin)
                for each, value in values
                if not looks_secret(each.path[-1], value)
            ),
            before=image(kind, current.read.body, with_engagements=deletes) if current.read else None,
        )

    def _note(self, answer: Answer, live_id: int | None, reason: str) -> None:
        if self._current is None:
            return
        try:
            self.journal.outcome(self._current.index, answer, live_id, reason)
        except JournalError as error:
            self.broken = str(error)

    def _sent(self, send: Callable[[], Answered]) -> Answered:
        doubted = self.in_doubt
        for tries_left in range(self.waits.tries, -1, -1):
            self.in_doubt = True
            try:
                return send()
            except TooMany as error:
                pause = max(error.retry_after or 0.0, self.waits.too_many)
                self.in_doubt = doubted
                if not tries_left or pause > self.waits.longest_retry_after or self.clock.stopped():
                    raise
            except OutcomeUnknown:
                raise
            except LpconfError:
                self.in_doubt = doubted
                raise
            self.clock.wait(pause)
        raise AssertionError("the last try returns or raises")


def _is_set(field: FieldChange) -> bool:
    """Whether a write sets a field to a value that the journal may hold."""
    return not field.sensitive and not isinstance(field.after.wire, Absent | SecretReference)
