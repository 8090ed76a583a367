"""What the server does with campaigns and their engagements (facts 5)."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lpconf.sandbox import reading, writing
from lpconf.sandbox.kinds import Behaviour, Desk, Draft, View
from lpconf.sandbox.store import Body, Entity

ENGAGEMENTS = "engagements"


class Campaigns(Behaviour):
    """Fields that follow from others, and the engagements inside."""

    def completed(self, draft: Draft) -> Body:
        # A campaign that is created without a status is not published [GUESS].
        return draft.body if draft.live else {"status": 0, **draft.body}

    def saved(self, draft: Draft, entity: Entity) -> None:
        _check_engagement_ids(draft.desk, entity, draft.sent)
        store_embedded(draft.desk, entity, draft.sent)

    def shown(self, view: View) -> list[Body]:
        desk = view.desk
        # One query for all campaigns of a list.
        ids = desk.tx.live_ids(desk.account, ENGAGEMENTS)
        shown = []
        for entity in view.entities:
            extra = {**_times(entity.body, desk.now), "engagementIds": ids.get(entity.id, [])}
            if view.full:
                place = desk.place(ENGAGEMENTS, entity.id)
                inside = [
                    reading.one(desk, desk.collections[ENGAGEMENTS], engagement)
                    for engagement in desk.tx.entities(place)
                ]
                extra |= {
                    "engagementCollectionRevision": desk.tx.revision(place),
                    "engagements": inside,
                    "engaged": 0,
                    "conversion": 0,
                }
            shown.append(extra)
        return shown


class Engagements(Behaviour):
    """The copy of the skill's name."""

    def completed(self, draft: Draft) -> Body:
        desk, body = draft.desk, draft.body
        if "skillId" not in body:
            return body
        skill_id = body["skillId"]
        skill = desk.tx.get(desk.place("skills"), skill_id) if isinstance(skill_id, int) else None
        return {**body, "skillName": skill.name if skill else None}


class Targeting(Behaviour):
    """Lists name the types of the condition boxes instead of giving the boxes (facts 6.3 [ONE])."""

    def shown(self, view: View) -> list[Body]:
        return [
            {"conditionBoxTypes": [box["type"] for box in entity.body["conditionBoxes"]]}
            if not view.full and "conditionBoxes" in entity.body
            else {}
            for entity in view.entities
        ]


def store_embedded(desk: Desk, campaign: Entity, sent: Body) -> None:
    """The rule `campaign-embedded`: engagements sent inside a campaign (facts 5.2, open risk; all [GUESS]).

    One with an id replaces the stored one as sent, if it differs, however old it is: nobody compares it with the
    revision of the engagements. One without an id is created. What is in neither `engagements` nor `engagementIds` is
    left alone.
    """
    collection, place = desk.collections[ENGAGEMENTS], desk.place(ENGAGEMENTS, campaign.id)
    for engagement in sent.get("engagements") or []:
        if not isinstance(engagement, dict):
            raise desk.rules.refusal("type", "engagements must be an array of objects")
        engagement_id = engagement.get("id")
        if engagement_id is None:
            writing.create(desk, collection, place, engagement)
            continue
        live = desk.tx.get(place, engagement_id) if isinstance(engagement_id, int) else None
        if live is None or live.deleted:
            raise desk.rules.refusal("reference", f"engagements: no such engagement: {engagement_id}")
        if writing.differs(desk, collection, live, engagement):
            writing.replace(desk, collection, live, engagement)


def _check_engagement_ids(desk: Desk, campaign: Entity, sent: Body) -> None:
    place = desk.place(ENGAGEMENTS, campaign.id)
    missing = [i for i in sent.get("engagementIds") or [] if not writing.is_live(desk, place, i)]
    if missing and desk.rules.on("reference"):
        raise desk.rules.refusal("reference", f"engagementIds: no such engagement: {', '.join(map(str, missing))}")


def _times(body: Body, now: float) -> Body:
    """The fields that follow from dates and zone (facts 5.2 [GUESS]): offsets in ms, and minutes from now."""
    fields: Body = {}
    for date, offset, minutes in (
        ("startDate", "startDateTimeZoneOffset", "startTimeInMinutes"),
        ("expirationDate", "expirationDateTimeZoneOffset", "expirationTimeInMinutes"),
    ):
        if body.get(date):
            moment = _moment(body[date], body.get("timeZone"))
            fields[offset] = _offset(moment)
            fields[minutes] = int((moment.timestamp() - now) // 60)
    fields["timeZoneOffset"] = fields.get("startDateTimeZoneOffset", 0)
    return fields


def _moment(date: str, zone: object) -> datetime:
    """The date in its zone; in UTC if the system does not know the zone."""
    moment = datetime.strptime(date, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    try:
        return moment.replace(tzinfo=ZoneInfo(str(zone)))
    except (ZoneInfoNotFoundError, ValueError):
        return moment


def _offset(moment: datetime) -> int:
    offset = moment.utcoffset()
    return int(offset.total_seconds() * 1000) if offset else 0
