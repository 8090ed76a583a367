"""What a reviewer reads of a plan or a difference: one view that markdown and html show in their own way.

Every text in it is on one line and harmless on a terminal (`lpconf.report.escape`); each format escapes for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lpconf.model.diagnostic import Diagnostic
from lpconf.model.plan import Block, Risk
from lpconf.model.site import Position


class Mark(StrEnum):
    """What happens, or has happened, to a thing."""

    CREATED = "+"
    CHANGED = "~"
    DELETED = "-"
    RENAMED = ">"
    BLOCKED = "x"


@dataclass(frozen=True, slots=True)
class Count:
    """One number of the summary, such as 3 `to create`."""

    label: str
    number: int


@dataclass(frozen=True, slots=True)
class ReviewedField:
    """One field. `before` is None for what was not there, `after` for what goes away."""

    word: str
    before: str | None
    after: str | None
    comment: str = ""
    """Why the field is here, such as `from the template`."""
    details: tuple[str, ...] = ()
    """For a long value: what differs inside it."""


@dataclass(frozen=True, slots=True)
class ReviewedThing:
    """One thing that changes.

    `headline` says what happens to it, such as `will be created`; `live` its live name and id as far as the address
    does not show them. `risks` stand in the order in which they should be read.
    """

    address: str
    mark: Mark
    headline: str
    live: str = ""
    fields: tuple[ReviewedField, ...] = ()
    risks: tuple[Risk, ...] = ()
    blocks: tuple[Block, ...] = ()
    notes: tuple[str, ...] = ()
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to read before the things: a lost protection, what a rollback leaves alone. `lines` list it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """The whole. `opening` says in a sentence what it is about, `closing` what is not in it (unchanged things)."""

    title: str
    opening: str
    counts: tuple[Count, ...]
    things: tuple[ReviewedThing, ...]
    notices: tuple[Notice, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    closing: str = ""
