"""The identity provider: keys from the brand's key set."""

from __future__ import annotations

import pytest

from tests.sandbox.client import implicit

from .brand import BrandServer, Signer
from .operator import NOW, Operator, code_of, lp_token


class TestKeySet:
    @pytest.fixture
    def connector(self, shared: Operator, server: BrandServer) -> int:
        key_source = {"jwtValidationType": "JWKS_ENDPOINT", "jwksEndpoint": f"{server.url}/jwks"}
        return shared.connector(implicit(jwtPublicKey=None, **key_source))

    def test_of_one_key_needs_no_kid(
        self, shared: Operator, brand: Signer, server: BrandServer, connector: int
    ) -> None:
        server.answers({"keys": [brand.jwk()]})
        lp_token(shared.authenticate(connector, brand.token(NOW)))
        assert [(method, path) for method, path, *_ in server.asked] == [("GET", "/jwks")]

    def test_the_kid_chooses(
        self, shared: Operator, brand: Signer, stranger_key: Signer, server: BrandServer, connector: int
    ) -> None:
        server.answers({"keys": [stranger_key.jwk("old"), brand.jwk("new")]})
        lp_token(shared.authenticate(connector, brand.token(NOW, {"kid": "new"})))
        assert code_of(shared.authenticate(connector, brand.token(NOW, {"kid": "old"}))) == "9007"
        assert code_of(shared.authenticate(connector, brand.token(NOW, {"kid": "gone"}))) == "1041"
        assert code_of(shared.authenticate(connector, brand.token(NOW))) == "1042"

    def test_is_fetched_for_every_token(
        self, shared: Operator, brand: Signer, stranger_key: Signer, server: BrandServer, connector: int
    ) -> None:
        server.answers({"keys": [stranger_key.jwk()]})
        assert code_of(shared.authenticate(connector, brand.token(NOW))) == "9007"
        server.answers({"keys": [brand.jwk()]})
        lp_token(shared.authenticate(connector, brand.token(NOW)))

    @pytest.mark.parametrize(
        "body",
        [
            b"not json",
            b"[]",
            b"{}",
            b'{"keys": []}',
            b'{"keys": [1]}',
            b'{"keys": [{"kty": "EC"}]}',
            b'{"keys": [{"kty": "RSA", "n": "AQAB"}]}',
            b'{"keys": [{"kty": "RSA", "n": "AQ+/", "e": "AQAB"}]}',
            b'{"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}]}',
            b" " * 300_000,
        ],
    )
    def test_that_is_none(
        self, shared: Operator, brand: Signer, server: BrandServer, connector: int, body: bytes
    ) -> None:
        server.body = body
        assert code_of(shared.authenticate(connector, brand.token(NOW))) == "1038"

    def test_behind_an_error_or_a_redirect(
        self, shared: Operator, brand: Signer, server: BrandServer, connector: int
    ) -> None:
        server.answers({"keys": [brand.jwk()]}, 404)
        assert code_of(shared.authenticate(connector, brand.token(NOW))) == "1038"
        server.answers({"keys": [brand.jwk()]}, 302)
        server.location = f"{server.url}/elsewhere"
        assert code_of(shared.authenticate(connector, brand.token(NOW))) == "1038"
        assert [path for _, path, *_ in server.asked] == ["/jwks", "/jwks"]

    @pytest.mark.parametrize(
        "url",
        ["http://localhost:1/jwks", "http://brand.example/jwks", "https://user:pw@127.0.0.1/", "file:///etc/hosts",
         "http://[::1", "https://", "https://127.0.0.1:1/jwks", "http://127.0.0.1:99999/"],
    )  # fmt: skip
    def test_at_an_address_that_cannot_be_asked(self, shared: Operator, brand: Signer, url: str) -> None:
        key_source = {"jwtValidationType": "JWKS_ENDPOINT", "jwksEndpoint": url}
        connector = shared.connector(implicit(jwtPublicKey=None, **key_source))
        assert code_of(shared.authenticate(connector, brand.token(NOW))) == "1038"
