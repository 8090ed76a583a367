"""Whether a plan that was made anew is the approved one."""

from __future__ import annotations

from typing import Any

from lpconf.engine.staleness import moved
from lpconf.model.address import Kind
from lpconf.model.live import LiveThing
from lpconf.model.plan import Plan
from tests.account import campaign, engagement, other, plan

TEXT = "campaigns: [{find: default, engagements: [{name: E, language: de-DE, conversation: messaging}]}]"


def made(*things: LiveThing) -> Plan:
    return plan(TEXT, *things)


def now(**live: Any) -> tuple[LiveThing, ...]:
    return campaign(1, "C"), engagement(2, "E", 1, **{"language": "en-US", **live})


APPROVED = made(*now())


def test_the_same_account_gives_the_approved_plan() -> None:
    assert moved(APPROVED, made(*now())) == ()


def test_a_field_that_the_plan_does_not_change_may_move() -> None:
    assert moved(APPROVED, made(*now(description="new", enabled=False))) == ()


def test_a_planned_field_that_moved_is_named_with_both_values() -> None:
    (line,) = moved(APPROVED, made(*now(language="fr-FR")))
    assert line == ('campaign[default]/engagement["E"].language: was "en-US" when the plan was made, is now "fr-FR"')


def test_a_planned_field_that_is_as_declared_by_now_is_named() -> None:
    (line,) = moved(APPROVED, made(*now(language="de-DE")))
    assert line.endswith('.language: was "en-US" when the plan was made, is now as declared')


def test_a_declared_field_that_was_right_and_moved_is_named() -> None:
    (line,) = moved(made(*now(language="de-DE")), made(*now(language="fr-FR")))
    assert line.endswith('.language: was as declared when the plan was made, is now "fr-FR"')


def test_a_thing_that_became_right_or_wrong_as_a_whole_is_named() -> None:
    right = made(*now(language="de-DE", conversationType=1))
    assert moved(APPROVED, right) == (
        'campaign[default]/engagement["E"]: is as declared by now, and was to be changed when the plan was made',
    )
    assert moved(right, APPROVED) == (
        'campaign[default]/engagement["E"]: now differs from the configuration, but did not when the plan was made',
    )


def test_another_order_of_ids_is_no_movement() -> None:
    text = "campaigns: [{find: default, engagements: [{name: E, entry_points: [Home]}]}]"
    points = [other(Kind.ENTRY_POINT, each, name) for each, name in ((5, "Home"), (6, "A"), (7, "B"))]
    before = plan(text, *now(onsiteLocations=[6, 7]), *points)
    assert moved(before, plan(text, *now(onsiteLocations=[7, 6]), *points)) == ()


def test_another_thing_of_the_same_name_is_not_the_approved_one() -> None:
    (line,) = moved(APPROVED, made(campaign(1, "C"), engagement(3, "E", 1, language="en-US")))
    assert "was replaced by another thing" in line
