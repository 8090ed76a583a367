"""The check of a document that is to be imported: shapes only, before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeGuard

from lpconf.sandbox.collections import COLLECTIONS
from lpconf.sandbox.kinds import Collection
from lpconf.sandbox.rules import Refusal, Rules
from lpconf.sandbox.store import Place
from lpconf.sandbox.visible import ENGAGEMENTS
from lpconf.sandbox.writing import TYPES, check_types

FORMAT = 1
_ACCOUNT = re.compile(r"[A-Za-z0-9_]{1,20}", re.ASCII)
_DATE = "a date (YYYY-MM-DD HH:mm:ss)"
_LARGEST_ID = 10**15
_STEP = 100

Item = Mapping[str, Any]


@dataclass(frozen=True)
class Things:
    """The things of one place, each with its id; `revision` is None if the document does not say."""

    collection: Collection
    place: Place
    items: tuple[tuple[int, Item], ...]
    revision: int | None


@dataclass(frozen=True)
class Document:
    """What is to be imported.

    Attributes:
        account: into which account.
        next_id: the id of the next new thing; None if no thing has a number.
        things: by place, in the order of the document.
        missing: collection and id of what is pointed to in collections that the document does not name.
    """

    account: str
    next_id: int | None
    things: tuple[Things, ...]
    missing: frozenset[tuple[str, int]]

    @property
    def keys(self) -> frozenset[str]:
        """The collections that it names."""
        return frozenset(things.collection.key for things in self.things)


def checked(document: object, account: str | None, rules: Rules) -> Document:
    """The document, if it is one.

    Raises:
        ValueError: it is none. The message is for the user.
    """
    if not isinstance(document, dict) or not isinstance(document.get("collections"), dict):
        raise ValueError('The document must be a JSON object with an object "collections".')
    if document.get("format", FORMAT) != FORMAT:
        raise ValueError(f"The document has format {document['format']!r}. This version of lpconf reads {FORMAT}.")
    account = _account(account or document.get("account"))
    lists = _Lists(account, rules)
    for path, value in document["collections"].items():
        lists.add(path, value)
    things = lists.numbered()
    missing = frozenset(_missing(things))
    numbers = [id for part in things if not part.collection.text_ids for id, _ in part.items]
    highest = max([*numbers, *(id for _, id in missing)], default=None)
    next_id = document.get("nextId", None if highest is None else highest + _STEP)
    if next_id is not None and not (_is_id(next_id) and (highest is None or next_id > highest)):
        raise ValueError('"nextId" must be a number above all ids.')
    return Document(account, next_id, things, missing)


class _Lists:
    """The lists of a document on their way to things."""

    def __init__(self, account: str, rules: Rules) -> None:
        self._account = account
        self._rules = rules
        self._found: dict[Place, tuple[Collection, str, list[Item], int | None]] = {}

    def add(self, path: str, value: object) -> None:
        """Check one list and keep it, and the engagements that come inside of campaigns."""
        collection, parent = _at(path)
        place = Place(self._account, collection.key, parent)
        items: Any = value["items"] if isinstance(value, dict) and "items" in value else value
        revision = value.get("revision") if isinstance(value, dict) else None
        if not isinstance(items, list):
            raise ValueError(f'{path} must be a list, or an object with a list "items".')
        if revision is not None and not _is_id(revision):
            raise ValueError(f"{path}: revision must be a number from 1.")
        for number, item in enumerate(items):
            self._check(collection, item, f"{path}, item {number + 1}")
        self._found[place] = (collection, path, items, revision)

    def numbered(self) -> tuple[Things, ...]:
        """All things with ids, those of the document or new ones."""
        self._take_embedded()
        used = [item["id"] for _, _, items, _ in self._found.values() for item in items if _is_id(item.get("id"))]
        fresh = count(max(used, default=1000001230) + _STEP, _STEP)
        things = []
        for place, (collection, _, items, revision) in self._found.items():
            if collection.text_ids:
                numbered = [(number + 1, item) for number, item in enumerate(items)]
            else:
                numbered = [(item.get("id") or next(fresh), item) for item in items]
            things.append(Things(collection, place, tuple(numbered), revision))
        _check_unique(things)
        self._check_parents(things)
        return tuple(things)

    def _check(self, collection: Collection, item: object, where: str) -> None:
        if not isinstance(item, dict):
            raise ValueError(f"{where} must be an object.")
        name = item.get(collection.name_field)
        if not isinstance(name, str) or not name.strip():
            raise ValueError(f'{where} must have a "{collection.name_field}".')
        where = f"{where} ({name})"
        if not collection.text_ids and item.get("id") is not None and not _is_id(item["id"]):
            raise ValueError(f"{where}: id must be a number.")
        for flag in ("deleted", "isDeleted"):
            if not isinstance(item.get(flag, False), bool):
                raise ValueError(f"{where}: {flag} must be true or false.")
        for date in ("createdDate", "modifiedDate"):
            if item.get(date) is not None and not TYPES[_DATE](item[date]):
                raise ValueError(f"{where}: {date} must be {_DATE}.")
        try:
            check_types(self._rules, collection, item)
        except Refusal as refusal:
            raise ValueError(f"{where}: {refusal.message}.") from None

    def _take_embedded(self) -> None:
        """The engagements inside of campaigns, where the document has no list of them."""
        collection = COLLECTIONS[ENGAGEMENTS]
        for _, path, campaigns, _ in [found for found in self._found.values() if found[0].key == "campaigns"]:
            for campaign in campaigns:
                inside, campaign_id = campaign.get("engagements"), campaign.get("id")
                if not inside or campaign_id is None:
                    continue
                place = Place(self._account, ENGAGEMENTS, campaign_id)
                for item in inside:
                    self._check(collection, item, f"{path}, campaign {campaign_id}, its engagement")
                revision = campaign.get("engagementCollectionRevision")
                self._found.setdefault(place, (collection, path, inside, revision if _is_id(revision) else None))

    def _check_parents(self, things: list[Things]) -> None:
        for part in things:
            parent = part.collection.parent
            if parent is None:
                continue
            known = {id for other in things if other.collection.key == parent for id, _ in other.items}
            if part.place.parent not in known:
                path = COLLECTIONS[parent].path
                raise ValueError(f"There is no {part.place.parent} in {path}, but a list of what lies in it.")


def _account(account: object) -> str:
    if account is None:
        raise ValueError('The document does not name its account. Add "account", or say which one.')
    if not isinstance(account, str) or not _ACCOUNT.fullmatch(account):
        raise ValueError(f"{account!r} is no account: 1 to 20 letters, digits and underscores.")
    return account


def _at(path: str) -> tuple[Collection, int]:
    for collection in COLLECTIONS.values():
        pattern = re.escape(collection.path).replace(re.escape("{parent}"), r"(\d{1,15})")
        match = re.fullmatch(pattern, path.strip("/"), re.ASCII)
        if match:
            return collection, int(match[1]) if match.groups() else 0
    known = ", ".join(collection.path.replace("{parent}", "<id>") for collection in COLLECTIONS.values())
    raise ValueError(f"{path!r} is no collection that the sandbox knows. Known are: {known}.")


def _check_unique(things: list[Things]) -> None:
    """An id is there once in its collection, whichever campaign it lies in."""
    seen: set[tuple[str, object]] = set()
    for part in things:
        key, field = part.collection.key, part.collection.name_field
        for id, item in part.items:
            name = item[field] if part.collection.text_ids else id
            if (key, name) in seen:
                raise ValueError(f"{part.collection.path} has two things with the id {name}.")
            seen.add((key, name))


def _missing(things: tuple[Things, ...]) -> Iterator[tuple[str, int]]:
    named = {part.collection.key for part in things}
    for part in things:
        for reference in part.collection.references:
            if reference.collection in named:
                continue
            for _, item in part.items:
                value = item.get(reference.field)
                ids = value if isinstance(value, list) else [value]
                yield from ((reference.collection, id) for id in ids if _is_id(id))


def _is_id(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _LARGEST_ID
