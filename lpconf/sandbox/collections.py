"""The collections: one row each. A new one is a row here, and its things in the seed if a new account has some."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lpconf.sandbox.campaigns import ENGAGEMENTS, Campaigns, Engagements, Targeting
from lpconf.sandbox.connectors import Connectors
from lpconf.sandbox.kinds import Collection, Reference
from lpconf.sandbox.rules import Mark

_DATE = "a date (YYYY-MM-DD HH:mm:ss)"
_CONNECTOR_TEXTS = (
    "jwtValidationType", "issuerDisplayName", "issuer", "authorizationEndpoint", "jwtPublicKey", "jwksEndpoint",
    "jsMethodName", "jsContext", "tokenEndpoint", "clientId", "clientSecret",
)  # fmt: skip

_ROWS = (
    Collection(
        key="connectors",
        path="le-connectors/connectors",
        versions=("1.0", "2.0"),
        mark=Mark.ONE,
        source="4.1",
        writable=True,
        given=("id", "deleted"),
        required=("name", "type", "configuration"),
        types={
            "name": "a string",
            "description": "a string",
            "type": "an integer",
            "configuration": "an object",
            **{f"configuration.{name}": "a string" for name in _CONNECTOR_TEXTS},
            "configuration.preferred": "a boolean",
            "configuration.rfcCompliance": "a boolean",
            "configuration.pkceEnabled": "a boolean",
            "configuration.acrValues": "an array",
        },
        secrets=(("configuration", "clientSecret"),),
        behaviour=Connectors(),
    ),
    Collection(
        key="campaigns",
        path="le-campaigns/campaigns",
        versions=("3.4", "3.0"),
        mark=Mark.SEEN,
        source="5.1, 5.2",
        writable=True,
        given=("id", "accountId", "createdDate", "modifiedDate", "isDeleted", "deleted"),
        ignored=(
            "startDateTimeZoneOffset", "expirationDateTimeZoneOffset", "startTimeInMinutes", "expirationTimeInMinutes",
            "timeZoneOffset", "engagementIds", "engagements", "engagementCollectionRevision", "engaged", "conversion",
        ),
        required=("name", "startDate"),
        types={
            "name": "a string",
            "description": "a string",
            "type": "an integer",
            "status": "an integer",
            "startDate": _DATE,
            "expirationDate": _DATE,
            "timeZone": "a string",
            "priority": "a number",
            "weight": "a number",
            "goalId": "an integer",
            "visitorProfiles": "an array of integers",
            "controlGroup": "an object",
            "engagementIds": "an array of integers",
            "engagements": "an array",
        },
        references=(Reference("goalId", "goals"), Reference("visitorProfiles", "visitor-profiles", many=True)),
        list_fields=(
            "id", "name", "description", "type", "status", "startDate", "expirationDate", "timeZone",
            "startDateTimeZoneOffset", "expirationDateTimeZoneOffset", "startTimeInMinutes", "expirationTimeInMinutes",
            "priority", "weight", "goalId", "lobId", "engagementIds", "isDeleted",
        ),
        behaviour=Campaigns(),
    ),
    Collection(
        key=ENGAGEMENTS,
        path="le-campaigns/campaigns/{parent}/engagements",
        versions=("3.4", "3.0"),
        mark=Mark.SEEN,
        source="5.1, 5.3",
        writable=True,
        parent="campaigns",
        given=("id", "deleted", "createdDate", "modifiedDate"),
        ignored=("skillName",),
        # What every captured create body has; that the server insists is [GUESS].
        required=("name", "channel", "type", "subType", "conversationType", "windowId"),
        types={
            "name": "a string",
            "description": "a string",
            "enabled": "a boolean",
            "channel": "an integer",
            "type": "an integer",
            "subType": "an integer",
            "conversationType": "an integer",
            "allowUnauthMsg": "a boolean",
            "connectorId": "an integer",
            "language": "a string",
            "windowId": "an integer",
            "skillId": "an integer",
            "isPopOut": "a boolean",
            "isUnifiedWindow": "a boolean",
            "onsiteLocations": "an array of integers",
            "visitorBehaviors": "an array of integers",
            "weight": "a number",
            "position": "an object",
            "displayInstances": "an array",
        },
        references=(
            Reference("connectorId", "connectors"),
            Reference("windowId", "window-confs"),
            Reference("skillId", "skills"),
            Reference("onsiteLocations", "onsite-locations", many=True),
            Reference("visitorBehaviors", "visitor-behaviors", many=True),
        ),
        behaviour=Engagements(),
    ),
    Collection(
        key="skills",
        path="le-users/skills",
        versions=("2.0", "3.0", "4.0"),
        mark=Mark.SEEN,
        source="6, 6.1",
        given=("id", "deleted"),
        list_fields=("id", "deleted", "name"),
    ),
    Collection(
        key="window-confs",
        path="engagement-window/window-confs",
        versions=("2.0",),
        mark=Mark.SEEN,
        source="6, 6.2",
        given=("id", "deleted"),
    ),
    Collection(
        key="onsite-locations",
        path="le-targeting/onsite-locations",
        versions=("3.0",),
        mark=Mark.SEEN,
        source="6, 6.3",
        list_fields=("id", "name", "description", "isSystemDefault", "systemDefault", "conditionBoxTypes"),
        behaviour=Targeting(),
    ),
    Collection(
        key="visitor-behaviors",
        path="le-targeting/visitor-behaviors",
        versions=("2.0",),
        mark=Mark.SEEN,
        source="6, 6.4",
    ),
    Collection(
        key="visitor-profiles",
        path="le-targeting/visitor-profiles",
        versions=("2.0",),
        mark=Mark.ONE,
        source="6, 6.5",
    ),
    Collection(
        key="goals",
        path="le-goals/goals",
        versions=("3.0",),
        mark=Mark.ONE,
        source="6, 6.6",
        given=("id", "deleted", "createdDate", "modifiedDate"),
    ),
)  # fmt: skip

COLLECTIONS: Mapping[str, Collection] = MappingProxyType({row.key: row for row in _ROWS})
