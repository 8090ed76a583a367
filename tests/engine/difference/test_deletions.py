"""What becomes of live things that the newer configuration does not declare, or asks to delete."""

from __future__ import annotations

import pytest

from lpconf.model.address import Kind
from lpconf.model.difference import Turn
from lpconf.model.plan import Action, RiskKind
from tests.account import (
    campaign,
    connector,
    engagement,
    named,
    other,
    plan,
)

from .configurations import (
    CHAT,
    CHAT_ADDRESS,
    IMPLICIT,
    NOTHING,
    SWEEPING_CONNECTORS,
    between,
    fields,
    only,
    risks,
    shown,
)


class TestDeletions:
    def test_a_deletion_is_asked_for(self) -> None:
        thing = only(between(IMPLICIT, "connectors: [{name: Web, lifecycle: {state: absent}}]"))
        assert thing.turn is Turn.DELETED
        assert fields(thing)["lifecycle.state"] == (..., "absent")
        assert risks(thing) == ["lpconf is asked to delete this connector."]

    def test_nothing_then_says_that_it_stays(self) -> None:
        assert only(between(IMPLICIT, "connectors: [{name: Web, lifecycle: {state: absent}}]")).notes == ()

    def test_under_another_name_nothing_is_looked_for(self) -> None:
        old = "connectors: [{name: Web, js_method_name: f, preferred: true}]"
        new = "connectors: [{name: Site, js_method_name: f, preferred: true, lifecycle: {state: absent}}]"
        thing = only(between(old, new))
        assert (thing.turn, str(thing.former)) == (Turn.DELETED, 'connector["Web"]')
        assert "lpconf is asked to delete this connector." in risks(thing)
        assert not [text for text in risks(thing) if "makes one" in text]

    def test_a_new_declaration_can_ask_for_one_too(self) -> None:
        thing = only(between(NOTHING, "campaigns: [{name: Shop, lifecycle: {state: absent}}]"))
        assert (thing.turn, risks(thing)) == (
            Turn.DELETED,
            ["lpconf is asked to delete this campaign with all of its engagements."],
        )

    def test_one_that_was_asked_for_before_is_no_news(self) -> None:
        text = "connectors: [{name: Web, lifecycle: {state: absent}}]"
        assert between(text, text).empty
        assert only(between(text, NOTHING)).notes == ("Its deletion is no longer asked for.",)

    def test_engagements_go_with_their_campaign(self) -> None:
        gone = between(CHAT, "campaigns: [{name: Shop, lifecycle: {state: absent}}]").things[1]
        assert "Its campaign is to be deleted, and it goes with it." in risks(gone)
        assert gone.notes == ()

    def test_delete_undeclared_of_a_file(self) -> None:
        found = between(IMPLICIT + CHAT, "delete_undeclared: [campaigns]" + IMPLICIT + "campaigns: [{name: Other}]")
        assert {field.word: shown(field) for field in found.settings} == {"delete_undeclared": (..., ["campaigns"])}
        assert [risk.text for risk in found.risks] == [
            "All campaigns of it that are not declared are to be deleted from now on."
        ]
        asked = "It is no longer declared, and delete_undeclared asks to delete what is not."
        with_it = "Its campaign is to be deleted, and it goes with it."
        texts = {str(each.address): risks(each) for each in found.things}
        assert asked in texts['campaign["Shop"]']
        assert with_it in texts[CHAT_ADDRESS]

    def test_delete_undeclared_of_a_campaign(self) -> None:
        new = CHAT.replace("status: published", "delete_undeclared: [engagements]").replace("Chat", "Help")
        found = between(CHAT + "      - name: Other\n", new)
        campaign = found.things[0]
        assert fields(campaign)["delete_undeclared"] == (..., ["engagements"])
        assert "All engagements of it that are not declared are to be deleted from now on." in risks(campaign)
        assert "It is no longer declared, and delete_undeclared asks to delete what is not." in risks(found.things[-1])

    SWEEPING = CHAT.replace("status: published", "delete_undeclared: [engagements]")
    SWEPT = "The former engagement is no longer declared, and delete_undeclared asks to delete what is not."
    MAY_BE_SWEPT = (
        "The former {} may be deleted: delete_undeclared asks to delete what is not declared, and only a plan can tell "
        "what that is."
    )

    def test_another_name_deletes_the_former_thing(self) -> None:
        thing = only(between(self.SWEEPING, self.SWEEPING.replace("Chat", "Sales chat")))
        assert risks(thing) == [
            self.SWEPT,
            'Without lifecycle: {renamed_from: "Chat"} lpconf looks for another engagement of the new name, '
            "or makes one.",
        ]

    @pytest.mark.parametrize("kind", ["connector", "campaign"])
    def test_so_it_does_in_the_collections_of_the_file(self, kind: str) -> None:
        old = {"connector": IMPLICIT, "campaign": CHAT}[kind]
        new = old.replace("name: Web" if kind == "connector" else "name: Shop", "name: Other")
        thing = between(old, f"delete_undeclared: [{kind}s]{new}").things[0]
        assert thing.turn is Turn.RENAMED
        assert self.SWEPT.replace("engagement", kind) in risks(thing)
        assert not [text for text in risks(thing) if "leaves" in text]

    def test_a_rename_deletes_nothing(self) -> None:
        new = self.SWEEPING.replace("name: Chat", "name: Talk\n        lifecycle: {renamed_from: Chat}")
        assert risks(only(between(self.SWEEPING, new))) == []

    @pytest.mark.parametrize(("old", "new"), [("name: Chat", "id: 5"), ("id: 5", "find: default")])
    def test_another_selector_may_delete_it(self, old: str, new: str) -> None:
        sides = (self.SWEEPING.replace("name: Chat", each) for each in (old, new))
        assert risks(only(between(*sides))) == [self.MAY_BE_SWEPT.format("engagement")]

    def test_plan_deletes_what_diff_says(self) -> None:
        kinds = ((Kind.WINDOW, 3), (Kind.ENTRY_POINT, 4), (Kind.BEHAVIOR, 5))
        needed = [other(kind, id, "X") for kind, id in kinds]
        held = (connector(6, "Web"), campaign(1, "Shop"), engagement(2, "Chat", 1, connectorId=6), *needed)
        for swept in ("delete_undeclared: [engagements]\n    status: published", "status: published"):
            new = CHAT.replace("status: published", swept).replace("name: Chat", "name: Sales chat")
            deleted = [str(each.address) for each in plan(new, *held).changes if each.action is Action.DELETE]
            said = any(risk.kind is RiskKind.DELETION for thing in between(CHAT, new).things for risk in thing.risks)
            assert (deleted, said) == (([CHAT_ADDRESS], True) if "delete" in swept else ([], False))

    def test_what_the_former_thing_was_protected_from(self) -> None:
        old = "delete_undeclared: [connectors]" + IMPLICIT + "    lifecycle: {protect: true}"
        found = between(old, old.replace("name: Web", "name: Site"))
        assert found.unprotected == (named(Kind.CONNECTOR, "Web"),)
        assert "The former connector is no longer protected from being deleted." in risks(only(found))

    @pytest.mark.parametrize(
        ("campaign", "swept", "told", "notes"),
        [
            ("name: Store", "", None, 1),
            ("name: Store", "delete_undeclared: [campaigns]",
             "Its campaign is to be deleted, and it goes with it.", 0),
            ("name: Store\n    delete_undeclared: [engagements]", "", None, 1),
            ("id: 5", "", None, 1),
            ("id: 5\n    delete_undeclared: [engagements]", "",
             "It may be deleted: delete_undeclared asks to delete what is not declared, and only a plan can tell what "
             "that is.", 0),
            ("id: 5", "delete_undeclared: [campaigns]",
             "Its campaign may be deleted, and it would go with it. Only a plan can tell.", 0),
            ("name: Store\n    lifecycle: {renamed_from: Shop}\n    delete_undeclared: [engagements]", "",
             "It is no longer declared, and delete_undeclared asks to delete what is not.", 0),
        ],
    )  # fmt: skip
    def test_an_engagement_whose_campaign_is_another(
        self, campaign: str, swept: str, told: str | None, notes: int
    ) -> None:
        new = CHAT.replace("name: Shop", campaign)
        gone = between(f"{CHAT}      - name: Second", swept + new).things[-1]
        assert (gone.turn, str(gone.address)) == (Turn.REMOVED, 'campaign["Shop"]/engagement["Second"]')
        assert risks(gone) == ([told] if told else [])
        assert len(gone.notes) == notes

    def test_a_deletion_that_delete_undeclared_asks_for_now(self) -> None:
        gone = between("connectors: [{name: Web, lifecycle: {state: absent}}]", SWEEPING_CONNECTORS).things[-1]
        assert risks(gone) == ["It is no longer declared, and delete_undeclared asks to delete what is not."]
        assert gone.notes == ()

    def test_delete_undeclared_that_is_dropped_is_no_risk(self) -> None:
        text = "delete_undeclared: [connectors]" + IMPLICIT
        found = between(text, IMPLICIT)
        assert {field.word: shown(field) for field in found.settings} == {"delete_undeclared": (["connectors"], ...)}
        assert found.risks == ()

    def test_a_protection_that_disappears(self) -> None:
        text = IMPLICIT + "    lifecycle: {protect: true}"
        dropped = between(text, IMPLICIT + "    lifecycle: {protect: false}")
        assert dropped.unprotected == (named(Kind.CONNECTOR, "Web"),)
        assert fields(only(dropped)) == {"lifecycle.protect": (True, ...)}
        assert risks(only(dropped)) == ["It is no longer protected from being deleted."]
        assert only(dropped).notes == ()
        assert between(text, NOTHING).unprotected == (named(Kind.CONNECTOR, "Web"),)
        assert between(IMPLICIT, text).unprotected == ()
        renamed = text.replace("name: Web", "name: Site").replace("protect: true", "renamed_from: Web, protect: true")
        assert between(text, renamed).unprotected == ()
