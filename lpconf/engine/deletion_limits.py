"""What stops a deletion: the flags, the limits, and what still points to the thing (design: Deletes)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lpconf.engine.risks import field_of
from lpconf.engine.wording import in_campaign, quoted
from lpconf.model.address import Kind
from lpconf.model.live import Live, LiveThing
from lpconf.model.plan import Action, Block, Change, FieldChange
from lpconf.model.policy import Policy

SHARE_COUNTS_FROM = 10
"""The size of a collection from which on the limit by share counts."""

_MOST_NAMED = 10

Collection = tuple[Kind, int | None]
"""A kind, and for engagements the id of their campaign."""


def judged_deletions(changes: Sequence[Change], live: Live, policy: Policy) -> tuple[Change, ...]:
    """The changes, each deletion with what else stops it."""
    deletions = [change for change in changes if change.action is Action.DELETE]
    if not deletions:
        return tuple(changes)
    users = _users_after(changes, live)
    used = {change.address: _still_used(change, users) for change in deletions if change.address.kind is Kind.CONNECTOR}
    possible = [change for change in deletions if not used.get(change.address) and not _always_blocked(change)]
    limits = tuple(_limits(possible, live, policy))
    counted = {change.address for change in possible}
    result = []
    for change in changes:
        if change.action is not Action.DELETE or _always_blocked(change):
            # What nothing allows needs no flag besides.
            result.append(change)
            continue
        more = list(used.get(change.address, ()))
        if not policy.allow_delete:
            more.append(Block("Nothing is deleted unless it is allowed.", "--allow-delete"))
        if change.address in counted:
            more.extend(block for collection, block in limits if collection in {None, _collection(change)})
        result.append(replace(change, blocks=(*change.blocks, *more)))
    return tuple(result)


def _always_blocked(change: Change) -> bool:
    return any(not block.allowed_by for block in change.blocks)


def _collection(change: Change) -> Collection:
    return change.address.kind, change.campaign_id


def _limits(deletions: Sequence[Change], live: Live, policy: Policy) -> Iterator[tuple[Collection | None, Block]]:
    """The limits that are passed, each with the collection that it is about (None: the whole plan)."""
    if len(deletions) > policy.max_deletes:
        things = "1 thing" if len(deletions) == 1 else f"{len(deletions)} things"
        yield (
            None,
            Block(
                f"The plan deletes {things}, and at most {policy.max_deletes} may go at once.",
                f"--max-deletes {len(deletions)}",
            ),
        )
    for collection, number in Counter(map(_collection, deletions)).items():
        kind, campaign_id = collection
        size = len(live.of(kind, campaign_id))
        # In whole percent, rounded up, so that the flag that is named is enough.
        share = -(-100 * number // size) if size else 0
        if size >= SHARE_COUNTS_FROM and 100 * number > policy.max_delete_share * size:
            yield (
                collection,
                Block(
                    f"The plan deletes {number} of {size} {kind.words}s, more than {policy.max_delete_share} percent.",
                    f"--max-delete-share {share}",
                ),
            )


def _users_after(changes: Sequence[Change], live: Live) -> Mapping[str, list[str]]:
    """The names of the engagements that use each connector after the plan, by the connector's id as text."""
    planned = {change.live_id: change for change in changes if change.address.kind is Kind.ENGAGEMENT}
    campaigns: Mapping[int | None, LiveThing] = {each.id: each for each in live.of(Kind.CAMPAIGN)}
    users: dict[str, list[str]] = {}
    for each in live.of(Kind.ENGAGEMENT):
        change = planned.get(each.id)
        if change is None or change.action is not Action.DELETE:
            moved = _planned_connector(change) if change is not None else None
            connector = moved.after.wire if moved is not None else each.body.get("connectorId")
            users.setdefault(str(connector), []).append(in_campaign(each, campaigns.get(each.campaign_id)))
    for change in changes:
        moved = _planned_connector(change) if change.action is Action.CREATE else None
        if moved is not None:
            users.setdefault(str(moved.after.wire), []).append(f"the new {quoted(change.name)}")
    return users


def _planned_connector(change: Change) -> FieldChange | None:
    return field_of(change, "connectorId")


def _still_used(change: Change, users: Mapping[str, list[str]]) -> tuple[Block, ...]:
    found = users.get(str(change.live_id), [])
    if not found:
        return ()
    sign = "1 engagement signs" if len(found) == 1 else f"{len(found)} engagements sign"
    more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    return (
        Block(
            f"{sign} visitors in with it: {', '.join(found[:_MOST_NAMED])}{more}. "
            "Give them another connector first, here or in the console."
        ),
    )
