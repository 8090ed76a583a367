"""What reading back should show of the writes of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lpconf.liveperson.read import engagements_of
from lpconf.model.address import Kind
from lpconf.model.json import JsonObject
from lpconf.model.plan import Action, FieldChange, Step
from lpconf.model.quirks import Quirks

Place = tuple[Kind, int]
"""A kind and an id."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One written thing: its planned fields, and for a campaign the engagements that were sent along with it.

    `engagement_revision` is what their revision was then; None where it says nothing (any more).
    """

    kind: Kind
    live_id: int
    campaign_id: int | None
    fields: tuple[FieldChange, ...]
    engagements: Mapping[int, JsonObject] = field(default_factory=dict)
    engagement_revision: int | None = None

    @property
    def source(self) -> Place:
        """What to read to see it: the connectors, or its campaign with all engagements."""
        if self.kind is Kind.CONNECTOR:
            return Kind.CONNECTOR, 0
        return Kind.CAMPAIGN, self.live_id if self.kind is Kind.CAMPAIGN else int(str(self.campaign_id))


@dataclass(slots=True)
class Expectations:
    """Collects what to read back, by the index of the step. A later write takes over what an earlier one expected."""

    quirks: Quirks
    by_step: dict[int, Expected] = field(default_factory=dict)

    def add(self, index: int, step: Step, place: Place, campaign_id: int | None, sent: JsonObject | None) -> None:
        """Expect what one step wrote. `sent` is the whole body of an update."""
        kind, live_id = place
        if kind is Kind.ENGAGEMENT:
            self._engagement_moved(campaign_id, live_id)
        if step.action is Action.UPDATE:
            self._written_again(place, step)
        expected = Expected(kind, live_id, campaign_id, step.fields)
        if kind is Kind.CAMPAIGN and sent is not None:
            revision = sent.get("engagementCollectionRevision")
            watched = isinstance(revision, int) and not self.quirks.campaign_write_moves_engagements
            expected = replace(
                expected,
                engagements={each.id: each.body for each in engagements_of(sent)},
                engagement_revision=revision if watched and isinstance(revision, int) else None,
            )
        self.by_step[index] = expected

    def _engagement_moved(self, campaign_id: int | None, live_id: int) -> None:
        """An earlier campaign write carried this engagement as it was; from now on it is as this run wrote it."""
        for index, one in self.by_step.items():
            if one.kind is Kind.CAMPAIGN and one.live_id == campaign_id:
                rest = {key: value for key, value in one.engagements.items() if key != live_id}
                self.by_step[index] = replace(one, engagements=rest, engagement_revision=None)

    def _written_again(self, place: Place, step: Step) -> None:
        """A campaign that was created and then published is read back as published."""
        paths = {each.path for each in step.fields}
        for index, one in self.by_step.items():
            if (one.kind, one.live_id) == place:
                kept = tuple(each for each in one.fields if each.path not in paths)
                self.by_step[index] = replace(one, fields=kept)
