"""Answers that lag behind the writes: reads that still show what was before (facts 3.1, 9.3 [GUESS]).

Off unless `Settings.lag_reads` or `Settings.lag_ms` say so. Only reads lag: the reply to a write and every check that a
write goes through see the present, so a client that trusts an old revision is refused.
"""

from __future__ import annotations

from lpconf.sandbox.kinds import Desk
from lpconf.sandbox.store import Entity, Place


def entity(desk: Desk, place: Place, entity_id: int) -> tuple[Entity | None, int]:
    """The entity, deleted or not, or None; and the revision to show with it."""
    older = desk.tx.older(place, desk.now, entity_id) if desk.lagging else {}
    return older.get(entity_id) or (desk.tx.get(place, entity_id), desk.revision(place))


def entities(desk: Desk, place: Place, *, deleted: bool = False) -> tuple[list[Entity], int]:
    """The live entities, with `deleted` the deleted ones too, by id; and the revision to show with them."""
    found, revision = desk.tx.entities(place, deleted=deleted), desk.revision(place)
    older = desk.tx.older(place, desk.now) if desk.lagging else {}
    if not older:
        return found, revision
    shown = {item.id: item for item in found if item.id not in older}
    shown |= {id: past for id, (past, _) in older.items() if past is not None and (deleted or not past.deleted)}
    return [shown[id] for id in sorted(shown)], min(then for _, then in older.values())
