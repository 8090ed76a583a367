"""Sites that fit an account in part: the YAML that a user has in git, as a document of plain values."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.account import ACCOUNT
from tests.properties.accounts import (
    AUDIENCES,
    BEHAVIORS,
    CAMPAIGNS,
    CONNECTORS,
    ENTRY_POINTS,
    GOALS,
    SKILLS,
    WINDOWS,
    Account,
    Item,
    engagements_path,
    items_of,
)
from tests.properties.values import CANARY, KEY, URLS, Pick, declarable, is_plain, near, plain, plain_in_yaml

SECRETS = ("LPCONF_SECRET_A", "LPCONF_SECRET_B")
UNSET = {"unset": True}
_DATES = ("2026-01-05 00:00:00", "2027-01-05 00:00:00")
_SCRIPTS = ("lpGetAuthenticationToken", "window.auth.getToken", "é.$x")
_EXTRA_NAMES = ("xNew", "x new", "x.y", "ünï", "yes", "1", "nested", '"q"')


@dataclass
class Names:
    """The names of one collection: those that are live, and those that it will have."""

    live: list[str]
    final: Counter[str] = field(default_factory=Counter)

    def free(self, pick: Pick, wanted: str) -> str:
        """A name that nothing else will have; one that is live is tried now and then, and is an error."""
        name, number = wanted, 1
        while name in self.final or (name in self.live and not pick.seldom(30)):
            number += 1
            name = f"{wanted} {number}"
        self.final[name] += 1
        return name


@dataclass
class Sited:
    """The connectors that engagements can refer to, and the account."""

    account: Account
    connectors: list[Any] = field(default_factory=list)
    """`{id: 5}` or a name."""
    preferred: bool = False


def site(pick: Pick, account: Account) -> dict[str, Any]:
    """A site for the account."""
    sited = Sited(account)
    document: dict[str, Any] = {"version": 1, "account": ACCOUNT}
    connectors = _connectors(pick, sited)
    campaigns = _campaigns(pick, sited)
    if connectors:
        document["connectors"] = connectors
    if campaigns:
        document["campaigns"] = campaigns
    _undeclared(pick, document, ("connectors", "campaigns"))
    return document


def _undeclared(pick: Pick, document: dict[str, Any], collections: tuple[str, ...]) -> None:
    chosen = [each for each in collections if document.get(each) and pick.seldom(4)]
    if chosen:
        document["delete_undeclared"] = chosen


# Selectors and lifecycles.


def _selected(pick: Pick, items: list[Item], names: Names) -> list[tuple[Item, dict[str, Any] | None]]:
    """Each live thing with the selector that declares it, None where nothing does."""
    found: list[tuple[Item, dict[str, Any] | None]] = []
    by_default = pick.flag() if len(items) == 1 else pick.seldom(16)
    for item in pick.shuffled(items):
        ways = ["id", "absent by id", "renamed by id", "undeclared", "undeclared"]
        if names.live.count(item["name"]) == 1 and _sayable(item["name"]):
            ways = ["name", "absent", "renamed", "name", *ways]
        way = "default" if by_default else pick.one(ways)
        by_default = False
        found.append((item, _selector(pick, way, item, names)))
    return found


def _selector(pick: Pick, way: str, item: Item, names: Names) -> dict[str, Any] | None:
    match way:
        case "undeclared":
            return None
        case "absent":
            return {"name": spelled(item["name"]), "lifecycle": {"state": "absent"}}
        case "absent by id":
            return {"id": item["id"], "lifecycle": {"state": "absent"}}
        case "renamed":
            name = names.free(pick, pick.text())
            return {"name": spelled(name), "lifecycle": {"renamed_from": spelled(item["name"])}}
        case "renamed by id":
            return {"id": item["id"], "name": spelled(names.free(pick, pick.text()))}
    selector: dict[str, Any] = {"find": "default"} if way == "default" else {"id": item["id"]}
    if way == "name":
        selector = {"name": spelled(item["name"])}
    if pick.seldom(5):
        selector["lifecycle"] = {"protect": pick.flag()}
    names.final[item["name"]] += 1
    return selector


def _new(pick: Pick, names: Names, most: int) -> list[dict[str, Any]]:
    """Selectors of things that are not live. One of them may be absent already."""
    found: list[dict[str, Any]] = []
    for _ in range(pick.number(0, most)):
        name = names.free(pick, pick.text())
        way = pick.number(0, 9)
        found.append({"name": spelled(name)})
        if way == 9:
            found[-1]["lifecycle"] = {"state": "absent"}
        elif way == 8:
            found[-1]["lifecycle"] = {"renamed_from": "never was"}
    return found


def is_absent(thing: dict[str, Any]) -> bool:
    """Whether a declared thing is to be deleted."""
    return "state" in thing.get("lifecycle", {})


def _sayable(text: str) -> bool:
    return declarable(text) and plain_in_yaml(text)


def spelled(value: Any) -> Any:
    """A value as the configuration writes it: `${` would start a variable."""
    if isinstance(value, str):
        return value.replace("${", "$${")
    if isinstance(value, list):
        return [spelled(each) for each in value]
    if isinstance(value, dict):
        return {key: spelled(each) for key, each in value.items()}
    return value


# Fields.


def _text(pick: Pick, live: Any) -> Any:
    """A text: what is live, or another one."""
    if isinstance(live, str) and _sayable(live) and pick.flag():
        return spelled(live)
    return spelled(pick.text())


def _clearable(pick: Pick, live: Any) -> Any:
    return UNSET if pick.seldom(4) else _text(pick, live)


def _some(pick: Pick, makers: dict[str, Any]) -> dict[str, Any]:
    """A random part of the words, each with a value."""
    chosen = pick.some(makers, 4)
    return {word: makers[word]() for word in chosen}


def _extra(pick: Pick, live: Item, known: tuple[str, ...] = ()) -> dict[str, Any]:
    """Fields that have no word: some of those that are live, as they are or with another value, and new ones."""
    found: dict[str, Any] = {}
    for name in pick.some([*_EXTRA_NAMES, *known], 2) if pick.flag() else []:
        value = live.get(name)
        if name not in live or not is_plain(value) or CANARY in repr(value) or pick.flag():
            value = 0.5 if name in known else plain(pick.json())
        elif pick.flag() and name not in known:
            value = near(value)
        found[name] = _cleared(spelled(value))
    return found


def _cleared(value: Any) -> Any:
    """The same as `extra` writes it: a list is a whole value, and anywhere else null is spelled out."""
    if isinstance(value, dict):
        return {key: _cleared(each) for key, each in value.items()}
    return UNSET if value is None else value


def _with_extra(pick: Pick, fields: dict[str, Any], live: Item, known: tuple[str, ...] = ()) -> dict[str, Any]:
    extra = _extra(pick, live, known)
    return {**fields, "extra": extra} if extra else fields


def reference(pick: Pick, items: list[Item]) -> Any:
    """A live thing by its name, or by its id where the name does not do."""
    return _named_or_id(pick, pick.one(items), items)


def _references(pick: Pick, items: list[Item]) -> list[Any]:
    return [_named_or_id(pick, item, items) for item in pick.some(items, 2)]


def _named_or_id(pick: Pick, item: Item, items: list[Item]) -> Any:
    alone = [each["name"] for each in items].count(item["name"]) == 1
    return spelled(item["name"]) if alone and _sayable(item["name"]) and pick.flag() else {"id": item["id"]}


# Connectors.


def _connectors(pick: Pick, sited: Sited) -> list[dict[str, Any]]:
    items = items_of(sited.account, CONNECTORS)
    names = Names([item["name"] for item in items])
    declared: list[dict[str, Any]] = []
    for item, selector in _selected(pick, items, names):
        if selector is None:
            sited.connectors.append({"id": item["id"]})
            continue
        declared.append(selector)
        if not is_absent(selector):
            selector.update(_with_extra(pick, _connector(pick, sited, item), item))
            sited.connectors.append({"id": item["id"]})
        elif pick.seldom(31):
            sited.connectors.append({"id": item["id"]})  # An error, which must be told as one.
    for selector in _new(pick, names, 2):
        declared.append(selector)
        if not is_absent(selector):
            flow = pick.one(["implicit", "code"])
            selector.update(_with_extra(pick, {**_group(pick, flow), **_connector_rest(pick, sited, {}, flow)}, {}))
            sited.connectors.append(selector["name"])
    sited.connectors += [each["name"] for each in declared if "name" in each and not is_absent(each) and pick.flag()]
    return pick.shuffled(declared)


def _connector(pick: Pick, sited: Sited, item: Item) -> dict[str, Any]:
    """Fields of a live connector that go with its flow."""
    settings = item["configuration"]
    flow = {1: "implicit", 2: "code"}.get(item["type"], "implicit")
    fields: dict[str, Any] = {}
    if pick.seldom(3):
        other = pick.seldom(16)
        flow = {"implicit": "code", "code": "implicit"}[flow] if other else flow
        fields = _group(pick, flow)
    elif pick.flag():
        fields = _key_source(pick, flow, settings, group=False)
    return {**_connector_rest(pick, sited, item, flow), **fields}


def _group(pick: Pick, flow: str) -> dict[str, Any]:
    """Declaring the flow declares its whole group."""
    fields = {"flow": flow, **_key_source(pick, flow, {}, group=True)}
    if flow == "implicit":
        return {**fields, "authentication_endpoint": pick.one(URLS)}
    secret = {"env": pick.one(SECRETS)}
    return {
        **fields,
        "token_endpoint": pick.one(URLS),
        "client_id": spelled(pick.text()),
        "client_secret": secret,
    }


def _key_source(pick: Pick, flow: str, settings: Item, *, group: bool) -> dict[str, Any]:
    ways = ["jwks_endpoint", "jwt_public_key", *(["consumer_delegation"] if flow == "code" and group else [])]
    match pick.one(ways):
        case "jwks_endpoint":
            return {"jwks_endpoint": pick.one([*URLS, settings.get("jwksEndpoint") or URLS[0]])}
        case "jwt_public_key":
            return {"jwt_public_key": pick.one([KEY, f"\n{KEY[:100]}\n{KEY[100:]}\n"])}
        case _:
            return {"consumer_delegation": True}


def _connector_rest(pick: Pick, sited: Sited, item: Item, flow: str) -> dict[str, Any]:
    settings = item.get("configuration", {})

    def preferred() -> bool:
        wanted: bool = not sited.preferred and pick.flag()
        sited.preferred = sited.preferred or wanted
        return wanted

    makers = {
        "description": lambda: _clearable(pick, item.get("description")),
        "preferred": preferred,
        "issuer_display_name": lambda: _clearable(pick, settings.get("issuerDisplayName")),
        "jwt_issuer": lambda: _clearable(pick, settings.get("issuer")),
        "authentication_endpoint": lambda: pick.one([*URLS, *([UNSET] if flow == "code" else [])]),
        "js_method_name": lambda: pick.one([UNSET, *_SCRIPTS]),
        "js_context": lambda: pick.one([UNSET, *_SCRIPTS]),
        "rfc_compliance": pick.flag,
        "acr_values": lambda: pick.one([["loa1"], []]),
        "client_id": lambda: _text(pick, settings.get("clientId")),
    }
    if flow == "code":
        makers |= {
            "token_endpoint": lambda: pick.one(URLS),
            "client_secret": lambda: {"env": pick.one(SECRETS)},
            "pkce": pick.flag,
        }
    return _some(pick, makers)


# Campaigns and their engagements.


def _campaigns(pick: Pick, sited: Sited) -> list[dict[str, Any]]:
    items = items_of(sited.account, CAMPAIGNS)
    names = Names([item["name"] for item in items])
    declared: list[dict[str, Any]] = []
    for item, selector in _selected(pick, items, names):
        if selector is None:
            continue
        declared.append(selector)
        if not is_absent(selector):
            selector.update(_with_extra(pick, _campaign(pick, sited, item), item, ("priority",)))
            _inside(pick, sited, selector, items_of(sited.account, engagements_path(item["id"])))
    for selector in _new(pick, names, 1):
        declared.append(selector)
        if not is_absent(selector):
            selector.update(_with_extra(pick, _campaign(pick, sited, {}), {}, ("priority",)))
            selector.update(start_date=pick.one(_DATES), time_zone="Europe/Berlin")
            _needed(pick, sited, selector, {"goal": GOALS}, {"audiences": AUDIENCES})
            _inside(pick, sited, selector, [])
    return pick.shuffled(declared)


def _needed(pick: Pick, sited: Sited, thing: dict[str, Any], one: dict[str, str], several: dict[str, str]) -> None:
    """References of a new thing, which it needs unless the account has one to take by itself."""
    for word, path in (*one.items(), *several.items()):
        items = items_of(sited.account, path)
        if word not in thing and (len(items) != 1 or pick.flag()) and not pick.seldom(30):
            thing[word] = reference(pick, items) if word in one else _references(pick, items)


def _campaign(pick: Pick, sited: Sited, item: Item) -> dict[str, Any]:
    # Publishing is what most depends on everything else.
    status = {} if pick.seldom(3) else {"status": "published"}
    return status | _some(
        pick,
        {
            "description": lambda: _clearable(pick, item.get("description")),
            "status": lambda: pick.one(["published", "unpublished"]),
            "goal": lambda: reference(pick, items_of(sited.account, GOALS)),
            "audiences": lambda: _references(pick, items_of(sited.account, AUDIENCES)),
            "start_date": lambda: pick.one(_DATES),
            "time_zone": lambda: pick.one(["America/New_York", "Europe/Berlin"]),
        },
    )


def _inside(pick: Pick, sited: Sited, campaign: dict[str, Any], items: list[Item]) -> None:
    names = Names([item["name"] for item in items])
    declared: list[dict[str, Any]] = []
    for item, selector in _selected(pick, items, names):
        if selector is None:
            continue
        declared.append(selector)
        if not is_absent(selector):
            selector.update(_with_extra(pick, _engagement(pick, sited, item), item, ("weight",)))
    for selector in _new(pick, names, 2):
        declared.append(selector)
        if not is_absent(selector):
            selector.update(_with_extra(pick, _engagement(pick, sited, {}), {}, ("weight",)))
            _needed(pick, sited, selector, {"window": WINDOWS}, {"entry_points": ENTRY_POINTS, "behaviors": BEHAVIORS})
    if declared:
        campaign["engagements"] = pick.shuffled(declared)
        _undeclared(pick, campaign, ("engagements",))


def _engagement(pick: Pick, sited: Sited, item: Item) -> dict[str, Any]:
    account = sited.account
    makers = {
        "enabled": pick.flag,
        "description": lambda: _clearable(pick, item.get("description")),
        "conversation": lambda: pick.one(["messaging", "live_chat"]),
        "authenticated_visitors_only": pick.flag,
        "language": lambda: _text(pick, item.get("language")),
        "window_opens": lambda: pick.one(["embedded", "separate"]),
        "window": lambda: reference(pick, items_of(account, WINDOWS)),
        "entry_points": lambda: _references(pick, items_of(account, ENTRY_POINTS)),
        "behaviors": lambda: _references(pick, items_of(account, BEHAVIORS)),
        "skill": lambda: pick.one([UNSET, *_ids(account, SKILLS)]),
        "connector": lambda: pick.one([UNSET, *sited.connectors]),
        "connector ": lambda: pick.one([UNSET, *sited.connectors]),
    }
    fields = _some(pick, makers)
    # Twice as likely as another word: most of what can go wrong goes through it.
    if "connector " in fields:
        fields["connector"] = fields.pop("connector ")
    if fields.get("connector") == UNSET and fields.get("authenticated_visitors_only") is True:
        del fields["connector"]
    return fields


def _ids(account: Account, path: str) -> list[Any]:
    return [{"id": item["id"]} for item in items_of(account, path)]
