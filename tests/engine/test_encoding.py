"""A plan as JSON."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from lpconf.engine.encoding import document
from lpconf.engine.encoding_schema import schema
from lpconf.model.plan import Plan
from lpconf.model.policy import Policy
from tests.account import DEMO_KEY, REAL, campaign, connector, engagement, plan

EXTRA = "campaigns: [{find: default, engagements: [{find: default, extra: {zones: [1], new: {a: {unset: true}}}}]}]"
SECRET = f"""
connectors:
  - name: A
    flow: code
    jwt_public_key: {DEMO_KEY}
    token_endpoint: https://idp.bank.com/token
    client_id: lp
    client_secret: {{env: LPCONF_SECRET_IDP}}
"""


@pytest.mark.parametrize(
    "made",
    [
        plan("campaigns: [{find: default}]", campaign(1, "C")),
        plan(EXTRA, campaign(1, "C"), engagement(2, "E", 1, zones=[])),
        plan(SECRET, target=REAL),
        plan(SECRET, connector(1, "A", type=2), policy=Policy(secrets=frozenset({"LPCONF_SECRET_IDP"}))),
    ],
)
def test_every_plan_fits_the_schema(made: Plan) -> None:
    encoded = document(made, "1.2.3")
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(encoded, schema(), cls=jsonschema.Draft202012Validator)
    assert json.loads(json.dumps(encoded)) == encoded


def test_what_somebody_pasted_into_a_key_field_by_mistake_is_not_shown() -> None:
    made = plan(f"connectors: [{{name: A, jwt_public_key: {DEMO_KEY}}}]", connector(1, "A", jwtPublicKey="a secret"))
    encoded = document(made, "1.2.3")
    jsonschema.validate(encoded, schema(), cls=jsonschema.Draft202012Validator)
    assert "a secret" not in json.dumps(encoded)


def test_a_secret_is_named_and_masked() -> None:
    made = plan(SECRET, policy=Policy(secrets=frozenset({"LPCONF_SECRET_IDP"})))
    encoded = json.loads(json.dumps(document(made, "1.2.3")))
    fields = {each["field"]: each for each in encoded["changes"][0]["fields"]}
    assert fields["client_secret"]["after"] == {"text": "(sensitive value)", "secret": "LPCONF_SECRET_IDP"}


@pytest.mark.parametrize(
    ("declared", "live"),
    [
        ("extra: {buttons: [1]}", {"buttons": [{"apiKey": "hunter2"}]}),
        ("extra: {odd: 5}", {"odd": "https://user:hunter2@example.com"}),
        ("extra: {odd: 5}", {"odd": "-----BEGIN PRIVATE KEY----- hunter2"}),
        ("description: new", {"description": "https://user:hunter2@example.com"}),
        ("description: new", {"apiKey": "hunter2"}),
    ],
)
def test_a_live_value_that_looks_like_a_secret_is_masked(declared: str, live: dict[str, Any]) -> None:
    text = f"campaigns: [{{find: default, engagements: [{{find: default, {declared}}}]}}]"
    made = plan(text, campaign(1, "C"), engagement(2, "E", 1, **live))
    encoded = document(made, "1.2.3")
    jsonschema.validate(encoded, schema(), cls=jsonschema.Draft202012Validator)
    assert made.changes
    assert "hunter2" not in json.dumps(encoded)
