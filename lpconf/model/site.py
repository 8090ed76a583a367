"""What the YAML declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from lpconf.model.address import Address, Kind
from lpconf.model.json import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file. Line and column count from 1, the column in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Unset:
    """`{unset: true}`: clear the value."""


@dataclass(frozen=True, slots=True)
class SecretReference:
    """`{env: LPCONF_SECRET_NAME}`: the environment variable that holds a secret, never its value."""

    variable: str


@dataclass(frozen=True, slots=True)
class ReferenceById:
    """`{id: 5}` where a reference by name would fit two things."""

    id: int


Declaration: TypeAlias = "Json | Unset | SecretReference | ReferenceById | tuple[str | ReferenceById, ...]"
"""A declared value, in the YAML's own words. A tuple is a list of references."""


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """What `lifecycle:` says of a thing: what is about lpconf and not about LivePerson."""

    absent: bool = False
    """`state: absent`: the thing is to be deleted."""
    protect: bool = False
    """Whether nothing may delete the thing."""
    renamed_from: str | None = None
    """The name that the live thing may still have."""


@dataclass(frozen=True, slots=True)
class DeleteUndeclared:
    """`delete_undeclared: [engagements]`: what is live in this collection and not declared is to be deleted.

    `parent` is the campaign of engagements, None for the account's own collections.
    """

    kind: Kind
    parent: Address | None
    position: Position


@dataclass(frozen=True, slots=True)
class Declared:
    """One thing that the YAML declares.

    `fields` maps each declared word to its value, variables filled in, keys as one line of base64.
    A `name` that is the selector is not among them; a `name` beside `id` or `find` is.
    `extra` is in LivePerson's spelling. `positions` maps words, `extra` and `name` to their values' places.
    """

    address: Address
    fields: Mapping[str, Declaration]
    position: Position
    extra: JsonObject = field(default_factory=dict)
    positions: Mapping[str, Position] = field(default_factory=dict)
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    path: str = ""
    """The place in the YAML as messages name it, such as `connectors[0]`."""

    def position_of(self, word: str) -> Position:
        """The place of a declared value, or of the thing itself when the word has none."""
        return self.positions.get(word, self.position)


@dataclass(frozen=True, slots=True)
class Site:
    """All that the files of one account declare.

    `things` stand in the files' order, a campaign before its engagements.
    `sources` holds each file's lines, to show one beside a diagnostic.
    """

    account: str
    things: tuple[Declared, ...]
    delete_undeclared: tuple[DeleteUndeclared, ...] = ()
    label: str | None = None
    unset_variables: tuple[str, ...] = field(default=(), compare=False)
    """The variables that nothing sets, where texts keep them as `${var.name}`."""
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    account_position: Position | None = field(default=None, compare=False)
    """Where the first file says which account it is for."""

    def line(self, position: Position) -> str | None:
        """The source line of a position, if the file is known."""
        lines = self.sources.get(position.file, ())
        return lines[position.line - 1] if 0 < position.line <= len(lines) else None
