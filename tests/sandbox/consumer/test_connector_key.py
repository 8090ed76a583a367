"""The identity provider: connectors, and the keys pasted into them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lpconf.sandbox.rules import Settings
from tests.sandbox.client import CONNECTORS, code_flow, implicit

from .brand import ISSUER, Signer
from .operator import NOW, Operator, code_of, lp_token, set_up


def pem(signer: Signer) -> str:
    return signer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def pkcs1(signer: Signer) -> str:
    key = signer.key.public_key()
    return base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.PKCS1)).decode()


def elliptic(_signer: Signer) -> str:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


class TestTheConnector:
    @pytest.mark.parametrize(
        "text",
        [
            pem,
            pkcs1,
            elliptic,
            lambda signer: signer.pasted + ".",
            lambda signer: signer.pasted[:60] + "\n" + signer.pasted[60:],
            lambda signer: signer.pasted[:-8],
            lambda signer: "CONSUMER_DELEGATION!",
        ],
    )
    def test_a_key_of_another_form(self, shared: Operator, brand: Signer, text: Callable[[Signer], str]) -> None:
        connector = shared.connector(implicit(jwtPublicKey=text(brand)))
        assert code_of(shared.authenticate(connector, brand.token(NOW))) == "1028"

    def test_of_1024_bits_is_taken(self, shared: Operator) -> None:
        signer = Signer(1024)
        lp_token(shared.authenticate(shared.pasted(signer), signer.token(NOW)))

    @pytest.mark.parametrize("connector", ["1", "9" * 25])
    def test_is_not_there(self, shared: Operator, brand: Signer, connector: str) -> None:
        assert code_of(shared.authenticate(connector, brand.token(NOW))) == "1024"

    def test_is_deleted(self, shared: Operator, brand: Signer) -> None:
        connector = shared.pasted(brand)
        shared.client.delete(f"{CONNECTORS}/{connector}")
        assert code_of(shared.authenticate(connector, brand.token(NOW))) == "1024"

    @pytest.mark.parametrize("connector", ["Consumer", "-1", "\u0661"])
    def test_an_id_that_is_none(self, shared: Operator, brand: Signer, connector: str) -> None:
        assert code_of(shared.authenticate(connector, brand.token(NOW))) == "1023"

    def test_of_a_type_that_is_not_known(self, shared: Operator, brand: Signer) -> None:
        connector = shared.connector({**implicit(), "type": 7})
        assert code_of(shared.authenticate(connector, brand.token(NOW))) == "1025"

    def test_of_the_other_flow(self, shared: Operator, brand: Signer, pasted: int) -> None:
        assert code_of(shared.authenticate(shared.connector(code_flow()), brand.token(NOW))) == "9015"
        assert code_of(shared.post(f"app/{pasted}/authenticate?v=3.0", {"code": "c"})) == "9015"


class TestSwitches:
    def test_the_signature_comes_before_the_claims(self, shared: Operator, stranger_key: Signer, pasted: int) -> None:
        assert code_of(shared.authenticate(pasted, stranger_key.token(NOW, exp=NOW))) == "9007"

    def test_the_claims_may_come_before_the_signature(
        self, tmp_path: Path, brand: Signer, stranger_key: Signer
    ) -> None:
        with set_up(tmp_path, settings=Settings(off=frozenset({"idp-signature-first"}))) as operator:
            connector = operator.pasted(brand)
            assert code_of(operator.authenticate(connector, stranger_key.token(NOW, exp=NOW))) == "1012"
            assert code_of(operator.authenticate(connector, stranger_key.token(NOW))) == "9007"

    def test_any_issuer_will_do(self, shared: Operator, brand: Signer) -> None:
        lp_token(shared.authenticate(shared.pasted(brand, issuer="https://another.example"), brand.token(NOW)))

    def test_the_issuer_may_be_compared(self, tmp_path: Path, brand: Signer) -> None:
        with set_up(tmp_path, settings=Settings(off=frozenset({"idp-any-issuer"}))) as operator:
            lp_token(operator.authenticate(operator.pasted(brand, issuer=ISSUER), brand.token(NOW)))
            lp_token(operator.authenticate(operator.pasted(brand), brand.token(NOW)))
            assert (
                code_of(operator.authenticate(operator.pasted(brand, issuer=ISSUER + "/"), brand.token(NOW))) == "9007"
            )

    def test_pem_lines_may_be_let_pass(self, tmp_path: Path, brand: Signer) -> None:
        with set_up(tmp_path, settings=Settings(off=frozenset({"idp-strict-key"}))) as operator:
            connector = operator.connector(implicit(jwtPublicKey=pem(brand)))
            lp_token(operator.authenticate(connector, brand.token(NOW)))
            broken = operator.connector(implicit(jwtPublicKey="x\n."))
            assert code_of(operator.authenticate(broken, brand.token(NOW))) == "1028"

    def test_the_features_may_be_missing(self, tmp_path: Path, brand: Signer) -> None:
        with set_up(tmp_path, settings=Settings(off=frozenset({"features"}))) as operator:
            assert code_of(operator.authenticate(operator.pasted(brand), brand.token(NOW))) == "1050"
