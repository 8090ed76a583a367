"""Kinds of things, and how one thing is named: its address."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum


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

    @property
    def words(self) -> str:
        """The kind as a sentence spells it, such as `entry point`."""
        return self.value.replace("_", " ")


class SelectBy(StrEnum):
    """How a declaration finds its live thing."""

    NAME = "name"
    ID = "id"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Selector:
    """The one selector of a declared thing: `name: X`, `id: 5` or `find: default`."""

    by: SelectBy
    value: str | int | None = None

    def __str__(self) -> str:
        if self.by is SelectBy.NAME:
            return f"[{json.dumps(self.value, ensure_ascii=False)}]"
        if self.by is SelectBy.ID:
            return f"[id={self.value}]"
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
