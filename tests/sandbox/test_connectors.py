from __future__ import annotations

from pathlib import Path

import pytest

from lpconf.sandbox.store import Place, opened
from tests.canary import CANARY

from .client import ACCOUNT, CONNECTORS, Client, code_flow, error, implicit

Json = dict[str, object]


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_every_verb_takes_both_versions(client: Client, version: str) -> None:
    created = client.call("POST", CONNECTORS, implicit(), v=version)
    assert created.status_code == 201
    path = f"{CONNECTORS}/{created.json()['id']}"
    assert client.call("GET", path, v=version).json() == created.json()
    assert client.call("GET", CONNECTORS, v=version).json() == [created.json()]
    assert client.call("PUT", path, created.json(), v=version, match=2).json() == created.json()
    assert client.call("DELETE", path, v=version, match=3).status_code == 200


def test_the_stored_form_has_what_the_server_adds_and_no_nulls(client: Client) -> None:
    assert client.create(CONNECTORS, implicit()) == {
        "id": 1000001330,
        "deleted": False,
        "name": "Consumer authentication",
        "description": "",
        "type": 1,
        "configuration": {
            "preferred": False,
            "jwtValidationType": "PUBLIC_JWT_KEY",
            "authorizationEndpoint": "https://dummy.com",
            "jwtPublicKey": "MIGfMA0GCSq",
            "jsMethodName": "LPJsMethodName",
            "rfcCompliance": True,
            "acrValues": ["loa1"],
            "pkceEnabled": False,
        },
    }


def test_what_was_sent_wins_over_what_the_server_adds(client: Client) -> None:
    created = client.create(CONNECTORS, implicit(rfcCompliance=False, acrValues=["loa2"]))
    assert created["configuration"]["rfcCompliance"] is False
    assert created["configuration"]["acrValues"] == ["loa2"]


def test_put_drops_what_the_server_had_added(client: Client) -> None:
    created = client.create(CONNECTORS, implicit())
    after = client.put(f"{CONNECTORS}/{created['id']}", implicit())
    assert not {"rfcCompliance", "acrValues", "pkceEnabled"} & set(after["configuration"])


class TestFlow:
    @pytest.mark.parametrize(
        ("body", "message"),
        [
            (implicit(jwtPublicKey=""), "The implicit flow needs jwtPublicKey"),
            (implicit(jwtValidationType="JWKS_ENDPOINT"), "The implicit flow needs jwksEndpoint"),
            (implicit(jwtValidationType="X"), "jwtValidationType must be one of PUBLIC_JWT_KEY, JWKS_ENDPOINT"),
            (implicit(authorizationEndpoint=None), "The implicit flow needs authorizationEndpoint"),
            (implicit(tokenEndpoint="https://x"), "The implicit flow has no tokenEndpoint"),
            (implicit(clientSecret="s"), "The implicit flow has no clientSecret"),
            (implicit(pkceEnabled=True), "The implicit flow has no pkceEnabled"),
            (implicit(jwtPublicKey="CONSUMER_DELEGATION"), "Consumer delegation needs the code flow"),
            (code_flow(tokenEndpoint=None, clientId=""), "The code flow needs tokenEndpoint, clientId"),
            (code_flow(clientSecret=None), "The code flow needs clientSecret"),
        ],
    )
    def test_refused(self, client: Client, body: Json, message: str) -> None:
        assert error(client.call("POST", CONNECTORS, body)) == (400, message)

    def test_accepted(self, client: Client) -> None:
        client.create(CONNECTORS, implicit("Jwks", jwtValidationType="JWKS_ENDPOINT", jwksEndpoint="https://x"))
        client.create(CONNECTORS, implicit("Client", clientId="lp"))
        client.create(CONNECTORS, code_flow("Pkce", pkceEnabled=True))
        delegation = {"jwtValidationType": "PUBLIC_JWT_KEY", "jwtPublicKey": "CONSUMER_DELEGATION"}
        client.create(CONNECTORS, code_flow("Delegation", **delegation))

    def test_other_types_such_as_the_unauthenticated_one_have_no_rules_here(self, client: Client) -> None:
        body = {"name": "Unauthenticated", "type": 0, "configuration": {"acrValues": ["0"]}}
        assert client.create(CONNECTORS, body)["configuration"]["acrValues"] == ["0"]

    def test_the_type_is_set_at_creation(self, client: Client) -> None:
        created = client.create(CONNECTORS, implicit())
        reply = client.call("PUT", f"{CONNECTORS}/{created['id']}", code_flow(), match=2)
        assert error(reply) == (400, "The type of a connector cannot be changed")

    @pytest.mark.parametrize("configuration", ["text", None])
    def test_the_configuration_is_an_object(self, client: Client, configuration: object) -> None:
        body = {**implicit(), "configuration": configuration}
        assert error(client.call("POST", CONNECTORS, body))[0] == 400


class TestPreferred:
    def preferred(self, client: Client) -> list[str]:
        return [item["name"] for item in client.get(CONNECTORS) if item["configuration"].get("preferred")]

    def test_one_at_most(self, client: Client) -> None:
        first = client.create(CONNECTORS, implicit("First", preferred=True))
        client.create(CONNECTORS, implicit("Second", preferred=True))
        assert self.preferred(client) == ["Second"]

        revision = client.revision(CONNECTORS)
        client.put(f"{CONNECTORS}/{first['id']}", implicit("First", preferred=True))
        assert self.preferred(client) == ["First"]
        assert client.revision(CONNECTORS) == revision + 1


class TestSecret:
    def has_secret(self, state_file: Path, connector: int) -> bool:
        """No reply tells; only the state knows."""
        with opened(state_file) as store, store.read() as tx:
            return tx.has_secret(Place(ACCOUNT, "connectors"), connector)

    def test_is_never_given_back(self, client: Client, state_file: Path) -> None:
        reply = client.call("POST", CONNECTORS, code_flow())
        path = f"{CONNECTORS}/{reply.json()['id']}"

        put = client.call("PUT", path, code_flow(), match=2)
        for seen in (reply, put, client.call("GET", path), client.call("GET", CONNECTORS, select="$all")):
            assert CANARY not in seen.text
            assert "clientSecret" not in seen.text
        assert self.has_secret(state_file, reply.json()["id"])

    @pytest.mark.parametrize("secret", [None, ""])
    def test_a_put_without_it_wipes_it(self, client: Client, state_file: Path, secret: str | None) -> None:
        created = client.create(CONNECTORS, code_flow())
        client.put(f"{CONNECTORS}/{created['id']}", code_flow(clientSecret=secret))
        assert not self.has_secret(state_file, created["id"])

    def test_sending_back_what_was_read_wipes_it_too(self, client: Client, state_file: Path) -> None:
        created = client.create(CONNECTORS, code_flow())
        client.put(f"{CONNECTORS}/{created['id']}", created)
        assert not self.has_secret(state_file, created["id"])
