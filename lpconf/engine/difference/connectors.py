"""Who refers to which connector, as far as that can be told without an account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lpconf.engine.difference.pairs import Pair, own_name
from lpconf.model.address import Kind, SelectBy
from lpconf.model.site import Declaration, Declared, ReferenceById, Site

Reference = str | ReferenceById


@dataclass(frozen=True, slots=True)
class Users:
    """The addresses of declared engagements that use a connector, and of those that only an account can tell of."""

    certain: tuple[str, ...]
    doubtful: tuple[str, ...]


class Connectors:
    """The declared connectors of both sides and the references of the newer one. Built once."""

    def __init__(self, new: Site, pairs: tuple[Pair, ...]) -> None:
        connectors = [pair for pair in pairs if pair.thing.address.kind is Kind.CONNECTOR]
        self._old = {each: pair for pair in connectors if pair.old for each in _references_to(pair.old)}
        self._new = {each: pair for pair in connectors if pair.new for each in _references_to(pair.new)}
        self._users = _users(new)
        self._unknown = {each: users for each, users in self._users.items() if each not in self._new}

    def users(self, connector: Declared) -> Users:
        """The engagements that the newer configuration keeps and that use, or may use, a connector."""
        own = set(_references_to(connector))
        certain = [user for each in own for user in self._users.get(each, ())]
        doubtful = [
            user
            for each, users in self._unknown.items()
            if each not in own and _may_mean(each, connector)
            for user in users
        ]
        return Users(tuple(certain), tuple(doubtful))

    def same(self, before: Reference, after: Reference) -> bool | None:
        """Whether an older reference and another, newer one mean one live connector; None where they may."""
        one, other = self._old.get(before), self._new.get(after)
        if one is not None and one is other:
            return None if one.doubtful else not one.replaced
        if other is not None and other.new is not None and other.new.lifecycle.renamed_from == before:
            return True
        if isinstance(before, ReferenceById) and isinstance(after, ReferenceById):
            return False
        # What one side declares as two things is not one.
        if one and other and ((one.new and not one.doubtful) or (other.old and not other.doubtful)):
            return False
        names = _is_by_name(before, one.old if one else None) and _is_by_name(after, other.new if other else None)
        return False if names else None


def _references_to(connector: Declared) -> Iterator[Reference]:
    """The references that mean a declared connector for certain."""
    name = own_name(connector)
    if name is not None:
        yield name
    if connector.address.selector.by is SelectBy.ID:
        yield ReferenceById(int(str(connector.address.selector.value)))


def _may_mean(reference: Reference, connector: Declared) -> bool:
    """Whether a reference to nothing declared may mean a connector: a name that it may have, or its id."""
    if isinstance(reference, ReferenceById):
        return connector.address.selector.by is not SelectBy.ID
    return own_name(connector) is None


def _is_by_name(reference: Reference, connector: Declared | None) -> bool:
    return isinstance(reference, str) and (connector is None or connector.address.selector.by is SelectBy.NAME)


def _users(site: Site) -> Mapping[Reference, list[str]]:
    found: dict[Reference, list[str]] = {}
    for thing in site.things:
        reference = referred(thing.fields.get("connector"))
        if reference is not None and not thing.lifecycle.absent:
            found.setdefault(reference, []).append(str(thing.address))
    return found


def referred(value: Declaration) -> Reference | None:
    """The reference that a declared value is, None where it is none."""
    return value if isinstance(value, str | ReferenceById) else None
