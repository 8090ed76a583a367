"""What has changed in an account since lpconf last wrote it, apart from what is still to be applied."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from lpconf.model.address import Address
from lpconf.model.json import Json
from lpconf.model.plan import Target
from lpconf.model.public import Addresses
from lpconf.model.record import RunSummary


class Deviation(StrEnum):
    """How a thing deviates from what it was."""

    CHANGED = "changed"
    GONE = "gone"
    """It is declared, was there, and is no longer."""
    MISSING = "missing"
    """It is declared and not there; no run tells whether it ever was."""
    REPLACED = "replaced"
    """What the declaration finds is another thing than it was."""
    ADDED = "added"
    """It is there, is not declared, and undeclared things are to be deleted."""


@dataclass(frozen=True, slots=True)
class FieldDrift:
    """One field in the YAML's words: as the last run left it, as it is, and as it is declared.

    `known` is false where no run tells how the field was left.
    """

    word: str
    left: Json
    live: Json
    declared: Json
    known: bool = True


@dataclass(frozen=True, slots=True)
class ThingDrift:
    """One thing that has drifted. `name` and `live_id` are those of the live thing, or of the one that is gone."""

    address: Address
    name: str
    live_id: int | None
    deviation: Deviation
    fields: tuple[FieldDrift, ...] = ()


@dataclass(frozen=True, slots=True)
class Drift:
    """What has drifted in one account since a run; None where no run is known, then every difference is drift.

    `pending` counts by address the fields that the configuration declares otherwise than the last run left them: it
    was edited, or the run did not apply it, or took it back.
    """

    target: Target
    since: RunSummary | None
    things: tuple[ThingDrift, ...]
    pending: tuple[tuple[Address, int], ...] = ()
    unchanged: int = 0
    in_public: Addresses = field(default_factory=dict, compare=False)
    """What to show for each address where everybody can read. One that is missing is shown without its name."""
