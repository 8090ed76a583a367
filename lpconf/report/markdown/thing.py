"""One thing of a review as markdown: a folded section, or one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lpconf.model.plan import RISK_ORDER, Risk, RiskKind
from lpconf.report.markdown.inert import address, fenced, folded, listed, listed_in_line, prose, size
from lpconf.report.markdown.risks import blocked
from lpconf.report.review import Mark, ReviewedField, ReviewedThing, field_mark, risk_title
from lpconf.report.wording import counted

_MOST_DETAILS = 20
_LEAST = 1_500
"""Bytes of a section that are kept for what is not a field."""


def rank(thing: ReviewedThing) -> int:
    """How soon a thing must be read: the rank of its gravest risk; of what is deleted or blocked at least that of a
    deletion.
    """
    ranks = [RISK_ORDER[risk.kind] for risk in thing.risks]
    if thing.mark is Mark.DELETED or thing.blocks:
        ranks.append(RISK_ORDER[RiskKind.DELETION])
    return min(ranks, default=RISK_ORDER[RiskKind.OTHER])


def is_grave(thing: ReviewedThing) -> bool:
    """Whether a thing must be shown before others: at risk, deleted or blocked."""
    return rank(thing) <= RISK_ORDER[RiskKind.DELETION]


def in_one_line(thing: ReviewedThing) -> str:
    """The address, what happens, and the gravest risk, as HTML on one line."""
    live = f" ({prose(thing.live)})" if thing.live else ""
    kinds = [risk.kind for risk in thing.risks if risk.kind is not RiskKind.OTHER]
    marker = f" - <b>{risk_title(kinds[0]).lower()}</b>" if kinds else ""
    return f"{address(thing.address)} {prose(thing.headline)}{live}{marker}"


def section(thing: ReviewedThing, longest: int) -> str:
    """The folded section: blocks, risks, the fields as a difference, notes. About `longest` bytes at most."""
    told = [f"<b>Blocked</b>: {blocked(block)}" for block in thing.blocks] + [_risk(risk) for risk in thing.risks]
    above = listed(_bounded(told, longest // 4))
    below = listed(_bounded([prose(each) for each in (*thing.unshown, *thing.notes)], longest // 4))
    left = max(longest - size(above) - size(below), _LEAST)
    fields = _difference(thing, left)
    return folded(in_one_line(thing), *(each for each in (above, fields, below) if each))


def _risk(risk: Risk) -> str:
    return prose(risk.text) + listed_in_line(map(prose, risk.details))


def _bounded(items: Sequence[str], longest: int) -> Iterator[str]:
    for index, item in enumerate(items):
        longest -= size(item)
        if longest < 0:
            yield f"{len(items) - index} more, not shown for lack of space"
            return
        yield item


def _difference(thing: ReviewedThing, longest: int) -> str:
    lines: list[str] = []
    for index, field in enumerate(thing.fields):
        own = list(_field(field, thing.mark))
        longest -= sum(map(size, own))
        if longest < 0:
            lines.append(f"# {counted(len(thing.fields) - index, 'more field')}, not shown for lack of space")
            break
        lines.extend(own)
    return fenced(lines, "diff") if lines else ""


def _field(field: ReviewedField, mark: Mark) -> Iterator[str]:
    """The lines of one field. Each starts with a sign, so that none can be taken for the end of the block."""
    comment = f"  # {field.comment}" if field.comment else ""
    if field.before is None and field.after is None:
        sign = {Mark.CREATED: "+", Mark.DELETED: "-"}.get(field_mark(field, mark), "!")
        yield f"{sign} {field.word}{comment}"
    if field.before is not None:
        yield f"- {field.word}: {field.before}" + (comment if field.after is None else "")
    if field.after is not None:
        yield f"+ {field.word}: {field.after}{comment}"
    for detail in field.details[:_MOST_DETAILS]:
        yield f"#   {detail}"
    if len(field.details) > _MOST_DETAILS:
        yield f"#   {counted(len(field.details) - _MOST_DETAILS, 'more difference')}, not shown"
