"""A small client for the tests: plain HTTP, nothing of lpconf's own client."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import requests

from lpconf.sandbox.server import Address
from tests.canary import CANARY

ACCOUNT = "12345678"
CAMPAIGN = 1000000930
ENGAGEMENT = 1000001030

CONNECTORS = "le-connectors/connectors"
CAMPAIGNS = "le-campaigns/campaigns"
ENGAGEMENTS = f"{CAMPAIGNS}/{CAMPAIGN}/engagements"

VERSIONS = {"le-connectors": "2.0", "le-campaigns": "3.4", "le-users": "2.0"}

Json = Any


class Clock:
    """A clock that tests turn."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Client:
    """Somebody who is signed in, and keeps the cookies."""

    def __init__(self, address: Address, account: str = ACCOUNT) -> None:
        self.url = address.url
        self.account = account
        self.http = requests.Session()
        self.http.trust_env = False
        self.headers: dict[str, str] = {}

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def sign_in(self, username: str = "admin", password: str = "sandbox") -> Json:
        body = {"username": username, "password": password}
        reply = self.http.post(f"{self.url}/api/account/{self.account}/login?v=1.3", json=body)
        assert reply.status_code == 200, reply.text
        self.headers = {"Authorization": f"Bearer {reply.json()['bearer']}"}
        return reply.json()

    def call(
        self,
        verb: str,
        path: str,
        body: Json = None,
        *,
        match: int | str | None = None,
        headers: dict[str, str] | None = None,
        **query: Json,
    ) -> requests.Response:
        """One configuration call; `v` is the collection's own unless given."""
        query.setdefault("v", VERSIONS.get(path.split("/", maxsplit=1)[0]))
        sent = {**self.headers, **(headers or {})}
        if match is not None:
            sent["If-Match"] = str(match)
        url = f"{self.url}/api/account/{self.account}/configuration/{path}"
        return self.http.request(verb, url, params=query, headers=sent, json=body)

    def get(self, path: str, **query: Json) -> Json:
        reply = self.call("GET", path, **query)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def revision(self, path: str) -> int:
        return int(self.call("GET", path).headers["ac-revision"])

    def create(self, path: str, body: Json) -> Json:
        reply = self.call("POST", path, body)
        assert reply.status_code == 201, reply.text
        return reply.json()

    def put(self, path: str, body: Json) -> Json:
        """As a careful editor does it: with the revision of now."""
        reply = self.call("PUT", path, body, match=self.revision(path))
        assert reply.status_code == 200, reply.text
        return reply.json()

    def delete(self, path: str) -> None:
        assert self.call("DELETE", path, match=self.revision(path)).status_code == 200


def error(reply: requests.Response) -> tuple[int, str]:
    """Status and message of a refusal, after a look at its envelope."""
    body = reply.json()["error"]
    assert list(body) == ["time", "message", "internalCode", "responseStatus"]
    return reply.status_code, body["message"]


def implicit(name: str = "Consumer authentication", **configuration: Json) -> Json:
    """The body of an implicit connector, with the nulls that the console sends."""
    return {
        "name": name,
        "type": 1,
        "configuration": {
            "preferred": False,
            "jwtValidationType": "PUBLIC_JWT_KEY",
            "authorizationEndpoint": "https://dummy.com",
            "jwtPublicKey": "MIGfMA0GCSq",
            "jsMethodName": "LPJsMethodName",
            "tokenEndpoint": None,
            "clientId": None,
            "clientSecret": None,
            "jwksEndpoint": None,
            **configuration,
        },
    }


def code_flow(name: str = "Code", **configuration: Json) -> Json:
    """The body of a code-flow connector."""
    return {
        "name": name,
        "type": 2,
        "configuration": {
            "jwtValidationType": "JWKS_ENDPOINT",
            "jwksEndpoint": "https://idp.example.com/jwks",
            "tokenEndpoint": "https://idp.example.com/token",
            "clientId": "lp",
            "clientSecret": CANARY,
            **configuration,
        },
    }
