"""One write: read, merge, write, and what follows from the answer (design: Every write)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lpconf.engine.body import differing, merged, moved
from lpconf.engine.values import at
from lpconf.liveperson.client import Client, Entity
from lpconf.liveperson.errors import Conflict, NotFound, OutcomeUnknown, TooMany
from lpconf.model.address import Address, Kind
from lpconf.model.errors import LpconfError
from lpconf.model.json import Json, JsonObject
from lpconf.model.plan import Absent, Change, FieldChange, KnownAfterApply, Step, Wire
from lpconf.model.policy import Waits
from lpconf.model.run import Outcome
from lpconf.model.site import SecretReference

NO_REVISION = (
    "LivePerson sent no revision, so a change that somebody else made in the same moment could not be noticed."
)


@dataclass(frozen=True, slots=True)
class Written:
    """What one write came to. `CONFIRMED` still has to be proven by reading back.

    `sent` is the whole body of an update, for comparing what LivePerson made of the rest of it.
    """

    outcome: Outcome
    live_id: int | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()
    sent: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class Writer:
    """Makes the writes of one run. `ids` collects the ids of what it creates."""

    client: Client
    secrets: Mapping[str, str]
    waits: Waits
    wait: Callable[[float], None]
    ids: dict[Address, int] = field(default_factory=dict)

    def resolve(self, value: Wire) -> Json:
        """The value that stands behind a new thing's id or a secret's name."""
        if isinstance(value, KnownAfterApply):
            return self.ids[value.address]
        if isinstance(value, SecretReference):
            return self.secrets[value.variable]
        if isinstance(value, Absent):
            return None
        return value

    def campaign_id(self, change: Change) -> int | None:
        """The id of an engagement's campaign, which the same run may have created."""
        if change.address.parent is None:
            return None
        return change.campaign_id if change.campaign_id is not None else self.ids[change.address.parent]

    def create(self, step: Step, change: Change) -> Written:
        """Create one thing. It is never sent a second time unless LivePerson refused the first."""
        kind, campaign_id = change.address.kind, self.campaign_id(change)
        body = merged({}, step.fields, self.resolve)
        try:
            entity = self._patiently(lambda: self.client.create(kind, body, campaign_id=campaign_id))
        except Conflict as error:
            return Written(Outcome.STALE, reason=f"A {kind.words} of this name exists already. {error}")
        except OutcomeUnknown as error:
            return self._look_up(change, campaign_id, error)
        live_id = int(str(entity.body["id"]))
        self.ids[change.address] = live_id
        return Written(Outcome.CONFIRMED, live_id)

    def _look_up(self, change: Change, campaign_id: int | None, lost: OutcomeUnknown) -> Written:
        """A creation whose answer was lost: find it by its name, and never send it again."""
        waited = 0.0
        while True:
            try:
                items = self.client.list(change.address.kind, campaign_id=campaign_id).items
            except LpconfError:
                items = ()
            found = [item for item in items if item.get("name") == change.name]
            if len(found) == 1:
                live_id = int(str(found[0]["id"]))
                self.ids[change.address] = live_id
                return Written(Outcome.CONFIRMED, live_id, notes=("The answer was lost; the new thing was found.",))
            if found or waited >= self.waits.read_back:
                reason = f"{lost} {len(found)} things of this name were found, so it was not sent again."
                return Written(Outcome.UNKNOWN, reason=reason)
            self.wait(self.waits.read_back_pause)
            waited += self.waits.read_back_pause

    def update(self, step: Step, change: Change) -> Written:
        """Change one thing: everything as it is live just before, with the planned fields set."""
        kind, campaign_id = change.address.kind, self.campaign_id(change)
        live_id = change.live_id if change.live_id is not None else self.ids[change.address]
        engagement_revision: Json | Absent = None
        problem: LpconfError | None = None
        for attempt in range(self.waits.tries + 1):
            try:
                entity = self.client.read(kind, live_id, campaign_id=campaign_id)
            except NotFound:
                return Written(Outcome.STALE, live_id, "It was deleted after the plan was made.")
            stale = moved(entity.body, step.fields, self.resolve)
            if stale:
                return Written(Outcome.STALE, live_id, _changed(stale, entity))
            if not differing(entity.body, step.fields, self.resolve):
                return Written(Outcome.CONFIRMED, live_id, notes=_already(attempt, problem))
            if kind is Kind.CAMPAIGN:
                revision = at(entity.body, ("engagementCollectionRevision",))
                if attempt and revision != engagement_revision:
                    return Written(Outcome.STALE, live_id, "Somebody else changed its engagements at the same time.")
                engagement_revision = revision
            body = merged(entity.body, step.fields, self.resolve)
            try:
                self._patiently(
                    lambda body=body, entity=entity: self.client.update(  # type: ignore[misc]
                        kind, live_id, body, entity.revision, campaign_id=campaign_id
                    )
                )
            except (Conflict, OutcomeUnknown) as error:
                problem = error
                continue
            notes = (NO_REVISION,) if entity.revision is None else ()
            return Written(Outcome.CONFIRMED, live_id, notes=notes, sent=body)
        if isinstance(problem, OutcomeUnknown):
            return Written(Outcome.UNKNOWN, live_id, str(problem))
        return Written(Outcome.STALE, live_id, f"Others keep changing this collection. {problem}")

    def _patiently(self, send: Callable[[], Entity]) -> Entity:
        """Send again what LivePerson refused as too many requests: nothing was done then (facts 2.7)."""
        for _ in range(self.waits.tries):
            try:
                return send()
            except TooMany as error:
                self.wait(max(error.retry_after or 0.0, self.waits.too_many))
        return send()


def _already(attempt: int, problem: LpconfError | None) -> tuple[str, ...]:
    if attempt and isinstance(problem, OutcomeUnknown):
        return ("The answer was lost; reading again shows the change.",)
    return ("It already was as planned.",)


def _changed(fields: tuple[FieldChange, ...], entity: Entity) -> str:
    names = ", ".join(each.word for each in fields)
    return f"Somebody else changed {names} after the plan was made (collection revision {entity.revision})."
