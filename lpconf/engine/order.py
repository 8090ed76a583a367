"""The order of the writes (design: Order)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lpconf.engine.dependencies import Dependencies
from lpconf.model.address import Kind
from lpconf.model.plan import Action, Change, FieldChange, Side, Step
from lpconf.model.quirks import Quirks

_STATUS = ("status",)
_PUBLISHED_AT = 6
_DELETED_AT = {Kind.ENGAGEMENT: 5, Kind.CAMPAIGN: 7, Kind.CONNECTOR: 8}


def steps(changes: Iterable[Change], dependencies: Dependencies, quirks: Quirks) -> tuple[Step, ...]:
    """Every write of the changes that are not blocked, in order.

    Unpublish first, so that visitors see nothing half done; then connectors, new campaigns (unpublished),
    engagements, and what else changes in campaigns. Last what goes: engagements, campaigns, connectors. Publishing
    comes after the engagements that go, so that visitors never see those.
    """
    ranked = [
        (rank, replace(step, needs=dependencies.of(change, step.fields)))
        for change in changes
        if not change.blocked
        for rank, step in _steps(change, quirks)
    ]
    return tuple(step for _, step in sorted(ranked, key=lambda pair: pair[0]))


def _steps(change: Change, quirks: Quirks) -> Iterator[tuple[int, Step]]:
    step = Step(change.address, change.action, change.fields)
    if change.action is Action.DELETE:
        yield _DELETED_AT[change.address.kind], step
        return
    match change.address.kind:
        case Kind.CONNECTOR:
            yield 1, step
        case Kind.CAMPAIGN if change.action is Action.CREATE:
            yield from _new_campaign(step, quirks)
        case Kind.CAMPAIGN:
            status = _status(change.fields)
            ranks = {quirks.status["unpublished"]: 0, quirks.status["published"]: _PUBLISHED_AT}
            yield next((rank for value, rank in ranks.items() if status and status.after.wire == value), 4), step
        case _:
            yield 3, step


def _new_campaign(step: Step, quirks: Quirks) -> Iterator[tuple[int, Step]]:
    status = _status(step.fields)
    unpublished = Side(quirks.status["unpublished"], "unpublished")
    if status is None or status.after.wire == unpublished.wire:
        yield 2, step
        return
    created = tuple(replace(each, after=unpublished) if each is status else each for each in step.fields)
    yield 2, replace(step, fields=created)
    yield _PUBLISHED_AT, Step(step.address, Action.UPDATE, (replace(status, before=unpublished),))


def _status(fields: Iterable[FieldChange]) -> FieldChange | None:
    return next((each for each in fields if each.path == _STATUS), None)
