"""What differs between two configurations, and what a reviewer must know of it."""

from __future__ import annotations

from typing import Any

import pytest

from lpconf.engine.difference.comparison import difference
from lpconf.model.address import Kind
from lpconf.model.difference import Difference, FieldDifference, ThingDifference, Turn
from lpconf.model.plan import Action, RiskKind
from lpconf.model.site import ReferenceById, SecretReference, Unset
from tests.account import (
    DEMO_KEY,
    TUTORIAL,
    campaign,
    connector,
    default,
    engagement,
    make_key,
    named,
    other,
    plan,
    site,
)

IMPLICIT = f"""
connectors:
  - name: Web
    flow: implicit
    authentication_endpoint: https://idp.example.net/authorize
    jwt_public_key: {DEMO_KEY}
"""
CODE = f"""
connectors:
  - name: Web
    flow: code
    token_endpoint: https://idp.example.net/token
    client_id: lp
    client_secret: {{env: LPCONF_SECRET_A}}
    jwt_public_key: {DEMO_KEY}
    pkce: true
    preferred: true
"""
CHAT = """
campaigns:
  - name: Shop
    status: published
    engagements:
      - name: Chat
        enabled: true
        authenticated_visitors_only: true
        connector: Web
"""
NOTHING = "label: x"
SWEEPING_CONNECTORS = "delete_undeclared: [connectors]\nconnectors: [{name: Another}]"
CHAT_ADDRESS = 'campaign["Shop"]/engagement["Chat"]'


def between(old: str, new: str) -> Difference:
    return difference(site(old), site(new))


def only(found: Difference) -> ThingDifference:
    (thing,) = found.things
    return thing


def shown(field: FieldDifference) -> tuple[Any, Any]:
    """Before and after as people read them; `...` for what is not declared."""
    return tuple(side.text if side else ... for side in (field.before, field.after))  # type: ignore[return-value]


def fields(thing: ThingDifference) -> dict[str, tuple[Any, Any]]:
    return {field.word: shown(field) for field in thing.fields}


def becomes(thing: ThingDifference) -> dict[str, Any]:
    """What the newer side decides of fields that it does not declare."""
    return {field.word: field.becomes.text for field in thing.fields if field.becomes}


def risks(thing: ThingDifference) -> list[str]:
    return [risk.text for risk in thing.risks]


def kinds(found: Difference) -> set[RiskKind]:
    return {risk.kind for thing in found.things for risk in thing.risks}


class TestFields:
    def test_a_configuration_does_not_differ_from_itself(self) -> None:
        found = between(TUTORIAL, TUTORIAL)
        assert found.empty
        assert found.unchanged == 3

    def test_a_changed_field_has_both_values_and_its_place(self) -> None:
        found = between(TUTORIAL, TUTORIAL.replace("LPJsMethodName", "window.token"))
        thing = only(found)
        assert (str(thing.address), thing.turn) == ('connector["Consumer authentication"]', Turn.CHANGED)
        assert fields(thing) == {"js_method_name": ("LPJsMethodName", "window.token")}
        assert thing.unchanged_fields == 3
        assert thing.fields[0].position is not None
        assert thing.fields[0].position.line == 9
        assert found.unchanged == 2

    def test_what_is_newly_and_no_longer_declared(self) -> None:
        found = between(IMPLICIT + "    js_context: window", IMPLICIT + "    jwt_issuer: me")
        assert fields(only(found)) == {"jwt_issuer": (..., "me"), "js_context": ("window", ...)}
        assert only(found).notes == ("What is no longer declared stays as it is in the account.",)

    def test_what_a_key_source_or_flow_decides_does_not_stay(self) -> None:
        emptied = only(
            between(IMPLICIT, IMPLICIT.replace(f"jwt_public_key: {DEMO_KEY}", "jwks_endpoint: https://a.net"))
        )
        assert becomes(emptied) == {"jwt_public_key": None}
        assert emptied.notes == ()

    def test_a_flow_decides_what_becomes_of_the_others(self) -> None:
        thing = only(between(CODE, IMPLICIT + "    client_id: lp"))
        assert becomes(thing) == {"token_endpoint": None, "client_secret": None, "pkce": False}
        assert fields(thing)["preferred"] == (True, ...)
        assert thing.notes == ("What else is no longer declared stays as it is in the account.",)
        assert "PKCE is switched off: a stolen code is easier to use." in risks(thing)
        assert not [text for text in risks(thing) if text.startswith("pkce: true is no longer declared")]

    def test_a_key_takes_the_place_of_consumer_delegation_and_the_other_way_round(self) -> None:
        delegation = CODE.replace(f"jwt_public_key: {DEMO_KEY}", "consumer_delegation: true")
        assert becomes(only(between(CODE, delegation))) == {"jwt_public_key": "CONSUMER_DELEGATION"}
        assert becomes(only(between(delegation, CODE))) == {"consumer_delegation": False}

    def test_without_flow_and_key_source_nothing_is_decided(self) -> None:
        thing = only(between(CODE, "connectors: [{name: Web, client_id: lp}]"))
        assert becomes(thing) == {}
        assert thing.notes == ("What is no longer declared stays as it is in the account.",)

    def test_clearing_a_value_is_not_the_same_as_leaving_it(self) -> None:
        field = only(between(IMPLICIT, IMPLICIT + "    js_context: {unset: true}")).fields[0]
        assert field.after is not None
        assert (field.after.declared, field.after.text) == (Unset(), None)

    def test_a_key_is_compared_by_what_it_is_and_shown_by_its_fingerprint(self) -> None:
        pem = "|\n      -----BEGIN PUBLIC KEY-----\n      " + DEMO_KEY + "\n      -----END PUBLIC KEY-----\n"
        assert between(IMPLICIT, IMPLICIT.replace(DEMO_KEY, pem)).empty
        before, after = fields(only(between(IMPLICIT, IMPLICIT.replace(DEMO_KEY, make_key()))))["jwt_public_key"]
        assert before == "RSA 1024 bits, SHA256:d2f8d7917928"
        assert after.startswith("RSA 2048 bits, SHA256:")

    def test_a_secret_is_shown_by_its_variable_only(self) -> None:
        (field,) = only(between(CODE, CODE.replace("SECRET_A", "SECRET_B"))).fields
        assert field.sensitive
        assert shown(field) == ("(sensitive value)", "(sensitive value)")
        assert field.before is not None
        assert field.before.declared == SecretReference("LPCONF_SECRET_A")

    def test_what_looks_like_a_secret_is_masked(self) -> None:
        token = "eyJhbGciOiJ9.eyJzdWIiOiJ9.c2lnbmF0dXJl"
        found = between(IMPLICIT, f"{IMPLICIT}    description: {token}")
        assert fields(only(found)) == {"description": (..., "(sensitive value)")}

    def test_references_have_no_order_and_ids_are_not_names(self) -> None:
        text = CHAT + "        entry_points: [A, {id: 5}]\n"
        assert between(text, text.replace("[A, {id: 5}]", "[{id: 5}, A]")).empty
        (field,) = only(between(text, text.replace("{id: 5}", '"5"'))).fields
        assert shown(field) == (["A", "id 5"], ["A", "5"])
        assert field.before is not None
        assert field.before.declared == ("A", ReferenceById(5))
        assert not between(CHAT + '        skill: "05"', CHAT + '        skill: "5"').empty

    def test_extra_is_compared_leaf_by_leaf(self) -> None:
        old = CHAT + "        extra: {a: {b: 1, c: true, d: x}, zones: [1, 2]}"
        new = CHAT + "        extra: {a: {b: 1, c: 1, e: null}, zones: [1, 3]}"
        thing = only(between(old, new))
        assert fields(thing) == {
            "extra.a.c": (True, 1),
            "extra.a.e": (..., None),
            "extra.zones": ([1, 2], [1, 3]),
            "extra.a.d": ("x", ...),
        }
        assert thing.fields[2].details == ("[1]: 2 -> 3",)

    def test_another_account_or_label(self) -> None:
        old = site(IMPLICIT)
        other = difference(old, site(f"label: Test\n{IMPLICIT}"))
        assert {field.word: shown(field) for field in other.settings} == {"label": (..., "Test")}
        assert not other.empty
        moved = difference(old, type(old)("87654321", old.things))
        assert {field.word: shown(field) for field in moved.settings} == {"account": ("12345678", "87654321")}
        assert moved.account == "87654321"


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


class TestRisks:
    @pytest.mark.parametrize(
        ("old", "new", "kind", "text"),
        [
            ("authenticated_visitors_only: true", "authenticated_visitors_only: false", "authentication",
             "Visitors who are not signed in may start conversations from now on."),
            ("        authenticated_visitors_only: true\n", "", "authentication",
             "authenticated_visitors_only: true is no longer declared: lpconf leaves it as it is, and no longer "
             "puts it right."),
            ("        authenticated_visitors_only: true\n        connector: Web", "        connector: {unset: true}",
             "authentication", "The connector is taken away: nothing checks who the visitors are."),
            ("        connector: Web\n", "", "authentication",
             "connector is no longer declared: lpconf leaves it as it is, and no longer puts it right."),
            ("connector: Web", "connector: Other", "key",
             "Another connector checks who the visitors are from now on."),
            ("enabled: true", "enabled: false", "visibility",
             "The engagement is switched off: visitors lose its button."),
            ("enabled: true", "language: de-DE", "publishing",
             'The campaign "Shop" is published: visitors may see this at once.'),
            ("status: published", "status: unpublished", "visibility",
             "The campaign is unpublished: visitors lose its enabled engagements."),
            ("status: published", "status: published\n    description: x", "publishing",
             "The campaign is published: visitors may see this at once."),
        ],
    )  # fmt: skip
    def test_of_engagements_and_campaigns(self, old: str, new: str, kind: str, text: str) -> None:
        thing = only(between(CHAT, CHAT.replace(old, new)))
        assert (kind, text) in [(risk.kind.value, risk.text) for risk in thing.risks]

    def test_publishing(self) -> None:
        thing = only(between(CHAT.replace("published", "unpublished"), CHAT))
        assert risks(thing) == ["The campaign is published: visitors will see its enabled engagements."]

    @pytest.mark.parametrize(
        ("old", "new", "kind", "text"),
        [
            (DEMO_KEY, make_key(2048), "key", "Another key checks tokens from now on: those that the former one signed "
             "are refused."),
            (f"jwt_public_key: {DEMO_KEY}", "jwks_endpoint: https://idp.example.net/jwks", "key",
             "Another key checks tokens from now on: those that the former one signed are refused."),
            ("idp.example.net/token", "evil.example/token", "key",
             "LivePerson asks another token endpoint who a visitor is from now on."),
            ("idp.example.net/token", "evil.example/token", "secret",
             "LivePerson will send the secret from LPCONF_SECRET_A to evil.example."),
            ("SECRET_A", "SECRET_B", "secret",
             "LivePerson will send the secret from LPCONF_SECRET_B to idp.example.net."),
            ("pkce: true", "pkce: false", "authentication", "PKCE is switched off: a stolen code is easier to use."),
            ("    pkce: true\n", "", "authentication",
             "pkce: true is no longer declared: lpconf leaves it as it is, and no longer puts it right."),
            ("preferred: true", "preferred: false", "preferred",
             "This connector is no longer the preferred one."),
            ("SECRET_A", "SECRET_B", "other",
             "Mobile apps may use this connector too; LivePerson does not say which."),
        ],
    )  # fmt: skip
    def test_of_connectors(self, old: str, new: str, kind: str, text: str) -> None:
        thing = only(between(CODE, CODE.replace(old, new)))
        assert (kind, text) in [(risk.kind.value, risk.text) for risk in thing.risks]

    def test_a_connector_becomes_preferred(self) -> None:
        thing = only(between(CODE.replace("preferred: true", "preferred: false"), CODE))
        assert "This connector becomes the preferred one, and takes that from any other." in risks(thing)

    def test_a_shorter_key(self) -> None:
        thing = only(between(IMPLICIT.replace(DEMO_KEY, make_key(2048)), IMPLICIT))
        assert risks(thing)[0] == "The key gets shorter, from 2048 to 1024 bits: tokens are easier to forge."
        assert thing.risks[0].weakens

    def test_no_key_source_at_all(self) -> None:
        old = f"connectors: [{{name: Web, jwt_public_key: {DEMO_KEY}, js_context: a}}]"
        thing = only(between(old, "connectors: [{name: Web, js_context: a}]"))
        assert risks(thing)[0].startswith("No key source is declared any more")

    def test_who_uses_a_connector(self) -> None:
        thing = only(between(IMPLICIT + CHAT, IMPLICIT.replace("authorize", "login") + CHAT))
        used = next(risk for risk in thing.risks if "signs" in risk.text)
        assert used.text == "1 engagement signs visitors in with this connector:"
        assert used.details == (CHAT_ADDRESS,)

    def test_a_renamed_connector_is_the_same_one(self) -> None:
        new = IMPLICIT.replace("name: Web", "name: Site\n    lifecycle: {renamed_from: Web}")
        assert RiskKind.KEY not in kinds(
            between(IMPLICIT + CHAT, new + CHAT.replace("connector: Web", "connector: Site"))
        )
        other = IMPLICIT.replace("name: Web", "name: Site")
        assert RiskKind.KEY in kinds(
            between(IMPLICIT + CHAT, other + CHAT.replace("connector: Web", "connector: Site"))
        )

    def test_a_changed_flow_is_refused_by_plan(self) -> None:
        thing = only(between(CODE, IMPLICIT))
        refused = (
            "A flow cannot change: plan refuses this if the live connector has flow: code. Declare a new connector "
            "under another name, move the engagements to it, then delete the old one."
        )
        assert refused in risks(thing)
        assert refused in risks(only(between(CODE, IMPLICIT.replace("name: Web", "name: Web\n    id: 5", 1))))

    def test_a_new_connector_may_have_another_flow(self) -> None:
        assert "A flow cannot change" not in str(between(CODE, IMPLICIT.replace("name: Web", "name: Site")))
        assert "A flow cannot change" not in str(between(CODE, CODE.replace("    flow: code\n", "")))

    @pytest.mark.parametrize(
        ("before", "after", "told"),
        [
            (
                "https://idp.example.net/authorize",
                "https://evil.example/authorize",
                ": idp.example.net -> evil.example",
            ),
            ("https://idp.example.net/authorize", "https://idp.example.net/other", ""),
        ],
    )
    def test_another_address_to_sign_in_at(self, before: str, after: str, told: str) -> None:
        old, new = (IMPLICIT.replace("https://idp.example.net/authorize", each) for each in (before, after))
        thing = only(between(old, new))
        assert thing.risks[0].kind is RiskKind.KEY
        assert thing.risks[0].text == f"Visitors in a separate window are sent to another address to sign in{told}."

    def test_no_address_to_sign_in_at_any_more(self) -> None:
        old = "connectors: [{name: Web, authentication_endpoint: https://idp.example.net}]"
        gone = "The address where visitors in a separate window sign in is taken away."
        assert risks(only(between(old, old.replace("https://idp.example.net", "{unset: true}"))))[0] == gone
        assert gone not in risks(only(between(old, "connectors: [{name: Web}]")))

    def test_a_first_address_to_sign_in_at_is_no_other(self) -> None:
        new = "connectors: [{name: Web, authentication_endpoint: https://idp.example.net}]"
        for old in ("connectors: [{name: Web}]", new.replace("https://idp.example.net", "{unset: true}"), NOTHING):
            assert RiskKind.KEY not in kinds(between(old, new))

    def test_a_connector_that_is_no_longer_declared_is_no_longer_put_right(self) -> None:
        gone = only(between(CODE, NOTHING.replace("x", '"12345678"')))
        assert risks(gone) == [
            "pkce: true is no longer declared: lpconf leaves it as it is, and no longer puts it right.",
            "No key source is declared any more: lpconf leaves the one in the account, and no longer puts it right.",
        ]
        assert risks(only(between(f"{CODE}    lifecycle: {{state: absent}}", NOTHING))) == []

    def test_nothing_is_left_of_what_delete_undeclared_deletes(self) -> None:
        gone = between(CODE, SWEEPING_CONNECTORS).things[-1]
        assert risks(gone) == ["It is no longer declared, and delete_undeclared asks to delete what is not."]
        swept = CHAT.replace("status: published", "delete_undeclared: [engagements]").partition("      - name")[0]
        text = str(between(CHAT, f"{swept}      - name: Other"))
        assert "lpconf leaves it as it is" not in text

    def test_a_new_thing_says_only_what_is_new_about_it(self) -> None:
        assert kinds(between(IMPLICIT, IMPLICIT + CHAT)) == {RiskKind.PUBLISHING}
        assert kinds(between(CHAT, CHAT + IMPLICIT)) == set()
        assert kinds(between(CHAT, CHAT + CODE)) == {RiskKind.PREFERRED, RiskKind.SECRET}

    def test_risks_stand_in_the_order_in_which_to_read_them(self) -> None:
        new = CODE.replace("pkce: true", "pkce: false").replace("idp.example.net/token", "evil.example/token")
        assert [risk.kind for risk in only(between(CODE, new)).risks] == [
            RiskKind.AUTHENTICATION,
            RiskKind.KEY,
            RiskKind.SECRET,
            RiskKind.OTHER,
        ]


class TestWhoUsesAConnector:
    def of(self, old: str, new: str) -> dict[str, tuple[str, ...]]:
        found = next(thing for thing in reversed(between(old, new).things) if thing.address.kind is Kind.CONNECTOR)
        return {risk.text: risk.details for risk in found.risks if risk.details}

    USED = "1 engagement signs visitors in with this connector:"
    MAYBE = "1 engagement may sign visitors in with this connector, too. Only a plan can tell:"
    BY_ID = CHAT.replace("connector: Web", "connector: {id: 5}")

    @pytest.mark.parametrize(
        ("selector", "reference", "told"),
        [
            ("name: Web", "Web", USED),
            ("name: Web", "{id: 5}", MAYBE),
            ("name: Web", "Other", None),
            ("id: 5", "{id: 5}", USED),
            ("id: 5", "{id: 6}", None),
            ("id: 5", "Web", MAYBE),
            ("id: 5, name: Web", "Web", USED),
            ("id: 5, name: Web", "Other", None),
            ("find: default", "Web", MAYBE),
            ("find: default", "{id: 5}", MAYBE),
            ("find: default, name: Web", "Web", USED),
        ],
    )
    def test_by_name_and_by_id(self, selector: str, reference: str, told: str | None) -> None:
        old = f"connectors: [{{{selector}, js_context: a}}]"
        chat = CHAT.replace("connector: Web", f"connector: {reference}")
        found = self.of(old + chat, old.replace("context: a", "context: b") + chat)
        assert found == ({told: (CHAT_ADDRESS,)} if told else {})

    def test_a_reference_to_another_declared_connector_is_no_doubt(self) -> None:
        old = "connectors: [{find: default, js_context: a}, {id: 5}]"
        assert self.of(old + self.BY_ID, old.replace("context: a", "context: b") + self.BY_ID) == {}

    def test_one_that_is_to_be_deleted(self) -> None:
        absent = "connectors: [{name: Web, lifecycle: {state: absent}}]"
        assert self.of(IMPLICIT + CHAT, absent + CHAT) == {self.USED: (CHAT_ADDRESS,)}
        assert self.of(IMPLICIT + CHAT, SWEEPING_CONNECTORS + CHAT) == {self.USED: (CHAT_ADDRESS,)}

    def test_engagements_that_go_too_do_not_count(self) -> None:
        absent = "connectors: [{name: Web, lifecycle: {state: absent}}]"
        gone = f"{CHAT}        lifecycle: {{state: absent}}"
        assert self.of(IMPLICIT + CHAT, absent + gone) == {}


class TestAnotherConnector:
    OTHER = "Another connector checks who the visitors are from now on."
    MAYBE = "Another connector may check who the visitors are from now on: only a plan can tell."

    @pytest.mark.parametrize(
        ("old", "before", "new", "after", "told"),
        [
            ("", "A", "", "B", OTHER),
            ("", "A", "", "{id: 5}", MAYBE),
            ("", "{id: 5}", "", "A", MAYBE),
            ("", "{id: 5}", "", "{id: 6}", OTHER),
            ("{name: A}", "A", "{name: B, lifecycle: {renamed_from: A}}", "B", None),
            ("", "A", "{name: B, lifecycle: {renamed_from: A}}", "B", None),
            ("{name: A, js_context: a}", "A", "{name: B, js_context: a}", "B", OTHER),
            ("{name: A, js_context: a}", "A", "{id: 5, js_context: a}", "{id: 5}", MAYBE),
            ("{id: 5, js_context: a}", "{id: 5}", "{name: A, js_context: a}", "A", MAYBE),
            ("{id: 5, name: A}", "A", "{id: 5, name: B}", "B", None),
            ("{id: 5, name: A}", "{id: 5}", "{id: 5, name: A}", "A", None),
            ("", "A", "{id: 5, name: B}", "B", MAYBE),
            ("{name: A}", "A", "{name: A}, {id: 5}", "{id: 5}", OTHER),
            ("{name: A}, {id: 5}", "A", "{id: 5}", "{id: 5}", OTHER),
            ("{name: A}", "A", "{id: 5}", "{id: 5}", MAYBE),
        ],
    )
    def test_whether_it_is_the_same_one(self, old: str, before: str, new: str, after: str, told: str | None) -> None:
        sides = [
            (f"connectors: [{declared}]" if declared else "")
            + CHAT.replace("connector: Web", f"connector: {reference}")
            for declared, reference in ((old, before), (new, after))
        ]
        chat = next(thing for thing in between(*sides).things if thing.address.kind is Kind.ENGAGEMENT)
        assert [text for text in risks(chat) if text.startswith("Another")] == ([told] if told else [])


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


def test_a_large_list_is_compared_by_position_and_fast() -> None:
    old, new = ([str(index % each) for index in range(20_000)] for each in (7, 5))
    found = between(f"{CHAT}        extra: {{zones: {old}}}", f"{CHAT}        extra: {{zones: {new}}}")
    assert len(only(found).fields[0].details) > 10_000
