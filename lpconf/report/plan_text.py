"""A plan as people read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from lpconf.model.address import SelectBy
from lpconf.model.plan import Action, Block, Change, Origin, Plan, Risk
from lpconf.report.escape import terminal
from lpconf.report.paint import Ink, Paint, painter
from lpconf.report.value import is_empty, new_value, old_and_new_value, quoted
from lpconf.report.wording import account, counted, message, shorten, width

_WIDEST_WORD = 40
_WIDEST_ALIGNED_VALUE = 50
_MOST_READ_FIRST = 20
_MOST_DETAILS = 20


def plan(plan: Plan, *, color: bool) -> str:
    """The whole plan: what is to be known first, each change with its changed fields, and the counts in the last line.

    The plan's diagnostics are not in it. Ends without a line break; without colour there is no ESC in it.
    """
    if not plan.changes:
        return no_changes(plan)
    paint = painter(color)
    paragraphs = [
        [_opening(plan)],
        _read_first(plan, paint),
        *(list(_change(change, paint)) for change in plan.changes),
        [_counts(plan, paint)],
    ]
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines)


def approval(plan: Plan) -> str:
    """What is said before a user is asked to approve: where, how much, and which answer counts."""
    lines = [f"lpconf is about to change {account(plan.target)}:", f"  {_numbers(plan)}."]
    weaker = sum(any(risk.weakens for risk in change.risks) for change in plan.allowed)
    if weaker:
        lines.append(f"  {counted(weaker, 'change')} with weaker authentication. Read this above before you answer.")
    return "\n".join([*lines, "Only 'yes' is accepted."])


def no_changes(plan: Plan) -> str:
    """What is said when everything is as declared."""
    things = counted(plan.unchanged, "thing")
    return f"No changes. Account {terminal(plan.target.account)} is as declared ({things})."


def block(block: Block) -> str:
    """Why a change is blocked."""
    return f"blocked: {message(block.reason)}"


def way_around(block: Block) -> str:
    """Which flag allows a blocked change. Empty where no flag does: the reason then says what helps, if anything."""
    return f"allow it with {terminal(block.allowed_by)}" if block.allowed_by else ""


def _opening(plan: Plan) -> str:
    if not plan.allowed:
        return f"lpconf would change {account(plan.target)}, but every change is blocked."
    return f"lpconf will change {account(plan.target)}."


def _read_first(plan: Plan, paint: Paint) -> list[str]:
    weaker = [(change, risk) for change in plan.changes for risk in change.risks if risk.weakens]
    if not weaker:
        return []
    lines = [paint("Read this first: weaker authentication.", Ink.DANGER)]
    for change, risk in weaker[:_MOST_READ_FIRST]:
        blocked = " (blocked)" if change.blocked else ""
        mark = paint("!", Ink.DANGER)
        lines.append(f"  {mark} {terminal(str(change.address))}: {terminal(risk.text)}{blocked}")
    if len(weaker) > _MOST_READ_FIRST:
        lines.append(f"  ... and {len(weaker) - _MOST_READ_FIRST} more. Each is marked with ! below.")
    return lines


def _change(change: Change, paint: Paint) -> Iterator[str]:
    yield _headline(change, paint)
    for reason in change.blocks:
        yield f"      {paint('x', Ink.DANGER)} {block(reason)}"
        if reason.allowed_by:
            yield f"        {way_around(reason)}"
    yield from _fields(change, paint)
    for risk in sorted(change.risks, key=lambda risk: not risk.weakens):
        yield f"      {_risk(risk, paint)}"
        for detail in risk.details:
            yield f"          {terminal(detail)}"
    for note in change.notes:
        yield _comment(terminal(note), paint)


def _headline(change: Change, paint: Paint) -> str:
    ink, mark, verb = _action(change.action)
    address = paint(terminal(str(change.address)), Ink.STRONG)
    if change.blocked:
        return f"  {paint('x', Ink.DANGER)} {address} would be {verb}, but is blocked{_live(change)}"
    return f"  {paint(mark, ink)} {address} will be {verb}{_live(change)}"


def _action(action: Action) -> tuple[Ink, str, str]:
    match action:
        case Action.CREATE:
            return Ink.CREATE, "+", "created"
        case Action.UPDATE:
            return Ink.UPDATE, "~", "changed"
        case _:
            assert_never(action)


def _live(change: Change) -> str:
    """The live thing's name and id, as far as the address does not show them."""
    if change.live_id is None:
        return ""
    selector = change.address.selector
    if selector.by is SelectBy.NAME and selector.value == change.name:
        return f" (id {change.live_id})"
    return f" ({shorten(quoted(change.name))}, id {change.live_id})"


def _risk(risk: Risk, paint: Paint) -> str:
    return f"{paint('!', Ink.DANGER if risk.weakens else Ink.UPDATE)} {terminal(risk.text)}"


@dataclass(frozen=True, slots=True)
class _Row:
    """One field: its word, what happens to its value, why it is there, and what differs inside."""

    word: str
    value: str
    comment: str
    details: tuple[str, ...]


def _fields(change: Change, paint: Paint) -> Iterator[str]:
    rows, stay_empty = _rows(change)
    ink, mark, _ = _action(change.action)
    words = max((min(width(row.word), _WIDEST_WORD) for row in rows), default=0)
    values = max((width(row.value) for row in rows if row.comment and _aligns(row)), default=0)
    for row in rows:
        comment = ""
        if row.comment:
            gap = max(values - width(row.value), 0) + 2
            comment = " " * gap + paint(f"# {row.comment}", Ink.QUIET)
        padding = " " * (words - width(row.word))
        yield f"      {paint(mark, ink)} {row.word}{padding} = {row.value}{comment}"
        for detail in row.details[:_MOST_DETAILS]:
            yield f"          {message(detail)}"
        if len(row.details) > _MOST_DETAILS:
            yield f"          ... and {counted(len(row.details) - _MOST_DETAILS, 'more difference')}"
    if stay_empty:
        stay = "stays" if stay_empty == 1 else "stay"
        yield _comment(f"{counted(stay_empty, 'more field')} {stay} empty", paint)
    if change.unchanged_fields:
        are = "is" if change.unchanged_fields == 1 else "are"
        yield _comment(f"{counted(change.unchanged_fields, 'declared field')} {are} unchanged", paint)


def _comment(text: str, paint: Paint) -> str:
    return f"        {paint(f'# {text}', Ink.QUIET)}"


def _aligns(row: _Row) -> bool:
    return width(row.value) <= _WIDEST_ALIGNED_VALUE


def _rows(change: Change) -> tuple[list[_Row], int]:
    """The fields to show, and how many of a new thing's fields nobody declared and nothing fills."""
    creation = change.action is Action.CREATE
    rows: list[_Row] = []
    stay_empty = 0
    for field in change.fields:
        if creation and _is_taken(field.origin) and is_empty(field.after):
            stay_empty += 1
            continue
        value = new_value(field) if creation else " -> ".join(old_and_new_value(field))
        rows.append(_Row(terminal(field.word), value, _origin(field.origin), field.details))
    return rows, stay_empty


def _is_taken(origin: Origin) -> bool:
    return origin not in {Origin.DECLARED, Origin.EXTRA}


def _origin(origin: Origin) -> str:
    match origin:
        case Origin.DECLARED | Origin.EXTRA:
            return ""
        case Origin.GROUP:
            return "follows from flow and key source"
        case Origin.TEMPLATE:
            return "from the template"
        case Origin.COPY:
            return "follows the reference"
        case Origin.DEFAULT:
            return "not declared: the only or the default one"
        case _:
            assert_never(origin)


def _counts(plan: Plan, paint: Paint) -> str:
    return f"{paint('Plan:', Ink.STRONG)} {_numbers(plan)}. {counted(plan.unchanged, 'thing')} unchanged."


def _numbers(plan: Plan) -> str:
    actions = [f"{plan.count(action)} to {_infinitive(action)}" for action in Action]
    return ", ".join([*actions, f"{len(plan.blocked)} blocked"])


def _infinitive(action: Action) -> str:
    match action:
        case Action.CREATE:
            return "create"
        case Action.UPDATE:
            return "change"
        case _:
            assert_never(action)
