"""What a plan that was made anew holds and the approved one did not show: risks, blocks, and lost protection."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from lpconf.model.plan import Change, Plan, Risk


def unapproved(approved: Plan, fresh: Plan) -> tuple[str, ...]:
    """What nobody has approved, one line each, in the order of the changes; empty if there is nothing.

    The fields of the changes are another question (see `staleness.moved`). A change that is blocked in both plans runs
    in neither, so its risks do not count. Not escaped: a line may hold live text.
    """
    shown = {change.address: change for change in approved.changes}
    before = {(each.address.kind, each.live_id) for each in approved.unprotected}
    return (
        *chain.from_iterable(_risks(shown.get(change.address), change) for change in fresh.allowed),
        *(_block(change) for change in fresh.blocked if change.address not in shown),
        *(
            f"{each.address} (id {each.live_id}): lost its protection from being deleted since the last run, and the "
            "plan did not show that. It was made before that run, or where its journal is not."
            for each in fresh.unprotected
            if (each.address.kind, each.live_id) not in before
        ),
    )


def _risks(approved: Change | None, fresh: Change) -> Iterator[str]:
    shown = approved.risks if approved is not None else ()
    texts = {(risk.kind, risk.text) for risk in shown}
    details = {(risk.kind, detail) for risk in shown for detail in risk.details}
    for risk in fresh.risks:
        new = tuple(each for each in risk.details if (risk.kind, each) not in details)
        # The text of a risk with details counts them: that one of them has gone is nothing to approve.
        if new or (not risk.details and (risk.kind, risk.text) not in texts):
            yield f"{fresh.address}: a risk that the plan did not show: {_with_details(risk, new)}"


def _with_details(risk: Risk, details: tuple[str, ...]) -> str:
    return f"{risk.text} {', '.join(details)}" if details else risk.text


def _block(change: Change) -> str:
    reasons = " ".join(block.reason for block in change.blocks)
    return f"{change.address}: a change that is blocked, and that the plan did not show: {reasons}"
