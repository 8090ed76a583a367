"""A difference for programs, and what its view says beyond the golden files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lpconf.engine.difference.comparison import difference
from lpconf.model.difference import FieldDifference
from lpconf.report.difference_json import difference as document
from lpconf.report.review_of_difference import of_difference
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
    assert found["counts"] == {"added": 1, "changed": 2, "renamed": 2, "removed": 1, "unchanged": 0}


def test_what_is_gone_has_no_place_in_the_files_here() -> None:
    found = differences.risky()
    assert of_difference(found).things[-1].position is not None
    assert of_difference(replace(found, old_is_revision=True)).things[-1].position is None


def test_a_field_without_any_value_is_a_mistake_of_the_caller() -> None:
    found = differences.risky()
    broken = replace(found.things[0], fields=(FieldDifference("x", None, None),))
    with pytest.raises(ValueError, match="x has no value"):
        of_difference(replace(found, things=(broken,)))
