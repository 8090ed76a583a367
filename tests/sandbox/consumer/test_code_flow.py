"""The identity provider: a code, and the brand's token endpoint."""

from __future__ import annotations

import base64
import threading
from pathlib import Path

import pytest
import requests

from lpconf.sandbox.rules import Settings
from tests.canary import CANARY
from tests.sandbox.client import CONNECTORS, code_flow, implicit

from .brand import ISSUER, SUBJECT, BrandServer, Json, Signer, claims_of
from .operator import NOW, Operator, code_of, lp_token, set_up


class TestCodeFlow:
    def connector(self, operator: Operator, server: BrandServer, signer: Signer) -> int:
        key_source: Json = {"jwtValidationType": "PUBLIC_JWT_KEY", "jwtPublicKey": signer.pasted, "jwksEndpoint": None}
        return operator.connector(code_flow(tokenEndpoint=f"{server.url}/token", **key_source))

    def exchange(self, operator: Operator, connector: int, **body: Json) -> requests.Response:
        return operator.post(f"app/{connector}/authenticate?v=3.0", {"code": "c/1", **body})

    def test_the_code_goes_to_the_token_endpoint(self, shared: Operator, brand: Signer, server: BrandServer) -> None:
        server.answers({"access_token": "a", "token_type": "Bearer", "id_token": brand.token(NOW)})
        claims = claims_of(lp_token(self.exchange(shared, self.connector(shared, server, brand))))
        assert claims["lp.ext"] == {"sub": SUBJECT, "iss": ISSUER}
        ((method, path, headers, form),) = server.asked
        assert (method, path) == ("POST", "/token")
        assert headers["authorization"] == "Basic " + base64.b64encode(f"lp:{CANARY}".encode()).decode()
        assert headers["content-type"] == "application/x-www-form-urlencoded"
        redirect_uri = "https://liveperson.net"
        assert form == {"code": ["c/1"], "grant_type": ["authorization_code"], "redirect_uri": [redirect_uri]}

    def test_the_page_may_give_the_redirect_uri(self, shared: Operator, brand: Signer, server: BrandServer) -> None:
        server.answers({"id_token": brand.token(NOW)})
        connector = self.connector(shared, server, brand)
        lp_token(self.exchange(shared, connector, redirect_uri="https://shop.example/x"))
        assert server.asked[0][3]["redirect_uri"] == ["https://shop.example/x"]

    def test_the_older_forms(self, alone: Operator, brand: Signer, server: BrandServer) -> None:
        server.answers({"id_token": brand.token(NOW)})
        self.connector(alone, server, brand)
        lp_token(alone.post("authenticate", {"authCode": "c"}), "jwt")
        lp_token(alone.post("app/default/authenticate?v=2.0", {"code": "c"}), "jwt")

    def test_what_comes_is_verified(
        self, shared: Operator, stranger_key: Signer, brand: Signer, server: BrandServer
    ) -> None:
        server.answers({"id_token": stranger_key.token(NOW)})
        assert code_of(self.exchange(shared, self.connector(shared, server, brand))) == "9007"

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (400, b'{"error": "invalid_code"}'),
            (302, b"{}"),
            (500, b""),
            (200, b"not json"),
            (200, b"[]"),
            (200, b'{"access_token": "a"}'),
            (200, b'{"id_token": {}}'),
        ],
    )
    def test_the_brand_refuses(
        self, shared: Operator, brand: Signer, server: BrandServer, status: int, body: bytes
    ) -> None:
        server.status, server.body = status, body
        assert code_of(self.exchange(shared, self.connector(shared, server, brand))) == "9011"

    def test_the_brand_cannot_be_reached(self, shared: Operator, brand: Signer) -> None:
        nowhere = BrandServer("http://127.0.0.1:1")
        assert code_of(self.exchange(shared, self.connector(shared, nowhere, brand))) == "9011"

    def test_the_brand_does_not_answer_in_time(self, tmp_path: Path, brand: Signer, server: BrandServer) -> None:
        server.hold.clear()
        with set_up(tmp_path, settings=Settings(brand_seconds=0.05)) as operator:
            assert code_of(self.exchange(operator, self.connector(operator, server, brand))) == "9013"
            key_source = {"jwtValidationType": "JWKS_ENDPOINT", "jwksEndpoint": f"{server.url}/jwks"}
            key_set = operator.connector(implicit(jwtPublicKey=None, **key_source))
            assert code_of(operator.authenticate(key_set, brand.token(NOW))) == "9013"
        server.hold.set()

    def test_others_are_served_while_a_brand_thinks(self, shared: Operator, brand: Signer, server: BrandServer) -> None:
        server.hold.clear()
        server.answers({"id_token": brand.token(NOW)})
        connector, replies = self.connector(shared, server, brand), list[requests.Response]()
        slow = threading.Thread(target=lambda: replies.append(self.exchange(shared, connector)))
        slow.start()
        assert shared.client.get(CONNECTORS)
        assert not replies
        server.hold.set()
        slow.join(30)
        lp_token(replies[0])
