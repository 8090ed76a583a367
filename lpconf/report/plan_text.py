"""A plan as people read it, and how they are asked to approve it."""

from __future__ import annotations

from lpconf.model.plan import Action, Plan
from lpconf.report import review_text
from lpconf.report.escape import terminal
from lpconf.report.review_of_plan import counts, of_plan
from lpconf.report.wording import account, account_in_public, counted

YES = "yes"
"""What approves a plan that deletes nothing."""


def plan(plan: Plan, *, color: bool) -> str:
    """The whole plan: what is to be known first, each change with its changed fields, and the counts in the last line.

    The plan's diagnostics are not in it. Ends without a line break; without colour there is no ESC in it.
    """
    return review_text.render(of_plan(plan), color=color)


def approval(plan: Plan, *, addresses_only: bool = False) -> str:
    """What is said before a user is asked to approve: where, how much, and which answer counts."""
    numbers = ", ".join(f"{count.number} {count.label}" for count in counts(plan))
    where = account_in_public(plan.target) if addresses_only else account(plan.target)
    lines = [f"lpconf is about to change {where}:", f"  {numbers}."]
    weaker = sum(any(risk.weakens for risk in change.risks) for change in plan.allowed)
    if weaker:
        lines.append(f"  {counted(weaker, 'change')} with weaker authentication. Read this above before you answer.")
    answer = approval_answer(plan)
    if answer == YES:
        lines.append("Only 'yes' is accepted.")
    else:
        lines.append("What is deleted probably does not come back as it was.")
        lines.append(f"Only the account's id is accepted: {terminal(answer)}")
    return "\n".join(lines)


def approval_answer(plan: Plan) -> str:
    """What a user must type to approve: `yes`, or the account's id where something is deleted."""
    return plan.target.account if plan.count(Action.DELETE) else YES
