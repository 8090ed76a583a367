"""An account in memory, to which a plan is done by the book: what each step says, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from lpconf.engine.body import merged
from lpconf.model.address import Address, Kind
from lpconf.model.json import Json
from lpconf.model.live import Live, LiveThing
from lpconf.model.plan import Absent, Action, KnownAfterApply, Plan, Step, Wire
from lpconf.model.site import SecretReference

_FIRST_NEW = 5_000_000_030


def done(plan: Plan, live: Live) -> Live:
    """The account after all steps of a plan."""
    changes = {change.address: change for change in plan.changes}
    things = {(each.kind, each.id): each for each in live}
    ids: dict[Address, int] = {}
    numbers = count(_FIRST_NEW, 100)
    for step in plan.steps:
        change = changes[step.address]
        kind = change.address.kind
        if step.action is Action.CREATE:
            ids[step.address] = next(numbers)
        number = change.live_id if change.live_id is not None else ids[step.address]
        if step.action is Action.DELETE:
            assert kind is not Kind.CAMPAIGN or not [each for each in things.values() if each.campaign_id == number]
            del things[kind, number]
            continue
        before = things.get((kind, number))
        assert (before is None) is (step.action is Action.CREATE)
        campaign = change.campaign_id
        if change.address.parent is not None and campaign is None:
            campaign = ids[change.address.parent]
        things[kind, number] = _written(step, before, LiveThing(kind, number, "", {}, campaign), ids)
    kinds: dict[Kind, tuple[LiveThing, ...]] = dict.fromkeys(Kind, ())
    for thing in things.values():
        kinds[thing.kind] += (thing,)
    return Live(kinds)


def _written(step: Step, before: LiveThing | None, new: LiveThing, ids: Mapping[Address, int]) -> LiveThing:
    def resolve(value: Wire) -> Json:
        if isinstance(value, KnownAfterApply):
            return ids[value.address]
        return None if isinstance(value, Absent | SecretReference) else value

    body = {**merged(before.body if before else {}, step.fields, resolve), "id": new.id}
    return LiveThing(new.kind, new.id, str(body["name"]), body, new.campaign_id)
