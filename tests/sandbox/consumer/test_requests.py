"""The identity provider: the forms of a request, and which connector it means."""

from __future__ import annotations

import pytest
import requests

from tests.sandbox.client import ACCOUNT, CONNECTORS

from .brand import Json, Signer, claims_of
from .operator import NOW, Operator, code_of, lp_token


class TestForms:
    def test_the_newest_names_the_connector(self, shared: Operator, brand: Signer, pasted: int) -> None:
        assert claims_of(lp_token(shared.authenticate(pasted, brand.token(NOW))))["aud"] == f"acc:{ACCOUNT}"

    def test_the_middle_one_answers_under_another_name(self, shared: Operator, brand: Signer, pasted: int) -> None:
        lp_token(shared.post(f"app/{pasted}/authenticate?v=2.0", {"id_token": brand.token(NOW)}), "jwt")

    def test_the_oldest_takes_the_only_connector(self, alone: Operator, brand: Signer) -> None:
        assert code_of(alone.post("authenticate", {"authCode": brand.token(NOW)})) == "1024"
        alone.pasted(brand)
        lp_token(alone.post("authenticate", {"authCode": brand.token(NOW)}), "jwt")
        lp_token(alone.post("app/default/authenticate?v=3.0", {"id_token": brand.token(NOW)}))

    def test_of_several_connectors_the_preferred_one_is_the_default(
        self, alone: Operator, brand: Signer, stranger_key: Signer
    ) -> None:
        alone.pasted(stranger_key)
        other = alone.pasted(brand)
        assert code_of(alone.authenticate("default", brand.token(NOW))) == "1024"
        path = f"{CONNECTORS}/{other}"
        body = alone.client.get(path)
        alone.client.put(path, {**body, "configuration": {**body["configuration"], "preferred": True}})
        lp_token(alone.authenticate("default", brand.token(NOW)))
        assert code_of(alone.authenticate("default", stranger_key.token(NOW))) == "9007"

    @pytest.mark.parametrize("body", [[], "text", {}, {"id_token": 1}, {"id_token": ""}, {"code": None}])
    def test_a_body_without_its_text(self, shared: Operator, pasted: int, body: Json) -> None:
        assert code_of(shared.post(f"app/{pasted}/authenticate?v=3.0", body)) == "9012"
        assert code_of(shared.post("authenticate", body)) == "9012"

    def test_a_body_that_is_no_json(self, shared: Operator, pasted: int) -> None:
        url = f"{shared.client.url}/api/account/{ACCOUNT}/app/{pasted}/authenticate?v=3.0"
        assert code_of(requests.post(url, data=b"{" + b"[" * 100_000, timeout=30)) == "9012"

    def test_a_version_that_is_not_known(self, shared: Operator, pasted: int) -> None:
        for query in ("", "?v=1.0", "?v=4.0"):
            assert code_of(shared.post(f"app/{pasted}/authenticate{query}", {"id_token": "x"})) == "9012"

    def test_an_account_that_is_not_known(self, shared: Operator) -> None:
        for path in ("authenticate", "signup", "anonymous/authorize"):
            reply = requests.post(f"{shared.client.url}/api/account/nobody/{path}", json={"authCode": "x"}, timeout=30)
            assert code_of(reply) == "9014"
