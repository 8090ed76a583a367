"""Which engagements visitors get: those that are stored, or with the rule `engagement-at-once` off those of the last
publishing.

With the rule off, the first edit inside a published campaign keeps aside what visitors have, until the campaign is
written with `status: 1`, or unpublished.
"""

from __future__ import annotations

from dataclasses import replace

from lpconf.sandbox.kinds import Desk
from lpconf.sandbox.rules import Rules
from lpconf.sandbox.store import Body, Entity, Place, Transaction

ENGAGEMENTS = "engagements"
# Not in the table of collections: nobody reads or writes these by the API. One entity per campaign, with its id.
_KEPT = "visible-engagements"
_PUBLISHED = 1


def engagements(tx: Transaction, rules: Rules, campaign: Entity) -> list[Entity]:
    """The live engagements of a campaign as visitors get them, enabled or not, in the order of their ids.

    Whether visitors get the campaign at all is another question: its `status` says so.
    """
    place = replace(campaign.place, collection=ENGAGEMENTS, parent=campaign.id)
    if rules.on("engagement-at-once"):
        return tx.entities(place)
    kept = tx.get(replace(campaign.place, collection=_KEPT), campaign.id)
    if kept is None:
        return tx.entities(place)
    return [Entity(**{**fields, "place": place}) for fields in kept.body[ENGAGEMENTS]]


def keep(desk: Desk, place: Place) -> None:
    """Keep aside what visitors have, if an edit is about to change it for the first time since the publishing."""
    if desk.rules.on("engagement-at-once"):
        return
    campaign = desk.tx.get(desk.place("campaigns"), place.parent)
    if campaign is None or campaign.body.get("status") != _PUBLISHED:
        return
    if desk.tx.get(desk.place(_KEPT), campaign.id) is None:
        body: Body = {ENGAGEMENTS: [_fields(entity) for entity in desk.tx.entities(place)]}
        desk.tx.put(replace(campaign, place=desk.place(_KEPT), body=body))


def publish(desk: Desk, campaign: Entity) -> None:
    """Visitors get what is stored, now that the campaign was written."""
    desk.tx.remove(desk.place(_KEPT), campaign.id)


def _fields(entity: Entity) -> Body:
    return {**vars(entity), "place": None, "secrets": None}
