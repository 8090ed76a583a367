# ruff: noqa: E501 - one case, one line
"""`extra`: LivePerson fields that have no word."""

from __future__ import annotations

import pytest

from tests.config.conftest import CAMPAIGN, CONNECTOR, ENGAGEMENT, Diagnose, Load


def test_extra_keeps_what_json_can_hold(load_text: Load) -> None:
    text = (
        f"{ENGAGEMENT}        extra: {{weight: 0.5, lobId: {{unset: true}}, position: {{left: 1, top: [true, x]}}}}\n"
    )
    assert load_text(text).things[1].extra == {
        "weight": 0.5,
        "lobId": None,
        "position": {"left": 1, "top": [True, "x"]},
    }


def test_maps_that_hold_words_may_hold_other_fields(load_text: Load) -> None:
    assert load_text(f"{CONNECTOR}    extra: {{configuration: {{other: 1}}}}\n").things[0].extra == {
        "configuration": {"other": 1}
    }


def test_a_list_is_one_value_in_livepersons_own_spelling(load_text: Load) -> None:
    text = f"{ENGAGEMENT}        extra: {{zones: [null, {{a: null}}, {{unset: true}}]}}\n"
    assert load_text(text).things[1].extra == {"zones": [None, {"a": None}, {"unset": True}]}


@pytest.mark.parametrize("extra", ["{position: null}", "{position: {left: ~}}"])
def test_null_asks_for_what_is_meant(diagnose: Diagnose, extra: str) -> None:
    (found,) = diagnose(f"{ENGAGEMENT}        extra: {extra}\n")
    assert (found.code, found.message) == ("schema.null", "there is no value here")
    assert found.hint == (
        "Leave it out to leave it as it is in the account, write {unset: true} to clear it, or [] to empty a list."
    )


@pytest.mark.parametrize("extra", ["{unset: true}", "{position: {unset: true, left: 1}}", "{position: {unset: 1}}"])
def test_unset_stands_alone_in_the_place_of_a_value(diagnose: Diagnose, extra: str) -> None:
    (found,) = diagnose(f"{ENGAGEMENT}        extra: {extra}\n")
    assert found.message == "{unset: true} stands alone, in the place of one field's value"


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        (f"{ENGAGEMENT}        extra: {{enabled: true}}\n", "enabled", "enabled has a word of its own"),
        (f"{CAMPAIGN}    extra: {{visitorProfiles: {{a: 1}}}}\n", "visitorProfiles", "visitorProfiles has a word of its own"),
        (f"{CONNECTOR}    extra: {{name: x}}\n", "name", "name has a word of its own"),
        (f"{CONNECTOR}    extra: {{configuration: {{issuer: x}}}}\n", "configuration.issuer", "configuration.issuer has a word of its own"),
        (f"{CONNECTOR}    extra: {{type: 1}}\n", "type", "type follows from other words"),
        (f"{CONNECTOR}    extra: {{configuration: {{jwtValidationType: x}}}}\n", "configuration.jwtValidationType", "configuration.jwtValidationType follows from other words"),
        (f"{CONNECTOR}    extra: {{configuration: null}}\n", "configuration", "configuration holds fields that have words; expected a map of single fields"),
        (f"{CONNECTOR}    extra: {{configuration: {{unset: true}}}}\n", "configuration", "configuration holds fields that have words; expected a map of single fields"),
        (f"{CONNECTOR}    extra: {{configuration: [a]}}\n", "configuration", "configuration holds fields that have words; expected a map of single fields"),
        (f"{ENGAGEMENT}        extra: {{id: 5}}\n", "id", "id is LivePerson's own and cannot be set"),
        (f"{ENGAGEMENT}        extra: {{skillName: x}}\n", "skillName", "skillName is LivePerson's own and cannot be set"),
        (f"{CAMPAIGN}    extra: {{engagementIds: [1]}}\n", "engagementIds", "engagementIds is LivePerson's own and cannot be set"),
    ],
)  # fmt: skip
def test_extra_refuses_what_it_is_not_for(diagnose: Diagnose, text: str, path: str, message: str) -> None:
    (found,) = diagnose(text)
    assert (found.path.split(".extra.")[1], found.message) == (path, message)
    assert found.position
    assert text.splitlines()[found.position.line - 1][found.position.column - 1 :].startswith(
        path.rsplit(".", maxsplit=1)[-1]
    )


def test_extra_refuses_secrets_and_shows_nothing_of_them(diagnose: Diagnose) -> None:
    (found,) = diagnose(f"{CONNECTOR}    extra: {{configuration: {{clientSecret: hunter2}}}}\n")
    assert (found.code, found.source) == ("extra.word", None)
    assert "hunter2" not in repr(found)


def test_texts_in_extra_are_checked(diagnose: Diagnose) -> None:
    found = diagnose(f'{CONNECTOR}    extra: {{a: ["${{var.x}}", "\\x01", "\\u202E", yes]}}\n')
    assert [(each.path[len("connectors[0].extra.") :], each.code) for each in found] == [
        ("a[0]", "variable.unset"),
        ("a[1]", "value.character"),
        ("a[2]", "value.character"),
        ("a[3]", "yaml.ambiguous"),
    ]
