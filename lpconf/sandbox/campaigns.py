"""What the server does with campaigns and their engagements (facts 5)."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lpconf.sandbox import lag, reading, visible, writing
from lpconf.sandbox.account_settings import MESSAGING, UNAUTHENTICATED, granted
from lpconf.sandbox.kinds import Behaviour, Desk, Draft, View
from lpconf.sandbox.rules import Stale
from lpconf.sandbox.store import Body, Entity, Place
from lpconf.sandbox.visible import ENGAGEMENTS

__all__ = ["ENGAGEMENTS", "Campaigns", "Engagements", "Targeting", "store_embedded"]

# Facts 2.6 [DOC] for the permission, [GUESS] for where it is asked for.
_PUBLISH = 40002


class Campaigns(Behaviour):
    """Fields that follow from others, and the engagements inside."""

    def completed(self, draft: Draft) -> Body:
        # A campaign that is created without a status is not published [GUESS].
        return draft.body if draft.live else {"status": 0, **draft.body}

    def check(self, draft: Draft) -> None:
        desk, before = draft.desk, draft.live.body.get("status", 0) if draft.live else 0
        moves = draft.body.get("status", 0) != before
        if moves and desk.may is not None and _PUBLISH not in desk.may and desk.rules.on("privilege-publish"):
            raise desk.rules.refusal("privilege-publish", f"Publishing needs the permission {_PUBLISH}")

    def saved(self, draft: Draft, entity: Entity) -> None:
        desk, place = draft.desk, draft.desk.place(ENGAGEMENTS, entity.id)
        _check_engagement_ids(desk, entity, draft.sent)
        before = desk.revision(place)
        if desk.rules.on("campaign-embedded") and _are_welcome(draft, entity):
            store_embedded(desk, entity, draft.sent)
        if draft.live and desk.revision(place) == before and not desk.rules.on("campaign-moves"):
            desk.moved(place)
        visible.publish(desk, entity)

    def shown(self, view: View) -> list[Body]:
        desk = view.desk
        # One query for all campaigns of a list.
        ids = desk.tx.live_ids(desk.account, ENGAGEMENTS)
        shown = []
        for entity in view.entities:
            extra = {**_times(entity.body, _moment_of_minutes(view, entity)), "engagementIds": ids.get(entity.id, [])}
            if view.full:
                engagements, revision = lag.entities(desk, desk.place(ENGAGEMENTS, entity.id))
                collection = desk.collections[ENGAGEMENTS]
                extra |= {
                    "engagementCollectionRevision": revision,
                    "engagements": [reading.one(desk, collection, engagement) for engagement in engagements],
                    "engaged": 0,
                    "conversion": 0,
                }
            shown.append(extra)
        return shown


class Engagements(Behaviour):
    """The copy of the skill's name, the features that messaging needs, and what visitors get."""

    def completed(self, draft: Draft) -> Body:
        desk, body = draft.desk, draft.body
        if not desk.rules.on("engagement-skill-name"):
            return {**body, "skillName": draft.sent["skillName"]} if "skillName" in draft.sent else body
        if "skillId" not in body:
            return body
        skill_id = body["skillId"]
        skill = desk.tx.get(desk.place("skills"), skill_id) if isinstance(skill_id, int) else None
        return {**body, "skillName": skill.name if skill else None}

    def check(self, draft: Draft) -> None:
        desk, body = draft.desk, draft.body
        if body.get("conversationType") != 1 or not desk.rules.on("engagement-feature"):
            return
        for feature, needed in ((MESSAGING, True), (UNAUTHENTICATED, body.get("allowUnauthMsg") is True)):
            if needed and not granted(desk, feature):
                raise desk.rules.refusal("engagement-feature", f"The account does not have {feature}")

    def saving(self, desk: Desk, place: Place) -> None:
        visible.keep(desk, place)


class Targeting(Behaviour):
    """Lists name the types of the condition boxes instead of giving the boxes (facts 6.3 [ONE])."""

    def shown(self, view: View) -> list[Body]:
        return [
            {"conditionBoxTypes": [box.get("type") for box in entity.body.get("conditionBoxes") or []]}
            if not view.full and "conditionBoxTypes" not in entity.body
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


def _are_welcome(draft: Draft, campaign: Entity) -> bool:
    """Whether the engagements sent are to be taken: the rule `campaign-stale`.

    They are stale if the campaign names another revision of its engagements than theirs of now.
    """
    desk, named = draft.desk, draft.sent.get("engagementCollectionRevision")
    policy = desk.rules.settings.stale_engagements
    fresh = named in (None, desk.revision(desk.place(ENGAGEMENTS, campaign.id)))
    if draft.live is None or fresh or policy is Stale.TAKEN:
        return True
    if policy is Stale.REFUSED and draft.sent.get("engagements"):
        raise desk.rules.refusal("campaign-stale", "The engagements have changed since they were read")
    return False


def _check_engagement_ids(desk: Desk, campaign: Entity, sent: Body) -> None:
    place = desk.place(ENGAGEMENTS, campaign.id)
    missing = [i for i in sent.get("engagementIds") or [] if not writing.is_live(desk, place, i)]
    if missing and desk.rules.on("reference"):
        raise desk.rules.refusal("reference", f"engagementIds: no such engagement: {', '.join(map(str, missing))}")


def _moment_of_minutes(view: View, campaign: Entity) -> float:
    """From when minutes are counted: the rule `campaign-minutes`."""
    if view.desk.rules.on("campaign-minutes"):
        return view.desk.now
    return datetime.strptime(campaign.modified, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp()


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
