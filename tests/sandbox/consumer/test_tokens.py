"""The identity provider: a brand's token in, LivePerson's out, and a code for each thing that can be wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

import jwt
import pytest

from tests.sandbox.client import implicit

from .brand import ISSUER, SUBJECT, Json, Signer, claims_of, raw_token, segment
from .operator import NOW, Operator, code_of, lp_token, set_up

DEMO_KEY = (
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDdlatRjRjogo3WojgGHFHYLugdUWAY9iR3fy4arWNA1KoS8kVw33cJibXr8bvwUAUparCwlvdbH6d"
    "vEOfou0/gCFQsHUfQrSDv+MuSUMAe8jzKE4qW+jK+xQU9a03GUnKHkkle+Q0pX/g6jXZ7r1/xAK5Do2kQ+X5xK9cipRgEKwIDAQAB"
)
DEMO_TOKEN = (
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIrOTcyLTMtNTU1NS01NTUiLCJpc3MiOiJodHRwczovL2lkcC5saXZlcGVyc29uLm5ldC"
    "IsImF1ZCI6ImFjYzpxYTU3MjIxNjc2IiwiZXhwIjoxNTM0OTcxOTMwLCJpYXQiOjE0NzE4OTk5NDIsIm5hbWUiOiJFaXRhbiJ9.Fh0sG-iu-VMZRFRb"
    "UNK0kEzb7Y1BXtQHOKaHL2y40y_c4mBvmQDCOYNWJ1ZEeayTNuLboYx6L8xEoC5xZIFnVv2N4a36BBU88fNuhe9Em2b5qNdVbdBtIJQoBY5ep5O2geAa"
    "CVA7A7oS8ysWVGn9CV4btH_D5sU2jGr3ml8yfJA"
)


def unsigned(header: bytes, payload: bytes) -> str:
    """Three parts, the last of which is no signature."""
    return f"{segment(header)}.{segment(payload)}.abcd"


class TestTheToken:
    @pytest.mark.parametrize(
        ("token", "code"),
        [
            ("code-123", "1001"),
            ("[object Object]", "1001"),
            ("a.b", "1001"),
            ("abcde.abcd.abcd", "1001"),
            ("a+b/.abcd.abcd", "1001"),
            ("eyJ9.abcd.", "1001"),
            ("a.b.c.d.e", "1004"),
            (unsigned(b"nothing", b"{}"), "1008"),
            (unsigned(b"[]", b"{}"), "1008"),
            (unsigned(b"{}", b"nothing"), "1009"),
            (unsigned(b"{}", b"[1]"), "1009"),
            (unsigned(b"{}", b'{"exp": Infinity}'), "1009"),
            (unsigned(b"{}", rb'{"sub": "\ud800"}'), "1009"),
            (unsigned(b"{}", b"{}"), "1003"),
        ],
    )
    def test_is_not_one(self, shared: Operator, pasted: int, token: str, code: str) -> None:
        assert code_of(shared.authenticate(pasted, token)) == code

    @pytest.mark.parametrize("algorithm", ["none", "HS256", "RS512", "ES256", "rs256", None])
    def test_another_algorithm(self, shared: Operator, brand: Signer, pasted: int, algorithm: str | None) -> None:
        assert code_of(shared.authenticate(pasted, brand.token(NOW, {"alg": algorithm}))) == "1003"

    @pytest.mark.parametrize("name", ["iss", "sub", "iat", "exp"])
    def test_a_claim_is_missing(self, shared: Operator, brand: Signer, pasted: int, name: str) -> None:
        assert code_of(shared.authenticate(pasted, brand.token(NOW, without=(name,)))) == "1011"
        assert code_of(shared.authenticate(pasted, brand.token(NOW, **{name: None}))) == "1011"

    @pytest.mark.parametrize(
        "claims", [{"sub": 1}, {"iss": ["x"]}, {"exp": str(NOW + 9)}, {"iat": True}, {"iat": "2026-01-01"}]
    )
    def test_a_claim_of_another_type(self, shared: Operator, brand: Signer, pasted: int, claims: Json) -> None:
        assert code_of(shared.authenticate(pasted, brand.token(NOW, **claims))) == "1009"

    @pytest.mark.parametrize("number", ["1e999", "1" + "0" * 400])
    @pytest.mark.parametrize("name", ["exp", "iat"])
    def test_a_number_that_is_too_large(
        self, shared: Operator, brand: Signer, pasted: int, name: str, number: str
    ) -> None:
        claims = {"iss": ISSUER, "sub": SUBJECT, "iat": NOW, "exp": NOW + 9, name: "NUMBER"}
        payload = json.dumps(claims).replace('"NUMBER"', number)
        token = raw_token(brand.key, {"alg": "RS256"}, payload.encode())
        assert code_of(shared.authenticate(pasted, token)) == "1009"

    def test_expires_with_the_second_of_exp(self, shared: Operator, brand: Signer, pasted: int) -> None:
        assert code_of(shared.authenticate(pasted, brand.token(NOW, exp=NOW))) == "1012"
        lp_token(shared.authenticate(pasted, brand.token(NOW, exp=NOW + 1)))

    def test_exp_in_milliseconds_lasts_for_ages(self, shared: Operator, brand: Signer, pasted: int) -> None:
        lp_token(shared.authenticate(pasted, brand.token(NOW, exp=NOW * 1000)))

    @pytest.mark.parametrize("sdes", [{}, "x", 1, ["x"], [{}], [{"type": 1}]])
    def test_engagement_attributes_of_another_form(
        self, shared: Operator, brand: Signer, pasted: int, sdes: Json
    ) -> None:
        assert code_of(shared.authenticate(pasted, brand.token(NOW, lp_sdes=sdes))) == "1026"

    def test_of_another_key(self, shared: Operator, stranger_key: Signer, pasted: int) -> None:
        assert code_of(shared.authenticate(pasted, stranger_key.token(NOW))) == "9007"

    def test_changed_after_signing(self, shared: Operator, brand: Signer, pasted: int) -> None:
        header, _, signature = brand.token(NOW).split(".")
        forged = segment(json.dumps({"iss": ISSUER, "sub": "admin", "iat": NOW, "exp": NOW + 9}).encode())
        assert code_of(shared.authenticate(pasted, f"{header}.{forged}.{signature}")) == "9007"

    def test_the_audience_means_nothing(self, shared: Operator, brand: Signer, pasted: int) -> None:
        lp_token(shared.authenticate(pasted, brand.token(NOW, aud="acc:another")))

    def test_nothing_of_it_is_in_a_message(self, shared: Operator, stranger_key: Signer, pasted: int) -> None:
        token = stranger_key.token(NOW)
        assert token.split(".")[1] not in shared.authenticate(pasted, token).text

    def test_the_tutorials_own(self, alone: Operator) -> None:
        """It verifies with the tutorial's key of 1024 bits, and expired on 2018-08-22 (consumer side, 7 [SEEN])."""
        alone.connector(implicit(jwtPublicKey=DEMO_KEY))
        assert code_of(alone.post("authenticate", {"authCode": DEMO_TOKEN})) == "1012"
        alone.clock.now = 1_534_971_929
        assert claims_of(lp_token(alone.post("authenticate", {"authCode": DEMO_TOKEN}), "jwt"))["exp"] == 1_534_971_930


class TestWhatIsIssued:
    def test_the_token(self, shared: Operator, brand: Signer, pasted: int) -> None:
        sdes = [{"type": "ctmrinfo", "info": {"customerId": "1"}}]
        token = lp_token(shared.authenticate(pasted, brand.token(NOW, exp=NOW + 7, lp_sdes=sdes)))
        assert jwt.get_unverified_header(token) == {"kid": "00001", "typ": "JWT", "alg": "RS256"}
        claims = claims_of(token)
        assert list(claims) == ["sub", "aud", "iat", "exp", "iss", "lp.ext"]
        assert len(claims["sub"]) == 64
        assert int(claims["sub"], 16)
        assert (claims["iss"], claims["iat"], claims["exp"]) == ("https://idp.liveperson.net", NOW, NOW + 7)
        assert (claims["lp.ext"]["sub"], claims["lp.ext"]["iss"]) == (SUBJECT, ISSUER)
        assert int(claims["lp.ext"]["lp_sdes"], 16)

    def test_a_consumer_keeps_the_id(self, shared: Operator, brand: Signer, pasted: int) -> None:
        def consumer(**claims: Json) -> str:
            return str(claims_of(lp_token(shared.authenticate(pasted, brand.token(NOW, **claims))))["sub"])

        assert consumer() == consumer(exp=NOW + 1)
        assert len({consumer(), consumer(sub="another"), consumer(iss="another")}) == 3

    def test_servers_of_one_state_sign_with_one_key(self, tmp_path: Path, brand: Signer) -> None:
        with set_up(tmp_path) as one, set_up(tmp_path) as other:
            connector = one.pasted(brand)
            token = brand.token(NOW)
            assert lp_token(one.authenticate(connector, token)) == lp_token(other.authenticate(connector, token))
