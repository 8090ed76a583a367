"""Which thing of an older configuration is which thing of a newer one."""

from __future__ import annotations

import pytest

from lpconf.engine.difference.comparison import difference
from lpconf.model.address import Kind
from lpconf.model.difference import Turn
from lpconf.model.plan import RiskKind
from tests.account import (
    TUTORIAL,
    default,
    named,
    site,
)

from .configurations import (
    CHAT,
    CHAT_ADDRESS,
    CODE,
    IMPLICIT,
    between,
    fields,
    only,
    risks,
)


class TestThings:
    def test_added_and_removed(self) -> None:
        found = between(IMPLICIT, CHAT)
        assert [(str(each.address), each.turn) for each in found.things] == [
            ('campaign["Shop"]', Turn.ADDED),
            (CHAT_ADDRESS, Turn.ADDED),
            ('connector["Web"]', Turn.REMOVED),
        ]
        assert found.things[1].fields[0].before is None
        assert found.things[2].fields[0].after is None
        assert [found.count(turn) for turn in Turn] == [2, 0, 0, 1, 0]

    def test_a_thing_that_is_no_longer_declared_is_left_alone(self) -> None:
        gone = between(IMPLICIT + CHAT, CHAT).things[0]
        assert gone.notes == (
            "lpconf deletes nothing because it is no longer declared: it stays as it is in the account.",
        )
        assert RiskKind.DELETION not in {risk.kind for risk in gone.risks}

    def test_without_an_older_configuration_everything_is_new(self) -> None:
        found = difference(None, site(TUTORIAL))
        assert found.nothing_before
        assert {thing.turn for thing in found.things} == {Turn.ADDED}
        assert found.settings == ()

    def test_places_are_in_the_newer_configuration_if_it_has_the_thing(self) -> None:
        found = between(IMPLICIT + "    js_context: window", CHAT)
        lines = [thing.position.line for thing in found.things if thing.position]
        assert lines == [5, 8, 5]
        assert all(field.position for thing in found.things for field in thing.fields)


class TestRenames:
    def test_renamed_from_is_a_rename(self) -> None:
        new = IMPLICIT.replace("name: Web", "name: Site\n    lifecycle: {renamed_from: Web}")
        thing = only(between(IMPLICIT, new))
        assert (thing.turn, thing.address, thing.former) == (
            Turn.RENAMED,
            named(Kind.CONNECTOR, "Site"),
            named(Kind.CONNECTOR, "Web"),
        )
        assert thing.fields == ()
        assert thing.risks == ()
        assert thing.notes == ()

    def test_a_rename_and_a_change_at_once(self) -> None:
        new = CODE.replace("name: Web", "name: Site\n    lifecycle: {renamed_from: Web}")
        thing = only(between(IMPLICIT, new))
        assert thing.turn is Turn.RENAMED
        assert fields(thing)["flow"] == ("implicit", "code")

    def test_another_name_without_renamed_from_is_another_thing_to_lpconf(self) -> None:
        thing = only(between(IMPLICIT, IMPLICIT.replace("name: Web", "name: Site")))
        assert (thing.turn, thing.fields) == (Turn.RENAMED, ())
        assert risks(thing) == [
            'Without lifecycle: {renamed_from: "Web"} lpconf looks for another connector of the new name, or makes '
            "one, and leaves the former one as it is."
        ]

    @pytest.mark.parametrize(
        ("old", "new"), [("find: default", "name: Chat"), ("name: Chat", "id: 5"), ("id: 5", "find: default")]
    )
    def test_another_way_to_select_the_same(self, old: str, new: str) -> None:
        found = between(CHAT.replace("name: Chat", old), CHAT.replace("name: Chat", new))
        thing = only(found)
        assert (thing.turn, thing.fields) == (Turn.RENAMED, ())
        assert thing.notes == ("It is selected in another way: make sure that it means the same engagement.",)

    def test_a_declared_name_tells_what_is_the_same(self) -> None:
        old = "connectors: [{id: 5, name: A, js_context: a}, {id: 6, name: B, js_context: b}]"
        new = "connectors: [{name: B, js_context: a}, {name: A, js_context: b}]"
        found = between(old, new)
        assert [(str(each.former), str(each.address)) for each in found.things] == [
            ("connector[id=6]", 'connector["B"]'),
            ("connector[id=5]", 'connector["A"]'),
        ]
        assert fields(found.things[0]) == {"js_context": ("b", "a")}

    def test_a_name_that_changes_with_the_selector_is_shown(self) -> None:
        old, new = "connectors: [{name: A, js_context: a}]", "connectors: [{id: 5, name: B, js_context: a}]"
        assert fields(only(between(old, new))) == {"name": ("A", "B")}
        assert fields(only(between(new, new.replace("name: B", "name: C")))) == {"name": ("B", "C")}

    def test_two_ids_are_two_things(self) -> None:
        old = "connectors: [{id: 5, js_context: a, js_method_name: b}]"
        assert [each.turn for each in between(old, old.replace("5", "6")).things] == [Turn.ADDED, Turn.REMOVED]

    def test_a_thing_that_is_nearly_the_same(self) -> None:
        thing = only(between(CODE, CODE.replace("name: Web", "name: Site").replace("client_id: lp", "client_id: x")))
        assert thing.turn is Turn.RENAMED
        assert fields(thing) == {"client_id": ("lp", "x")}

    def test_what_is_ambiguous_is_removed_and_added(self) -> None:
        old = "connectors: [{name: A, js_context: a}]"
        new = "connectors: [{name: B, js_context: a}, {name: C, js_context: a}]"
        assert [each.turn for each in between(old, new).things] == [Turn.ADDED, Turn.ADDED, Turn.REMOVED]
        assert {each.turn for each in between("connectors: [{name: A}]", "connectors: [{name: B}]").things} == {
            Turn.ADDED,
            Turn.REMOVED,
        }

    def test_engagements_follow_their_campaign(self) -> None:
        new = CHAT.replace("name: Shop", "name: Store\n    lifecycle: {renamed_from: Shop}").replace("true", "false", 1)
        campaign, engagement = between(CHAT, new).things
        assert (campaign.turn, campaign.fields) == (Turn.RENAMED, ())
        assert (engagement.turn, str(engagement.former)) == (Turn.CHANGED, CHAT_ADDRESS)
        assert fields(engagement) == {"enabled": (True, False)}

    def test_a_campaign_is_known_by_its_engagements(self) -> None:
        old = "campaigns: [{find: default, engagements: [{name: A}, {name: B}]}]"
        new = "campaigns: [{name: Shop, engagements: [{name: A}, {name: B}]}]"
        assert (only(between(old, new)).former) == default(Kind.CAMPAIGN)

    def test_engagements_of_a_new_campaign_are_new(self) -> None:
        found = between(CHAT, CHAT + CHAT.replace("\ncampaigns:", "").replace("Shop", "Other"))
        assert [str(each.address) for each in found.things] == [
            'campaign["Other"]',
            'campaign["Other"]/engagement["Chat"]',
        ]

    def test_a_stale_renamed_from_is_only_a_word(self) -> None:
        new = IMPLICIT + "    lifecycle: {renamed_from: Old}"
        assert fields(only(between(IMPLICIT, new))) == {"lifecycle.renamed_from": (..., "Old")}
        assert fields(only(between(new, IMPLICIT))) == {"lifecycle.renamed_from": ("Old", ...)}

    def test_taking_a_rename_back_is_a_rename_too(self) -> None:
        old = IMPLICIT.replace("name: Web", "name: Site\n    lifecycle: {renamed_from: Web}")
        thing = only(between(old, IMPLICIT))
        assert (thing.turn, thing.fields) == (Turn.RENAMED, ())
        assert thing.risks != ()
