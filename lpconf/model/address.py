"""Kinds of things, and how one thing is named: its address."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum

_STRING = json.JSONDecoder()
_NAME = json.JSONEncoder(ensure_ascii=False)
_OTHER = re.compile(r"(?:id=(?P<id>[0-9]{1,20})|default)\]")


class Kind(StrEnum):
    """A kind of thing in an account. The value is the word that addresses and messages use."""

    CONNECTOR = "connector"
    CAMPAIGN = "campaign"
    ENGAGEMENT = "engagement"
    SKILL = "skill"
    WINDOW = "window"
    ENTRY_POINT = "entry_point"
    BEHAVIOR = "behavior"
    GOAL = "goal"
    AUDIENCE = "audience"

    # An enumeration's own is written in Python, and a large plan hashes kinds and addresses a million times.
    __hash__ = str.__hash__

    @property
    def words(self) -> str:
        """The kind as a sentence spells it, such as `entry point`."""
        return self.value.replace("_", " ")


class SelectBy(StrEnum):
    """How a declaration finds its live thing."""

    NAME = "name"
    ID = "id"
    DEFAULT = "default"
    HIDDEN = "hidden"
    """Not told here (lpconf.model.public). Nothing is declared so."""

    __hash__ = str.__hash__


@dataclass(frozen=True, slots=True)
class Selector:
    """The one selector of a declared thing: `name: X`, `id: 5` or `find: default`."""

    by: SelectBy
    value: str | int | None = None

    def __str__(self) -> str:
        if self.by is SelectBy.NAME:
            return f"[{_NAME.encode(self.value)}]"
        if self.by is SelectBy.ID:
            return f"[id={self.value}]"
        if self.by is SelectBy.HIDDEN:
            return "[not shown]" if self.value is None else f"[not shown {self.value}]"
        return "[default]"


@dataclass(frozen=True, slots=True)
class Address:
    """The name of a declared thing, such as `campaign[default]/engagement["Sales chat"]`."""

    kind: Kind
    selector: Selector
    parent: Address | None = None

    def __str__(self) -> str:
        own = f"{self.kind.value}{self.selector}"
        return f"{self.parent}/{own}" if self.parent else own


def parse(text: str) -> Address:
    r"""The address that a text spells: what `str` makes of an address, and nothing else.

    Raises ValueError for any other text, also for another spelling of the same address, such as `\\u0041` for A.
    """
    try:
        address, rest = _part(text, None)
        if rest:
            address, rest = _part(rest.removeprefix("/"), address)
    except ValueError:
        raise ValueError("not an address") from None
    if rest or str(address) != text:
        raise ValueError("not an address")
    return address


def _part(text: str, parent: Address | None) -> tuple[Address, str]:
    """The first part of an address, and what follows its bracket."""
    kind, _, rest = text.partition("[")
    if rest.startswith('"'):
        name, end = _STRING.raw_decode(rest)
        return Address(Kind(kind), Selector(SelectBy.NAME, name), parent), rest[end:].removeprefix("]")
    match = _OTHER.match(rest)
    if match is None:
        raise ValueError("no selector")
    selector = Selector(SelectBy.ID, int(match["id"])) if match["id"] else Selector(SelectBy.DEFAULT)
    return Address(Kind(kind), selector, parent), rest[match.end() :]
