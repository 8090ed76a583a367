"""Two configurations, and what differs between them."""

from __future__ import annotations

from typing import Any

from lpconf.engine.difference.comparison import difference
from lpconf.model.difference import Difference, FieldDifference, ThingDifference
from lpconf.model.plan import RiskKind
from tests.account import (
    DEMO_KEY,
    site,
)

IMPLICIT = f"""
connectors:
  - name: Web
    flow: implicit
    authentication_endpoint: https://idp.example.net/authorize
    jwt_public_key: {DEMO_KEY}
"""
CODE = f"""
connectors:
  - name: Web
    flow: code
    token_endpoint: https://idp.example.net/token
    client_id: lp
    client_secret: {{env: LPCONF_SECRET_A}}
    jwt_public_key: {DEMO_KEY}
    pkce: true
    preferred: true
    jwt_issuer: https://a.example
"""
CHAT = """
campaigns:
  - name: Shop
    status: published
    engagements:
      - name: Chat
        enabled: true
        authenticated_visitors_only: true
        connector: Web
"""
NOTHING = "label: x"
SWEEPING_CONNECTORS = "delete_undeclared: [connectors]\nconnectors: [{name: Another}]"
CHAT_ADDRESS = 'campaign["Shop"]/engagement["Chat"]'


def between(old: str, new: str) -> Difference:
    return difference(site(old), site(new))


def only(found: Difference) -> ThingDifference:
    (thing,) = found.things
    return thing


def shown(field: FieldDifference) -> tuple[Any, Any]:
    """Before and after as people read them; `...` for what is not declared."""
    return tuple(side.text if side else ... for side in (field.before, field.after))  # type: ignore[return-value]


def fields(thing: ThingDifference) -> dict[str, tuple[Any, Any]]:
    return {field.word: shown(field) for field in thing.fields}


def becomes(thing: ThingDifference) -> dict[str, Any]:
    """What the newer side decides of fields that it does not declare."""
    return {field.word: field.becomes.text for field in thing.fields if field.becomes}


def risks(thing: ThingDifference) -> list[str]:
    return [risk.text for risk in thing.risks]


def kinds(found: Difference) -> set[RiskKind]:
    return {risk.kind for thing in found.things for risk in thing.risks}
