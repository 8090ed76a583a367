"""Live accounts: what people made in the console, what other programs left there, what LivePerson adds itself.

An account is the document that `lpconf sandbox import` takes, with all fields in LivePerson's spelling.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lpconf.model.address import Kind
from lpconf.model.live import Live, LiveThing
from lpconf.resources.kinds import RESOURCES
from tests.account import ACCOUNT
from tests.properties.values import CANARY, KEY, KEY_TEXTS, URLS, Pick

Item = dict[str, Any]
Account = dict[str, Any]

FIRST_ID, STEP = 1_000_000_030, 100
MADE = {"createdDate": "2026-01-05 00:00:00", "modifiedDate": "2026-02-05 00:00:00"}

CONNECTORS = "le-connectors/connectors"
CAMPAIGNS = "le-campaigns/campaigns"
WINDOWS = "engagement-window/window-confs"
SKILLS = "le-users/skills"
ENTRY_POINTS = "le-targeting/onsite-locations"
BEHAVIORS = "le-targeting/visitor-behaviors"
AUDIENCES = "le-targeting/visitor-profiles"
GOALS = "le-goals/goals"
KINDS = {RESOURCES[kind].collection: kind for kind in Kind if kind is not Kind.ENGAGEMENT}

_LOOKED_UP: Mapping[str, tuple[int, Item]] = {
    WINDOWS: (1, {"json": {}}),
    SKILLS: (0, {}),
    ENTRY_POINTS: (1, {"conditionBoxes": []}),
    BEHAVIORS: (1, {}),
    AUDIENCES: (1, {}),
    GOALS: (1, {"type": 1, "indicatorType": 1, "indicatorValue": {}}),
}
"""The collections that are only looked up: how many things are there at least, and what each must have."""


def engagements_path(campaign_id: int) -> str:
    """Where the engagements of a campaign are."""
    return f"{CAMPAIGNS}/{campaign_id}/engagements"


def account(pick: Pick, twins: bool) -> Account:
    """An account. With `twins`, things of one collection may share a name, which LivePerson may not allow."""
    collections: dict[str, list[Item]] = {
        path: _looked_up(pick, least, fields) for path, (least, fields) in _LOOKED_UP.items()
    }
    collections[CONNECTORS] = _named(pick, [_connector(pick) for _ in range(pick.one([2, 1, 3, 0, 4]))], twins)
    preferred = pick.one([None, *collections[CONNECTORS]])
    if preferred is not None:
        preferred["configuration"]["preferred"] = True
    many = pick.seldom(8)
    collections[CAMPAIGNS] = _named(pick, [_campaign(pick, collections) for _ in range(pick.one([1, 2, 3]))], twins)
    used = 0
    for campaign in collections[CAMPAIGNS]:
        number = pick.number(10, 11) if many else pick.one([1, 2, 3, 0])
        inside = [_engagement(pick, collections) for _ in range(number)]
        collections[engagements_path(campaign["id"])] = _named(pick, inside, twins, used)
        many = False
        used += len(inside)
    return {
        "format": 1,
        "account": ACCOUNT,
        "nextId": FIRST_ID + 1000 * STEP,
        "collections": {path: {"revision": 7, "items": items} for path, items in collections.items()},
    }


def _named(pick: Pick, items: list[Item], twins: bool, used: int = 0) -> list[Item]:
    """The things with ids and names of their own. One may be deleted, and have the name of one that is not.

    The same id may stand in two collections, as nothing says that it may not.
    """
    names: set[str] = set()
    for position, item in enumerate(items):
        name = items[0]["name"] if twins and position and pick.seldom(3) else pick.name()
        while name in names and not twins:
            name += "'"
        names.add(name)
        item.update(id=FIRST_ID + (used + position) * STEP, name=name, **MADE)
    if items and pick.seldom(4):
        items.append({**items[0], "id": FIRST_ID + (used + len(items)) * STEP, "deleted": True})
    return items


def _looked_up(pick: Pick, least: int, fields: Item) -> list[Item]:
    """The things of a collection that lpconf only reads."""
    items = [{**fields} for _ in range(pick.number(least, 2))]
    default = pick.number(0, 2)
    if default < len(items):
        items[default] |= {"isUserDefault": True} if "json" in fields else {"isSystemDefault": True}
    return _named(pick, items, False)


def _connector(pick: Pick) -> Item:
    """A connector as it stands in the account: of one of the two flows, or one that lpconf must leave alone."""
    kind = pick.one(["implicit", "code", "foreign"])
    configuration: Item = {**_key_source(pick, kind), "acrValues": ["loa1"], "rfcCompliance": True}
    for name in ("issuer", "issuerDisplayName", "jsMethodName", "jsContext"):
        if pick.flag():
            configuration[name] = "" if pick.seldom(4) else pick.text()
    if kind != "code" or pick.flag():
        configuration["authorizationEndpoint"] = pick.one(URLS)
    if kind == "code":
        configuration |= {"tokenEndpoint": pick.one(URLS), "clientId": pick.text()}
        if pick.flag():
            configuration["clientSecret"] = f"{CANARY}-live"
        configuration["pkceEnabled"] = pick.flag()
    elif pick.flag():
        configuration["clientId"] = pick.text()
    number = {"implicit": 1, "code": 2}.get(kind, 1)
    if kind == "foreign":
        number, acr = pick.one([(0, ["0"]), (1, ["0"]), (7, ["loa1"]), (2, ["loa1", "loa2"])])
        configuration |= {"acrValues": acr, "clientId": "lp", "tokenEndpoint": URLS[0]} if number == 2 else {}
        configuration["acrValues"] = acr
    # What LivePerson keeps of an unknown field's null is not known; the simulator keeps none in here.
    configuration |= {key: value for key, value in pick.unknown_fields().items() if value is not None}
    return {**_described(pick), **pick.unknown_fields(), "type": number, "configuration": configuration}


def _key_source(pick: Pick, kind: str) -> Item:
    if pick.flag():
        return {"jwtValidationType": "JWKS_ENDPOINT", "jwksEndpoint": pick.one(URLS)}
    keys = (*KEY_TEXTS, "CONSUMER_DELEGATION") if kind == "code" else KEY_TEXTS
    return {"jwtValidationType": "PUBLIC_JWT_KEY", "jwtPublicKey": pick.one([KEY, KEY, *keys])}


def _described(pick: Pick) -> Item:
    return {"description": "" if pick.seldom(4) else pick.text()} if pick.flag() else {}


def _campaign(pick: Pick, collections: Mapping[str, list[Item]]) -> Item:
    """A campaign without its engagements. Status 2 is one that lpconf has no word for."""
    return {
        **_described(pick),
        **pick.unknown_fields(),
        "type": 1,
        "status": pick.one([0, 0, 0, 1, 1, 2]),
        "startDate": "2026-01-05 00:00:00",
        "timeZone": pick.one(["America/New_York", "Europe/Berlin"]),
        "goalId": _one(pick, collections[GOALS]),
        "visitorProfiles": _some(pick, collections[AUDIENCES]),
        "priority": 0.5,
    }


def _engagement(pick: Pick, collections: Mapping[str, list[Item]]) -> Item:
    """An engagement. Conversation type 3 is one that lpconf has no word for."""
    item = {
        **_described(pick),
        **pick.unknown_fields(),
        "enabled": pick.flag(),
        "channel": 1,
        "type": 6,
        "subType": 24,
        "conversationType": pick.one([0, 1, 1, 3]),
        "allowUnauthMsg": pick.flag(),
        "isPopOut": pick.flag(),
        "language": "en-US",
        "windowId": _one(pick, collections[WINDOWS]),
        "onsiteLocations": _some(pick, collections[ENTRY_POINTS]),
        "visitorBehaviors": _some(pick, collections[BEHAVIORS]),
        "weight": pick.one([0.5, 1, 1.0]),
        "displayInstances": [pick.json() for _ in range(pick.number(0, 2))],
    }
    if not pick.seldom(3):
        item["connectorId"] = _one(pick, [*collections[CONNECTORS], {"id": None}])
    if pick.flag():
        skill = pick.one([{"id": None, "name": None}, *_kept(collections[SKILLS])])
        item |= {"skillId": skill["id"], "skillName": skill["name"]}
    return item


def _one(pick: Pick, items: list[Item]) -> int | None:
    found: int | None = pick.one(_kept(items))["id"]
    return found


def _kept(items: list[Item]) -> list[Item]:
    return [item for item in items if "deleted" not in item]


def _some(pick: Pick, items: list[Item]) -> list[int]:
    return pick.some([item["id"] for item in _kept(items)])


def items_of(account: Account, path: str) -> list[Item]:
    """The things of one collection, without deleted ones."""
    return _kept(account["collections"].get(path, {"items": []})["items"])


def live_of(account: Account) -> Live:
    """The account as reading all of it gives it."""
    things: dict[Kind, tuple[LiveThing, ...]] = dict.fromkeys(Kind, ())
    for path, kind in KINDS.items():
        for item in items_of(account, path):
            things[kind] += (LiveThing(kind, item["id"], item["name"], _shown(item)),)
            if kind is Kind.CAMPAIGN:
                things[Kind.ENGAGEMENT] += tuple(
                    LiveThing(Kind.ENGAGEMENT, each["id"], each["name"], _shown(each), item["id"])
                    for each in items_of(account, engagements_path(item["id"]))
                )
    return Live(things)


def _shown(item: Item) -> Item:
    """Replies never have a client secret."""
    if "clientSecret" not in item.get("configuration", {}):
        return item
    kept = {key: value for key, value in item["configuration"].items() if key != "clientSecret"}
    return {**item, "configuration": kept}
