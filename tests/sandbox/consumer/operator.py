"""Somebody who sets an account up and signs consumers in."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from lpconf.sandbox.rules import Settings
from lpconf.sandbox.server import running
from tests.sandbox.client import ACCOUNT, CONNECTORS, Client, Clock, implicit

from .brand import Json, Signer

NOW = 1_790_000_000  # 2026-09-21 14:13:20 UTC


class Operator:
    """Somebody who sets connectors up and signs consumers in."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self.client = client
        self.clock = clock
        self._numbers = itertools.count()

    def connector(self, body: Json) -> int:
        created = self.client.create(CONNECTORS, {**body, "name": f"Idp {next(self._numbers)}"})
        return int(created["id"])

    def pasted(self, signer: Signer, **configuration: Json) -> int:
        return self.connector(implicit(jwtPublicKey=signer.pasted, **configuration))

    def post(self, path: str, body: Json = None) -> requests.Response:
        url = f"{self.client.url}/api/account/{self.client.account}/{path}"
        return requests.post(url, json=body, timeout=30)

    def authenticate(self, connector: int | str, token: str) -> requests.Response:
        return self.post(f"app/{connector}/authenticate?v=3.0", {"id_token": token})


def code_of(reply: requests.Response) -> str:
    """The code of a fault, after a look at its form."""
    body = reply.json()
    assert (reply.status_code, list(body)) == (500, ["internalErrorCode", "sandbox"])
    assert list(body["sandbox"]) == ["message"]
    return str(body["internalErrorCode"])


def lp_token(reply: requests.Response, name: str = "token") -> str:
    assert reply.status_code == 200, reply.text
    assert list(reply.json()) == [name]
    return str(reply.json()[name])


@contextmanager
def set_up(folder: Path, now: float = NOW, settings: Settings | None = None) -> Iterator[Operator]:
    clock = Clock(now)
    with running(folder / "sandbox.db", ACCOUNT, settings=settings, clock=clock) as address, Client(address) as client:
        client.sign_in()
        yield Operator(client, clock)
