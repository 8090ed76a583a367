"""A difference for programs, and what its view says beyond the golden files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lpconf.engine.difference.comparison import difference
from lpconf.model.difference import FieldDifference
from lpconf.model.site import Position
from lpconf.report.difference_json import difference as document
from lpconf.report.review import addresses_only
from lpconf.report.review_of_difference import of_difference
from lpconf.report.review_text import render
from tests.account import site

from . import differences


def test_values_are_in_the_words_of_the_yaml() -> None:
    old = "campaigns: [{name: A, engagements: [{name: B, skill: x, window: {id: 5}, behaviors: [a, {id: 6}]}]}]"
    new = "campaigns: [{name: A, engagements: [{name: B, skill: {unset: true}, window: w, behaviors: [a]}]}]"
    found: Any = document(difference(site(old), site(new)))
    (thing,) = found["things"]
    values = {each["field"]: (each["before"], each["after"]) for each in thing["fields"]}
    assert values == {
        "skill": ("x", {"unset": True}),
        "window": ({"id": 5}, "w"),
        "behaviors": (["a", {"id": 6}], ["a"]),
    }


def test_a_secret_is_the_reference_to_its_variable() -> None:
    text = str(document(differences.risky()))
    assert "{'env': 'LPCONF_SECRET_A'}" in text
    assert "(sensitive value)" not in text


def test_the_whole_document() -> None:
    found = document(differences.risky())
    assert list(found) == [
        "format",
        "format_version",
        "old",
        "new",
        "account",
        "label",
        "changed",
        "nothing_before",
        "counts",
        "unprotected",
        "settings",
        "risks",
        "things",
        "findings",
        "unset_variables",
    ]
    assert found["unprotected"] == ['connector["Sign-in"]']
    assert found["counts"] == {
        "added": 0,
        "changed": 2,
        "renamed": 2,
        "removed": 1,
        "deleted": 1,
        "unchanged": 0,
        "settings": 3,
    }


def test_settings_are_counted_too() -> None:
    found = difference(site("label: Test"), site("label: Production"))
    counts = document(found)["counts"]
    assert isinstance(counts, dict)
    assert (counts["settings"], counts["changed"]) == (1, 0)
    assert "Difference: 0 added, 1 changed" in render(of_difference(found), color=False)


def test_what_flow_and_key_source_decide_is_not_called_left_alone() -> None:
    code = (
        "connectors: [{name: A, flow: code, token_endpoint: https://a.net, client_id: x, pkce: true, "
        "client_secret: {env: LPCONF_SECRET_A}, jwks_endpoint: https://a.net}]"
    )
    implicit = (
        "connectors: [{name: A, flow: implicit, authentication_endpoint: https://a.net, jwks_endpoint: https://a.net}]"
    )
    found = difference(site(code), site(implicit))
    lines = render(of_difference(found), color=False).splitlines()
    comments = {line.split()[1]: line.partition("# ")[2] for line in lines if line.startswith("      - ")}
    assert comments == {
        "token_endpoint": "will be emptied: follows from flow and key source",
        "client_id": "no longer declared",
        "client_secret": "will be emptied: follows from flow and key source",
        "pkce": "will be false: follows from flow and key source",
    }
    things: Any = document(found)["things"]
    becomes = {each["field"]: each["becomes"] for each in things[0]["fields"]}
    assert becomes == {
        "flow": None,
        "authentication_endpoint": None,
        "token_endpoint": {"unset": True},
        "client_id": None,
        "client_secret": {"unset": True},
        "pkce": False,
    }


def test_what_is_no_longer_protected_is_the_thing_that_it_is_now() -> None:
    old = "connectors: [{name: A, lifecycle: {protect: true}}, {name: B, lifecycle: {protect: true}}]"
    new = "connectors: [{name: A}, {name: C, lifecycle: {renamed_from: B}}]"
    for label, first in (("", 0), ("label: Bank\n", 1)):
        review = of_difference(difference(site(old), site(label + new)))
        (notice,) = review.notices
        assert notice.lines == ('connector["A"]', 'connector["B"]')
        assert notice.things == (first, first + 1)
        assert review.things[first + 1].address == 'connector["C"]'


def test_a_deletion_that_is_asked_for_is_not_called_anything_else() -> None:
    found = difference(
        site("campaigns: [{name: Shop, status: published}]"),
        site("campaigns: [{name: Shop, lifecycle: {state: absent}}]"),
    )
    text = render(of_difference(found), color=False)
    assert text.split("\n\n", 2)[2] == (
        '  - campaign["Shop"] is asked to be deleted\n'
        '      - status          = "published"\n'
        '      + lifecycle.state = "absent"\n'
        "      ! lpconf is asked to delete this campaign with all of its engagements.\n"
        "\n"
        "Difference: 0 added, 0 changed, 0 renamed, 0 no longer declared, 1 to be deleted. 0 things unchanged."
    )
    assert '- campaign["Shop"] is asked to be deleted' in render(addresses_only(of_difference(found)), color=False)


def test_the_place_of_the_account_is_that_of_the_notice_about_it() -> None:
    old = site("label: Bank")
    new = replace(old, account="87654321", account_position=Position("site.yaml", 2, 10))
    review = of_difference(difference(old, new))
    (notice,) = review.notices
    assert (notice.things, review.things[0].position) == ((0,), Position("site.yaml", 2, 10))


def test_what_is_gone_has_no_place_in_the_files_here() -> None:
    found = differences.risky()
    assert of_difference(found).things[-1].position is not None
    assert of_difference(replace(found, old_is_revision=True)).things[-1].position is None


def test_a_field_without_any_value_is_a_mistake_of_the_caller() -> None:
    found = differences.risky()
    broken = replace(found.things[0], fields=(FieldDifference("x", None, None),))
    with pytest.raises(ValueError, match="x has no value"):
        of_difference(replace(found, things=(broken,)))
