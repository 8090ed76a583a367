"""What the description of a collection is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from lpconf.sandbox.rules import Mark, Rules
from lpconf.sandbox.store import Body, Entity, Place, Transaction


@dataclass(frozen=True)
class Reference:
    """A field that holds the id, or with `many` the ids, of things in another collection."""

    field: str
    collection: str
    many: bool = False


class Behaviour:
    """What the server does beyond the table; this one does nothing."""

    def completed(self, draft: Draft) -> Body:
        """The body that is to be stored, with what the server puts in."""
        return draft.body

    def check(self, draft: Draft) -> None:
        """Refuse a completed body."""

    def saving(self, desk: Desk, place: Place) -> None:
        """What else happens before anything in the collection is written, in the same transaction."""

    def saved(self, draft: Draft, entity: Entity) -> None:
        """What else a write does, in the same transaction."""

    def shown(self, view: View) -> list[Body]:
        """The fields that are worked out when reading, one dict per entity."""
        return [{} for _ in view.entities]

    def listed(self, bodies: list[Body]) -> Any:
        """The JSON of a whole list."""
        return bodies


ALL_VERBS = frozenset({"GET", "POST", "PUT", "DELETE"})
READ_ONLY = frozenset({"GET"})
# Only what nobody reads or writes by the API has no verbs.
NO_VERBS: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Collection:
    """One collection.

    Attributes:
        key: its name here.
        path: its address under `/configuration/`; `{parent}` is the id of the campaign.
        versions: the accepted values of `v`.
        mark: the evidence for path and version.
        source: the section of the facts.
        verbs: what is simulated.
        by_id: whether one thing has an address.
        bulk: whether POST, PUT and DELETE on the collection take lists.
        privileges: the permissions of which a user needs one to write; none for what nobody writes (facts 2.6).
        parent: the key of the collection that it lies in.
        name_field: the field that tells things apart. Another one than `name` is the id that the API shows, a text;
            then the number of an entity is the simulator's own.
        given: the fields that the server gives in front of every full body.
        ignored: other fields that are not stored when a client sends them.
        kept: fields that no client can change, with what a new thing has there.
        defaults: what is stored for a field that was not sent.
        required: what a body must have.
        types: JSON type by field, `a.b` for a field in an object. Words as in `writing.TYPES`.
        references: the fields that point elsewhere.
        secrets: fields that are stored apart and never given back, as `(object, field)`.
        list_fields: what a plain list gives; None for all.
        behaviour: what else the server does.
    """

    key: str
    path: str
    versions: tuple[str, ...]
    mark: Mark
    source: str
    verbs: frozenset[str] = ALL_VERBS
    by_id: bool = True
    bulk: bool = False
    privileges: frozenset[int] = frozenset()
    parent: str | None = None
    name_field: str = "name"
    given: tuple[str, ...] = ("id", "deleted")
    ignored: tuple[str, ...] = ()
    kept: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    defaults: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    required: tuple[str, ...] = ()
    types: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    references: tuple[Reference, ...] = ()
    secrets: tuple[tuple[str, str], ...] = ()
    list_fields: tuple[str, ...] | None = None
    behaviour: Behaviour = field(default_factory=Behaviour)

    @property
    def text_ids(self) -> bool:
        """Whether the API's ids are texts."""
        return self.name_field != "name"

    @property
    def server_owned(self) -> frozenset[str]:
        """The fields of which what a client sends is ignored."""
        return frozenset({*self.given, *self.ignored, *self.kept})


@dataclass(frozen=True)
class Desk:
    """What a request is worked on with: its transaction, account and moment, the rules and the collections.

    Attributes:
        may: the permissions of the user who asks; None for who has no such limits.
        reading: whether this is a read, whose answer may lag behind the writes.
    """

    tx: Transaction
    account: str
    now: float
    rules: Rules
    collections: Mapping[str, Collection]
    may: frozenset[int] | None = None
    reading: bool = False

    def place(self, key: str, parent: int = 0) -> Place:
        return Place(self.account, key, parent)

    def stamp(self) -> str:
        """Now, in the format of all dates: no zone, taken as UTC (facts 3.9 [SEEN]; the zone is [GUESS])."""
        return datetime.fromtimestamp(self.now, UTC).strftime("%Y-%m-%d %H:%M:%S")

    @property
    def lagging(self) -> bool:
        """Whether this is a read that may show what was before a write."""
        return self.reading and self.rules.settings.lags

    def revision(self, place: Place) -> int:
        """The revision of the collection."""
        return self.tx.revision(self._counter(place))

    def moved(self, place: Place) -> None:
        """Count one write to the collection."""
        self.tx.raise_revision(self._counter(place), self.rules.settings.revision_step)

    def put(self, entity: Entity) -> None:
        """Store the entity; if answers lag, keep what it was for the reads to come."""
        settings = self.rules.settings
        if settings.lags:
            revision = self.revision(entity.place)
            until = self.now + settings.lag_ms / 1000
            self.tx.keep_older(entity, revision, settings.lag_reads, self.now, until)
        self.tx.put(entity)

    def _counter(self, place: Place) -> Place:
        """Whose revision counts: the rule `revision-campaign`."""
        return place if self.rules.on("revision-campaign") else replace(place, parent=0)


@dataclass(frozen=True)
class Draft:
    """A body on its way into the state.

    Attributes:
        desk: what it is worked on with.
        sent: as the client sent it.
        body: what is to be stored of it, secrets included.
        live: what it replaces; None when creating.
    """

    desk: Desk
    sent: Body
    body: Body
    live: Entity | None


@dataclass(frozen=True)
class View:
    """Entities to be shown; `full` when more than a plain list is asked for."""

    desk: Desk
    entities: Sequence[Entity]
    full: bool
