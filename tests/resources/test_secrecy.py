"""What is hidden in a body, and what is not."""

from __future__ import annotations

import json

import pytest

from lpconf.model.address import Kind
from lpconf.model.json import Json
from lpconf.resources.secrecy import MASK, looks_secret, masked, places, without_secrets
from tests.account import DEMO_KEY
from tests.canary import CANARY

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIC\n-----END RSA PRIVATE KEY-----"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("clientSecret", "x"),
        ("password", "x"),
        ("db_passwd", "x"),
        ("accessToken", "x"),
        ("API-Key", "x"),
        ("privateKey", "x"),
        ("credentials", {"user": "a"}),
        ("tokens", ["a"]),
        ("passcode", 1234),
        ("tokenEndpoint", "https://idp.example.com/?token=x"),
        ("homepage", "https://user:pass@example.com"),
        ("homepage", "https://[broken@"),
        ("notes", PEM),
        ("notes", f"see {JWT}"),
    ],
)
def test_what_looks_like_a_secret(key: str, value: Json) -> None:
    assert looks_secret(key, value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("tokenEndpoint", "https://idp.example.com/token"),
        ("clientSecret", None),
        ("clientSecret", ""),
        ("tokens", []),
        ("secretEnabled", True),
        ("name", "Sales chat"),
        ("homepage", "https://example.com/?q=1"),
        ("mail", "user@example.com"),
        ("type", 1),
    ],
)
def test_what_does_not(key: str, value: Json) -> None:
    assert not looks_secret(key, value)


CONNECTOR: dict[str, Json] = {
    "name": "Code",
    "configuration": {
        "clientSecret": CANARY,
        "jwtPublicKey": DEMO_KEY,
        "tokenEndpoint": "https://idp.example.com/token?tenant=1",
        "webhooks": [{"url": "https://hooks.example.com", "apiKey": "k3y"}, {"url": "https://a:b@hooks.example.com"}],
        "lists": ["plain", JWT],
    },
}
SECRETS = (CANARY, "k3y", "a:b@", JWT)


def test_a_masked_body_shows_everything_but_the_secrets() -> None:
    shown = json.dumps(masked(Kind.CONNECTOR, CONNECTOR))
    assert not [secret for secret in SECRETS if secret in shown]
    assert shown.count(MASK) == 4
    assert DEMO_KEY in shown
    assert "https://idp.example.com/token?tenant=1" in shown


def test_a_body_for_the_journal_lacks_them_and_says_where() -> None:
    body, hidden = without_secrets(Kind.CONNECTOR, CONNECTOR)
    assert not [secret for secret in SECRETS if secret in json.dumps(body)]
    assert hidden == (
        ("configuration", "clientSecret"),
        ("configuration", "webhooks", 0, "apiKey"),
        ("configuration", "webhooks", 1, "url"),
        ("configuration", "lists", 1),
    )
    assert "clientSecret" not in json.dumps(body)


@pytest.mark.parametrize(
    ("key", "is_hidden"),
    [(DEMO_KEY, False), ("CONSUMER_DELEGATION", False), ("", False), (None, False), ("MIIEvQ", True), ([1], True)],
)
def test_a_key_field_may_hold_a_public_key_only(key: Json, is_hidden: bool) -> None:
    hidden = places(Kind.CONNECTOR, {"configuration": {"jwtPublicKey": key}})
    assert bool(hidden) is is_hidden


def test_a_body_without_secrets_is_left_alone() -> None:
    body: dict[str, Json] = {"name": "Chat", "enabled": True, "zones": [1, {"a": None}]}
    assert masked(Kind.ENGAGEMENT, body) is body
    assert without_secrets(Kind.ENGAGEMENT, body) == (body, ())
