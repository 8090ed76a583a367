"""In which order the writes come, and what each of them waits for."""

from __future__ import annotations

import pytest

from lpconf.engine.plan import plan as make_plan
from lpconf.model.live import Live
from lpconf.model.plan import Plan
from lpconf.model.policy import Policy
from tests.account import QUIRKS, SANDBOX, campaign, connector, engagement, live, plan, site

ALLOWED = Policy(allow_delete=True)

PUBLISHED = """
campaigns:
  - name: Sales
    status: published
    engagements: [{name: Old, lifecycle: {state: absent}}]
"""


def order(made: Plan) -> list[str]:
    return [f"{step.action} {step.address}" for step in made.steps]


def needs(made: Plan, address: str) -> set[str]:
    (step,) = (step for step in made.steps if str(step.address) == address)
    return {str(each) for each in step.needs}


def test_an_engagement_that_goes_is_gone_before_its_campaign_is_published() -> None:
    made = plan(PUBLISHED, campaign(1, "Sales", status=0), engagement(2, "Old", 1), policy=ALLOWED)
    assert order(made) == ['delete campaign["Sales"]/engagement["Old"]', 'update campaign["Sales"]']
    assert needs(made, 'campaign["Sales"]') == {'campaign["Sales"]/engagement["Old"]'}


def test_a_campaign_is_not_published_while_an_engagement_that_should_go_may_not() -> None:
    made = plan(PUBLISHED, campaign(1, "Sales", status=0), engagement(2, "Old", 1))
    assert order(made) == []


def test_a_connector_that_may_not_go_keeps_nobody_from_using_it() -> None:
    made = plan(
        """
        connectors: [{name: A, lifecycle: {state: absent}}]
        campaigns: [{name: Sales, status: published, engagements: [{name: Chat, enabled: true}]}]
        """,
        connector(3, "A"),
        campaign(1, "Sales", status=0),
        engagement(2, "Chat", 1, enabled=False, connectorId=3),
        policy=ALLOWED,
    )
    assert [str(change.address) for change in made.blocked] == ['connector["A"]']
    assert order(made) == ['update campaign["Sales"]/engagement["Chat"]', 'update campaign["Sales"]']


def test_an_engagement_without_a_connector_does_not_wait_for_a_new_one() -> None:
    made = plan(
        """
        connectors:
          - {name: New, flow: implicit, authentication_endpoint: https://a.b, jwks_endpoint: https://a.b/keys}
        campaigns: [{name: Sales, status: published, engagements: [{name: Chat, enabled: true}]}]
        """,
        campaign(1, "Sales", status=0),
        engagement(2, "Chat", 1, enabled=False, connectorId=None),
    )
    chat = 'campaign["Sales"]/engagement["Chat"]'
    assert needs(made, chat) == set()
    assert needs(made, 'campaign["Sales"]') == {chat}


def test_a_plan_is_the_same_in_whatever_order_liveperson_lists_things() -> None:
    wanted = site("campaigns: [{name: Sales, delete_undeclared: [engagements], engagements: [{name: A}]}]")
    account = live(campaign(1, "Sales"), engagement(2, "A", 1), engagement(3, "B", 1), engagement(4, "C", 1))
    backwards = Live({kind: tuple(reversed(things)) for kind, things in account.things.items()})
    one, other = (
        make_plan(wanted, each, target=SANDBOX, quirks=QUIRKS, policy=ALLOWED) for each in (account, backwards)
    )
    assert one == other
    assert len(one.steps) == 2


@pytest.mark.parametrize("leaves", ["lifecycle: {state: absent}", "connector: {unset: true}"])
def test_a_campaign_does_not_wait_for_a_connector_that_its_engagements_leave(leaves: str) -> None:
    made = plan(
        f"""
        connectors: [{{name: A, description: new}}]
        campaigns: [{{name: Sales, status: published, engagements: [{{name: Chat, {leaves}}}]}}]
        """,
        connector(3, "A", type=7),
        campaign(1, "Sales", status=0),
        engagement(2, "Chat", 1, connectorId=3),
        policy=ALLOWED,
    )
    assert [str(change.address) for change in made.blocked] == ['connector["A"]']
    assert needs(made, 'campaign["Sales"]') == {'campaign["Sales"]/engagement["Chat"]'}
