"""A review as people read it on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from lpconf.model.plan import RISK_ORDER, Block, Risk, RiskKind
from lpconf.report.paint import Ink, Paint, painter
from lpconf.report.review import (
    Mark,
    Notice,
    Review,
    ReviewedField,
    ReviewedThing,
    field_mark,
    risk_title,
    to_read_first,
)
from lpconf.report.wording import counted, inside_sentence, width

_WIDEST_WORD = 40
_WIDEST_ALIGNED_VALUE = 50
_MOST_READ_FIRST = 20
_MOST_DETAILS = 20
_MOST_LINES = 50


def render(review: Review, *, color: bool) -> str:
    """The whole: what is to be known first, each thing with its fields, and the counts in the last line.

    The review's diagnostics are not in it. Ends without a line break; without colour there is no ESC in it.
    """
    paint = painter(color)
    urgent = [_notice(notice, paint) for notice in review.notices if notice.urgent]
    others = [_notice(notice, paint) for notice in review.notices if not notice.urgent]
    if not review.things:
        paragraphs = [*urgent, *others, [review.opening]]
    else:
        paragraphs = [
            [review.opening],
            *urgent,
            *_read_first(review, paint),
            *others,
            *(list(_thing(thing, paint)) for thing in review.things),
            [_counts(review, paint)],
        ]
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines)


def block(block: Block) -> str:
    """Why a change is blocked. The block's texts are harmless already."""
    return f"blocked: {block.reason}"


def way_around(block: Block) -> str:
    """Which flag allows a blocked change. Empty where no flag does: the reason then says what helps, if anything."""
    return f"allow it with {block.allowed_by}" if block.allowed_by else ""


def _notice(notice: Notice, paint: Paint) -> list[str]:
    most = _MOST_READ_FIRST if notice.urgent else _MOST_LINES
    if notice.urgent:
        head = _first(notice.title, Ink.DANGER, paint)
        mark = paint("!", Ink.DANGER)
    else:
        head = paint(f"{notice.title}:", Ink.UPDATE)
        mark = paint("x", Ink.DANGER)
    lines = [head, *(f"  {mark} {line}" for line in notice.lines[:most])]
    more = len(notice.lines) - most
    return [*lines, *([f"  ... and {more} more."] if more > 0 else [])]


def _first(title: str, ink: Ink, paint: Paint) -> str:
    return paint(f"Read this first: {inside_sentence(title)}.", ink)


def _read_first(review: Review, paint: Paint) -> Iterator[list[str]]:
    """A paragraph for each kind of risk, the gravest first, a line for each thing and risk.

    That visitors see changes at once is no reason alone to read anything first, and is said once for all things.
    """
    found: dict[RiskKind, list[tuple[ReviewedThing, Risk]]] = {kind: [] for kind in RISK_ORDER}
    for thing in review.things:
        for risk in to_read_first(thing):
            found[risk.kind].append((thing, risk))
    seen_at_once = found.pop(RiskKind.PUBLISHING)
    if not any(found.values()):
        return
    for kind, risky in found.items():
        yield _risks(kind, [_at_risk(thing, risk) for thing, risk in risky], paint)
    texts = Counter(risk.text for _, risk in seen_at_once)
    yield _risks(RiskKind.PUBLISHING, [f"{counted(number, 'change')}: {text}" for text, number in texts.items()], paint)


def _risks(kind: RiskKind, told: Sequence[str], paint: Paint) -> list[str]:
    if not told:
        return []
    ink = Ink.DANGER if kind is RiskKind.AUTHENTICATION else Ink.UPDATE
    lines = [_first(risk_title(kind), ink, paint)]
    lines += [f"  {paint('!', ink)} {each}" for each in told[:_MOST_READ_FIRST]]
    if len(told) > _MOST_READ_FIRST:
        lines.append(f"  ... and {len(told) - _MOST_READ_FIRST} more. Each stands with its change below.")
    return lines


def _at_risk(thing: ReviewedThing, risk: Risk) -> str:
    return f"{thing.address}: {risk.text}{' (blocked)' if thing.blocks else ''}"


def _thing(thing: ReviewedThing, paint: Paint) -> Iterator[str]:
    live = f" ({thing.live})" if thing.live else ""
    mark = paint(thing.mark.value, ink_of(thing.mark))
    yield f"  {mark} {paint(thing.address, Ink.STRONG)} {thing.headline}{live}"
    for reason in thing.blocks:
        yield f"      {paint('x', Ink.DANGER)} {block(reason)}"
        if reason.allowed_by:
            yield f"        {way_around(reason)}"
    yield from _fields(thing, paint)
    for risk in thing.risks:
        yield f"      {_risk(risk, paint)}"
        for detail in risk.details:
            yield f"          {detail}"
    for note in thing.notes:
        yield _comment(note, paint)


def ink_of(mark: Mark) -> Ink:
    """The style of a mark."""
    match mark:
        case Mark.CREATED:
            return Ink.CREATE
        case Mark.DELETED | Mark.BLOCKED:
            return Ink.DANGER
        case _:
            return Ink.UPDATE


def _risk(risk: Risk, paint: Paint) -> str:
    return f"{paint('!', Ink.DANGER if risk.weakens else Ink.UPDATE)} {risk.text}"


def _fields(thing: ReviewedThing, paint: Paint) -> Iterator[str]:
    words = max((min(width(field.word), _WIDEST_WORD) for field in thing.fields), default=0)
    values = max((width(_value(field)) for field in thing.fields if field.comment and _aligns(field)), default=0)
    for field in thing.fields:
        comment = ""
        if field.comment:
            gap = max(values - width(_value(field)), 0) + 2
            comment = " " * gap + paint(f"# {field.comment}", Ink.QUIET)
        mark = field_mark(field, thing.mark)
        padding = " " * (words - width(field.word))
        value = _value(field)
        shown = f"{padding} = {value}" if value else ""
        yield f"      {paint(mark.value, ink_of(mark))} {field.word}{shown}{comment}"
        for detail in field.details[:_MOST_DETAILS]:
            yield f"          {detail}"
        if len(field.details) > _MOST_DETAILS:
            yield f"          ... and {counted(len(field.details) - _MOST_DETAILS, 'more difference')}"
    for remark in thing.unshown:
        yield _comment(remark, paint)


def _value(field: ReviewedField) -> str:
    return " -> ".join(value for value in (field.before, field.after) if value is not None)


def _comment(text: str, paint: Paint) -> str:
    return f"        {paint(f'# {text}', Ink.QUIET)}"


def _aligns(field: ReviewedField) -> bool:
    return width(_value(field)) <= _WIDEST_ALIGNED_VALUE


def _counts(review: Review, paint: Paint) -> str:
    numbers = ", ".join(f"{count.number} {count.label}" for count in review.counts)
    rest = f" {review.closing}" if review.closing else ""
    return f"{paint(f'{review.title}:', Ink.STRONG)} {numbers}.{rest}"
