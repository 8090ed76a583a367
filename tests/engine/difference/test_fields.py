"""Which fields of a declared thing differ, and how people read them."""

from __future__ import annotations

from lpconf.engine.difference.comparison import difference
from lpconf.model.difference import Turn
from lpconf.model.site import ReferenceById, SecretReference, Unset
from tests.account import (
    DEMO_KEY,
    TUTORIAL,
    make_key,
    site,
)

from .configurations import (
    CHAT,
    CODE,
    IMPLICIT,
    becomes,
    between,
    fields,
    only,
    risks,
    shown,
)


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
        new = CHAT + "        extra: {a: {b: 1, c: 1, e: {unset: true}}, zones: [1, 3]}"
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


def test_a_large_list_is_compared_by_position_and_fast() -> None:
    old, new = ([str(index % each) for index in range(20_000)] for each in (7, 5))
    found = between(f"{CHAT}        extra: {{zones: {old}}}", f"{CHAT}        extra: {{zones: {new}}}")
    assert len(only(found).fields[0].details) > 10_000
