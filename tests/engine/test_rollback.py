"""What a plan that takes a run back puts right, and what it leaves alone."""

from __future__ import annotations

import pytest

from lpconf.engine.rollback import rollback
from lpconf.model.live import LiveThing
from lpconf.model.plan import Action, Plan
from lpconf.model.policy import Policy
from lpconf.model.record import Answer, Image, Intent, RunRecord, StepRecord
from lpconf.model.run import Outcome, StepResult
from tests.account import QUIRKS, SANDBOX, campaign, engagement, live, plan

from .records import record_of

ALLOWED = Policy(allow_delete=True)
SALES = (campaign(1, "Sales"), engagement(2, "Chat", 1))
DELETE_SALES = "campaigns: [{name: Sales, lifecycle: {state: absent}}]"
DELETE_CHAT = "campaigns: [{name: Sales, engagements: [{name: Chat, lifecycle: {state: absent}}]}]"


def deleted(declared: str, *held: LiveThing) -> RunRecord:
    """A run that deleted what a declaration asks to delete."""
    made = plan(declared, *held, policy=ALLOWED)
    bodies = {(each.kind, each.id): each.body for each in held}
    steps = []
    for index, change in enumerate(made.changes):
        kind, live_id = change.address.kind, change.live_id or 0
        intent = Intent(
            step=index,
            time="",
            action=change.action,
            kind=kind,
            live_id=live_id,
            campaign_id=change.campaign_id,
            name=change.name,
            planned=(),
            before=Image(bodies[kind, live_id]),
            answer=Answer.ANSWERED,
        )
        result = StepResult(change.address, change.action, Outcome.CONFIRMED, live_id)
        steps.append(StepRecord(change.address, change.action, result, (intent,)))
    return record_of(made, tuple(steps))


def back(record: RunRecord, *held: LiveThing) -> Plan:
    return rollback(record, live(*held), target=SANDBOX, quirks=QUIRKS, policy=ALLOWED)


def test_an_engagement_comes_back_with_its_campaign_whatever_is_in_others() -> None:
    others = (campaign(3, "Help"), engagement(4, "Chat", 3))
    made = back(deleted(DELETE_SALES, *SALES, *others), *others)
    assert [(str(each.address), each.action) for each in made.changes] == [
        ('campaign["Sales"]/engagement["Chat"]', Action.CREATE),
        ('campaign["Sales"]', Action.CREATE),
    ]
    assert made.conflicts == ()


@pytest.mark.parametrize(
    ("declared", "held", "conflict"),
    [
        (DELETE_SALES, (campaign(5, "Sales"),), 'campaign["Sales"]: there is another of its name by now.'),
        (
            DELETE_CHAT,
            (SALES[0], engagement(5, "Chat", 1)),
            'campaign["Sales"]/engagement["Chat"]: there is another of its name by now.',
        ),
    ],
)
def test_what_has_got_its_name_in_its_collection_keeps_it_away(
    declared: str, held: tuple[LiveThing, ...], conflict: str
) -> None:
    made = back(deleted(declared, *SALES), *held)
    assert conflict in made.conflicts
    assert made.changes == ()
