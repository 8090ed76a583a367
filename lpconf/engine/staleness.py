"""Whether a plan that was made anew is the one that was approved."""

from __future__ import annotations

import json

from lpconf.engine.values import same
from lpconf.model.plan import Change, FieldChange, Plan


def moved(approved: Plan, fresh: Plan) -> tuple[str, ...]:
    """What is different in a fresh plan, one line each; empty if it is the approved one.

    Only what the plan changes counts: other fields of the same things may move and are kept.
    """
    old = {change.address: change for change in approved.allowed}
    new = {change.address: change for change in fresh.allowed}
    blocked = {change.address for change in fresh.blocked}
    lines: list[str] = []
    for address in dict.fromkeys([*old, *new]):
        before, after = old.get(address), new.get(address)
        if before is None:
            lines.append(f"{address}: now differs from the configuration, but did not when the plan was made")
        elif after is None:
            now = "is blocked now" if address in blocked else "is as declared by now"
            lines.append(f"{address}: {now}, and was to be changed when the plan was made")
        else:
            lines.extend(f"{address}{line}" for line in _moved_in(before, after))
    return tuple(lines)


def _moved_in(before: Change, after: Change) -> list[str]:
    if (before.action, before.live_id, before.campaign_id) != (after.action, after.live_id, after.campaign_id):
        return [": was replaced by another thing, deleted or created since the plan was made"]
    old = {field.path: field for field in before.fields}
    new = {field.path: field for field in after.fields}
    lines = []
    for path in dict.fromkeys([*old, *new]):
        first, second = old.get(path), new.get(path)
        if first is not None and second is not None:
            if not _same(first, second):
                lines.append(f".{first.word}: was {_shown(first)} when the plan was made, is now {_shown(second)}")
        elif first is not None:
            lines.append(f".{first.word}: was {_shown(first)} when the plan was made, is now as declared")
        elif second is not None:
            lines.append(f".{second.word}: was as declared when the plan was made, is now {_shown(second)}")
    return lines


def _same(first: FieldChange, second: FieldChange) -> bool:
    return same(first.comparison, first.before.wire, second.before.wire) and same(
        first.comparison, first.after.wire, second.after.wire
    )


def _shown(field: FieldChange) -> str:
    return json.dumps(field.before.text, ensure_ascii=False)
