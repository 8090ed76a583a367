"""Plans and runs, built by hand, that the reports are tested with."""

from __future__ import annotations

from dataclasses import replace

from lpconf.model.address import Address, Kind, SelectBy, Selector
from lpconf.model.json import Json
from lpconf.model.plan import (
    Absent,
    Action,
    Block,
    Change,
    Comparison,
    FieldChange,
    KnownAfterApply,
    Managed,
    Origin,
    Plan,
    Risk,
    RiskKind,
    Side,
    Step,
    Target,
    Unprotected,
    Wire,
)
from lpconf.model.quirks import Evidence
from lpconf.model.run import Outcome, Run, StepResult
from lpconf.model.site import Position, SecretReference

SANDBOX = Target("12345678", "127.0.0.1:8443", "Example Bank test", sandbox=True)
PRODUCTION = Target("87654321", "api.liveperson.net")
NOT_THERE = Side(Absent(), None)
MASK = "(sensitive value)"

HOSTILE = 'Bank\x1b[2J\x1b]0;owned\x07\r\nPlan: 0 to create\u202egnp\u2066.\u200b\x9b31m\ud800"\\\U000e0041'


def named(kind: Kind, name: str, parent: Address | None = None) -> Address:
    return Address(kind, Selector(SelectBy.NAME, name), parent)


CONNECTOR = named(Kind.CONNECTOR, "Consumer authentication")
CAMPAIGN = Address(Kind.CAMPAIGN, Selector(SelectBy.DEFAULT))
ENGAGEMENT = Address(Kind.ENGAGEMENT, Selector(SelectBy.DEFAULT), CAMPAIGN)


def field(
    word: str,
    before: Side,
    after: Side,
    comparison: Comparison = Comparison.EXACT,
    origin: Origin = Origin.DECLARED,
    *,
    sensitive: bool = False,
    details: tuple[str, ...] = (),
) -> FieldChange:
    return FieldChange(word, (word,), before, after, comparison, origin, sensitive, details)


def value(text: Json, wire: Wire = None) -> Side:
    """One side of a change; on the wire the same text unless something else is given."""
    return Side(text if wire is None else wire, text)


def new(word: str, text: Json, origin: Origin = Origin.DECLARED, wire: Wire = None) -> FieldChange:
    return field(word, NOT_THERE, value(text, wire), origin=origin)


def changed(word: str, before: Json, after: Json) -> FieldChange:
    return field(word, value(before), value(after))


def creation(address: Address, *fields: FieldChange, name: str = "") -> Change:
    return Change(
        address=address,
        action=Action.CREATE,
        name=name or str(address.selector.value),
        live_id=None,
        campaign_id=None,
        fields=fields,
        operation=f"{address.kind}.create",
        evidence=Evidence.SEEN_ONCE,
    )


def update(address: Address, *fields: FieldChange, name: str = "", live_id: int = 1000001030) -> Change:
    return Change(
        address=address,
        action=Action.UPDATE,
        name=name or str(address.selector.value),
        live_id=live_id,
        campaign_id=None,
        fields=fields,
        operation=f"{address.kind}.update",
        evidence=Evidence.SEEN,
    )


def plan(*changes: Change, target: Target = SANDBOX, unchanged: int = 0) -> Plan:
    steps = tuple(Step(each.address, each.action, each.fields) for each in changes if not each.blocked)
    declared = tuple(Managed(each.address, each.live_id, {}) for each in changes)
    return Plan(target, changes, steps, unchanged, managed=declared)


def unprotected(address: Address, live_id: int, position: Position | None = None) -> Unprotected:
    """What lost its protection, and is declared under the same address still."""
    return Unprotected(address, live_id, str(address), position)


def key(text: str) -> FieldChange:
    return field("jwt_public_key", NOT_THERE, Side("MIGfMA0GCSqGSIb3", text), Comparison.PUBLIC_KEY)


def tutorial() -> Plan:
    """The tutorial's account: one connector to create, and the default engagement to change."""
    connector = creation(
        CONNECTOR,
        new("name", "Consumer authentication"),
        new("flow", "implicit", wire=1),
        new("authentication_endpoint", "https://dummy.com"),
        key("RSA 1024 bits, SHA256:d2f8d7917928..."),
        new("js_method_name", "LPJsMethodName"),
        new("token_endpoint", "", Origin.GROUP),
        new("configuration.jwtValidationType", "PublicKey", Origin.GROUP),
        new("preferred", False, Origin.TEMPLATE),
        *(new(word, None, Origin.TEMPLATE) for word in ("description", "jwt_issuer", "js_context", "client_id")),
        new("acr_values", [], Origin.TEMPLATE),
    )
    engagement = replace(
        update(
            ENGAGEMENT,
            changed("conversation", "live_chat", "messaging"),
            changed("authenticated_visitors_only", False, True),
            field(
                "connector",
                NOT_THERE,
                Side(KnownAfterApply(CONNECTOR), "Consumer authentication"),
                Comparison.ID,
            ),
            name="Default engagement",
        ),
        unchanged_fields=3,
        risks=(Risk('The campaign "Default campaign" is published: visitors may see this at once.'),),
    )
    return plan(connector, engagement, unchanged=2)


def risky() -> Plan:
    """A production account: weaker authentication, a blocked connector, a blocked dependent, a secret, a long value."""
    connector = replace(
        update(
            CONNECTOR,
            field(
                "jwt_public_key",
                Side("AAAA", "RSA 2048 bits, SHA256:0123456789ab..."),
                Side("MIGf", "RSA 1024 bits, SHA256:d2f8d7917928..."),
                Comparison.PUBLIC_KEY,
            ),
            field(
                "client_secret",
                Side(Absent(), MASK),
                Side(SecretReference("LPCONF_SECRET_IDP"), MASK),
                sensitive=True,
            ),
            live_id=17,
        ),
        risks=(
            Risk(
                "1 engagement signs visitors in with this connector:",
                details=('"Sales chat" (id 5) in campaign "Web shop"',),
            ),
            Risk(
                "The key gets shorter, from 2048 to 1024 bits: tokens are easier to forge.",
                kind=RiskKind.AUTHENTICATION,
            ),
        ),
        blocks=(
            Block(
                "Nobody has confirmed that LivePerson accepts this write: it is a guess.",
                "--accept-unverified connector.update",
            ),
            Block("This is the tutorial's demo key.", "--allow-demo-key"),
        ),
        notes=("LivePerson probably never shows the secret, so it is sent again.",),
    )
    shop = named(Kind.CAMPAIGN, "Web shop")
    sales = replace(
        update(
            named(Kind.ENGAGEMENT, "Sales chat", shop),
            changed("authenticated_visitors_only", True, False),
            field("connector", value("Consumer authentication", 17), value(None), Comparison.ID),
            field("entry_points", value(["All pages"], [1]), value(["Shop", "Help"], [2, 3]), Comparison.ID_SET),
            field("description", value("x" * 150), value("x" * 149 + "y"), Comparison.TEXT),
            field(
                "displayInstances",
                value([{"enabled": False, "macros": ["x" * 100]}]),
                value([{"enabled": True, "macros": ["x" * 100]}]),
                origin=Origin.EXTRA,
                details=("[0].enabled: false -> true",),
            ),
            name="Sales chat",
            live_id=5,
        ),
        unchanged_fields=1,
        risks=(
            Risk('The campaign "Web shop" is published: visitors may see this at once.'),
            Risk("Visitors who are not signed in may start conversations from now on.", kind=RiskKind.AUTHENTICATION),
        ),
    )
    support = replace(
        creation(
            named(Kind.ENGAGEMENT, "Support", shop),
            new("name", "Support"),
            field("window", NOT_THERE, value("Default window", 9), Comparison.ID, Origin.DEFAULT),
            field("skillName", NOT_THERE, value("support"), Comparison.TEXT, Origin.COPY),
            new("enabled", False, Origin.TEMPLATE),
            new("timeout", None, Origin.TEMPLATE),
        ),
        blocks=(Block('It needs connector["Consumer authentication"], which is blocked.'),),
    )
    by_id = update(
        Address(Kind.CAMPAIGN, Selector(SelectBy.ID, 5)),
        changed("name", "Old shop", "Shop"),
        field("status", Side(2, "unknown(2)"), value("published", 1)),
        name="Old shop",
        live_id=5,
    )
    return plan(connector, sales, support, by_id, target=PRODUCTION, unchanged=1)


def hostile() -> Plan:
    """Every text that comes from outside tries to speak for lpconf."""
    evil = named(Kind.CONNECTOR, HOSTILE)
    change = replace(
        update(
            evil,
            field("name", value(HOSTILE), value("Bank"), Comparison.TEXT),
            field(HOSTILE, value([HOSTILE] * 2), value([]), origin=Origin.EXTRA, details=(HOSTILE,)),
            field("jwt_public_key", Side("x", HOSTILE), Side("y", HOSTILE), Comparison.PUBLIC_KEY),
            field(HOSTILE, value({HOSTILE: [HOSTILE]}), value("z"), origin=Origin.EXTRA),
            field("client_secret", NOT_THERE, Side(SecretReference(HOSTILE), MASK), sensitive=True),
            name=f"{HOSTILE} ",
        ),
        risks=(Risk(HOSTILE, kind=RiskKind.AUTHENTICATION),),
        notes=(HOSTILE,),
    )
    blocked = replace(creation(evil, new("name", HOSTILE)), blocks=(Block(HOSTILE, HOSTILE),))
    return plan(change, blocked, target=Target(HOSTILE, HOSTILE, HOSTILE))


def step(
    address: Address,
    outcome: Outcome,
    action: Action = Action.UPDATE,
    *,
    live_id: int | None = None,
    reason: str = "",
    differences: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> StepResult:
    return StepResult(address, action, outcome, live_id, reason, differences, notes)


def tutorial_run() -> Run:
    return Run(
        tutorial(),
        (
            step(CONNECTOR, Outcome.CONFIRMED, Action.CREATE, live_id=1000001330),
            step(ENGAGEMENT, Outcome.CONFIRMED, live_id=1000001030, notes=("The revision had moved; merged.",)),
        ),
    )


def every_outcome() -> Run:
    """A run in which everything happens at once."""
    reasons = {
        Outcome.UNKNOWN: "The answer was lost, and the account does not tell.",
        Outcome.FAILED: "LivePerson refused it (400): name is not valid.",
        Outcome.NOT_ATTEMPTED: 'It needs campaign["Failed"].',
    }
    changes = [update(named(Kind.CAMPAIGN, outcome.value.capitalize()), live_id=7) for outcome in Outcome]
    blocked = replace(update(CONNECTOR, live_id=17), blocks=(Block("Only a guess.", "--accept-unverified x"),))
    results = [
        step(
            change.address,
            outcome,
            live_id=change.live_id,
            reason=reasons.get(outcome, ""),
            differences=("status is not what was written",) if outcome is Outcome.DIFFERS else (),
        )
        for change, outcome in zip(changes, Outcome, strict=True)
    ]
    return Run(plan(*changes, blocked, target=PRODUCTION), tuple(results))
