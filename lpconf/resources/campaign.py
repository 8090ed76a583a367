"""The campaign, which holds engagements (facts 5.2)."""

from __future__ import annotations

from lpconf.model.address import Kind
from lpconf.model.json import JsonObject
from lpconf.model.quirks import Evidence, Quirks
from lpconf.resources.field import Field, Resource, ValueType

FIELDS = (
    Field(
        word="name",
        path=("name",),
        type=ValueType.TEXT,
        meaning="The campaign's name. With `id` or `find`, the name that it should have.",
        example="Web shop",
        evidence=Evidence.SEEN,
        source="5.2",
    ),
    Field(
        word="description",
        path=("description",),
        type=ValueType.TEXT,
        meaning="A note for administrators.",
        example="All engagements of the web shop",
        evidence=Evidence.SEEN,
        source="5.2",
        unsettable=True,
    ),
    Field(
        word="status",
        path=("status",),
        type=ValueType.CHOICE,
        choices=("published", "unpublished"),
        choice_meanings=("Visitors can see the engagements that are on.", "Visitors see none of its engagements."),
        choices_from=lambda quirks: quirks.status,
        meaning="Whether visitors can see the campaign's engagements.",
        example="published",
        evidence=Evidence.SEEN,
        source="5.4",
    ),
    Field(
        word="goal",
        path=("goalId",),
        type=ValueType.REFERENCE,
        target=Kind.GOAL,
        meaning="The campaign's goal, by name.",
        example="Reach confirmation page",
        evidence=Evidence.SEEN,
        source="5.2",
    ),
    Field(
        word="audiences",
        path=("visitorProfiles",),
        label="Target audience",
        type=ValueType.REFERENCES,
        target=Kind.AUDIENCE,
        meaning="The visitor profiles that the campaign is for, by name.",
        example=["All visitors"],
        evidence=Evidence.SEEN,
        source="5.2",
    ),
    Field(
        word="start_date",
        path=("startDate",),
        type=ValueType.DATE,
        meaning="When the campaign starts, as `YYYY-MM-DD HH:MM:SS` in the campaign's time zone. Needed to create one.",
        example="2026-01-05 00:00:00",
        evidence=Evidence.SEEN,
        source="5.2",
    ),
    Field(
        word="time_zone",
        path=("timeZone",),
        type=ValueType.TEXT,
        meaning="The campaign's time zone, by its IANA name. Needed to create one.",
        example="America/New_York",
        evidence=Evidence.SEEN,
        source="5.2",
    ),
)


def template(quirks: Quirks) -> JsonObject:
    """A new campaign: the fields of facts 5.2 with the values of the examples there [seen once, values a guess].

    It is made unpublished, and published once its engagements are in place.
    """
    return {
        "name": "",
        "description": "",
        "type": quirks.campaign_type,
        "status": quirks.status["unpublished"],
        "startDate": None,
        "timeZone": None,
        "goalId": None,
        "lobId": None,
        "visitorProfiles": [],
        "controlGroup": {"percentage": 0},
        "priority": 0.5,
        "weight": 0.2,
        "engagementIds": [],
        "engagements": [],
    }


CAMPAIGN = Resource(
    kind=Kind.CAMPAIGN,
    collection="le-campaigns/campaigns",
    plural="campaigns",
    fields=FIELDS,
    list_fields=("id", "name", "status", "engagementIds", "isDeleted", "deleted"),
    ignored=frozenset(
        {
            "id",
            "accountId",
            "createdDate",
            "modifiedDate",
            "deleted",
            "isDeleted",
            "engaged",
            "conversion",
            "engagementIds",
            "engagements",
            "engagementCollectionRevision",
            "startTimeInMinutes",
            "expirationTimeInMinutes",
            "startDateTimeZoneOffset",
            "expirationDateTimeZoneOffset",
            "timeZoneOffset",
        }
    ),
    required=("start_date", "time_zone"),
    defaulted=("goal", "audiences"),
    template=template,
)
