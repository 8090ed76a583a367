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
_MOST_CONFLICTS = 50

YES = "yes"
"""What approves a plan that deletes nothing."""


def plan(plan: Plan, *, color: bool) -> str:
    """The whole plan: what is to be known first, each change with its changed fields, and the counts in the last line.

    The plan's diagnostics are not in it. Ends without a line break; without colour there is no ESC in it.
    """
    paint = painter(color)
    if not plan.changes:
        told = [_unprotected(plan, paint), _conflicts(plan, paint), [no_changes(plan)]]
        return "\n\n".join("\n".join(lines) for lines in told if lines)
    paragraphs = [
        [_opening(plan)],
        _unprotected(plan, paint),
        _read_first(plan, paint),
        _conflicts(plan, paint),
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
    answer = approval_answer(plan)
    if answer == YES:
        lines.append("Only 'yes' is accepted.")
    else:
        lines.append("What is deleted does not come back as it was.")
        lines.append(f"Only the account's id is accepted: {terminal(answer)}")
    return "\n".join(lines)


def approval_answer(plan: Plan) -> str:
    """What a user must type to approve: `yes`, or the account's id where something is deleted."""
    return plan.target.account if plan.count(Action.DELETE) else YES


def no_changes(plan: Plan) -> str:
    """What is said when everything is as declared."""
    if plan.rolls_back is not None:
        left = f" {counted(len(plan.conflicts), 'conflict')} left alone." if plan.conflicts else ""
        return f"Nothing to take back of the run {terminal(plan.rolls_back)}.{left}"
    things = counted(plan.unchanged, "thing")
    return f"No changes. Account {terminal(plan.target.account)} is as declared ({things})."


def block(block: Block) -> str:
    """Why a change is blocked."""
    return f"blocked: {message(block.reason)}"


def way_around(block: Block) -> str:
    """Which flag allows a blocked change. Empty where no flag does: the reason then says what helps, if anything."""
    return f"allow it with {terminal(block.allowed_by)}" if block.allowed_by else ""


def _opening(plan: Plan) -> str:
    what = "change" if plan.rolls_back is None else f"take back the run {terminal(plan.rolls_back)} in"
    if not plan.allowed:
        return f"lpconf would {what} {account(plan.target)}, but every change is blocked."
    return f"lpconf will {what} {account(plan.target)}."


def _conflicts(plan: Plan, paint: Paint) -> list[str]:
    """What a rollback leaves alone."""
    if not plan.conflicts:
        return []
    lines = [paint("Left alone:", Ink.UPDATE)]
    shown = [f"  {paint('x', Ink.DANGER)} {message(line)}" for line in plan.conflicts[:_MOST_CONFLICTS]]
    more = len(plan.conflicts) - _MOST_CONFLICTS
    return [*lines, *shown, *([f"  ... and {more} more."] if more > 0 else [])]


def _unprotected(plan: Plan, paint: Paint) -> list[str]:
    """What the last run's configuration protected and this one does not: it may be deleted from now on."""
    if not plan.unprotected:
        return []
    lines = [paint("Read this first: no longer protected from being deleted.", Ink.DANGER)]
    shown = [f"  {paint('!', Ink.DANGER)} {terminal(address)}" for address in plan.unprotected[:_MOST_READ_FIRST]]
    more = len(plan.unprotected) - _MOST_READ_FIRST
    return [*lines, *shown, *([f"  ... and {more} more."] if more > 0 else [])]


def _read_first(plan: Plan, paint: Paint) -> list[str]:
    weaker = [(change, risk) for change in plan.changes for risk in change.risks if risk.weakens]
    if not weaker:
        return []
    lines = [paint("Read this first: weaker authentication.", Ink.DANGER)]
    for change, risk in weaker[:_MOST_READ_FIRST]:
        blocked = " (blocked)" if change.blocked else ""
        mark = paint("!", Ink.DANGER)
        lines.append(f"  {mark} {terminal(str(change.address))}: {message(risk.text)}{blocked}")
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
            yield f"          {message(detail)}"
    for note in change.notes:
        yield _comment(message(note), paint)


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
        case Action.DELETE:
            return Ink.DANGER, "-", "deleted"
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
    return f"{paint('!', Ink.DANGER if risk.weakens else Ink.UPDATE)} {message(risk.text)}"


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
    """The fields to show, and how many of a new thing's fields nobody declared and nothing fills.

    Of a thing that is deleted, those that have a word and a value: what a reader knows it by.
    """
    if change.action is Action.DELETE:
        return [
            _Row(terminal(field.word), old_and_new_value(field)[0], "", ())
            for field in change.fields
            if not is_empty(field.before) and field.origin is Origin.LIVE
        ], 0
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
        case Origin.DECLARED | Origin.EXTRA | Origin.LIVE | Origin.LIVE_EXTRA:
            return ""
        case Origin.GROUP:
            return "follows from flow and key source"
        case Origin.TEMPLATE:
            return "from the template"
        case Origin.COPY:
            return "follows the reference"
        case Origin.DEFAULT:
            return "not declared: the only or the default one"
        case Origin.RUN:
            return "as before the run"
        case _:
            assert_never(origin)


def _counts(plan: Plan, paint: Paint) -> str:
    if plan.rolls_back is not None:
        rest = f" {counted(len(plan.conflicts), 'conflict')} left alone." if plan.conflicts else ""
    else:
        rest = f" {counted(plan.unchanged, 'thing')} unchanged."
    return f"{paint('Plan:', Ink.STRONG)} {_numbers(plan)}.{rest}"


def _numbers(plan: Plan) -> str:
    actions = [f"{plan.count(action)} to {_infinitive(action)}" for action in Action]
    return ", ".join([*actions, f"{len(plan.blocked)} blocked"])


def _infinitive(action: Action) -> str:
    match action:
        case Action.CREATE:
            return "create"
        case Action.UPDATE:
            return "change"
        case Action.DELETE:
            return "delete"
        case _:
            assert_never(action)
