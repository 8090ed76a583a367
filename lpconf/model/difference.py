"""What differs between two configurations: what is declared, not what an account holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lpconf.model.address import Address
from lpconf.model.diagnostic import Diagnostic
from lpconf.model.json import Json
from lpconf.model.plan import Comparison, Risk
from lpconf.model.site import Declaration, Position


class Turn(StrEnum):
    """What becomes of a thing's declaration."""

    ADDED = "added"
    CHANGED = "changed"
    RENAMED = "renamed"
    """Its selector is another one. Its fields may differ, too."""
    REMOVED = "removed"
    """It is no longer declared, which by itself deletes nothing. Under `delete_undeclared` a risk says so."""
    DELETED = "deleted"
    """From now on `lifecycle: {state: absent}` asks to delete it."""


@dataclass(frozen=True, slots=True)
class DeclaredValue:
    """One side of a field.

    `declared` is the value in the YAML's words, of a key its fingerprint. `text` is how people read it: a reference's
    name, None for a value that is cleared, a mask for a secret.
    """

    declared: Declaration
    text: Json


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field that differs. A side is None where the field is not declared.

    `word` is the YAML's word; `extra.` with the path in LivePerson's spelling; `lifecycle.` with its word.
    """

    word: str
    before: DeclaredValue | None
    after: DeclaredValue | None
    comparison: Comparison = Comparison.EXACT
    sensitive: bool = False
    details: tuple[str, ...] = ()
    """For a long value: what differs inside it."""
    position: Position | None = None
    """Where the newer configuration declares it, or where the older one did."""
    becomes: DeclaredValue | None = None
    """What the newer side's flow or key source makes of a field that is no longer declared; None leaves it alone."""


@dataclass(frozen=True, slots=True)
class ThingDifference:
    """One thing whose declaration differs.

    `address` is the one in the newer configuration, of a thing that was removed the one in the older. `former` is the
    address in the older one where that is another. `risks` stand in the order in which they should be read.
    """

    address: Address
    turn: Turn
    fields: tuple[FieldDifference, ...] = ()
    former: Address | None = None
    renamed_from: bool = False
    """Whether `lifecycle.renamed_from` says that a renamed thing stays the same live thing."""
    unchanged_fields: int = 0
    risks: tuple[Risk, ...] = ()
    notes: tuple[str, ...] = ()
    position: Position | None = None
    """Where the newer configuration declares it, or where the older one did."""


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs between two configurations.

    `old` and `new` name the sides. `account` and `label` are those of the newer one. `settings` are the differences
    outside of all things: `account`, `label`, `delete_undeclared`. Things stand in the order of the newer
    configuration, then what is removed in the order of the older.
    """

    old: str
    new: str
    account: str
    label: str | None
    things: tuple[ThingDifference, ...]
    settings: tuple[FieldDifference, ...] = ()
    risks: tuple[Risk, ...] = ()
    """Of the settings."""
    unprotected: tuple[Address, ...] = ()
    """What was protected from being deleted and is not any more, by its older address."""
    unchanged: int = 0
    nothing_before: bool = False
    """Whether the older side has no configuration at all, so that everything is new."""
    old_is_revision: bool = False
    """Whether the older side is no file, so that its places cannot be opened."""
    findings: tuple[Diagnostic, ...] = ()
    """The warnings about the newer configuration that the older one did not have."""
    unset_variables: tuple[str, ...] = ()
    """Variables that nothing sets; values show them as `${var.name}`."""

    @property
    def empty(self) -> bool:
        """Whether both declare the same."""
        return not (self.things or self.settings)

    def count(self, turn: Turn) -> int:
        """How many things had this turn."""
        return sum(thing.turn is turn for thing in self.things)
