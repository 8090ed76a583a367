"""The plan that takes a run back to its before-images, where nobody has changed anything since (design: Rollback)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from lpconf.engine.button.appearance import with_appearance
from lpconf.engine.decoding import decode
from lpconf.engine.dependencies import Dependencies
from lpconf.engine.drift import Baseline, baseline
from lpconf.engine.matching import Matching
from lpconf.engine.order import steps
from lpconf.engine.risks import field_of
from lpconf.engine.safety import judged
from lpconf.engine.undoing import Undo
from lpconf.engine.updating import Context
from lpconf.model.address import Address, Kind
from lpconf.model.live import Live
from lpconf.model.plan import Action, Change, Managed, Plan, Risk, RiskKind, Target, Wire
from lpconf.model.policy import Policy
from lpconf.model.quirks import Quirks
from lpconf.model.record import Fate, RunRecord, StepRecord
from lpconf.resources.kinds import RESOURCES


def involved(record: RunRecord) -> tuple[frozenset[Kind], frozenset[int] | None]:
    """What must be read to take a run back: the collections, and the campaigns (None: all of them).

    A connector may be used anywhere, so a run that wrote one needs all campaigns.
    """
    kinds = {step.address.kind for step in record.steps}
    targets = {
        field.target
        for kind in kinds
        for field in RESOURCES[kind].fields
        if field.target is not None and any(_touches(step, field.path) for step in record.steps)
    }
    inside = {intent.campaign_id for step in record.steps for intent in step.intents}
    own = {step.live_id for step in record.steps if step.address.kind is Kind.CAMPAIGN}
    campaigns = frozenset(each for each in inside | own if each is not None)
    wanted = frozenset(kinds | targets | {Kind.CONNECTOR, Kind.CAMPAIGN})
    return wanted, None if Kind.CONNECTOR in kinds else campaigns


def _touches(step: StepRecord, path: tuple[str, ...]) -> bool:
    return step.action is Action.DELETE or any(
        planned.path == path for intent in step.intents for planned in intent.planned
    )


@dataclass(frozen=True, slots=True)
class _Past:
    """What a run did to one thing."""

    address: Address
    steps: tuple[StepRecord, ...]

    @property
    def action(self) -> Action:
        """What it came to: a thing that was created, then changed, was created."""
        return self.steps[0].action


def rollback(
    record: RunRecord,
    live: Live,
    *,
    target: Target,
    quirks: Quirks,
    policy: Policy,
    protected: Mapping[Address, int] = MappingProxyType({}),
) -> Plan:
    """What takes a run back. It touches only what still is as the run left it; the rest becomes `conflicts`.

    `protected` are the things that the last run's configuration protects, with their ids; those of the run itself
    stay protected, too.

    What the run created is deleted, what it deleted is created anew, under a new id that the run's references follow.
    Raises InvalidPlanError for a run of another format.
    """
    past, conflicts = _done(record)
    names = {(each.kind, each.id): each.name for each in live}
    wanted = {change.address: change for change in decode(record.document).plan.changes}
    protected = {**record.protected_ids, **protected}
    kept = frozenset((address.kind, live_id) for address, live_id in protected.items())
    undo = Undo(Context(live, quirks, names), wanted, kept)
    found = [undo.of(each.address, each.action, each.steps) for each in sorted(past, key=_turn)]
    order = {address: index for index, address in enumerate(wanted)}
    changes = sorted(
        (each.change for each in found if each.change is not None), key=lambda change: order[change.address]
    )
    conflicts = [*conflicts, *(line for each in found for line in each.conflicts)]
    things = {(each.kind, each.id): each for each in live}
    targets = {change.address: things.get((change.address.kind, change.live_id or 0)) for change in changes}
    matching = Matching({address: thing for address, thing in targets.items() if thing is not None})
    dependencies = Dependencies(changes, live, quirks)
    judged_changes = judged(changes, live, matching, dependencies, target=target, quirks=quirks, policy=policy)
    judged_changes = with_appearance(judged_changes, live, quirks)
    allowed = tuple(_with_half(change, conflicts, quirks) for change in judged_changes)
    return Plan(
        target,
        allowed,
        steps(allowed, dependencies, quirks),
        0,
        managed=_managed(baseline(record, wanted.values()), allowed),
        protected=tuple(protected),
        seen=frozenset((each.kind, each.id) for each in live if each.kind in _RANK),
        policy=policy,
        rolls_back=record.summary.id,
        conflicts=tuple(conflicts),
    )


_RANK = {Kind.CONNECTOR: 0, Kind.CAMPAIGN: 1, Kind.ENGAGEMENT: 2}


def _turn(past: _Past) -> tuple[bool, int]:
    """What was deleted comes first, from the outside in: what refers to it must know whether it comes back.

    Then the rest from the inside out: a campaign goes only if all that is in it does.
    """
    rank = _RANK[past.address.kind]
    return (False, rank) if past.action is Action.DELETE else (True, -rank)


def _done(record: RunRecord) -> tuple[list[_Past], list[str]]:
    """What the run did, by thing, and what nobody knows of."""
    grouped: dict[Address, list[StepRecord]] = {}
    for step in record.steps:
        grouped.setdefault(step.address, []).append(step)
    past, unknown = [], []
    for address, all_steps in grouped.items():
        fates = {step.fate for step in all_steps}
        if fates & {None, Fate.UNKNOWN}:
            unknown.append(f"{address}: nobody knows whether the run has written it.")
        elif Fate.FOREIGN in fates:
            unknown.append(f"{address}: somebody else changed it during the run.")
        else:
            sent = tuple(step for step in all_steps if step.fate is Fate.DONE and step.intents and not _already(step))
            if sent:
                past.append(_Past(address, sent))
    return past, unknown


def _with_half(change: Change, conflicts: Sequence[str], quirks: Quirks) -> Change:
    """A campaign that visitors will see again says so where not all that is in it goes back."""
    status = field_of(change, "status")
    inside = f"{change.address}/"
    if status is None or status.after.wire != quirks.status["published"]:
        return change
    if not any(line.startswith(inside) for line in conflicts):
        return change
    half = Risk("Not all of its engagements are taken back; see what is left alone.", RiskKind.AUTHENTICATION)
    return replace(change, risks=(half, *change.risks))


def _already(step: StepRecord) -> bool:
    """Whether it was as planned without the run's doing, such as a thing that somebody else deleted first."""
    return step.result is not None and step.result.already


def _managed(left: Baseline, changes: Sequence[Change]) -> tuple[Managed, ...]:
    """How the account will be, so that what is still declared afterwards counts as pending and not as drift. `left` is
    how the run left it.
    """
    after: Mapping[Address, Change] = {change.address: change for change in changes if not change.blocked}
    result = []
    for address, live_id in left.ids.items():
        change = after.get(address)
        if change is not None and change.action is Action.DELETE:
            continue
        values: dict[tuple[str, ...], Wire] = dict(left.values[address.kind, live_id])
        for field in change.fields if change is not None else ():
            values.pop(field.path, None)
            if not field.sensitive:
                values[field.path] = field.after.wire
        result.append(Managed(address, live_id, values))
    made = (change for change in after.values() if change.action is Action.CREATE)
    return (*result, *(Managed(change.address, None, {}) for change in made if change.address not in left.ids))
