"""Rules of the consumer's side that are guesses, and how the simulator behaves with each turned off."""

from __future__ import annotations

from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from lpconf.sandbox.rules import Settings
from tests.sandbox.client import ACCOUNT, code_flow, implicit

from .brand import ISSUER, BrandServer, Json, Signer, claims_of
from .operator import NOW, code_of, lp_token, set_up
from .test_anonymous import UNAUTHENTICATED
from .test_messaging import opened
from .test_monitoring import LOA1, ask, make_it_messaging
from .visitor import PATH, visiting


def off(*keys: str) -> Settings:
    return Settings(off=frozenset(keys))


class TestTheIdentityProvider:
    @pytest.mark.parametrize("query", ["", "?v=1.0", "?v=4.0"])
    def test_another_version_may_be_the_newest(self, tmp_path: Path, brand: Signer, query: str) -> None:
        with set_up(tmp_path, settings=off("idp-version")) as operator:
            path = f"app/{operator.pasted(brand)}/authenticate{query}"
            lp_token(operator.post(path, {"id_token": brand.token(NOW)}), "token")

    def test_a_code_flow_connector_may_take_a_token(self, tmp_path: Path, brand: Signer) -> None:
        with set_up(tmp_path, settings=off("idp-auth-type")) as operator:
            own_key = {"jwtValidationType": "PUBLIC_JWT_KEY", "jwtPublicKey": brand.pasted}
            lp_token(operator.authenticate(operator.connector(code_flow(**own_key)), brand.token(NOW)))
            path = f"app/{operator.pasted(brand)}/authenticate?v=3.0"
            assert code_of(operator.post(path, {"code": "a code has nowhere to go"})) == "9015"

    def test_the_default_may_be_the_oldest_connector(self, tmp_path: Path, brand: Signer, stranger_key: Signer) -> None:
        with set_up(tmp_path, settings=off("idp-default")) as operator:
            assert code_of(operator.authenticate("default", brand.token(NOW))) == "1024"
            operator.pasted(brand)
            operator.pasted(stranger_key, preferred=True)
            lp_token(operator.authenticate("default", brand.token(NOW)))

    def test_a_key_set_may_be_fetched_once(
        self, tmp_path: Path, brand: Signer, stranger_key: Signer, server: BrandServer
    ) -> None:
        with set_up(tmp_path, settings=off("idp-jwks-each-time")) as operator:
            key_source = {"jwtValidationType": "JWKS_ENDPOINT", "jwksEndpoint": f"{server.url}/jwks"}
            connector = operator.connector(implicit(jwtPublicKey=None, **key_source))
            server.answers({"keys": []})
            assert code_of(operator.authenticate(connector, brand.token(NOW))) == "1038"
            server.answers({"keys": [brand.jwk()]})
            lp_token(operator.authenticate(connector, brand.token(NOW)))
            server.answers({"keys": [stranger_key.jwk()]})
            lp_token(operator.authenticate(connector, brand.token(NOW)))
            assert len(server.asked) == 2

    @pytest.mark.parametrize(
        ("audience", "passes"),
        [
            (f"acc:{ACCOUNT}", True),
            ([f"acc:{ACCOUNT}", "another"], True),
            (None, True),
            ("acc:87654321", False),
            ([], False),
            ({f"acc:{ACCOUNT}": 1}, False),
        ],
    )
    def test_the_audience_may_count(self, tmp_path: Path, brand: Signer, audience: Json, passes: bool) -> None:
        with set_up(tmp_path, settings=off("idp-any-audience")) as operator:
            reply = operator.authenticate(operator.pasted(brand), brand.token(NOW, aud=audience))
            assert passes if reply.status_code == 200 else code_of(reply) == "9007" and not passes

    def test_engagement_attributes_of_another_form_may_pass(self, tmp_path: Path, brand: Signer) -> None:
        with set_up(tmp_path, settings=off("idp-sdes")) as operator:
            lp_token(operator.authenticate(operator.pasted(brand), brand.token(NOW, lp_sdes={"type": "ctmrinfo"})))

    def test_the_connector_for_anonymous_consumers_may_be_that_of_type_0(self, tmp_path: Path) -> None:
        with set_up(tmp_path, settings=off("idp-acr0")) as operator:
            operator.connector({**UNAUTHENTICATED, "type": 5})
            assert code_of(operator.post("anonymous/authorize")) == "2005"
            connector = operator.connector({**UNAUTHENTICATED, "configuration": {}})
            external = lp_token(operator.post("anonymous/authorize"))
            lp_token(operator.authenticate(connector, external))

    @pytest.mark.parametrize(("keys", "same"), [((), False), (("idp-consumer-id",), True)])
    def test_the_issuer_may_not_be_part_of_the_consumers_id(
        self, tmp_path: Path, brand: Signer, keys: tuple[str, ...], same: bool
    ) -> None:
        with set_up(tmp_path, settings=off(*keys)) as operator:
            connector = operator.pasted(brand)
            ids = {
                claims_of(lp_token(operator.authenticate(connector, brand.token(NOW, iss=issuer))))["sub"]
                for issuer in (ISSUER, "https://another.example")
            }
            assert (len(ids) == 1) is same


class TestMonitoring:
    def test_a_new_session_may_be_200(self, tmp_path: Path) -> None:
        with set_up(tmp_path, settings=off("monitoring-created")) as operator:
            assert ask(operator, LOA1).status_code == 200

    def test_an_open_conversation_is_found_by_the_id_without_the_issuer(self, tmp_path: Path, brand: Signer) -> None:
        with set_up(tmp_path, settings=off("idp-consumer-id")) as operator:
            make_it_messaging(operator, connectorId=operator.pasted(brand))
            (offered,) = ask(operator, LOA1).json()["engagementDetails"]
            (connector,) = {offered["connectorId"]}
            token = lp_token(operator.authenticate(connector, brand.token(NOW, iss="https://another.example")))
            with visiting(operator, token) as visitor:
                campaign = {name: offered[name] for name in ("campaignId", "engagementId")}
                conversation = opened(visitor, campaignInfo=campaign)
                (offered,) = ask(operator, LOA1).json()["engagementDetails"]
                assert (offered["status"], offered["conversationId"]) == ("conversation", conversation)


class TestMessaging:
    def test_any_version_may_do(self, tmp_path: Path, brand: Signer) -> None:
        path = PATH.replace("v=3", "v=9")
        with set_up(tmp_path, settings=off("messaging-version")) as operator:
            token = lp_token(operator.authenticate(operator.pasted(brand), brand.token(NOW)))
            with visiting(operator, token, path) as visitor:
                assert visitor.ask("GetClock")["code"] == 200
        with (
            set_up(tmp_path) as operator,
            pytest.raises(InvalidStatus),
            visiting(operator, token, path),
        ):
            pass

    def test_a_closed_conversation_may_take_more(self, tmp_path: Path, brand: Signer) -> None:
        with set_up(tmp_path, settings=off("messaging-closed")) as operator:
            token = lp_token(operator.authenticate(operator.pasted(brand), brand.token(NOW)))
            with visiting(operator, token) as visitor:
                dialog = {"dialogId": opened(visitor)}
                close = [{"field": "ConversationStateField", "conversationState": "CLOSE"}]
                assert visitor.ask("cm.UpdateConversationField", {**dialog, "conversationField": close})["code"] == 200
                event = {"type": "ContentEvent", "contentType": "text/plain", "message": "One more thing"}
                assert visitor.ask("ms.PublishEvent", {**dialog, "event": event})["body"] == {"sequence": 1}
