"""A plan as a reviewer reads it."""

from __future__ import annotations

from typing import assert_never

from lpconf.model import public
from lpconf.model.address import SelectBy
from lpconf.model.plan import RISK_ORDER, Action, Block, Change, FieldChange, Origin, Plan, Unprotected
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
from lpconf.report.value import differs_inside, is_empty, new_value, old_and_new_value, quoted
from lpconf.report.wording import FOLLOWS, account, account_in_public, counted, message, shorten


def of_plan(plan: Plan) -> Review:
    """What a plan would change, also one that takes a run back. Things stand in the plan's order."""
    in_public = public.addresses(plan)
    return Review(
        title="Plan",
        opening=_opening(plan, account(plan.target)),
        opening_in_public=_opening(plan, account_in_public(plan.target)),
        counts=counts(plan),
        things=tuple(_thing(change, in_public) for change in plan.changes),
        notices=_notices(plan),
        diagnostics=plan.diagnostics,
        closing=_closing(plan),
    )


def counts(plan: Plan) -> tuple[Count, ...]:
    """How many things a plan would create, change and delete, and how many changes are blocked."""
    found = [Count(f"to {infinitive(action)}", plan.count(action), _mark(action)) for action in Action]
    return (*found, Count(MARK_WORDS[Mark.BLOCKED], len(plan.blocked), Mark.BLOCKED))


def no_changes(plan: Plan) -> str:
    """What is said when everything is as declared."""
    if plan.rolls_back is not None:
        left = f" {_left_alone(plan)}" if plan.conflicts else ""
        return f"Nothing to take back of the run {terminal(plan.rolls_back)}.{left}"
    things = counted(plan.unchanged, "thing")
    return f"No changes. Account {terminal(plan.target.account)} is as declared ({things})."


def infinitive(action: Action) -> str:
    """What is to be done with a thing."""
    match action:
        case Action.CREATE:
            return "create"
        case Action.UPDATE:
            return "change"
        case Action.DELETE:
            return "delete"
        case _:
            assert_never(action)


def participle(action: Action) -> str:
    """What was done with a thing."""
    return MARK_WORDS[_mark(action)]


def _mark(action: Action) -> Mark:
    match action:
        case Action.CREATE:
            return Mark.CREATED
        case Action.UPDATE:
            return Mark.CHANGED
        case Action.DELETE:
            return Mark.DELETED
        case _:
            assert_never(action)


def harmless_block(block: Block) -> Block:
    """A block whose texts are harmless and each on one line."""
    return Block(message(block.reason), terminal(block.allowed_by))


def _opening(plan: Plan, where: str) -> str:
    if not plan.changes:
        return no_changes(plan)
    what = "change" if plan.rolls_back is None else f"take back the run {terminal(plan.rolls_back)} in"
    if not plan.allowed:
        return f"lpconf would {what} {where}, but every change is blocked."
    return f"lpconf will {what} {where}."


def _closing(plan: Plan) -> str:
    """What the plan leaves alone. Empty without changes: the opening says it all."""
    if not plan.changes:
        return ""
    if plan.rolls_back is None:
        return f"{counted(plan.unchanged, 'thing')} unchanged."
    return _left_alone(plan) if plan.conflicts else ""


def _left_alone(plan: Plan) -> str:
    return f"{counted(len(plan.conflicts), 'conflict')} left alone."


def _notices(plan: Plan) -> tuple[Notice, ...]:
    found = []
    if plan.unprotected:
        title = "No longer protected from being deleted"
        changed = {(each.address.kind, each.live_id): index for index, each in enumerate(plan.changes)}
        found.append(
            Notice(
                title,
                tuple(_unprotected(each, str(each.address)) for each in plan.unprotected),
                urgent=True,
                addresses=True,
                lines_in_public=tuple(_unprotected(each, each.in_public) for each in plan.unprotected),
                things=tuple(changed.get((each.address.kind, each.live_id)) for each in plan.unprotected),
                positions=tuple(each.position for each in plan.unprotected),
            )
        )
    if plan.conflicts:
        found.append(Notice("Left alone", tuple(map(message, plan.conflicts))))
    return tuple(found)


def _unprotected(unprotected: Unprotected, address: str) -> str:
    own = f"[id={unprotected.live_id}]"
    return terminal(address if address.endswith(own) else f"{address} (id {unprotected.live_id})")


def _thing(change: Change, in_public: public.Addresses) -> ReviewedThing:
    verb = participle(change.action)
    fields, stay_empty = _fields(change)
    unshown = []
    if stay_empty:
        unshown.append(f"{counted(stay_empty, 'more field')} {'stays' if stay_empty == 1 else 'stay'} empty")
    return ReviewedThing(
        address=terminal(str(change.address)),
        mark=Mark.BLOCKED if change.blocked else _mark(change.action),
        headline=f"would be {verb}, but is blocked" if change.blocked else f"will be {verb}",
        live=_live(change),
        fields=fields,
        risks=tuple(harmless_risk(risk) for risk in sorted(change.risks, key=lambda risk: RISK_ORDER[risk.kind])),
        blocks=tuple(map(harmless_block, change.blocks)),
        notes=tuple(map(message, change.notes)),
        position=change.position,
        unshown=(*unshown, *unchanged(change.unchanged_fields)),
        appearance=change.appearance,
        address_in_public=terminal(str(public.address(in_public, change.address))),
    )


def _live(change: Change) -> str:
    """The live thing's name and id, as far as the address does not show them."""
    if change.live_id is None:
        return ""
    selector = change.address.selector
    if selector.by is SelectBy.NAME and selector.value == change.name:
        return f"id {change.live_id}"
    return f"{shorten(quoted(change.name))}, id {change.live_id}"


def _fields(change: Change) -> tuple[tuple[ReviewedField, ...], int]:
    """The fields to show, and how many of a new thing's fields nobody declared and nothing fills.

    Of a thing that is deleted, those that have a word and a value: what a reader knows it by.
    """
    if change.action is Action.DELETE:
        return tuple(
            ReviewedField(terminal(field.word), old_and_new_value(field)[0], None)
            for field in change.fields
            if not is_empty(field.before) and field.origin is Origin.LIVE
        ), 0
    if change.action is Action.CREATE:
        shown = [field for field in change.fields if not (_is_taken(field.origin) and is_empty(field.after))]
        return tuple(_field(field, None, new_value(field)) for field in shown), len(change.fields) - len(shown)
    return tuple(_field(field, *old_and_new_value(field)) for field in change.fields), 0


def _field(field: FieldChange, before: str | None, after: str) -> ReviewedField:
    word, origin = terminal(field.word), _origin(field.origin)
    if not (field.details and differs_inside(field)):
        return ReviewedField(word, before, after, origin)
    return ReviewedField(word, None, None, origin, tuple(map(message, field.details)), mark=Mark.CHANGED)


def _is_taken(origin: Origin) -> bool:
    return origin not in {Origin.DECLARED, Origin.EXTRA}


def _origin(origin: Origin) -> str:
    match origin:
        case Origin.DECLARED | Origin.EXTRA | Origin.LIVE | Origin.LIVE_EXTRA:
            return ""
        case Origin.GROUP:
            return FOLLOWS
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
