"""The identity provider: consumers whom nobody vouches for."""

from __future__ import annotations

from pathlib import Path

from lpconf.sandbox.server import running
from tests.sandbox.client import Client, Clock

from .brand import Json, Signer, claims_of
from .operator import NOW, Operator, code_of, lp_token, set_up

UNAUTHENTICATED: Json = {"name": "Unauthenticated", "type": 0, "configuration": {"acrValues": ["0"]}}


class TestAnonymous:
    def test_needs_the_connector_for_it(self, alone: Operator, brand: Signer) -> None:
        alone.pasted(brand)
        assert code_of(alone.post("anonymous/authorize")) == "2005"
        assert code_of(alone.post("signup")) == "2005"

    def test_from_nothing_to_a_token(self, alone: Operator) -> None:
        connector = alone.connector(UNAUTHENTICATED)
        external = lp_token(alone.post("anonymous/authorize"))
        claims = claims_of(external)
        assert claims["exp"] - claims["iat"] == 600
        token = claims_of(lp_token(alone.authenticate(connector, external)))
        assert "lp.ext" not in token
        assert {name: token[name] for name in ("sub", "iat", "exp")} == {
            name: claims[name] for name in ("sub", "iat", "exp")
        }
        alone.clock.now += 600
        assert code_of(alone.authenticate(connector, external)) == "1012"

    def test_is_refreshed_for_the_same_consumer(self, alone: Operator) -> None:
        alone.connector(UNAUTHENTICATED)
        old = lp_token(alone.post("anonymous/authorize"))
        alone.clock.now += 730 * 3600
        new = lp_token(alone.post("anonymous/authorize", {"id_token": old}))
        assert claims_of(new)["sub"] == claims_of(old)["sub"]
        assert claims_of(new)["exp"] == alone.clock.now + 600
        alone.clock.now += 1
        assert code_of(alone.post("anonymous/authorize", {"id_token": old})) == "2001"

    def test_of_another_hand_or_account(self, tmp_path: Path, brand: Signer) -> None:
        with set_up(tmp_path) as operator:
            connector = operator.connector(UNAUTHENTICATED)
            assert code_of(operator.authenticate(connector, brand.token(NOW))) == "2002"
            assert code_of(operator.post("anonymous/authorize", {"id_token": "no token"})) == "2002"
            signed_up = lp_token(operator.post("signup"), "jwt")
            assert code_of(operator.authenticate(connector, signed_up)) == "2002"
            token = lp_token(operator.post("anonymous/authorize"))
        state, clock = tmp_path / "sandbox.db", Clock(NOW)
        with running(state, "another", clock=clock) as address, Client(address, "another") as client:
            client.sign_in()
            other = Operator(client, clock)
            assert code_of(other.authenticate(other.connector(UNAUTHENTICATED), token)) == "2004"

    def test_sign_up_lasts_for_thirteen_years(self, alone: Operator) -> None:
        alone.connector(UNAUTHENTICATED)
        claims = claims_of(lp_token(alone.post("signup"), "jwt"))
        assert claims["exp"] - claims["iat"] == 410_240_040
        assert claims["sub"] != claims_of(lp_token(alone.post("signup"), "jwt"))["sub"]
