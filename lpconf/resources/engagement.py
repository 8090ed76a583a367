"""The engagement: the button that a visitor sees, and the conversation behind it (facts 5.3)."""

from __future__ import annotations

from collections.abc import Mapping

from lpconf.model.address import Kind
from lpconf.model.json import Json, JsonObject
from lpconf.model.quirks import Evidence, Quirks
from lpconf.model.site import Declaration, Unset
from lpconf.resources.field import Field, Problem, Resource, ValueType

FIELDS = (
    Field(
        word="name",
        path=("name",),
        type=ValueType.TEXT,
        meaning="The engagement's name. With `id` or `find`, the name that it should have.",
        example="Sales chat",
        evidence=Evidence.SEEN,
        source="5.3",
    ),
    Field(
        word="enabled",
        path=("enabled",),
        type=ValueType.BOOLEAN,
        meaning="Whether visitors are offered this engagement.",
        example=True,
        evidence=Evidence.SEEN,
        source="5.3",
    ),
    Field(
        word="description",
        path=("description",),
        type=ValueType.TEXT,
        meaning="A note for administrators.",
        example="Button at the right edge",
        evidence=Evidence.SEEN,
        source="5.3",
        unsettable=True,
    ),
    Field(
        word="conversation",
        path=("conversationType",),
        label="Conversation type",
        type=ValueType.CHOICE,
        choices=("messaging", "live_chat"),
        choice_meanings=("A messaging conversation.", "A live chat."),
        choice_evidence=(Evidence.SEEN, Evidence.SEEN_ONCE),
        choices_from=lambda quirks: quirks.conversation,
        meaning="The kind of conversation that the button opens.",
        example="messaging",
        evidence=Evidence.SEEN,
        source="5.4",
    ),
    Field(
        word="authenticated_visitors_only",
        path=("allowUnauthMsg",),
        label="Authenticated Visitors Only",
        type=ValueType.BOOLEAN,
        inverted=True,
        meaning="Whether only visitors who are signed in on the brand's page are offered this engagement.",
        example=True,
        evidence=Evidence.SEEN,
        source="5.4",
    ),
    Field(
        word="connector",
        path=("connectorId",),
        type=ValueType.REFERENCE,
        target=Kind.CONNECTOR,
        meaning="The authentication connector that checks the visitors' tokens, by name.",
        example="Consumer authentication",
        evidence=Evidence.SEEN,
        source="5.3",
        unsettable=True,
    ),
    Field(
        word="language",
        path=("language",),
        label="Language",
        type=ValueType.TEXT,
        meaning="The language of the engagement, such as `en-US`.",
        example="en-US",
        evidence=Evidence.SEEN,
        source="5.3",
    ),
    Field(
        word="window_opens",
        path=("isPopOut",),
        label="Embedded within page / Separate browser window",
        type=ValueType.CHOICE,
        choices=("embedded", "separate"),
        choice_meanings=("Inside the page.", "In a browser window of its own."),
        choices_from=lambda _: {"embedded": False, "separate": True},
        meaning="Whether the conversation opens inside the page or in a browser window of its own.",
        example="embedded",
        evidence=Evidence.SEEN,
        source="5.3",
    ),
    Field(
        word="skill",
        path=("skillId",),
        label="Routing",
        type=ValueType.REFERENCE,
        target=Kind.SKILL,
        copies=("skillName",),
        meaning="The skill that conversations are routed to, by name. `{unset: true}` is the console's All skills.",
        example="sales",
        evidence=Evidence.SEEN,
        source="5.3",
        unsettable=True,
    ),
    Field(
        word="window",
        path=("windowId",),
        type=ValueType.REFERENCE,
        target=Kind.WINDOW,
        meaning="The window configuration of the conversation, by name.",
        example="Default window",
        evidence=Evidence.SEEN,
        source="5.3",
    ),
    Field(
        word="entry_points",
        path=("onsiteLocations",),
        label="Entry point",
        type=ValueType.REFERENCES,
        target=Kind.ENTRY_POINT,
        meaning="Where on the site the engagement is offered, by the names of the onsite locations.",
        example=["Shop pages"],
        evidence=Evidence.SEEN,
        source="5.3",
    ),
    Field(
        word="behaviors",
        path=("visitorBehaviors",),
        type=ValueType.REFERENCES,
        target=Kind.BEHAVIOR,
        meaning="What a visitor must have done to be offered the engagement, by the names of the behaviors.",
        example=["All visitors"],
        evidence=Evidence.SEEN,
        source="5.3",
    ),
)


def problems(fields: Mapping[str, Declaration]) -> tuple[Problem, ...]:
    """Authenticated visitors need a connector that checks who they are (facts 5.6)."""
    if fields.get("authenticated_visitors_only") is True and isinstance(fields.get("connector"), Unset):
        return (
            Problem(
                "engagement.connector",
                "connector",
                "authenticated_visitors_only: true needs a connector",
                "Name the connector that checks the visitors' tokens.",
            ),
        )
    return ()


def _button(instance_type: int, enabled: bool) -> dict[str, Json]:
    return {
        "displayInstanceType": instance_type,
        "enabled": enabled,
        "macros": [],
        "events": {"click": {"enabled": True, "target": "_blank"}},
        "presentation": {
            "background": {"color": "#0363AD", "image": ""},
            "border": {"radius": 30, "width": 0, "color": "transparent"},
            "size": {"width": "40", "height": "152"},
            "elements": {
                "images": [],
                "labels": [
                    {
                        "text": "Message us",
                        "css": {
                            "color": "#ffffff",
                            "fontFamily": "Arial,Helvetica,sans-serif",
                            "fontSize": 16,
                            "fontStyle": "normal",
                            "fontWeight": "normal",
                            "left": -23,
                            "top": 53,
                            "transform": "rotate(270deg)",
                            "white-space": "nowrap",
                            "zIndex": 601,
                        },
                    }
                ],
            },
        },
    }


def template(quirks: Quirks) -> JsonObject:
    """A new engagement: a sticky button at the right edge, as the console makes one (facts 5.8 [seen])."""
    return {
        "name": "",
        "description": "",
        "weight": 0.5,
        "enabled": False,
        "channel": 1,
        "type": 6,
        "subType": 24,
        "source": 0,
        "conversationType": quirks.conversation["messaging"],
        "allowUnauthMsg": False,
        "connectorId": None,
        "language": "en-US",
        "windowId": None,
        "isPopOut": False,
        "isUnifiedWindow": True,
        "useSystemRouting": False,
        "renderingType": 0,
        "appInstallationId": None,
        "externalTargets": None,
        "showSmsPreSurveyOnMobile": False,
        "onsiteLocations": [],
        "visitorBehaviors": [],
        "skillId": None,
        "skillName": None,
        "followMePages": 1,
        "followMeTime": 0,
        "timeInQueue": 0,
        "availabilityPolicy": 0,
        "zones": [],
        "position": {"left": 0, "top": 0, "type": 6},
        # Facts 5.4: 1 offline, 2 online, 4 busy [seen as numbers].
        "displayInstances": [_button(1, False), _button(2, True), _button(4, False)],
    }


ENGAGEMENT = Resource(
    kind=Kind.ENGAGEMENT,
    collection="le-campaigns/campaigns/{campaign}/engagements",
    plural="engagements",
    fields=FIELDS,
    ignored=frozenset({"id", "createdDate", "modifiedDate", "deleted", "isDeleted", "viewErrors", "skillName"}),
    defaulted=("window", "entry_points", "behaviors"),
    template=template,
    problems=problems,
)
