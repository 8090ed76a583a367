"""The account that every simulation starts with (facts 5.7 [GUESS]), from the data file beside this module."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from itertools import count
from typing import Any

from lpconf.sandbox.store import FIRST_REVISION, Entity, Place, Store, Transaction


@dataclass(frozen=True)
class User:
    """Somebody who may sign in. The password is no secret: it is the same for all, and documented.

    Attributes:
        name: the login name.
        password: the password.
        config: what the login reply tells of them, in its order (facts 2.1 [DOC]).
        state: `active`, `locked`, `blacklisted`, or `bot` for one that signs in as an application only (facts 2.3).
    """

    name: str
    password: str
    config: Mapping[str, Any]
    state: str = "active"


@dataclass(frozen=True)
class Client:
    """An OAuth 2 client (facts 2.5). One without scopes is not limited by them."""

    client_id: str
    secret: str
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ApiKey:
    """An OAuth 1.0 key (facts 2.4), whose end of life has passed."""

    app_key: str
    secret: str
    access_token: str
    access_token_secret: str


@dataclass(frozen=True)
class Seed:
    """A new account.

    Attributes:
        users: who may sign in, by password or as an application. The first one may do all.
        clients: who may sign in, by client credentials. The first one may do all.
        api_key: for the old form of the application login.
        next_id: the id of the first thing that is created.
        entities: `collection`, `created`, `body` with its id, and `parent` where there is one.
    """

    users: tuple[User, ...]
    clients: tuple[Client, ...]
    api_key: ApiKey
    next_id: int
    entities: tuple[Mapping[str, Any], ...]

    @property
    def user(self) -> User:
        """Who may do all."""
        return self.users[0]

    @property
    def client(self) -> Client:
        """The client that may do all."""
        return self.clients[0]

    def user_named(self, name: str) -> User | None:
        return next((user for user in self.users if user.name == name), None)

    def client_named(self, client_id: str) -> Client | None:
        return next((client for client in self.clients if client.client_id == client_id), None)


def load() -> Seed:
    """Read the data file."""
    data = json.loads(resources.files(__package__).joinpath("seed.json").read_text("utf-8"))
    users = [
        User(user["name"], data["password"], {**data["config"], **user["config"]}, user.get("state", "active"))
        for user in data["users"]
    ]
    clients = [Client(item["client_id"], item["secret"], tuple(item["scopes"])) for item in data["clients"]]
    return Seed(tuple(users), tuple(clients), ApiKey(**data["api_key"]), data["next_id"], tuple(data["entities"]))


def ensure_account(store: Store, seed: Seed, account: str) -> None:
    """Make the account, unless the state has it."""
    with store.write() as tx:
        if not tx.has_account(account):
            plant(tx, seed, account)


def plant(tx: Transaction, seed: Seed, account: str, *, only: frozenset[str] | None = None) -> None:
    """Put the things of a new account into a new one; with `only`, those of some collections."""
    if only is None:
        tx.add_account(account, seed.next_id)
    numbers = count(1)
    for item in seed.entities:
        if only is not None and item["collection"] not in only:
            continue
        place = Place(account, item["collection"], item.get("parent", 0))
        body = dict(item["body"])
        # A thing whose id is a text has it as its name, and a number of the simulator's own.
        entity_id, name = (body.pop("id"), body["name"]) if "id" in body else (next(numbers), item["name"])
        tx.put(Entity(place, entity_id, name, body, item["created"], item["created"]))
        if tx.revision(place) == FIRST_REVISION:
            tx.raise_revision(place)
