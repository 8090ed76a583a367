"""Plans as the engine makes them, for what reviewers read: a risky one, and a large one."""

from __future__ import annotations

from dataclasses import replace

from lpconf.engine.plan import plan as make_plan
from lpconf.model.address import Kind
from lpconf.model.plan import Plan
from lpconf.model.policy import Policy
from tests.account import DEMO_KEY, QUIRKS, REAL, campaign, connector, engagement, live, named, other, site

LONGER_KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gunVTLw7onLRnrq0/IzW7yWR7Q"
    "krmBL7jTKEn5u+qKhbwKfBstIs+bMY2Zkp18gnTxKLxoS2tFczGkPLPgizskuemMghRniWaoLcyehkd3qqGElvW/VDL5AaWTg0nLVkjRo9z+40RQzuV"
    "aE8AkAFmxZzow3x+VJYKdjykkJ0iT9wCS0DRTXu269V264Vf/3jvredZiKRkgwlL9xNAwxXFg0x/XFw005UWVRIKdgcKWTjpBP2dPwVZ4WWC+9aGVd+"
    "Gyn1o0CLelf4rEjGoXbAAEgAqeGUxrcIlbjXfbcmwIDAQAB"
)
"""A key of 2048 bits."""

_RISKY = f"""
label: Example Bank
connectors:
  - name: Web
    flow: implicit
    authentication_endpoint: https://login.example.com/authorize
    jwt_public_key: {DEMO_KEY}
    preferred: true
  - name: App
    flow: code
    jwt_public_key: {LONGER_KEY}
    token_endpoint: https://idp.example.net/token
    client_id: shop
    client_secret: {{env: LPCONF_SECRET_IDP}}
campaigns:
  - name: Web shop
    status: published
    engagements:
      - name: Sales chat
        authenticated_visitors_only: false
      - name: Help
        enabled: false
      - name: Old banner
        lifecycle: {{state: absent}}
      - name: Contact
        connector: Web
        window_opens: separate
  - name: Spring
    status: published
"""


def risky() -> Plan:
    """All that a reviewer must not miss, on a real account; some of it blocked."""
    things = [
        connector(
            7,
            "Web",
            authorizationEndpoint="https://login.example.com/authorize",
            jwtPublicKey=LONGER_KEY,
        ),
        connector(
            8,
            "App",
            type=2,
            tokenEndpoint="https://idp.example.com/token",
            clientId="shop",
            jwtPublicKey=LONGER_KEY,
        ),
        campaign(5, "Web shop"),
        engagement(51, "Sales chat", 5, allowUnauthMsg=False, connectorId=7),
        engagement(52, "Help", 5),
        engagement(53, "Old banner", 5),
        engagement(54, "Contact", 5),
        campaign(6, "Spring", status=0),
    ]
    return make_plan(
        site(_RISKY),
        live(*things),
        target=replace(REAL, label="Example Bank"),
        quirks=QUIRKS,
        policy=Policy(
            allow_delete=True,
            accept_unverified=frozenset({"connector.update"}),
            allow_demo_key=True,
            secrets=frozenset({"LPCONF_SECRET_IDP"}),
        ),
        formerly_protected={named(Kind.CAMPAIGN, "Web shop"): 5},
    )


_NEEDED = (Kind.WINDOW, Kind.ENTRY_POINT, Kind.BEHAVIOR)
"""What an engagement cannot be made without."""


def many(count: int = 200) -> Plan:
    """An account that gets `count` changes: nearly all harmless, one deletion and one weaker authentication late."""
    weaker, deleted = count * 3 // 4 + 1, count - 1
    declared = ["campaigns:", "  - name: Shops", "    engagements:"]
    things = [campaign(5, "Shops", status=0), *(other(kind, 1, f"The {kind.words}") for kind in _NEEDED)]
    for number in range(count):
        name = f"Shop {number:05}"
        own = "lifecycle: {state: absent}" if number == deleted else f"window_opens: separate, description: {name}"
        own += ", authenticated_visitors_only: false" if number == weaker else ""
        declared.append(f"      - {{name: {name}, {own}}}")
        if number % 10:
            things.append(engagement(100 + number, name, 5, allowUnauthMsg=number != weaker))
    policy = Policy(allow_delete=True, accept_unverified=frozenset({"engagement.create"}))
    return make_plan(site("\n".join(declared)), live(*things), target=REAL, quirks=QUIRKS, policy=policy)
