"""One account and one configuration: 42 changes over all kinds, among things that nobody declared.

What is expected is written down here by hand, in LivePerson's own fields, so that lpconf is not asked about itself.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.account import ACCOUNT, DEMO_KEY

Json = Any
Path_ = tuple[str, ...]

SECRET = "before-s3cret"
SECRETS = {"LPCONF_SECRET_GAMMA": SECRET, "LPCONF_SECRET_NEW": "new-s3cret"}

DEFAULT_CAMPAIGN, DEFAULT_ENGAGEMENT = 1000000930, 1000001030
PROFILE, GOAL, SKILL, WINDOW = 1000000530, 1000000830, 1000001130, 1000000430

CONNECTORS = {"Alpha": 2030, "Beta": 2130, "Gamma": 2230, "Delta": 2330, "Old 1": 2430, "Old 2": 2530, "Mobile": 2630}
CAMPAIGNS = {"Shop": 3030, "Service": 3130, "Winter": 3230, "Quiet": 3330, "Ghost": 3430, "Elsewhere": 3530}
ENGAGEMENTS = {
    "Shop": ("A", "B", "C", "D", "Gone 1", "Gone 2", "Own 1", "Own 2"),
    "Service": ("A", "B", "C", "Gone", "Own"),
    "Winter": ("A", "B", "Own"),
    "Quiet": ("A", "B", "C", "Gone", "Own"),
    "Ghost": ("A", "B"),
    "Elsewhere": ("A", "B"),
}
IDS: Mapping[tuple[str, str], int] = {
    (campaign, name): 5030 + 100 * number
    for number, (campaign, name) in enumerate((c, n) for c, names in ENGAGEMENTS.items() for n in names)
}

# Fields that lpconf has never heard of, in everything that is live.
UNKNOWN = {"xNote": "keep me", "xNested": {"list": [1, {"deep": None}, "ä"], "flag": False, "number": 0.25}}


def site() -> str:
    """The configuration."""
    return f"""
version: 1
account: "{ACCOUNT}"
connectors:
  - name: Alpha
    authentication_endpoint: https://alpha.example.com/after
    js_method_name: afterAlpha
  - name: Beta 2
    lifecycle: {{renamed_from: Beta}}
    description: after Beta
  - name: Gamma
    flow: code
    jwks_endpoint: https://gamma.example.com/jwks
    token_endpoint: https://gamma.example.com/token
    client_id: gamma
    client_secret: {{env: LPCONF_SECRET_GAMMA}}
    js_method_name: afterGamma
  - {{name: Delta, description: after Delta}}
  - {{name: Old 1, lifecycle: {{state: absent}}}}
  - {{name: Old 2, lifecycle: {{state: absent}}}}
  - name: New 1
    flow: implicit
    authentication_endpoint: https://new.example.com
    jwks_endpoint: https://new.example.com/jwks
    js_method_name: newOne
    description: new connector 1
  - name: New 2
    flow: code
    jwks_endpoint: https://new.example.com/jwks
    token_endpoint: https://new.example.com/token
    client_id: new
    client_secret: {{env: LPCONF_SECRET_NEW}}
    js_method_name: newTwo
    description: new connector 2
  - name: New 3
    flow: implicit
    authentication_endpoint: https://new.example.com
    jwt_public_key: {DEMO_KEY}
    js_method_name: newThree
    description: new connector 3
campaigns:
  - name: Shop
    description: after Shop
    engagements:
      - {{name: A, description: after Shop A, connector: New 1}}
      - {{name: B, description: after Shop B, connector: Alpha, skill: sales}}
      - {{name: C, description: after Shop C, enabled: false}}
      - {{name: D, description: after Shop D, language: de-DE}}
      - {{name: Gone 1, lifecycle: {{state: absent}}}}
      - {{name: Gone 2, lifecycle: {{state: absent}}}}
      - {{name: New 1, description: new Shop 1, connector: New 2, enabled: true}}
      - {{name: New 2, description: new Shop 2, connector: Alpha}}
  - name: Care
    lifecycle: {{renamed_from: Service}}
    description: after Care
    engagements:
      - {{name: A 2, description: after Care A, lifecycle: {{renamed_from: A}}}}
      - {{name: B, description: after Care B, connector: Beta 2}}
      - {{name: C, description: after Care C, connector: New 3}}
      - {{name: Gone, lifecycle: {{state: absent}}}}
      - {{name: New 1, description: new Care 1, connector: Gamma}}
      - {{name: New 2, description: new Care 2, connector: New 3}}
  - name: Winter
    status: unpublished
    description: after Winter
    engagements:
      - {{name: A, description: after Winter A, enabled: false}}
      - {{name: B, description: after Winter B, connector: New 2}}
  - name: Quiet
    engagements:
      - {{name: A, description: after Quiet A}}
      - {{name: B, description: after Quiet B}}
      - {{name: C, description: after Quiet C, window_opens: separate}}
      - {{name: Gone, lifecycle: {{state: absent}}}}
      - {{name: New, description: new Quiet, connector: Delta}}
  - {{name: Ghost, lifecycle: {{state: absent}}}}
  - name: Fresh
    status: published
    start_date: "2026-01-05 00:00:00"
    time_zone: Europe/Berlin
    description: new Fresh
    engagements:
      - {{name: A, description: new Fresh A, enabled: true, connector: New 1}}
      - {{name: B, description: new Fresh B, connector: New 2}}
  - name: Draft
    status: unpublished
    start_date: "2026-01-05 00:00:00"
    time_zone: Europe/Berlin
    description: new Draft
    engagements:
      - {{name: A, description: new Draft A, connector: Alpha}}
      - {{name: B, description: new Draft B, connector: Alpha}}
"""


@dataclass(frozen=True)
class Key:
    """Where a thing is. `name` is the live one before, or the new one of a creation; `campaign` likewise."""

    kind: str
    name: str
    campaign: str = ""

    def __str__(self) -> str:
        return f"{self.campaign}/{self.name}" if self.campaign else f"{self.kind} {self.name}"


@dataclass(frozen=True)
class Ref:
    """The id of a connector, by its name afterwards."""

    connector: str


def _connector(name: str) -> Key:
    return Key("connector", name)


def _campaign(name: str) -> Key:
    return Key("campaign", name)


def _engagement(campaign: str, name: str) -> Key:
    return Key("engagement", name, campaign)


UPDATES: Mapping[Key, Mapping[Path_, Json]] = {
    _connector("Alpha"): {
        ("configuration", "authorizationEndpoint"): "https://alpha.example.com/after",
        ("configuration", "jsMethodName"): "afterAlpha",
    },
    _connector("Beta"): {("name",): "Beta 2", ("description",): "after Beta"},
    _connector("Gamma"): {("configuration", "jsMethodName"): "afterGamma"},
    _connector("Delta"): {("description",): "after Delta"},
    _campaign("Shop"): {("description",): "after Shop"},
    _campaign("Service"): {("name",): "Care", ("description",): "after Care"},
    _campaign("Winter"): {("status",): 0, ("description",): "after Winter"},
    _engagement("Shop", "A"): {("description",): "after Shop A", ("connectorId",): Ref("New 1")},
    _engagement("Shop", "B"): {
        ("description",): "after Shop B",
        ("connectorId",): Ref("Alpha"),
        ("skillId",): SKILL,
        ("skillName",): "sales",
    },
    _engagement("Shop", "C"): {("description",): "after Shop C", ("enabled",): False},
    _engagement("Shop", "D"): {("description",): "after Shop D", ("language",): "de-DE"},
    _engagement("Service", "A"): {("name",): "A 2", ("description",): "after Care A"},
    _engagement("Service", "B"): {("description",): "after Care B", ("connectorId",): Ref("Beta 2")},
    _engagement("Service", "C"): {("description",): "after Care C", ("connectorId",): Ref("New 3")},
    _engagement("Winter", "A"): {("description",): "after Winter A", ("enabled",): False},
    _engagement("Winter", "B"): {("description",): "after Winter B", ("connectorId",): Ref("New 2")},
    _engagement("Quiet", "A"): {("description",): "after Quiet A"},
    _engagement("Quiet", "B"): {("description",): "after Quiet B"},
    _engagement("Quiet", "C"): {("description",): "after Quiet C", ("isPopOut",): True},
}

DELETES: tuple[Key, ...] = (
    _connector("Old 1"),
    _connector("Old 2"),
    _engagement("Shop", "Gone 1"),
    _engagement("Shop", "Gone 2"),
    _engagement("Service", "Gone"),
    _engagement("Quiet", "Gone"),
    _engagement("Ghost", "A"),
    _engagement("Ghost", "B"),
    _campaign("Ghost"),
)

_IMPLICIT: Mapping[Path_, Json] = {("type",): 1, ("configuration", "authorizationEndpoint"): "https://new.example.com"}
_JWKS: Mapping[Path_, Json] = {("configuration", "jwksEndpoint"): "https://new.example.com/jwks"}
CREATES: Mapping[Key, Mapping[Path_, Json]] = {
    _connector("New 1"): {
        **_IMPLICIT,
        **_JWKS,
        ("configuration", "jsMethodName"): "newOne",
        ("description",): "new connector 1",
    },
    _connector("New 2"): {
        **_JWKS,
        ("type",): 2,
        ("configuration", "tokenEndpoint"): "https://new.example.com/token",
        ("configuration", "clientId"): "new",
        ("configuration", "jsMethodName"): "newTwo",
        ("description",): "new connector 2",
    },
    _connector("New 3"): {
        **_IMPLICIT,
        ("configuration", "jwtPublicKey"): DEMO_KEY,
        ("configuration", "jsMethodName"): "newThree",
        ("description",): "new connector 3",
    },
    _campaign("Fresh"): {("status",): 1, ("description",): "new Fresh", ("startDate",): "2026-01-05 00:00:00"},
    _campaign("Draft"): {("status",): 0, ("description",): "new Draft", ("timeZone",): "Europe/Berlin"},
    _engagement("Shop", "New 1"): {
        ("description",): "new Shop 1",
        ("connectorId",): Ref("New 2"),
        ("enabled",): True,
    },
    _engagement("Shop", "New 2"): {("description",): "new Shop 2", ("connectorId",): Ref("Alpha")},
    _engagement("Service", "New 1"): {("description",): "new Care 1", ("connectorId",): Ref("Gamma")},
    _engagement("Service", "New 2"): {("description",): "new Care 2", ("connectorId",): Ref("New 3")},
    _engagement("Quiet", "New"): {("description",): "new Quiet", ("connectorId",): Ref("Delta")},
    _engagement("Fresh", "A"): {("description",): "new Fresh A", ("connectorId",): Ref("New 1"), ("enabled",): True},
    _engagement("Fresh", "B"): {("description",): "new Fresh B", ("connectorId",): Ref("New 2")},
    _engagement("Draft", "A"): {("description",): "new Draft A", ("connectorId",): Ref("Alpha")},
    _engagement("Draft", "B"): {("description",): "new Draft B", ("connectorId",): Ref("Alpha")},
}

CHANGES = len(UPDATES) + len(DELETES) + len(CREATES)

# A field of the same thing that no change plans, and one that nobody has a word for.
OTHER_FIELDS: Mapping[str, tuple[Path_, ...]] = {
    "connector": (("configuration", "issuerDisplayName"), ("xForeign",)),
    "campaign": (("xForeign",), ("xNested", "foreign")),
    "engagement": (("xForeign",), ("xNested", "foreign")),
}
SAME_FIELD: Mapping[Key, Path_] = {
    **dict.fromkeys((*UPDATES, *DELETES, *CREATES), ("description",)),
    _connector("Alpha"): ("configuration", "jsMethodName"),
    _connector("Gamma"): ("configuration", "jsMethodName"),
}


def account(fresh: Json) -> Json:
    """The account before, as a document for `import_`. `fresh` is the export of a new account."""
    document = copy.deepcopy(fresh)
    collections = document["collections"]
    campaigns = collections["le-campaigns/campaigns"]["items"]
    (campaign,) = campaigns
    (engagement,) = collections[f"le-campaigns/campaigns/{DEFAULT_CAMPAIGN}/engagements"]["items"]
    campaign |= UNKNOWN
    engagement |= UNKNOWN
    collections["le-connectors/connectors"]["items"] = [_live_connector(name, id) for name, id in CONNECTORS.items()]
    for name, id in CAMPAIGNS.items():
        status = 0 if name == "Quiet" else 1
        campaigns.append(_renewed(campaign, id, name, status=status, xCampaign=name))
        collections[f"le-campaigns/campaigns/{id}/engagements"] = {
            "items": [
                _renewed(engagement, IDS[name, each], each, connectorId=_connector_before(name, each))
                for each in ENGAGEMENTS[name]
            ]
        }
    document["nextId"] = 1000002030
    return document


def _renewed(body: Json, id: int, name: str, **more: Json) -> Json:
    return {**copy.deepcopy(body), "id": id, "name": name, "description": f"before {name}", **more}


def _connector_before(campaign: str, name: str) -> int | None:
    """References that change hands: Old 1 and Old 2 are let go by the engagements that the configuration moves."""
    used = {
        ("Shop", "A"): "Old 1",
        ("Shop", "B"): "Old 2",
        ("Winter", "B"): "Old 1",
        ("Service", "B"): "Delta",
        ("Service", "Own"): "Alpha",
        ("Elsewhere", "A"): "Alpha",
        ("Elsewhere", "B"): "Gamma",
    }.get((campaign, name))
    return CONNECTORS[used] if used else None


def _live_connector(name: str, id: int) -> Json:
    code = name == "Gamma"
    host = f"https://{name.lower().replace(' ', '')}.example.com"
    configuration = {
        "preferred": False,
        "jwtValidationType": "JWKS_ENDPOINT",
        "jwksEndpoint": f"{host}/jwks",
        "jsMethodName": "before",
        "acrValues": ["loa1"],
        "rfcCompliance": True,
        "pkceEnabled": False,
        "xInner": {"kept": [name]},
    }
    if code:
        configuration |= {"tokenEndpoint": f"{host}/token", "clientId": "gamma", "clientSecret": SECRET}
    else:
        configuration |= {"authorizationEndpoint": f"{host}/before"}
    return {
        "id": id,
        "name": name,
        "description": f"before {name}",
        "type": 2 if code else 1,
        "configuration": configuration,
        **copy.deepcopy(UNKNOWN),
    }


def write(folder: Path) -> Path:
    """The configuration as a file in a folder."""
    file = folder / "site.yaml"
    file.write_text(site(), encoding="utf-8")
    return file
