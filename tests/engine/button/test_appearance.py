"""The button of every engagement that changes, before and after."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from lpconf.engine import digest
from lpconf.engine.button import appearance as appearances
from lpconf.engine.button.parsing import button_of
from lpconf.engine.decoding import InvalidPlanError, decode
from lpconf.engine.encoding import document
from lpconf.engine.encoding_schema import schema
from lpconf.model.address import Kind
from lpconf.model.button import Appearance, Button, Omission, Place
from lpconf.model.plan import Change, Plan
from lpconf.model.policy import Policy
from lpconf.resources.engagement import template
from tests.account import QUIRKS, campaign, connector, engagement, live, only, other, plan

from .bodies import BODY

LIVE = engagement(2, "E", 1, **BODY)
CAMPAIGN = campaign(1, "C")


def declared(fields: str) -> str:
    return f"campaigns: [{{name: C, engagements: [{{name: E, {fields}}}]}}]"


def drawn(change: Change) -> Appearance:
    assert change.appearance is not None
    return change.appearance


def test_a_change_beside_the_button_shows_it_as_it_stays() -> None:
    found = drawn(only(plan(declared("conversation: messaging"), CAMPAIGN, LIVE)))
    assert found.before == found.after == button_of(LIVE.body, QUIRKS, published=True)


def test_an_engagement_that_is_switched_off_loses_its_button() -> None:
    found = drawn(only(plan(declared("enabled: false"), CAMPAIGN, LIVE)))
    assert found.before is not None
    assert found.after == replace(found.before, shown=False)


@pytest.mark.parametrize(
    ("status", "declared_status", "expected"),
    [
        (1, "", (True, True)),
        (0, "", (False, False)),
        (0, "status: published, ", (False, True)),
        (1, "status: unpublished, ", (True, False)),
        (2, "", (None, None)),
        (True, "", (None, None)),
    ],
)
def test_it_says_whether_the_campaign_is_published_before_and_after_the_plan(
    status: int, declared_status: str, expected: tuple[bool | None, bool | None]
) -> None:
    text = f"campaigns: [{{name: C, {declared_status}engagements: [{{name: E, conversation: messaging}}]}}]"
    made = plan(text, campaign(1, "C", status=status), LIVE)
    found = drawn(next(each for each in made.changes if each.address.kind is Kind.ENGAGEMENT))
    assert (found.before and found.before.published, found.after and found.after.published) == expected


@pytest.mark.parametrize(("status", "published"), [("status: published, ", True), ("", False)])
def test_a_new_campaign_is_as_it_will_be(status: str, published: bool) -> None:
    looked_up = (other(Kind.WINDOW, 5, "W"), other(Kind.ENTRY_POINT, 6, "P"), other(Kind.BEHAVIOR, 7, "B"))
    fields = "window: W, conversation: messaging, authenticated_visitors_only: true, connector: A"
    when = "start_date: '2026-01-05 00:00:00', time_zone: UTC"
    text = f"campaigns: [{{name: C, goal: G, audiences: [U], {when}, {status}engagements: [{{name: E, {fields}}}]}}]"
    made = plan(text, connector(3, "A"), other(Kind.GOAL, 8, "G"), other(Kind.AUDIENCE, 9, "U"), *looked_up)
    after = drawn(next(each for each in made.changes if each.address.kind is Kind.ENGAGEMENT)).after
    assert after is not None
    assert after.published is published


def test_true_is_not_1_where_buttons_are_alike() -> None:
    odd = engagement(3, "F", 1, **{**BODY, "type": True})
    text = "campaigns: [{name: C, engagements: [{name: E, language: x}, {name: F, language: x}]}]"
    first, second = plan(text, CAMPAIGN, LIVE, odd).changes
    assert [each.before and each.before.place for each in (drawn(first), drawn(second))] == [Place.RIGHT, None]


@pytest.mark.parametrize("extra", ["channel: 2", "subType: 6", "type: 13"])
def test_a_change_of_what_kind_of_button_it_is_loses_the_place(extra: str) -> None:
    found = drawn(only(plan(declared(f"extra: {{{extra}}}"), CAMPAIGN, LIVE)))
    assert (found.before and found.before.place, found.after and found.after.place) == (Place.RIGHT, None)


def test_a_change_of_the_button_shows_both() -> None:
    found = drawn(only(plan(declared("extra: {position: {type: 9}}"), CAMPAIGN, LIVE)))
    assert (found.before and found.before.place, found.after and found.after.place) == (
        Place.RIGHT,
        Place.BOTTOM_RIGHT,
    )


def test_a_deletion_has_no_button_after() -> None:
    policy = Policy(allow_delete=True)
    made = plan(declared("lifecycle: {state: absent}"), CAMPAIGN, LIVE, policy=policy)
    assert drawn(only(made)) == Appearance(button_of(LIVE.body, QUIRKS, published=True), None)


def test_a_creation_has_no_button_before() -> None:
    looked_up = (other(Kind.WINDOW, 5, "W"), other(Kind.ENTRY_POINT, 6, "P"), other(Kind.BEHAVIOR, 7, "B"))
    fields = "window: W, conversation: messaging, authenticated_visitors_only: true, connector: A"
    made = plan(declared(fields), CAMPAIGN, connector(3, "A"), *looked_up)
    assert drawn(only(made)) == Appearance(None, button_of(template(QUIRKS), QUIRKS, published=True))


def test_only_engagements_have_a_button() -> None:
    made = plan("connectors: [{name: A, js_method_name: f}]", connector(3, "A"))
    assert only(made).appearance is None


def several(count: int) -> Plan:
    """Engagements that get another place each, all with one button before and one after."""
    rows = ", ".join(f"{{name: E{each}, extra: {{position: {{type: 9}}}}}}" for each in range(count))
    things = (engagement(10 + each, f"E{each}", 1, **BODY) for each in range(count))
    return plan(f"campaigns: [{{name: C, engagements: [{rows}]}}]", CAMPAIGN, *things)


def test_a_saved_plan_holds_every_different_button_once() -> None:
    made = several(20)
    encoded: Any = document(made, "1.0")
    jsonschema.validate(encoded, schema())
    assert len(encoded["buttons"]) == 2
    assert {json.dumps(each["appearance"]) for each in encoded["changes"]} == {'{"before": 0, "after": 1}'}
    saved = decode(json.loads(json.dumps(encoded))).plan
    assert [each.appearance for each in saved.changes] == [each.appearance for each in made.changes]


def test_a_field_inside_a_plain_value_leaves_the_button_out() -> None:
    change = only(plan(declared("extra: {position: {type: 9}}"), CAMPAIGN, LIVE))
    flat = live(CAMPAIGN, engagement(2, "E", 1, position=5))
    (found,) = appearances.with_appearance((change,), flat, QUIRKS)
    assert drawn(found).after == Button(False, None, (), (Omission.BUTTON,))


@pytest.mark.parametrize("number", [2, -1, "0", True])
def test_the_number_of_no_button_is_refused(number: object) -> None:
    encoded: Any = document(several(1), "1.0")
    encoded["changes"][0]["appearance"]["after"] = number
    del encoded["digest"]
    with pytest.raises(InvalidPlanError, match=r"changes\[0\]\.appearance\.after"):
        decode({**encoded, "digest": digest.of_document(encoded)})


def test_buttons_that_would_make_a_plan_too_large_to_be_read_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appearances, "LARGEST_SUM", 1000)
    found = drawn(only(several(1)))
    assert found.before == button_of(BODY, QUIRKS, published=True)
    assert found.after == Button(True, None, (), (Omission.BUTTON,))
