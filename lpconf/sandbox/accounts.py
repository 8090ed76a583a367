"""Export, import and reset an account in a state file, also while servers run on it.

The document is plain JSON in LivePerson's own shapes:

    {"format": 1, "account": "12345678", "nextId": 1000001330,
     "collections": {"le-connectors/connectors": {"revision": 2, "items": [{"id": 1000001330, "name": ..., ...}]},
                     "le-campaigns/campaigns/1000000930/engagements": {"revision": 2, "items": [...]}, ...}}

A person may write less: only `collections` is required, a bare list does for `{"items": [...]}`, and a campaign as its
GET by id gives it brings its engagements along. Everything happens in one transaction.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lpconf.sandbox import seed as seeds
from lpconf.sandbox.account_document import FORMAT, Document, Things, checked
from lpconf.sandbox.collections import COLLECTIONS
from lpconf.sandbox.kinds import Collection, Desk
from lpconf.sandbox.reading import stored
from lpconf.sandbox.rules import Rules, Settings
from lpconf.sandbox.store import Entity, Place, Transaction, opened
from lpconf.sandbox.writing import is_date, split

# Settings of an account that a hand-made document rarely has; without them it gets those of a new account.
_FROM_SEED = frozenset({"properties", "feature-grants"})


def names(state_file: Path) -> list[str]:
    """The accounts in the file, sorted.

    Raises:
        StateFileError: the file is not a state of this version.
        OSError, sqlite3.OperationalError: it cannot be made or used.
    """
    with opened(state_file) as store, store.read() as tx:
        return tx.accounts()


def export(state_file: Path, account: str) -> dict[str, Any]:
    """Everything that the account holds, the deleted things too, but never a secret.

    Raises:
        ValueError: the file does not have the account.
        StateFileError, OSError, sqlite3.OperationalError: as for `names`.
    """
    with opened(state_file) as store, store.read() as tx:
        if not tx.has_account(account):
            raise ValueError(f"The sandbox does not have account {account}. It has: {_list(tx.accounts())}.")
        desk = _desk(tx, account)
        collections = {
            _path(collection, place): {
                "revision": tx.revision(place),
                "items": [_exported(desk, collection, entity) for entity in tx.entities(place, deleted=True)],
            }
            for collection in COLLECTIONS.values()
            for place in _places(tx, account, collection)
        }
        return {"format": FORMAT, "account": account, "nextId": tx.next_id(account), "collections": collections}


def import_(state_file: Path, document: object, account: str | None = None) -> str:
    """Put what the document holds in the place of all that the account held; gives the account.

    Collections that it does not name are empty afterwards, but for account properties and feature grants, which are
    then those of a new account. What its things point to in such a collection is made, as a stand-in.

    Args:
        state_file: made if it is not there.
        document: parsed JSON, as above. A `clientSecret` in it is stored, as by a PUT.
        account: another one than the document says.

    Raises:
        ValueError: the document is not of that form. The message is for the user and names the place in it.
        StateFileError, OSError, sqlite3.OperationalError: as for `names`.
    """
    new = checked(document, account, _rules())
    seed = seeds.load()
    with opened(state_file) as store, store.write() as tx:
        before = {place: tx.revision(place) for things in new.things for place in [things.place]}
        tx.clear_account(new.account)
        tx.add_account(new.account, new.next_id or seed.next_id)
        seeds.plant(tx, seed, new.account, only=_FROM_SEED - new.keys)
        for things in new.things:
            for entity in _entities(things):
                tx.put(entity)
            # Without a revision of its own it moves on, so that who read before is out of date.
            tx.set_revision(things.place, things.revision or before[things.place] + 1)
        _make_stand_ins(tx, new)
    return new.account


def reset(state_file: Path, account: str) -> None:
    """Make the account what a new one is. Who is signed in stays so.

    Raises:
        StateFileError, OSError, sqlite3.OperationalError: as for `names`.
    """
    seed = seeds.load()
    with opened(state_file) as store, store.write() as tx:
        tx.clear_account(account)
        seeds.plant(tx, seed, account)


def _rules() -> Rules:
    return Rules(Settings())


def _desk(tx: Transaction, account: str) -> Desk:
    return Desk(tx, account, time.time(), _rules(), COLLECTIONS)


def _list(accounts: list[str]) -> str:
    return ", ".join(accounts) or "none"


def _places(tx: Transaction, account: str, collection: Collection) -> list[Place]:
    """Where the collection is: in each thing of its parent, deleted or not, else at the one place."""
    if collection.parent is None:
        return [Place(account, collection.key)]
    parents = tx.entities(Place(account, collection.parent), deleted=True)
    return [Place(account, collection.key, parent.id) for parent in parents]


def _path(collection: Collection, place: Place) -> str:
    return collection.path.replace("{parent}", str(place.parent))


def _exported(desk: Desk, collection: Collection, entity: Entity) -> dict[str, Any]:
    """The stored thing; a tombstone says so even where LivePerson's shape has no field for it."""
    body = stored(desk, collection, entity)
    return {**body, "deleted": True} if entity.deleted and "deleted" not in body else body


def _entities(things: Things) -> list[Entity]:
    collection, entities = things.collection, []
    for entity_id, item in things.items:
        body = {name: value for name, value in item.items() if name not in {*collection.given, *collection.ignored}}
        # Fields that every thing has, whether its shape tells or not.
        body = {name: value for name, value in body.items() if name not in {"id", "deleted", "isDeleted"}}
        kept = {name: item[name] for name in ("skillName",) if name in collection.ignored and name in item}
        rest, secrets = split(collection, {**body, **kept})
        created, modified = _dates(item)
        deleted = bool(item.get("deleted") or item.get("isDeleted"))
        name = str(item.get(collection.name_field, ""))
        entities.append(Entity(things.place, entity_id, name, rest, created, modified, deleted, secrets))
    return entities


def _dates(item: Mapping[str, Any]) -> tuple[str, str]:
    updated = str(item.get("dateUpdated", ""))[:19].replace("T", " ")
    updated = updated if is_date(updated) else ""
    now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
    created = item.get("createdDate") or updated or now
    return created, item.get("modifiedDate") or updated or created


def _make_stand_ins(tx: Transaction, new: Document) -> None:
    """Things that the document points to, in collections that it does not name."""
    now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
    for key, entity_id in sorted(new.missing):
        place, name = Place(new.account, key), f"Imported {entity_id}"
        tx.put(Entity(place, entity_id, name, {"name": name}, now, now))
