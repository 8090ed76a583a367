"""What a plan says of one thing: its fields, references, templates."""

from __future__ import annotations

from typing import Any

import pytest

from lpconf.model.address import Kind
from lpconf.model.live import LiveThing
from lpconf.model.plan import Action, KnownAfterApply, Origin
from tests.account import (
    DEMO_KEY,
    TUTORIAL,
    campaign,
    connector,
    engagement,
    field,
    only,
    other,
    plan,
    site,
    texts,
)

from .problems import problem

ENGAGEMENT = "campaigns: [{{find: default, engagements: [{{find: default, {0}}}]}}]"


def test_the_tutorial_adds_one_connector_and_changes_one_engagement() -> None:
    made = plan(TUTORIAL, campaign(1, "Default campaign"), engagement(2, "Default engagement", 1))
    created, changed = made.changes
    assert (created.action, changed.action, made.unchanged) == (Action.CREATE, Action.UPDATE, 1)
    assert texts(changed) == {
        "conversation": ("live_chat", "messaging"),
        "authenticated_visitors_only": (False, True),
        "connector": (None, "Consumer authentication"),
    }
    assert changed.unchanged_fields == 2
    assert field(changed, "connector").after.wire == KnownAfterApply(created.address)
    assert [step.address for step in made.steps] == [created.address, changed.address]


def test_what_is_not_declared_is_neither_compared_nor_changed() -> None:
    made = plan(ENGAGEMENT.format("enabled: true"), campaign(1, "C"), engagement(2, "E", 1, language="xx"))
    assert made.changes == ()
    assert made.unchanged == 2


@pytest.mark.parametrize("live_value", [None, ""])
def test_null_empty_and_absent_texts_are_the_same(live_value: str | None) -> None:
    text = "connectors: [{name: A, js_context: {unset: true}}]"
    assert plan(text, connector(1, "A", jsContext=live_value)).changes == ()
    assert plan(text, connector(1, "A")).changes == ()


def test_unset_clears_a_value() -> None:
    change = only(plan(ENGAGEMENT.format("skill: {unset: true}"), *_with_skill(skillId=7, skillName="sales")))
    assert [(each.word, each.after.wire) for each in change.fields] == [("skill", None), ("skillName", None)]
    assert texts(change)["skill"] == ("sales", None)


def test_the_copy_of_a_skills_name_follows_the_skill_and_never_comes_alone() -> None:
    change = only(plan(ENGAGEMENT.format("skill: sales"), *_with_skill(skillId=None, skillName=None)))
    assert {each.word: each.after.wire for each in change.fields} == {"skill": 7, "skillName": "sales"}
    assert field(change, "skillName").origin is Origin.COPY
    assert plan(ENGAGEMENT.format("skill: sales"), *_with_skill(skillId="7", skillName="old name")).changes == ()


def _with_skill(**body: object) -> tuple[LiveThing, ...]:
    return campaign(1, "C"), engagement(2, "E", 1, **body), other(Kind.SKILL, 7, "sales")


def test_keys_are_compared_by_their_bytes() -> None:
    wrapped = "-----BEGIN PUBLIC KEY-----\n" + DEMO_KEY[:64] + "\n" + DEMO_KEY[64:] + "\n-----END PUBLIC KEY-----"
    made = plan(f"connectors: [{{name: A, jwt_public_key: {DEMO_KEY}}}]", connector(1, "A", jwtPublicKey=wrapped))
    assert made.changes == ()


def test_a_changed_key_shows_fingerprints_only() -> None:
    change = only(plan(f"connectors: [{{name: A, jwt_public_key: {DEMO_KEY}}}]", connector(1, "A", jwtPublicKey="x")))
    assert texts(change) == {"jwt_public_key": ("not a public key", "RSA 1024 bits, SHA256:d2f8d7917928")}


def test_lists_of_references_have_no_order() -> None:
    text = ENGAGEMENT.format("entry_points: [Shop, Home]")
    points = other(Kind.ENTRY_POINT, 5, "Home"), other(Kind.ENTRY_POINT, 6, "Shop")
    assert plan(text, campaign(1, "C"), engagement(2, "E", 1, onsiteLocations=["5", 6]), *points).changes == ()
    change = only(plan(text, campaign(1, "C"), engagement(2, "E", 1, onsiteLocations=[5]), *points))
    assert texts(change) == {"entry_points": (["Home"], ["Shop", "Home"])}
    assert field(change, "entry_points").after.wire == [6, 5]


def test_true_is_not_one() -> None:
    change = only(plan(ENGAGEMENT.format("enabled: true"), campaign(1, "C"), engagement(2, "E", 1, enabled=1)))
    assert texts(change) == {"enabled": (1, True)}


def test_a_value_without_a_word_is_shown_as_unknown_and_never_changed() -> None:
    made = plan("campaigns: [{name: C, status: published}]", campaign(1, "C", status=2))
    change = only(made)
    assert texts(change) == {"status": ("unknown(2)", "published")}
    assert change.blocked
    assert made.steps == ()


class TestKeySources:
    """Declaring `flow` or a key source manages the whole group (facts 4.5)."""

    def test_a_jwks_endpoint_empties_the_pasted_key(self) -> None:
        change = only(
            plan(
                "connectors: [{name: A, jwks_endpoint: 'https://idp.bank.com/j'}]", connector(1, "A", jwtPublicKey="k")
            )
        )
        assert {each.word: each.after.wire for each in change.fields} == {
            "jwks_endpoint": "https://idp.bank.com/j",
            "jwt_validation_type": "JWKS_ENDPOINT",
            "jwt_public_key": None,
        }

    def test_a_pasted_key_empties_the_jwks_endpoint(self) -> None:
        change = only(
            plan(
                f"connectors: [{{name: A, jwt_public_key: {DEMO_KEY}}}]",
                connector(1, "A", jwtPublicKey=DEMO_KEY, jwksEndpoint="https://x", jwtValidationType="JWKS_ENDPOINT"),
            )
        )
        assert {each.word: each.after.wire for each in change.fields} == {
            "jwt_validation_type": "PUBLIC_JWT_KEY",
            "jwks_endpoint": None,
        }

    def test_implicit_flow_empties_what_belongs_to_code_flow(self) -> None:
        text = f"""
            connectors:
              - {{name: A, flow: implicit, authentication_endpoint: 'https://a.bank.com', jwt_public_key: {DEMO_KEY}}}
        """
        live = connector(
            1,
            "A",
            jwtPublicKey=DEMO_KEY,
            authorizationEndpoint="https://a.bank.com",
            tokenEndpoint="https://t",
            pkceEnabled=True,
        )
        assert {each.word: each.after.wire for each in only(plan(text, live)).fields} == {
            "token_endpoint": None,
            "pkce": False,
        }

    def test_consumer_delegation_takes_the_place_of_the_key(self) -> None:
        text = """
            connectors:
              - name: A
                flow: code
                consumer_delegation: true
                token_endpoint: https://idp.bank.com/token
                client_id: lp
                client_secret: {env: LPCONF_SECRET_IDP}
        """
        change = only(plan(text))
        assert field(change, "jwt_public_key").after.wire == "CONSUMER_DELEGATION"
        assert field(change, "jwt_public_key").after.text == "consumer delegation"
        assert field(change, "flow").after.wire == 2

    def test_the_number_of_code_flow_is_learned_from_the_account(self) -> None:
        text = f"""
            connectors:
              - name: New
                flow: code
                jwt_public_key: {DEMO_KEY}
                token_endpoint: https://idp.bank.com/token
                client_id: lp
                client_secret: {{env: LPCONF_SECRET_IDP}}
        """
        known = connector(1, "Old", type=1, tokenEndpoint="https://t", clientId="c")
        assert field(only(plan(text, known)), "flow").after.wire == 1

    DELEGATES = connector(
        1, "A", type=2, jwtPublicKey="CONSUMER_DELEGATION", tokenEndpoint="https://idp.bank.com/t", clientId="lp"
    )

    def test_no_consumer_delegation_on_a_live_connector_asks_for_the_key_instead(self) -> None:
        assert problem("connectors: [{name: A, consumer_delegation: false}]", self.DELEGATES) == (
            'connectors[0].consumer_delegation: the live connector "A" (id 1) serves consumer delegation, and nothing '
            "declared takes its place"
        )

    @pytest.mark.parametrize("key", [f"jwt_public_key: {DEMO_KEY}", "jwks_endpoint: https://idp.bank.com/jwks"])
    def test_a_declared_key_takes_the_place_of_consumer_delegation(self, key: str) -> None:
        change = only(plan(f"connectors: [{{name: A, consumer_delegation: false, {key}}}]", self.DELEGATES))
        assert field(change, "jwt_public_key").before.wire == "CONSUMER_DELEGATION"

    def test_no_consumer_delegation_is_nothing_where_there_is_none(self) -> None:
        text = "connectors: [{name: A, consumer_delegation: false}]"
        assert plan(text, connector(1, "A", jwtPublicKey=DEMO_KEY)).changes == ()

    def test_changing_the_flow_of_a_live_connector_is_refused(self) -> None:
        text = f"""
            connectors:
              - {{name: A, flow: implicit, authentication_endpoint: 'https://a.bank.com', jwt_public_key: {DEMO_KEY}}}
        """
        assert problem(text, connector(1, "A", type=2)) == (
            'connectors[0].flow: the live connector "A" (id 1) has flow: code, and a flow probably cannot change'
        )

    def test_the_flow_cannot_change_by_stealth_either(self) -> None:
        text = """
            connectors:
              - name: A
                token_endpoint: https://idp.bank.com/token
                client_id: lp
                client_secret: {env: LPCONF_SECRET_IDP}
        """
        message = problem(text, connector(1, "A", jwtPublicKey=DEMO_KEY))
        assert (
            message
            == 'connectors[0]: the live connector "A" (id 1) has flow: implicit, and a flow probably cannot change'
        )

    def test_a_broken_live_key_is_a_difference(self) -> None:
        """The later tutorial prints the key with a stray full stop."""
        text = f"connectors: [{{name: A, jwt_public_key: {DEMO_KEY}}}]"
        assert texts(only(plan(text, connector(1, "A", jwtPublicKey=f"{DEMO_KEY}.")))) == {
            "jwt_public_key": ("not a public key", "RSA 1024 bits, SHA256:d2f8d7917928")
        }

    def test_an_implicit_connector_may_have_a_client_id_and_loses_a_leftover_secret(self) -> None:
        text = f"""
            connectors:
              - name: A
                flow: implicit
                authentication_endpoint: https://a.bank.com
                jwt_public_key: {DEMO_KEY}
                client_id: lp
                js_method_name: f
        """
        known: dict[str, Any] = {
            "jwtPublicKey": DEMO_KEY,
            "authorizationEndpoint": "https://a.bank.com",
            "clientId": "lp",
        }
        change = only(plan(text, connector(1, "A", **known)))
        assert (change.blocks, texts(change)) == ((), {"js_method_name": (None, "f")})
        change = only(plan(text, connector(1, "A", **known, clientSecret="****")))
        assert change.blocks == ()
        assert texts(change)["client_secret"] == ("(sensitive value)", None)
        assert "****" not in repr(change)

    def test_an_update_never_plans_the_type(self) -> None:
        made = plan(TUTORIAL, connector(9, "Consumer authentication"), campaign(1, "C"), engagement(2, "E", 1))
        assert all(each.path != ("type",) for change in made.changes for each in change.fields)


class TestReferences:
    def test_a_live_thing_that_is_not_declared_will_do(self) -> None:
        change = only(
            plan(ENGAGEMENT.format("connector: Old"), campaign(1, "C"), engagement(2, "E", 1), connector(7, "Old"))
        )
        assert field(change, "connector").after.wire == 7

    def test_a_connector_that_gets_another_name_is_found_by_its_new_one(self) -> None:
        text = """
            connectors: [{id: 7, name: New}]
            campaigns: [{find: default, engagements: [{find: default, connector: New}]}]
        """
        made = plan(text, connector(7, "Old"), campaign(1, "C"), engagement(2, "E", 1))
        assert field(made.changes[1], "connector").after.wire == 7

    def test_an_unknown_name_suggests_a_near_one(self) -> None:
        message = problem(
            ENGAGEMENT.format("skill: Sale"), campaign(1, "C"), engagement(2, "E", 1), other(Kind.SKILL, 5, "Sales")
        )
        assert message == (
            'campaigns[0].engagements[0].skill: no skill named "Sale" is declared or live; did you mean "Sales"?'
        )

    def test_a_name_of_two_is_an_error_and_an_id_the_way_out(self) -> None:
        live = campaign(1, "C"), engagement(2, "E", 1), other(Kind.SKILL, 5, "a"), other(Kind.SKILL, 6, "a")
        assert '2 skills are named "a": id 5, id 6' in problem(ENGAGEMENT.format("skill: a"), *live)
        change = only(plan(ENGAGEMENT.format("skill: {id: 6}"), *live))
        assert field(change, "skill").after.wire == 6
        assert "there is no skill with id 9" in problem(ENGAGEMENT.format("skill: {id: 9}"), *live)

    def test_only_what_is_there_is_suggested(self) -> None:
        text = """
            connectors: [{id: 5, js_method_name: f}, {name: New}]
            campaigns: [{find: default, engagements: [{find: default, connector: X}]}]
        """
        message = problem(text, connector(7, "Live"), campaign(1, "C"), engagement(2, "E", 1))
        assert 'no connector named "X" is declared or live; there is "Live", "New"' in message

    def test_all_problems_come_at_once(self) -> None:
        text = "campaigns: [{find: default, engagements: [{find: default, skill: a, window: b, connector: c}]}]"
        assert len(problem(text, campaign(1, "C"), engagement(2, "E", 1)).splitlines()) == 3


class TestExtra:
    def test_maps_merge_by_key_and_lists_are_whole(self) -> None:
        text = ENGAGEMENT.format("extra: {position: {left: 5}, zones: [1, 2]}")
        live = engagement(2, "E", 1, position={"left": 0, "top": 7}, zones=[1])
        change = only(plan(text, campaign(1, "C"), live))
        assert {each.path: each.after.wire for each in change.fields} == {("position", "left"): 5, ("zones",): [1, 2]}
        assert field(change, "zones").details == ("[1]: added 2",)

    def test_what_differs_inside_a_list_is_named(self) -> None:
        text = ENGAGEMENT.format("extra: {displayInstances: [{enabled: false}]}")
        live = engagement(2, "E", 1, displayInstances=[{"enabled": True}])
        change = only(plan(text, campaign(1, "C"), live))
        assert field(change, "displayInstances").details == ("[0].enabled: true -> false",)

    def test_the_same_values_are_no_change(self) -> None:
        text = ENGAGEMENT.format("extra: {weight: 0.5, zones: []}")
        assert plan(text, campaign(1, "C"), engagement(2, "E", 1, weight=0.5, zones=[])).changes == ()

    def test_a_field_inside_what_is_a_list_or_a_text_is_refused_because_writing_it_would_wipe_that(self) -> None:
        live = engagement(2, "E", 1, zones=[{"keep": 1}], fx="text", empty=None)
        message = problem(ENGAGEMENT.format("extra: {zones: {a: 1}, fx: {b: 2}}"), campaign(1, "C"), live)
        assert 'campaigns[0].engagements[0].extra: zones of "E" (id 2) is no map in the account' in message
        assert "fx of" in message
        made = plan(ENGAGEMENT.format("extra: {empty: {a: 1}, new: {b: 2}}"), campaign(1, "C"), live)
        assert [each.path for each in only(made).fields] == [("empty", "a"), ("new", "b")]

    @pytest.mark.parametrize("live", [{}, {"controlGroup": None}, {"controlGroup": {"percentage": 5}}])
    def test_maps_merge_by_key_so_an_empty_one_changes_nothing(self, live: dict[str, Any]) -> None:
        text = "campaigns: [{find: default, extra: {controlGroup: {}}}]"
        assert plan(text, campaign(1, "C", **live)).changes == ()

    def test_null_where_nothing_is_is_no_change(self) -> None:
        text = ENGAGEMENT.format("extra: {surveyId: {unset: true}}")
        assert plan(text, campaign(1, "C"), engagement(2, "E", 1)).changes == ()


class TestNames:
    def test_two_things_cannot_get_the_same_name(self) -> None:
        message = problem("connectors: [{id: 1, name: C}, {id: 2, name: C}]", connector(1, "A"), connector(2, "B"))
        assert 'connectors[1].name: the name "C" cannot be given, because connectors[0] at ' in message

    def test_a_name_that_another_thing_has_cannot_be_given(self) -> None:
        message = problem("connectors: [{id: 1, name: B}]", connector(1, "A"), connector(2, "B"))
        assert 'the name "B" cannot be given, because the connector with id 2 has that name' in message

    def test_names_cannot_be_swapped_in_one_plan(self) -> None:
        text = "connectors: [{id: 1, name: B}, {id: 2, name: A}]"
        assert len(problem(text, connector(1, "A"), connector(2, "B")).splitlines()) == 2

    def test_engagements_of_two_campaigns_may_share_a_name(self) -> None:
        text = "campaigns: [{id: 1, engagements: [{id: 3, name: E}]}, {id: 2}]"
        things = campaign(1, "A"), campaign(2, "B"), engagement(3, "D", 1), engagement(4, "E", 2)
        assert only(plan(text, *things)).live_id == 3

    def test_names_that_are_the_same_already_are_left_alone(self) -> None:
        text = "connectors: [{id: 1, js_method_name: f}]"
        assert only(plan(text, connector(1, "A"), connector(2, "A"))).live_id == 1

    def test_a_reference_to_a_name_of_two_is_an_error(self) -> None:
        text = "connectors: [{id: 6, js_context: x}]\n" + ENGAGEMENT.format("connector: A")
        things = connector(6, "A"), connector(7, "A"), campaign(1, "C"), engagement(2, "E", 1)
        assert '2 connectors are named "A": id 6, id 7' in problem(text, *things)


def test_the_engagements_of_a_campaign_that_was_not_found_are_not_complained_about() -> None:
    message = problem("campaigns: [{find: default, engagements: [{id: 2, enabled: true}, {name: New}]}]")
    assert len(message.splitlines()) == 1


def test_unpublishing_comes_first() -> None:
    text = """
        connectors: [{name: A, js_method_name: f}]
        campaigns: [{name: C, status: unpublished, engagements: [{name: E, enabled: false}]}]
    """
    made = plan(text, connector(7, "A"), campaign(1, "C"), engagement(2, "E", 1))
    assert [str(step.address) for step in made.steps] == [
        'campaign["C"]',
        'connector["A"]',
        'campaign["C"]/engagement["E"]',
    ]


def test_a_renamed_campaign_keeps_its_engagements() -> None:
    text = "campaigns: [{id: 1, name: New, engagements: [{name: E, enabled: false}]}]"
    made = plan(text, campaign(1, "Old"), engagement(2, "E", 1))
    assert [change.live_id for change in made.changes] == [1, 2]


def test_the_same_site_and_account_give_the_same_plan() -> None:
    account = campaign(1, "C"), engagement(2, "E", 1)
    assert plan(site(TUTORIAL), *account) == plan(site(TUTORIAL), *account)
