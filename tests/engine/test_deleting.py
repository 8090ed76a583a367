"""What a plan deletes, and what keeps it from doing so."""

from __future__ import annotations

import pytest

from lpconf.engine.plan import plan as make_plan
from lpconf.model.address import Kind
from lpconf.model.errors import InvalidConfiguration
from lpconf.model.live import LiveThing
from lpconf.model.plan import Action, Change, Plan, Unprotected
from lpconf.model.policy import Policy
from tests.account import QUIRKS, REAL, SANDBOX, campaign, connector, engagement, live, named, plan, site, texts
from tests.canary import CANARY

ALLOWED = Policy(allow_delete=True)

ABSENT = "connectors: [{name: Old, lifecycle: {state: absent}}]"
PURGE = """
campaigns:
  - name: Sales
    delete_undeclared: [engagements]
    engagements: [{name: Keep}]
"""


def deletions(made: Plan) -> dict[str, Change]:
    return {str(change.address): change for change in made.changes if change.action is Action.DELETE}


def flags(change: Change) -> list[str]:
    return [block.allowed_by for block in change.blocks]


def campaigns(count: int, *, first: int = 100) -> list[LiveThing]:
    return [engagement(first + number, f"E{number}", 1) for number in range(count)]


def test_an_absent_thing_that_is_live_is_deleted() -> None:
    made = plan(ABSENT, connector(5, "Old"), connector(6, "New"), policy=ALLOWED)
    change = deletions(made)['connector["Old"]']
    assert (change.live_id, change.operation, change.blocked) == (5, "connector.delete", False)
    assert [str(step.address) for step in made.steps] == ['connector["Old"]']


def test_an_absent_thing_that_is_not_live_is_as_declared() -> None:
    made = plan(ABSENT, connector(6, "New"), policy=ALLOWED)
    assert (made.changes, made.unchanged) == ((), 1)
    assert plan("connectors: [{id: 5, lifecycle: {state: absent}}]", policy=ALLOWED).changes == ()


def test_an_absent_name_that_differs_in_case_only_is_pointed_out() -> None:
    (found,) = plan(ABSENT, connector(5, "old"), policy=ALLOWED).diagnostics
    assert found.message.startswith('no connector of this name is live; the name of the connector "old" (id 5)')


def test_every_field_of_a_deleted_thing_goes_away_so_that_one_that_moves_is_noticed() -> None:
    made = plan(
        "campaigns: [{name: Sales, engagements: [{name: A, lifecycle: {state: absent}}]}]",
        campaign(1, "Sales"),
        engagement(2, "A", 1, weight=0.5, apiKey="hidden"),
        policy=ALLOWED,
    )
    change = deletions(made)['campaign["Sales"]/engagement["A"]']
    shown = texts(change)
    assert shown["enabled"] == (True, None)
    assert shown["weight"] == (0.5, None)
    assert shown["apiKey"] == ("(sensitive value)", None)
    assert "id" not in shown


def test_a_client_secret_is_masked_where_its_connector_goes() -> None:
    made = plan(ABSENT, connector(5, "Old", clientSecret=CANARY), policy=ALLOWED)
    assert CANARY not in repr(made)


def test_delete_undeclared_takes_what_is_live_and_not_declared_in_that_campaign_only() -> None:
    made = plan(
        PURGE,
        campaign(1, "Sales"),
        campaign(9, "Other"),
        engagement(2, "Keep", 1),
        engagement(3, "Stray", 1),
        engagement(4, "Elsewhere", 9),
        policy=ALLOWED,
    )
    assert list(deletions(made)) == ['campaign["Sales"]/engagement["Stray"]']


def test_things_that_share_a_name_are_addressed_by_id() -> None:
    made = plan(
        PURGE,
        campaign(1, "Sales"),
        engagement(2, "Keep", 1),
        engagement(3, "Twin", 1),
        engagement(4, "Twin", 1),
        engagement(5, "", 1),
        policy=ALLOWED,
    )
    assert list(deletions(made)) == [f'campaign["Sales"]/engagement[id={number}]' for number in (3, 4, 5)]


def test_delete_undeclared_never_touches_a_connector_that_is_not_recognised() -> None:
    made = plan(
        "delete_undeclared: [connectors]\nconnectors: [{name: Mine, preferred: false}]",
        connector(5, "Mine"),
        connector(6, "Unauthenticated", type=0),
        connector(7, "Strange", acrValues=["0"]),
        connector(8, "Stray"),
        policy=ALLOWED,
    )
    assert list(deletions(made)) == ['connector["Stray"]']


def test_a_connector_that_is_not_recognised_is_not_deleted_by_name_either() -> None:
    change = deletions(plan(ABSENT, connector(5, "Old", type=0), policy=ALLOWED))['connector["Old"]']
    assert change.blocked
    assert flags(change) == [""]


def test_a_campaign_takes_its_engagements_with_it_each_shown_and_first() -> None:
    made = plan(
        "campaigns: [{name: Sales, lifecycle: {state: absent}}]",
        campaign(1, "Sales"),
        engagement(2, "A", 1),
        engagement(3, "B", 1),
        policy=ALLOWED,
    )
    assert [str(step.address) for step in made.steps] == [
        'campaign["Sales"]/engagement["A"]',
        'campaign["Sales"]/engagement["B"]',
        'campaign["Sales"]',
    ]
    assert {str(address) for address in made.steps[-1].needs} == {str(step.address) for step in made.steps[:2]}


def test_nothing_is_deleted_without_the_flag() -> None:
    change = deletions(plan(ABSENT, connector(5, "Old")))['connector["Old"]']
    assert flags(change) == ["--allow-delete"]


def test_more_deletions_than_allowed_are_all_blocked_and_the_flag_that_is_named_is_enough() -> None:
    things = [campaign(1, "Sales"), engagement(2, "Keep", 1), *campaigns(6)]
    found = deletions(plan(PURGE, *things, policy=ALLOWED)).values()
    assert {tuple(flags(each)) for each in found} == {("--max-deletes 6",)}
    enough = Policy(allow_delete=True, max_deletes=6)
    assert not plan(PURGE, *things, policy=enough).blocked


def test_a_larger_share_of_a_larger_collection_than_allowed_is_blocked() -> None:
    things = [campaign(1, "Sales"), engagement(2, "Keep", 1), *campaigns(9)]
    many = Policy(allow_delete=True, max_deletes=50)
    found = deletions(plan(PURGE, *things, policy=many)).values()
    assert {tuple(flags(each)) for each in found} == {("--max-delete-share 90",)}
    assert not plan(PURGE, *things, policy=Policy(allow_delete=True, max_deletes=50, max_delete_share=90)).blocked


def test_the_share_does_not_count_in_a_small_collection() -> None:
    things = [campaign(1, "Sales"), engagement(2, "Keep", 1), *campaigns(5)]
    assert not plan(PURGE, *things, policy=ALLOWED).blocked


def test_a_connector_that_engagements_still_use_is_not_deleted() -> None:
    change = deletions(
        plan(ABSENT, connector(5, "Old"), campaign(1, "Sales"), engagement(2, "A", 1, connectorId=5), policy=ALLOWED)
    )['connector["Old"]']
    assert flags(change) == [""]
    assert '1 engagement signs visitors in with it: "A" (id 2) in campaign "Sales".' in change.blocks[0].reason


def test_a_connector_goes_after_the_plan_has_taken_its_users_away() -> None:
    made = plan(
        """
        connectors: [{name: Old, lifecycle: {state: absent}}]
        campaigns:
          - name: Sales
            engagements:
              - {name: A, connector: New}
              - {name: B, lifecycle: {state: absent}}
        """,
        connector(5, "Old"),
        connector(6, "New"),
        campaign(1, "Sales"),
        engagement(2, "A", 1, connectorId=5),
        engagement(3, "B", 1, connectorId="5"),
        policy=ALLOWED,
    )
    assert not made.blocked
    last = made.steps[-1]
    assert str(last.address) == 'connector["Old"]'
    assert {str(each) for each in last.needs} == {
        'campaign["Sales"]/engagement["A"]',
        'campaign["Sales"]/engagement["B"]',
    }


def test_a_connector_stays_when_the_change_that_frees_it_is_blocked() -> None:
    made = plan(
        """
        connectors: [{name: Old, lifecycle: {state: absent}}]
        campaigns: [{name: Sales, engagements: [{name: A, connector: New, conversation: messaging}]}]
        """,
        connector(5, "Old"),
        connector(6, "New"),
        campaign(1, "Sales"),
        engagement(2, "A", 1, connectorId=5, conversationType=7),
        policy=ALLOWED,
    )
    change = deletions(made)['connector["Old"]']
    assert change.blocks[0].reason == 'It needs campaign["Sales"]/engagement["A"], which is blocked.'


def test_a_new_engagement_keeps_the_undeclared_connector_that_it_refers_to() -> None:
    made = plan(
        """
        delete_undeclared: [connectors]
        connectors: [{name: Mine, preferred: false}]
        campaigns: [{name: Sales, engagements: [{name: A, connector: Stray}]}]
        """,
        connector(5, "Mine"),
        connector(6, "Stray"),
        campaign(1, "Sales"),
        LiveThing(Kind.WINDOW, 1, "W", {"id": 1, "name": "W"}),
        LiveThing(Kind.ENTRY_POINT, 1, "P", {"id": 1, "name": "P"}),
        LiveThing(Kind.BEHAVIOR, 1, "B", {"id": 1, "name": "B"}),
        policy=ALLOWED,
    )
    assert 'the new "A"' in deletions(made)['connector["Stray"]'].blocks[0].reason


def test_a_reference_to_what_is_to_be_deleted_is_an_error() -> None:
    with pytest.raises(InvalidConfiguration) as raised:
        plan(
            f"{ABSENT}\ncampaigns: [{{name: Sales, engagements: [{{name: A, connector: Old}}]}}]",
            connector(5, "Old"),
            campaign(1, "Sales"),
            engagement(2, "A", 1),
        )
    assert raised.value.diagnostics[0].message == 'the connector "Old" is declared to be deleted'


def test_on_a_real_account_deleting_a_connector_is_a_guess_that_must_be_accepted() -> None:
    change = deletions(plan(ABSENT, connector(5, "Old"), target=REAL, policy=ALLOWED))['connector["Old"]']
    assert flags(change) == ["--accept-unverified connector.delete"]


def test_deleting_an_enabled_engagement_is_said_to_be_a_risk() -> None:
    made = plan(
        "campaigns: [{name: Sales, engagements: [{name: A, lifecycle: {state: absent}}]}]",
        campaign(1, "Sales"),
        engagement(2, "A", 1, enabled=True),
    )
    (change,) = deletions(made).values()
    assert [risk.text for risk in change.risks] == ["The engagement is enabled: visitors lose its button."]


class TestRenaming:
    NEW = 'connectors: [{name: New, lifecycle: {renamed_from: "Old"}}]'

    def test_the_live_thing_is_found_by_its_old_name_and_gets_the_new_one(self) -> None:
        (change,) = plan(self.NEW, connector(5, "Old")).changes
        assert (change.live_id, texts(change)) == (5, {"name": ("Old", "New")})

    def test_after_the_renaming_nothing_is_left_to_do(self) -> None:
        assert plan(self.NEW, connector(5, "New")).changes == ()

    def test_both_names_live_is_an_error_that_lists_both(self) -> None:
        with pytest.raises(InvalidConfiguration) as raised:
            plan(self.NEW, connector(5, "Old"), connector(6, "New"))
        assert raised.value.diagnostics[0].message == (
            'both names are live: the connector "New" (id 6) and the connector "Old" (id 5)'
        )


class TestProtectionThatHasGone:
    def unprotected(self, declared: str, *things: LiveThing, **former: int) -> list[str]:
        """What a plan says is no longer protected; `former` names connectors with their ids."""
        return [f"{each.address} (id {each.live_id})" for each in self.lost(declared, *things, **former)]

    def lost(self, declared: str, *things: LiveThing, **former: int) -> tuple[Unprotected, ...]:
        return make_plan(
            site(declared),
            live(*things),
            target=SANDBOX,
            quirks=QUIRKS,
            policy=Policy(),
            formerly_protected={named(Kind.CONNECTOR, name): live_id for name, live_id in former.items()},
        ).unprotected

    BOTH = connector(5, "A"), connector(6, "B")

    def test_it_comes_with_the_plan(self) -> None:
        declared = "connectors: [{name: A, lifecycle: {protect: true}}, {name: B, preferred: false}]"
        assert self.unprotected(declared, *self.BOTH, A=5, B=6) == ['connector["B"] (id 6)']

    def test_the_thing_counts_and_not_its_address(self) -> None:
        renamed = "connectors: [{id: 5, name: Other, lifecycle: {protect: true}}]"
        assert self.unprotected(renamed, *self.BOTH, A=5) == []
        another = "connectors: [{id: 6, lifecycle: {protect: true}}]"
        assert self.unprotected(another, *self.BOTH, A=5) == ['connector["A"] (id 5)']

    def test_it_has_the_place_where_the_thing_is_declared_by_now(self) -> None:
        renamed = "connectors:\n- {name: B, preferred: false}\n- {id: 5, name: Other}"

        (place,) = (each.position for each in self.lost(renamed, *self.BOTH, A=5))
        assert place is not None
        assert (place.line, place.column) == (5, 4)
        assert [each.position for each in self.lost("connectors: [{name: A}]", *self.BOTH, B=6)] == [None]

    def test_everybody_may_read_the_name_only_while_it_is_declared(self) -> None:
        declared = "connectors: [{name: A, preferred: false}]"

        assert [each.in_public for each in self.lost(declared, *self.BOTH, A=5, B=6)] == [
            'connector["A"]',
            "connector[id=6]",
        ]
