"""The account that every simulation starts with (facts 5.7 [GUESS]), from the data file beside this module."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from lpconf.sandbox.store import Entity, Place, Store


@dataclass(frozen=True)
class User:
    """Somebody who may sign in. `config` is what the login reply tells of them, in its order (facts 2.1 [DOC])."""

    name: str
    password: str
    config: Mapping[str, Any]


@dataclass(frozen=True)
class Client:
    """An OAuth 2 client (facts 2.5)."""

    client_id: str
    secret: str


@dataclass(frozen=True)
class Seed:
    """A new account.

    Attributes:
        user: who may sign in, by password.
        client: who may sign in, by client credentials.
        next_id: the id of the first thing that is created.
        entities: `collection`, `body` with its id, and `parent` where there is one.
    """

    user: User
    client: Client
    next_id: int
    entities: tuple[Mapping[str, Any], ...]


def load() -> Seed:
    """Read the data file."""
    data = json.loads(resources.files(__package__).joinpath("seed.json").read_text("utf-8"))
    return Seed(User(**data["user"]), Client(**data["client"]), data["next_id"], tuple(data["entities"]))


def ensure_account(store: Store, seed: Seed, account: str) -> None:
    """Make the account, unless the state has it."""
    with store.write() as tx:
        if tx.has_account(account):
            return
        tx.add_account(account, seed.next_id)
        for item in seed.entities:
            place = Place(account, item["collection"], item.get("parent", 0))
            body = dict(item["body"])
            entity_id = body.pop("id")
            tx.put(Entity(place, entity_id, body["name"], body, item["created"], item["created"]))
            tx.raise_revision(place)
