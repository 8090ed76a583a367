"""What the description of a collection is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

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

    def saved(self, draft: Draft, entity: Entity) -> None:
        """What else a write does, in the same transaction."""

    def shown(self, view: View) -> list[Body]:
        """The fields that are worked out when reading, one dict per entity."""
        return [{} for _ in view.entities]


@dataclass(frozen=True)
class Collection:
    """One collection.

    Attributes:
        key: its name here.
        path: its address under `/configuration/`; `{parent}` is the id of the campaign.
        versions: the accepted values of `v`.
        mark: the evidence for path and version.
        source: the section of the facts.
        writable: whether POST, PUT and DELETE are simulated.
        parent: the key of the collection that it lies in.
        given: the fields that the server gives in front of every full body.
        ignored: other fields that are not stored when a client sends them.
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
    writable: bool = False
    parent: str | None = None
    given: tuple[str, ...] = ("id",)
    ignored: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    types: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    references: tuple[Reference, ...] = ()
    secrets: tuple[tuple[str, str], ...] = ()
    list_fields: tuple[str, ...] | None = None
    behaviour: Behaviour = field(default_factory=Behaviour)


@dataclass(frozen=True)
class Desk:
    """What a request is worked on with: its transaction, account and moment, the rules and the collections."""

    tx: Transaction
    account: str
    now: float
    rules: Rules
    collections: Mapping[str, Collection]

    def place(self, key: str, parent: int = 0) -> Place:
        return Place(self.account, key, parent)

    def stamp(self) -> str:
        """Now, in the format of all dates: no zone, taken as UTC (facts 3.9 [SEEN]; the zone is [GUESS])."""
        return datetime.fromtimestamp(self.now, UTC).strftime("%Y-%m-%d %H:%M:%S")


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
