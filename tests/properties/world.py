"""One account in the sandbox, filled anew for each example, and everything that reached it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lpconf.apply.clock import Clock
from lpconf.apply.executor import execute
from lpconf.engine.plan import plan
from lpconf.liveperson.client import Client
from lpconf.liveperson.connection import connect
from lpconf.liveperson.credentials import UserPassword
from lpconf.liveperson.endpoint import Endpoint
from lpconf.liveperson.read import read
from lpconf.model.address import Kind
from lpconf.model.errors import InvalidConfiguration
from lpconf.model.plan import Plan
from lpconf.model.policy import Policy
from lpconf.model.run import Run
from lpconf.model.site import Site
from lpconf.sandbox import accounts
from lpconf.sandbox.rules import Settings
from lpconf.sandbox.server import running
from tests.account import ACCOUNT, QUIRKS
from tests.apply.conftest import QUICK
from tests.gateway import Gateway, gateway
from tests.properties.accounts import Account
from tests.properties.sites import SECRETS
from tests.properties.values import CANARY

SECRET_VALUES = {name: f"{CANARY}-{name}" for name in SECRETS}

Place = tuple[Kind, int]

_KEYS = {"connectors": Kind.CONNECTOR, "campaigns": Kind.CAMPAIGN, "engagements": Kind.ENGAGEMENT}


@dataclass(frozen=True)
class Row:
    """One thing as the simulator stores it: LivePerson's own dates beside the body, the secrets apart."""

    body: Mapping[str, Any]
    secrets: Mapping[str, Any]
    name: str
    campaign_id: int
    deleted: bool
    dates: tuple[str, str]


@dataclass
class World:
    """The account, as lpconf and as whoever looks into the state file see it."""

    state: Path
    client: Client
    gateway: Gateway
    waited: list[float] = field(default_factory=list)

    def fill(self, account: Account) -> None:
        """The account holds this, and nothing was sent yet."""
        accounts.import_(self.state, account)
        self.gateway.requests.clear()

    def plan(self, site: Site, policy: Policy) -> Plan | None:
        """The plan, None where the configuration does not fit the account."""
        live = read(site, self.client, QUIRKS, write_secrets=policy.write_secrets)
        try:
            return plan(site, live, target=self.client.target, quirks=QUIRKS, policy=policy)
        except InvalidConfiguration:
            return None

    def apply(self, plan: Plan) -> Run:
        """The run of a plan. Time passes only by waiting."""
        clock = Clock(now=lambda: sum(self.waited), wait=self.waited.append)
        self.waited.clear()
        return execute(plan, self.client, secrets=SECRET_VALUES, quirks=QUIRKS, waits=QUICK, clock=clock)

    def writes(self) -> list[tuple[str, str]]:
        """Verb and path of all writes that reached the account since it was filled."""
        prefix = f"/api/account/{ACCOUNT}/configuration/"
        return [(verb, path.removeprefix(prefix)) for verb, path in self.gateway.writes()]

    def rows(self) -> dict[tuple[str, int], Row]:
        """All that the simulator stores of the account, whoever may see it, by collection and id."""
        query = "SELECT collection, id, parent, deleted, name, created, modified, body, secrets FROM entities"
        with closing(sqlite3.connect(f"file:{self.state}?mode=ro", uri=True)) as connection:
            found = connection.execute(f"{query} WHERE account = ?", (ACCOUNT,)).fetchall()
        return {
            (collection, number): Row(
                json.loads(body), json.loads(secrets), name, parent, bool(deleted), (created, modified)
            )
            for collection, number, parent, deleted, name, created, modified, body, secrets in found
        }


def kind_of(collection: str) -> Kind | None:
    """The kind whose things lpconf changes, None for another collection of the simulator."""
    return _KEYS.get(collection)


@contextmanager
def world(state: Path, settings: Settings) -> Iterator[World]:
    """The account, behind a gateway that notes every request."""
    with ExitStack() as stack:
        address = stack.enter_context(running(state, ACCOUNT, settings=settings))
        front = stack.enter_context(gateway(address.url))
        client = stack.enter_context(
            connect(
                ACCOUNT,
                endpoint=Endpoint.for_sandbox(front.url),
                credentials=UserPassword(address.username, address.password),
                quirks=QUIRKS,
                waits=QUICK,
            )
        )
        yield World(state, client, front)
