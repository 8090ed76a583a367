"""Which declared connector a token is for."""

from __future__ import annotations

import pytest

from lpconf.model.errors import LpconfError
from lpconf.tokens import ConnectorSettings, connector_of
from tests.account import DEMO_KEY, site

TWO = """
connectors:
  - {name: Web, jwks_endpoint: https://login.bank.example/jwks.json, jwt_issuer: https://login.bank.example}
  - {id: 5, name: Mobile, jwt_issuer: {unset: true}}
"""


def test_the_only_connector_needs_no_name() -> None:
    declared = site(f"connectors: [{{name: Web, js_method_name: f, jwt_public_key: {DEMO_KEY}}}]")
    assert connector_of(declared) == ConnectorSettings(
        'connector["Web"]', account="12345678", public_key=DEMO_KEY, jwks_endpoint=None, issuer=None
    )


def test_a_whole_connector() -> None:
    declared = site(
        """
        connectors:
          - name: Delegation
            flow: code
            consumer_delegation: true
            token_endpoint: https://login.bank.example/token
            client_id: liveperson
            client_secret: {env: LPCONF_SECRET_IDP}
        """
    )
    found = connector_of(declared, "Delegation")
    assert (found.flow, found.consumer_delegation, found.public_key) == ("code", True, None)


@pytest.mark.parametrize("name", ["Mobile", "connector[id=5]"])
def test_one_of_several_by_its_name_or_address(name: str) -> None:
    assert connector_of(site(TWO), name) == ConnectorSettings("connector[id=5]", account="12345678")
    assert connector_of(site(TWO), "Web").issuer == "https://login.bank.example"


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("campaigns: [{find: default}]", None, "The configuration declares no connector"),
        (TWO, None, 'More than one connector fits: connector["Web"] and connector[id=5]. Name one with --connector.'),
        (TWO, "web", 'No connector has that name. The configuration declares connector["Web"] and connector[id=5].'),
    ],
)
def test_no_connector_or_too_many_is_an_error_that_lists_them(text: str, name: str | None, message: str) -> None:
    with pytest.raises(LpconfError) as raised:
        connector_of(site(text), name)
    assert str(raised.value).startswith(message)
