"""Drift as a reviewer reads it."""

from __future__ import annotations

from typing import assert_never

from lpconf.model import public
from lpconf.model.drift import Deviation, Drift, FieldDrift, ThingDrift
from lpconf.model.json import Json
from lpconf.model.record import RunSummary
from lpconf.report.escape import terminal
from lpconf.report.history_text import when
from lpconf.report.review import Count, Mark, Notice, Review, ReviewedField, ReviewedThing
from lpconf.report.value import NOT_SET, quoted
from lpconf.report.wording import account, account_in_public, message, shorten


def of_drift(drift: Drift) -> Review:
    """What has drifted. A field's `before` is as the last run left it, `after` as it is; its comment says the rest."""
    return Review(
        title="Drift",
        opening=_opening(drift, account(drift.target)),
        opening_in_public=_opening(drift, account_in_public(drift.target)),
        counts=(
            Count("thing drifted" if len(drift.things) == 1 else "things drifted", len(drift.things)),
            Count("pending", len(drift.pending)),
            Count("as declared", drift.unchanged),
        ),
        things=tuple(_thing(each, drift.in_public) for each in drift.things),
        notices=_pending(drift),
    )


def _opening(drift: Drift, where: str) -> str:
    if drift.since is None:
        return f"No run is known of {where}. Every difference from the configuration counts as drift."
    since = f"since the run {terminal(drift.since.id)} of {when(drift.since.time)}"
    if not drift.things:
        return f"Nothing has drifted in {where} {since}."
    return f"What was changed in {where} {since}, and not by lpconf:"


def _pending(drift: Drift) -> tuple[Notice, ...]:
    if not drift.pending:
        return ()
    title = f"Pending, which is no drift: {_why_pending(drift.since)}"
    lines = tuple(message(str(address)) for address, _ in drift.pending)
    shown = tuple(message(str(public.address(drift.in_public, address))) for address, _ in drift.pending)
    return (Notice(title, lines, addresses=True, lines_in_public=shown),)


def _why_pending(since: RunSummary | None) -> str:
    """Why the configuration and what the last run left differ: true of whatever is pending."""
    if since is None or since.rolls_back is None:
        return "the configuration declares it, and the last run did not apply it."
    run = terminal(since.rolls_back)
    return f"the configuration declares it, and the last run took back the run {run}. Revert it there, or apply it."


def _thing(thing: ThingDrift, in_public: public.Addresses) -> ReviewedThing:
    mark, headline = _deviation(thing.deviation)
    return ReviewedThing(
        address=terminal(str(thing.address)),
        mark=mark,
        headline=headline,
        live=f"id {thing.live_id}" if thing.live_id is not None else "",
        fields=tuple(_field(each) for each in thing.fields),
        address_in_public=terminal(str(public.address(in_public, thing.address))),
    )


def _deviation(deviation: Deviation) -> tuple[Mark, str]:
    match deviation:
        case Deviation.CHANGED:
            return Mark.CHANGED, "was changed"
        case Deviation.GONE:
            return Mark.DELETED, "is gone"
        case Deviation.MISSING:
            return Mark.DELETED, "is declared, but not there"
        case Deviation.REPLACED:
            return Mark.CHANGED, "is another thing now"
        case Deviation.ADDED:
            return Mark.CREATED, "was added"
        case _:
            assert_never(deviation)


def _field(field: FieldDrift) -> ReviewedField:
    live, declared = _shown(field.live), _shown(field.declared)
    if not field.known:
        return ReviewedField(terminal(field.word), None, live, f"declared is {declared}; no run tells what it was")
    left = _shown(field.left)
    return ReviewedField(terminal(field.word), left, live, "" if left == declared else f"declared by now is {declared}")


def _shown(value: Json) -> str:
    return NOT_SET if value is None else shorten(quoted(value))
