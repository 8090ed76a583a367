"""Drift as people read it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lpconf.model.drift import Deviation, Drift, FieldDrift, ThingDrift
from lpconf.model.json import Json
from lpconf.report.escape import terminal
from lpconf.report.history_text import when
from lpconf.report.paint import Ink, Paint, painter
from lpconf.report.wording import account, counted, message, shorten

_MOST_PENDING = 20


def drift(drift: Drift, *, color: bool) -> str:
    """Each thing that has drifted with its fields, what is only pending, and the counts in the last line.

    Ends without a line break; without colour there is no ESC in it.
    """
    paint = painter(color)
    paragraphs = [
        [_opening(drift)],
        *(list(_thing(each, paint)) for each in drift.things),
        list(_pending(drift, paint)),
        [_counts(drift, paint)],
    ]
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines)


def _opening(drift: Drift) -> str:
    where = account(drift.target)
    if drift.since is None:
        return f"No run is known of {where}. Every difference from the configuration counts as drift."
    since = f"since the run {terminal(drift.since.id)} of {when(drift.since.time)}"
    if not drift.things:
        return f"Nothing has drifted in {where} {since}."
    return f"What was changed in {where} {since}, and not by lpconf:"


def _thing(thing: ThingDrift, paint: Paint) -> Iterator[str]:
    address = paint(terminal(str(thing.address)), Ink.STRONG)
    known = f" (id {thing.live_id})" if thing.live_id is not None else ""
    match thing.deviation:
        case Deviation.CHANGED:
            yield f"  {paint('~', Ink.UPDATE)} {address}{known}"
        case Deviation.GONE:
            yield f"  {paint('-', Ink.DANGER)} {address} is gone{known}"
        case Deviation.REPLACED:
            yield f"  {paint('~', Ink.DANGER)} {address} is another thing now{known}"
        case Deviation.ADDED:
            yield f"  {paint('+', Ink.CREATE)} {address} was added{known}"
    for field in thing.fields:
        yield f"      {paint('~', Ink.UPDATE)} {terminal(field.word)}: {_field(field)}"


def _field(field: FieldDrift) -> str:
    live, declared = _shown(field.live), _shown(field.declared)
    if not field.known:
        return f"is {live}, declared is {declared}; no run tells what it was"
    left = _shown(field.left)
    return f"was {left}, is {live}" + ("" if left == declared else f"; declared by now is {declared}")


def _shown(value: Json) -> str:
    return "(not set)" if value is None else terminal(shorten(json.dumps(value, ensure_ascii=False)))


def _pending(drift: Drift, paint: Paint) -> Iterator[str]:
    if not drift.pending:
        return
    yield paint("Pending, which is no drift: the configuration has changed, and nobody has applied it yet.", Ink.QUIET)
    for address, _ in drift.pending[:_MOST_PENDING]:
        yield f"  {message(str(address))}"
    if len(drift.pending) > _MOST_PENDING:
        yield f"  ... and {len(drift.pending) - _MOST_PENDING} more"


def _counts(drift: Drift, paint: Paint) -> str:
    drifted = f"{counted(len(drift.things), 'thing')} drifted"
    return f"{paint('Drift:', Ink.STRONG)} {drifted}, {len(drift.pending)} pending, {drift.unchanged} as declared."
