"""Digests of documents, of configurations and of the fields of live things."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpconf.engine import digest
from tests.account import DEMO_KEY, connector, engagement, site
from tests.canary import CANARY

CONNECTOR = "connectors: [{name: A, js_method_name: f}]"


class TestDocuments:
    def test_the_order_of_keys_does_not_matter(self) -> None:
        assert digest.of_document({"a": 1, "b": [2, 3]}) == digest.of_document({"b": [2, 3], "a": 1})

    def test_the_own_digest_is_not_part_of_it(self) -> None:
        assert digest.of_document({"a": 1, "digest": "x"}) == digest.of_document({"a": 1})

    @pytest.mark.parametrize(("left", "right"), [(1, True), (1, "1"), (1, 1.0), ([1, 2], [2, 1]), (None, ""), ({}, [])])
    def test_what_differs_as_json_differs(self, left: object, right: object) -> None:
        assert digest.of_document({"a": left}) != digest.of_document({"a": right})  # type: ignore[dict-item]

    def test_a_read_only_map_is_a_map(self) -> None:
        assert digest.of_json(MappingProxyType({"a": 1})) == digest.of_json({"a": 1})
        with pytest.raises(TypeError, match="set is no JSON"):
            digest.of_json({1, 2})  # type: ignore[arg-type]

    def test_a_text_of_broken_unicode_has_one_too(self) -> None:
        assert digest.of_json("\ud800") != digest.of_json("\ud801")


class TestConfigurations:
    def test_comments_order_and_places_do_not_matter(self) -> None:
        two = "connectors:\n- {name: A, js_method_name: f}\n- {name: B, js_method_name: g}"
        turned = (
            "# a comment\nlabel: Bank\nconnectors:\n\n- {js_method_name: g, name: B}\n- name: A\n  js_method_name: f"
        )
        assert digest.of_site(site(two)) == digest.of_site(site(turned))

    @pytest.mark.parametrize(
        "other",
        [
            "connectors: [{name: A, js_method_name: g}]",
            "connectors: [{name: A, consumer_delegation: false}]",
            "connectors: [{name: B, js_method_name: f}]",
            "connectors: [{id: 5, js_method_name: f}]",
            "connectors: [{name: A, js_method_name: {unset: true}}]",
            "connectors: [{name: A, js_method_name: f, extra: {new: 1}}]",
            "connectors: [{name: A, js_method_name: f, lifecycle: {protect: true}}]",
            "delete_undeclared: [connectors]\nconnectors: [{name: A, js_method_name: f}]",
        ],
    )
    def test_what_is_declared_does(self, other: str) -> None:
        assert digest.of_site(site(other)) != digest.of_site(site(CONNECTOR))

    def test_references_by_name_by_id_and_in_lists_are_told_apart(self) -> None:
        text = "campaigns: [{{find: default, engagements: [{{find: default, {0}}}]}}]"
        forms = ["skill: '5'", "skill: {id: 5}", "entry_points: ['5']", "entry_points: [{id: 5}]", "entry_points: []"]
        assert len({digest.of_site(site(text.format(each))) for each in forms}) == len(forms)

    def test_a_variable_counts_by_its_value(self) -> None:
        text = "vars: {f: x}\nconnectors: [{name: A, js_method_name: '${var.f}'}]"
        assert digest.of_site(site(text, f="f")) != digest.of_site(site(text, f="g"))


class TestFields:
    def test_every_field_has_one_by_its_path(self) -> None:
        found = digest.FieldDigests().of(connector(5, "A", jsMethodName="f", odd={"a.b": 1}))
        assert set(found) == {
            "name",
            "type",
            "configuration.jwtValidationType",
            "configuration.acrValues",
            "configuration.jsMethodName",
            'configuration.odd."a.b"',
        }
        assert all(len(each) == 16 for each in found.values())

    def test_one_that_moves_gets_another(self) -> None:
        before, after = (digest.FieldDigests().of(engagement(2, "E", 1, language=each)) for each in ("de-DE", "fr-FR"))
        assert {key for key in before if before[key] != after[key]} == {"language"}

    def test_the_order_of_ids_and_null_do_not_count(self) -> None:
        before = digest.FieldDigests().of(engagement(2, "E", 1, onsiteLocations=[5, 6], x=None))
        assert before == digest.FieldDigests().of(engagement(2, "E", 1, onsiteLocations=[6, 5]))

    @pytest.mark.parametrize(
        "secret",
        [
            {"clientSecret": CANARY},
            {"apiKey": CANARY},
            {"deep": {"password": CANARY}},
            {"jwtPublicKey": "a private key, pasted by mistake"},
        ],
    )
    def test_a_secret_has_none(self, secret: dict[str, Any]) -> None:
        assert digest.FieldDigests().of(connector(5, "A", **secret)) == digest.FieldDigests().of(connector(5, "A"))

    def test_a_public_key_has_one(self) -> None:
        assert "configuration.jwtPublicKey" in digest.FieldDigests().of(connector(5, "A", jwtPublicKey=DEMO_KEY))


class TestPlaces:
    @given(st.lists(st.text(max_size=8), min_size=1, max_size=4))
    def test_a_path_survives_being_written(self, path: list[str]) -> None:
        assert digest.path_of(digest.place(path)) == tuple(path)

    @pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a..b", 'a"b"', '"a"', '"a', "a b", '"\\u0041."', '"a."b'])
    def test_another_text_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"not a path|Unterminated"):
            digest.path_of(text)


def test_what_stands_for_a_password_in_a_key_field_does_not_tell_it() -> None:
    once = digest.of_key("a secret \ud800")
    assert once == digest.of_key("another")
    assert digest.of_key(once) == once
    assert digest.of_key("") == ""
