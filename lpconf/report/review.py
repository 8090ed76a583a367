"""What a reviewer reads of a plan, a difference or drift: one view that text, markdown and html show in their own way.

Every text in it is on one line and harmless on a terminal (`lpconf.report.escape`), those of risks and blocks too;
only diagnostics are as the model has them. Each format escapes for itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

from lpconf.model.button import Appearance
from lpconf.model.diagnostic import Diagnostic
from lpconf.model.plan import Block, Risk, RiskKind
from lpconf.model.site import Position
from lpconf.report.rules import about
from lpconf.report.wording import counted, message


class Mark(StrEnum):
    """What happens, or has happened, to a thing."""

    CREATED = "+"
    CHANGED = "~"
    DELETED = "-"
    RENAMED = ">"
    UNDECLARED = "."
    """It is no longer declared, and stays as it is."""
    BLOCKED = "x"


MARK_WORDS: Mapping[Mark, str] = MappingProxyType(
    {
        Mark.CREATED: "created",
        Mark.CHANGED: "changed",
        Mark.DELETED: "deleted",
        Mark.RENAMED: "renamed",
        Mark.UNDECLARED: "no longer declared",
        Mark.BLOCKED: "blocked",
    }
)
"""What each mark means, in a word."""

NOT_BACK = Risk("It probably does not come back as it was.", RiskKind.DELETION)


@dataclass(frozen=True, slots=True)
class Count:
    """One number of the summary, such as 3 `to create`."""

    label: str
    number: int
    mark: Mark | None = None
    """What happens to the things that it counts."""


@dataclass(frozen=True, slots=True)
class ReviewedField:
    """One field. `before` is None for what was not there, `after` for what goes away.

    Both are None where values are not to be shown (`addresses_only`).
    """

    word: str
    before: str | None
    after: str | None
    comment: str = ""
    """Why the field is here, such as `from the template`."""
    details: tuple[str, ...] = ()
    """For a long value: what differs inside it."""
    mark: Mark | None = None
    """What happens to it, where no values say so."""


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
    unshown: tuple[str, ...] = ()
    """What is to be said of the fields that are not among `fields`, such as `3 declared fields are unchanged`."""
    appearance: Appearance | None = None
    """Of an engagement: its button before and after. Its texts are as the account has them."""
    address_in_public: str = ""
    """The address without the live name of what is not declared; empty where it is the same."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to read before the things: a lost protection, what a rollback leaves alone. `lines` list it."""

    title: str
    lines: tuple[str, ...]
    urgent: bool = False
    """Whether it is to be read before all else."""
    addresses: bool = False
    """Whether `lines` are addresses and nothing else."""
    lines_in_public: tuple[str, ...] = ()
    """Of addresses: the same without the live names of what is not declared; empty where it is the same."""
    things: tuple[int | None, ...] = ()
    """For each of `lines` the index of the review's thing that it is about, or None. Empty: of none."""
    positions: tuple[Position | None, ...] = ()
    """For each of `lines` where the configuration declares what it is about, or None. Empty: of none."""

    def thing(self, index: int) -> int | None:
        """The index of the thing that a line is about."""
        return self.things[index] if index < len(self.things) else None

    def position(self, index: int) -> Position | None:
        """Where the configuration declares what a line is about, as far as no thing of the review tells it."""
        return self.positions[index] if index < len(self.positions) else None


@dataclass(frozen=True, slots=True)
class Review:
    """The whole. `opening` says in a sentence what it is about, `closing` what is not in it (unchanged things).

    `opening_in_public` is the opening without the account's label and without values; empty where it is the same.
    """

    title: str
    opening: str
    counts: tuple[Count, ...]
    things: tuple[ReviewedThing, ...]
    notices: tuple[Notice, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    closing: str = ""
    opening_in_public: str = ""
    words: Mapping[Mark, str] = field(default_factory=lambda: MARK_WORDS)
    """What each mark means here, in a word."""


def field_mark(field: ReviewedField, of_thing: Mark) -> Mark:
    """What happens to a field. Without values and a mark of its own only what happens to its thing is known."""
    if field.mark is not None:
        return field.mark
    if field.before is None and field.after is None:
        return Mark.CHANGED if of_thing is Mark.BLOCKED else of_thing
    if field.before is None:
        return Mark.CREATED
    return Mark.DELETED if field.after is None else Mark.CHANGED


def to_read_first(thing: ReviewedThing) -> tuple[Risk, ...]:
    """The risks of a thing that are to be read before all things: what is merely good to know stands with the thing."""
    risks = tuple(risk for risk in thing.risks if risk.kind is not RiskKind.OTHER)
    if thing.mark is Mark.DELETED and all(risk.kind is not RiskKind.DELETION for risk in risks):
        return (*risks, NOT_BACK)
    return risks


def harmless_risk(risk: Risk) -> Risk:
    """A risk whose texts are harmless and each on one line."""
    return Risk(message(risk.text), risk.kind, tuple(map(message, risk.details)))


def unchanged(number: int) -> tuple[str, ...]:
    """What is said of the declared fields that stay as they are, if there are any (see `ReviewedThing.unshown`)."""
    return (f"{counted(number, 'declared field')} {'is' if number == 1 else 'are'} unchanged",) if number else ()


def risk_title(kind: RiskKind) -> str:
    """What the risks of one kind have in common, as a heading."""
    match kind:
        case RiskKind.AUTHENTICATION:
            return "Weaker authentication"
        case RiskKind.KEY:
            return "Another key or endpoint"
        case RiskKind.SECRET:
            return "Secrets are sent"
        case RiskKind.PREFERRED:
            return "Another preferred connector"
        case RiskKind.VISIBILITY:
            return "Visitors lose something"
        case RiskKind.DELETION:
            return "Deleted"
        case RiskKind.PUBLISHING:
            return "Perhaps seen by visitors at once"
        case RiskKind.OTHER:
            return "Also to know"
        case _:
            assert_never(kind)


def addresses_only(review: Review) -> Review:
    """The same without values, for what everybody can read: a public repository and the logs of its jobs.

    What stays: the account's id, the addresses of what is declared, what happens, the words of fields, risks and
    blocks as general sentences, the place and the rule of each diagnostic. What is not declared has its id for an
    address. Of a flag that allows a blocked change, what it is about goes, too.
    """
    return replace(
        review,
        opening=review.opening_in_public or review.opening,
        opening_in_public="",
        things=tuple(_thing_without_values(thing) for thing in review.things),
        notices=tuple(_notice_without_values(notice) for notice in review.notices),
        diagnostics=diagnostics_without_values(review.diagnostics),
    )


def diagnostics_without_values(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Severity, place and rule of each diagnostic: its message and its source line may show values."""
    return tuple(
        Diagnostic(each.severity, each.code, f"{about(each.code)} ({each.code}).", position=each.position)
        for each in diagnostics
    )


def block_without_values(block: Block) -> Block:
    """That a safety rule stops a change, and the name of the flag that allows it."""
    return Block("A safety rule stops this.", block.allowed_by.partition(" ")[0])


def _thing_without_values(thing: ReviewedThing) -> ReviewedThing:
    kinds = [risk.kind for risk in thing.risks if risk.kind is not RiskKind.OTHER]
    return replace(
        thing,
        address=thing.address_in_public or thing.address,
        address_in_public="",
        live="",
        fields=tuple(ReviewedField(each.word, None, None, mark=field_mark(each, thing.mark)) for each in thing.fields),
        risks=tuple(dict.fromkeys(Risk(_sentence(kind), kind) for kind in kinds)),
        blocks=tuple(dict.fromkeys(block_without_values(block) for block in thing.blocks)),
        notes=(),
        appearance=None,
    )


def _notice_without_values(notice: Notice) -> Notice:
    if notice.addresses:
        return replace(notice, lines=notice.lines_in_public or notice.lines, lines_in_public=())
    return replace(notice, lines=(f"{counted(len(notice.lines), 'line')}, not shown here, as they may hold values.",))


def _sentence(kind: RiskKind) -> str:
    match kind:
        case RiskKind.AUTHENTICATION:
            return "Authentication gets weaker, or is switched off."
        case RiskKind.KEY:
            return "The key or endpoint that visitors sign in with is another one, or is no longer declared."
        case RiskKind.SECRET:
            return "LivePerson gets a secret to send."
        case RiskKind.PREFERRED:
            return "The preferred connector becomes another one."
        case RiskKind.VISIBILITY:
            return "Visitors lose something that they see now."
        case RiskKind.DELETION:
            return NOT_BACK.text
        case RiskKind.PUBLISHING:
            return "Visitors may see this at once."
        case RiskKind.OTHER:
            return "There is more to know about this change."
        case _:
            assert_never(kind)
