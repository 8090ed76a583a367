"""What the account holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lpconf.model.address import Kind
from lpconf.model.json import JsonObject


@dataclass(frozen=True, slots=True)
class LiveThing:
    """One thing of the account, its body as LivePerson sent it.

    `campaign_id` is set on engagements only. A campaign's body is without its `engagements`; they are things of
    their own. `whole` is false where only the summary of a list was read.
    """

    kind: Kind
    id: int
    name: str
    body: JsonObject
    campaign_id: int | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Live:
    """The part of an account that a plan needs, without what LivePerson marks as deleted."""

    things: Mapping[Kind, tuple[LiveThing, ...]] = field(default_factory=dict)

    def of(self, kind: Kind, campaign_id: int | None = None) -> tuple[LiveThing, ...]:
        """All things of one kind; for engagements, those of one campaign when its id is given."""
        found = self.things.get(kind, ())
        if campaign_id is None:
            return found
        return tuple(thing for thing in found if thing.campaign_id == campaign_id)

    def __iter__(self) -> Iterator[LiveThing]:
        for things in self.things.values():
            yield from things
