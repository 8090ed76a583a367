"""Drift as people read it."""

from __future__ import annotations

from collections.abc import Iterator

from lpconf.model.drift import Drift
from lpconf.report.paint import Ink, Paint, painter
from lpconf.report.review import Mark, Notice, Review, ReviewedField, ReviewedThing
from lpconf.report.review_of_drift import of_drift
from lpconf.report.review_text import ink_of

_MOST_PENDING = 20


def drift(drift: Drift, *, color: bool) -> str:
    """Each thing that has drifted with its fields, what is only pending, and the counts in the last line.

    Ends without a line break; without colour there is no ESC in it.
    """
    return render(of_drift(drift), color=color)


def render(review: Review, *, color: bool) -> str:
    """The same of drift that is a review already."""
    paint = painter(color)
    numbers = ", ".join(f"{count.number} {count.label}" for count in review.counts)
    paragraphs = [
        [review.opening],
        *(list(_thing(each, paint)) for each in review.things),
        *(list(_pending(notice, paint)) for notice in review.notices),
        [f"{paint(f'{review.title}:', Ink.STRONG)} {numbers}."],
    ]
    return "\n\n".join("\n".join(lines) for lines in paragraphs)


def _thing(thing: ReviewedThing, paint: Paint) -> Iterator[str]:
    live = f" ({thing.live})" if thing.live else ""
    mark = paint(thing.mark.value, ink_of(thing.mark))
    yield f"  {mark} {paint(thing.address, Ink.STRONG)} {thing.headline}{live}"
    for field in thing.fields:
        yield f"      {paint(Mark.CHANGED.value, Ink.UPDATE)} {field.word}{_value(field)}"


def _value(field: ReviewedField) -> str:
    if field.after is None:
        return ""
    comment = f"; {field.comment}" if field.comment else ""
    if field.before is None:
        return f": is {field.after}{comment.replace(';', ',', 1)}"
    return f": was {field.before}, is {field.after}{comment}"


def _pending(notice: Notice, paint: Paint) -> Iterator[str]:
    yield paint(notice.title, Ink.QUIET)
    for line in notice.lines[:_MOST_PENDING]:
        yield f"  {line}"
    if len(notice.lines) > _MOST_PENDING:
        yield f"  ... and {len(notice.lines) - _MOST_PENDING} more"
