"""Which addresses of a plan everybody may read: no live name of what nobody declares."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lpconf.engine.decoding import decode
from lpconf.engine.encoding import document
from lpconf.model import public
from lpconf.model.address import Address, Kind
from lpconf.model.plan import Action, Plan, Unprotected
from lpconf.model.policy import Policy
from lpconf.report.review import addresses_only
from lpconf.report.review_of_plan import of_plan
from tests.account import TUTORIAL, campaign, engagement, named, plan

SECRET = "Secret live name"
PURGE = "campaigns: [{name: Shop, engagements: [{name: Chat, enabled: false}], delete_undeclared: [engagements]}]"
LIVE = (campaign(5, "Shop"), engagement(6, "Chat", 5), engagement(7, SECRET, 5))


def shown(made: Plan) -> list[str]:
    """The addresses of the changes, in the plan's order."""
    known = public.addresses(made)
    return [str(public.address(known, change.address)) for change in made.changes]


def saved(made: Plan) -> Plan:
    return decode(document(made, "1.0")).plan


@pytest.mark.parametrize("of", [lambda made: made, saved], ids=["made", "saved"])
class TestAddresses:
    def test_what_is_not_declared_has_its_id_in_a_declared_campaign(self, of: type) -> None:
        made = of(plan(PURGE, *LIVE, policy=Policy(allow_delete=True)))

        assert shown(made) == ['campaign["Shop"]/engagement["Chat"]', 'campaign["Shop"]/engagement[id=7]']

    def test_so_it_is_where_the_deletion_is_blocked(self, of: type) -> None:
        assert shown(of(plan(PURGE, *LIVE)))[1] == 'campaign["Shop"]/engagement[id=7]'

    def test_the_campaign_of_an_undeclared_campaign_s_engagements_has_its_id_too(self, of: type) -> None:
        body = "delete_undeclared: [campaigns]\ncampaigns: [{name: Stays, status: published}]"
        made = of(plan(body, campaign(4, "Stays"), campaign(5, SECRET), engagement(7, SECRET, 5)))

        assert shown(made) == ["campaign[id=5]/engagement[id=7]", "campaign[id=5]"]

    def test_of_a_campaign_that_is_to_go_the_engagements_have_ids(self, of: type) -> None:
        body = "campaigns: [{name: Shop, lifecycle: {state: absent}}]"

        assert shown(of(plan(body, *LIVE)))[-1] == 'campaign["Shop"]'
        assert shown(of(plan(body, *LIVE)))[:2] == [f'campaign["Shop"]/engagement[id={each}]' for each in (6, 7)]

    def test_what_is_created_is_declared(self, of: type) -> None:
        made = of(plan(TUTORIAL, campaign(5, SECRET), engagement(7, SECRET, 5)))

        assert shown(made) == ['connector["Consumer authentication"]', "campaign[default]/engagement[default]"]


def rollback(made: Plan) -> Plan:
    """The same changes as a plan that takes a run back."""
    changes = tuple(replace(each, position=None) for each in made.changes)
    return replace(made, changes=changes, rolls_back="0123abcd")


class TestRollback:
    def test_names_nothing_whoever_declared_it(self) -> None:
        made = rollback(plan(PURGE, *LIVE))

        assert shown(made) == ["campaign[id=5]/engagement[id=6]", "campaign[id=5]/engagement[id=7]"]

    def test_what_is_made_anew_has_a_number_as_it_has_no_id_yet(self) -> None:
        made = plan(PURGE, *LIVE)
        anew = tuple(replace(each, action=Action.CREATE, live_id=None, campaign_id=None) for each in made.changes)

        assert shown(rollback(replace(made, changes=anew))) == [
            "campaign[not shown]/engagement[not shown 1]",
            "campaign[not shown]/engagement[not shown 2]",
        ]

    def test_what_is_found_without_a_name_keeps_its_address(self) -> None:
        body = "campaigns: [{find: default, engagements: [{id: 7, enabled: false}]}]"

        assert shown(rollback(plan(body, *LIVE))) == ["campaign[default]/engagement[id=7]"]


def test_of_an_unknown_address_no_name_is_shown() -> None:
    inside = named(Kind.ENGAGEMENT, SECRET, named(Kind.CAMPAIGN, SECRET))

    assert str(public.address({}, inside)) == "campaign[not shown]/engagement[not shown]"


CAMPAIGN = named(Kind.CAMPAIGN, "Shop")


class TestFormer:
    """The address that a thing had in an earlier configuration."""

    @pytest.mark.parametrize("address", [CAMPAIGN, named(Kind.ENGAGEMENT, "Chat", CAMPAIGN)], ids=str)
    def test_what_is_still_declared_keeps_its_name(self, address: Address) -> None:
        assert public.former(address, 4, {address}) == address

    @pytest.mark.parametrize(
        ("address", "shown"),
        [
            (named(Kind.CONNECTOR, "Old"), "connector[id=4]"),
            (named(Kind.ENGAGEMENT, "Old", CAMPAIGN), 'campaign["Shop"]/engagement[id=4]'),
            (named(Kind.ENGAGEMENT, "Old", named(Kind.CAMPAIGN, "Old")), "campaign[not shown]/engagement[id=4]"),
        ],
    )
    def test_what_is_not_declared_any_more_has_its_id(self, address: Address, shown: str) -> None:
        assert str(public.former(address, 4, {CAMPAIGN})) == shown


def test_a_review_in_public_shows_these_addresses_alone() -> None:
    lost = Unprotected(named(Kind.CONNECTOR, SECRET), 4, "connector[id=4]")
    made = replace(plan(PURGE, *LIVE), unprotected=(lost,))

    view = addresses_only(of_plan(made))

    assert SECRET in repr(of_plan(made))
    assert SECRET not in repr(view)
    assert [thing.address for thing in view.things] == shown(made)
    assert addresses_only(view) == view
