"""A difference between two configurations as a reviewer reads it."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import assert_never

from lpconf.model.difference import DeclaredValue, Difference, FieldDifference, ThingDifference, Turn
from lpconf.model.plan import FieldChange, Origin, Side
from lpconf.model.site import SecretReference
from lpconf.report.escape import terminal
from lpconf.report.review import (
    MARK_WORDS,
    Count,
    Mark,
    Notice,
    Review,
    ReviewedField,
    ReviewedThing,
    harmless_risk,
    unchanged,
)
from lpconf.report.value import new_value, old_and_new_value
from lpconf.report.wording import FOLLOWS, counted, label, message

NO_LONGER = MARK_WORDS[Mark.UNDECLARED]
NEWLY = "newly declared"

_WORDS = MappingProxyType({**MARK_WORDS, Mark.CREATED: "added", Mark.DELETED: "to be deleted"})
"""What is declared anew may well be live, and what is to be deleted still is."""


def of_difference(difference: Difference) -> Review:
    """What differs. Things stand in the difference's order."""
    settings = (_settings(difference),) if difference.settings else ()
    return Review(
        title="Difference",
        opening=_opening(difference, label(difference.label)),
        opening_in_public=_opening(difference, ""),
        counts=tuple(_counts(difference)),
        things=(*settings, *(_thing(thing, difference) for thing in difference.things)),
        notices=tuple(_notices(difference)),
        diagnostics=difference.findings,
        closing="" if difference.empty else f"{counted(difference.unchanged, 'thing')} unchanged.",
        words=_WORDS,
    )


def _counts(difference: Difference) -> Iterator[Count]:
    """The account's own settings are shown as one more thing that changes. A deletion is counted if there is one."""
    for turn in Turn:
        number = difference.count(turn) + (turn is Turn.CHANGED and bool(difference.settings))
        if number or turn is not Turn.DELETED:
            yield Count(_WORDS[_mark(turn)], number, _mark(turn))


def _opening(difference: Difference, label: str) -> str:
    sides = f"from {message(difference.old)} to {message(difference.new)}"
    account = f"account {terminal(difference.account)}{label}"
    if difference.empty:
        return f"No changes {sides}: {account} is declared alike ({counted(difference.unchanged, 'thing')})."
    return f"What is declared for {account} changes {sides}."


def _notices(difference: Difference) -> list[Notice]:
    found = []
    account = next((field for field in difference.settings if field.word == "account"), None)
    if account is not None and account.before and account.after:
        line = f"{terminal(str(account.before.text))} -> {terminal(str(account.after.text))}"
        # An account's id is part of every report.
        found.append(Notice("All of it is for another account", (line,), urgent=True, addresses=True, things=(0,)))
    if difference.unprotected:
        addresses = tuple(terminal(str(address)) for address in difference.unprotected)
        title = "No longer protected from being deleted"
        found.append(Notice(title, addresses, urgent=True, addresses=True, things=_unprotected(difference)))
    if difference.nothing_before:
        line = f"{message(difference.old)} does not exist. What the account holds is not compared here."
        found.append(Notice("There was no configuration before, so everything is new", (line,)))
    if difference.unset_variables:
        names = tuple(terminal(name) for name in difference.unset_variables)
        found.append(Notice("Variables that are not set, shown as ${var.name}", names, addresses=True))
    return found


def _unprotected(difference: Difference) -> tuple[int | None, ...]:
    """Which things of the review are no longer protected. The settings are the first, if there are any."""
    first = 1 if difference.settings else 0
    found = {thing.former or thing.address: index for index, thing in enumerate(difference.things, first)}
    return tuple(found.get(address) for address in difference.unprotected)


def _settings(difference: Difference) -> ReviewedThing:
    """What differs outside of all things, as if it were one."""
    return ReviewedThing(
        address=f"account {terminal(difference.account)}",
        mark=Mark.CHANGED,
        headline="is declared differently",
        fields=tuple(_field(field, shows_both=False) for field in difference.settings),
        risks=tuple(map(harmless_risk, difference.risks)),
        position=next((field.position for field in difference.settings if field.position), None),
    )


def _thing(thing: ThingDifference, difference: Difference) -> ReviewedThing:
    one_sided = thing.turn in {Turn.ADDED, Turn.REMOVED, Turn.DELETED}
    return ReviewedThing(
        address=terminal(str(thing.address)),
        mark=_mark(thing.turn),
        headline=_headline(thing),
        fields=tuple(_field(field, shows_both=one_sided) for field in thing.fields),
        risks=tuple(map(harmless_risk, thing.risks)),
        notes=tuple(map(message, thing.notes)),
        position=None if thing.turn is Turn.REMOVED and difference.old_is_revision else thing.position,
        unshown=unchanged(thing.unchanged_fields),
    )


def _headline(thing: ThingDifference) -> str:
    former = f" (was {terminal(str(thing.former))})" if thing.former else ""
    match thing.turn:
        case Turn.ADDED:
            return f"is {NEWLY}"
        case Turn.CHANGED:
            return f"is declared differently{former}"
        case Turn.RENAMED:
            # Without renamed_from it may well be another live thing.
            verb = "is renamed from" if thing.renamed_from else "takes the place of"
            return f"{verb} {terminal(str(thing.former))}"
        case Turn.REMOVED:
            return f"is {NO_LONGER}"
        case Turn.DELETED:
            return f"is asked to be deleted{former}"
        case _:
            assert_never(thing.turn)


def _mark(turn: Turn) -> Mark:
    match turn:
        case Turn.ADDED:
            return Mark.CREATED
        case Turn.CHANGED:
            return Mark.CHANGED
        case Turn.RENAMED:
            return Mark.RENAMED
        case Turn.REMOVED:
            return Mark.UNDECLARED
        case Turn.DELETED:
            return Mark.DELETED
        case _:
            assert_never(turn)


def _field(field: FieldDifference, *, shows_both: bool) -> ReviewedField:
    """One field. Of a thing that is added or removed as a whole each field is, so that goes without saying."""
    word, details = terminal(field.word), tuple(map(message, field.details))
    if field.before is not None and field.after is not None:
        before, after = old_and_new_value(_as_change(field, field.before, field.after))
        return ReviewedField(word, before, after, "", details)
    if field.after is not None:
        value = new_value(_as_change(field, field.after, field.after))
        return ReviewedField(word, None, value, "" if shows_both else NEWLY)
    if field.before is not None:
        value = new_value(_as_change(field, field.before, field.before))
        return ReviewedField(word, value, None, "" if shows_both else _no_longer(field))
    raise ValueError(f"{field.word} has no value on either side")


def _no_longer(field: FieldDifference) -> str:
    """What becomes of a field that is no longer declared."""
    if field.becomes is None:
        return NO_LONGER
    value = "emptied" if field.becomes.text is None else new_value(_as_change(field, field.becomes, field.becomes))
    return f"will be {value}: {FOLLOWS}"


def _as_change(field: FieldDifference, before: DeclaredValue, after: DeclaredValue) -> FieldChange:
    """The field as a plan has it, to show its values in the same way."""
    return FieldChange(field.word, (), _side(before), _side(after), field.comparison, Origin.DECLARED, field.sensitive)


def _side(value: DeclaredValue) -> Side:
    return Side(value.declared if isinstance(value.declared, SecretReference) else value.text, value.text)
