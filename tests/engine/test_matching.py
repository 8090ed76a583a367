"""How declared things find their live ones."""

from __future__ import annotations

import pytest

from lpconf.engine.matching import match
from lpconf.model.address import Kind
from lpconf.model.diagnostic import Severity
from lpconf.model.errors import InvalidConfiguration
from lpconf.model.live import LiveThing
from tests.account import QUIRKS, campaign, connector, engagement, only, other, plan, site
from tests.account import live as live_account


def problem(*arguments: object) -> str:
    with pytest.raises(InvalidConfiguration) as caught:
        plan(*arguments)  # type: ignore[arg-type]
    return "\n".join(f"{each.path}: {each.message} / {each.hint}" for each in caught.value.diagnostics)


def test_a_name_finds_the_thing_of_exactly_that_name() -> None:
    made = plan(
        "campaigns: [{name: Shop, description: new}]",
        campaign(1, "shop", description="old"),
        campaign(2, "Shop", description="old"),
    )
    assert only(made).live_id == 2


def test_an_id_finds_its_thing_and_makes_the_name_a_field() -> None:
    change = only(plan("campaigns: [{id: 2, name: New name}]", campaign(1, "One"), campaign(2, "Two")))
    assert (change.live_id, change.name) == (2, "Two")
    assert [(each.word, each.before.text, each.after.text) for each in change.fields] == [("name", "Two", "New name")]


def test_default_is_the_only_thing_whatever_its_name() -> None:
    assert only(plan("campaigns: [{find: default, description: x}]", campaign(9, "Whatever"))).live_id == 9


def test_default_is_the_only_thing_that_nothing_else_claims() -> None:
    made = plan(
        "campaigns: [{find: default, description: x}, {name: Sales, description: y}, {id: 3, description: z}]",
        campaign(1, "Sales"),
        campaign(2, "The rest"),
        campaign(3, "By id"),
    )
    assert [change.live_id for change in made.changes] == [2, 1, 3]


def test_default_with_several_candidates_lists_them() -> None:
    message = problem("campaigns: [{find: default}]", campaign(1, "One"), campaign(2, "Two"))
    assert message == (
        'campaigns[0]: find: default needs exactly one campaign, but 2 could be meant: "One" (id 1), "Two" (id 2)'
        " / Select one by name or id."
    )


def test_default_with_no_candidate_says_so() -> None:
    assert "the account has none that is not declared yet" in problem("campaigns: [{find: default}]")


def test_a_name_that_fits_two_lists_them() -> None:
    message = problem("campaigns: [{name: Shop}]", campaign(1, "Shop"), campaign(2, "Shop"))
    assert '2 live campaigns are named "Shop": "Shop" (id 1), "Shop" (id 2) / Select one by id.' in message


def test_an_id_that_is_not_live_lists_what_is() -> None:
    message = problem("campaigns: [{id: 7}]", campaign(1, "Shop"))
    assert 'there is no campaign with id 7 / The account has: "Shop" (id 1).' in message


def test_a_thing_that_two_declarations_mean_is_an_error_with_both_places() -> None:
    message = problem("campaigns: [{id: 1}, {name: Shop}]", campaign(1, "Shop"))
    assert 'campaigns[1]: this is the campaign "Shop" (id 1), which campaigns[0] at ' in message


def test_a_creation_beside_a_name_that_differs_in_case_or_space_warns() -> None:
    text = "campaigns: [{name: web  shop, start_date: 2026-01-05 00:00:00, time_zone: UTC}]"
    goal, audience = _neighbours()
    made = plan(text, campaign(1, "Web Shop"), goal, audience)
    (warning,) = made.diagnostics
    assert warning.severity is Severity.WARNING
    assert 'beside the campaign "Web Shop" (id 1)' in warning.message


def near(text: str, *things: LiveThing) -> list[str]:
    """What is said of the names of a campaign's engagements, which are declared by their names."""
    declared = site(f"campaigns: [{{name: A, engagements: [{text}]}}]")
    found = match(declared, live_account(campaign(1, "A"), *things), QUIRKS)
    assert {each.severity for each in found.diagnostics} <= {Severity.WARNING}
    return [each.message for each in found.diagnostics]


@pytest.mark.parametrize(
    ("written", "live"),
    [
        ("Default engagment", "Default engagement"),
        ("Default engagementt", "Default engagement"),
        ("Default engagemint", "Default engagement"),
        ("Default engagemetn", "Default engagement"),
        ("Defualt engagment", "Default engagement"),
        ("Shop 2: checkuot", "Shop 2: checkout"),
        ("Sales-chat", "Sales chat"),
    ],
)
def test_a_creation_beside_a_name_that_is_a_slip_away_warns(written: str, live: str) -> None:
    (message,) = near(f'{{name: "{written}"}}', engagement(10, live, 1))
    beside = f'beside the engagement "{live}" (id 10), whose name is nearly the same'
    assert message == f"a new engagement will be created {beside}"


@pytest.mark.parametrize(
    ("written", "live"),
    [
        ("Shop 1", "Shop 2"),
        ("Shop 1", "Shop 11"),
        ("Shop", "Shop 2"),
        ("Test", "Text EN"),
        ("Test", "Text"),
        ("Sales chat DE", "Sales chat EN"),
        ("Shop I", "Shop II"),
        ("Chat for authenticated", "Chat for unauthenticated"),
        ("Chat Austria", "Chat Australia"),
        ("Chat (new)", "Chat"),
        ("???", "!!!"),
    ],
)
def test_a_name_of_another_thing_does_not(written: str, live: str) -> None:
    assert near(f'{{name: "{written}"}}', engagement(10, live, 1)) == []


def test_only_names_that_nothing_else_in_the_campaign_declares_are_near() -> None:
    both = "{name: Default engagment}, {name: Default engagement}"
    assert near(both, engagement(10, "Default engagement", 1)) == []
    assert near("{name: Default engagment}", engagement(10, "Default engagement", 2)) == []


def test_a_near_name_comes_with_the_ways_to_rename() -> None:
    text = "campaigns: [{name: Spring sales, start_date: 2026-01-05 00:00:00, time_zone: UTC}]"
    (warning,) = plan(text, campaign(1, "Sprin sales"), *_neighbours()).diagnostics
    assert warning.hint == (
        "Names match exactly. If you meant that one, write its name as it is. "
        'To rename it, add lifecycle: {renamed_from: "Sprin sales"}, or id: 1.'
    )


def test_a_thing_to_delete_whose_name_is_near_another_warns_too() -> None:
    text = "connectors: [{name: Sign in for vistors, lifecycle: {state: absent}}]"
    (warning,) = plan(text, connector(1, "Sign in for visitors")).diagnostics
    assert "no connector of this name is live" in warning.message
    assert "renamed_from" not in warning.hint


def _neighbours() -> tuple[LiveThing, ...]:
    return other(Kind.GOAL, 5, "Goal"), other(Kind.AUDIENCE, 6, "All visitors")


def test_engagements_are_looked_for_in_their_own_campaign() -> None:
    made = plan(
        "campaigns: [{name: A, engagements: [{name: Chat, enabled: false}]}]",
        campaign(1, "A"),
        campaign(2, "B"),
        engagement(10, "Chat", 2),
        engagement(11, "Chat", 1),
    )
    assert only(made).live_id == 11


def test_default_never_takes_the_unauthenticated_connector() -> None:
    made = plan(
        "connectors: [{find: default, js_method_name: f}]",
        connector(1, "ACR-0", acrValues=["0"]),
        connector(2, "Ours"),
    )
    assert only(made).live_id == 2


def test_long_lists_are_cut() -> None:
    message = problem("campaigns: [{find: default}]", *(campaign(n, f"C{n}") for n in range(1, 13)))
    assert message.endswith('"C10" (id 10) and 2 more / Select one by name or id.')
