"""Which engagement and connector the page is about, and how it says what is missing."""

from __future__ import annotations

from typing import Any

import pytest

from lpconf.model.address import Kind
from lpconf.model.live import Live, LiveThing
from lpconf.model.quirks import Quirks
from lpconf.page import settings
from lpconf.page.settings import PageMethod
from lpconf.page.upstream import Offer, Refused
from tests.account import campaign, connector, engagement, live

QUIRKS = Quirks()


def account(*, connectors: tuple[LiveThing, ...] = (), **body: Any) -> Live:
    held = {"conversationType": 1, "allowUnauthMsg": False, "connectorId": 7, **body}
    return live(*connectors, campaign(1, "Sales"), engagement(2, "Help", 1, **held))


def only(found: Live) -> LiveThing | None:
    return settings.chosen_engagement(found, Offer(), QUIRKS)


def test_the_offered_engagement_is_chosen_else_the_nearest() -> None:
    found = live(
        campaign(1, "Sales"),
        engagement(2, "Chat", 1),
        engagement(3, "Help", 1, conversationType=1, allowUnauthMsg=False, connectorId=7),
    )
    assert only(found) == found.of(Kind.ENGAGEMENT)[1]
    offered = settings.chosen_engagement(found, Offer({"engagementId": "2"}), QUIRKS)
    assert offered is not None
    assert offered.name == "Chat"


def test_an_account_without_engagements_is_said_to_have_none() -> None:
    outcome = settings.connector_outcome(live(), only(live()), QUIRKS)
    assert not outcome.ok
    assert outcome.text == "The account has no engagement."


def test_a_missing_and_a_deleted_connector_are_told_apart() -> None:
    without = account(connectorId=None)
    assert "connectorId is empty" in settings.connector_outcome(without, only(without), QUIRKS).text
    gone = account(connectorId=99)
    assert "The connector 99" in settings.connector_outcome(gone, only(gone), QUIRKS).text


@pytest.mark.parametrize("numbers", [{"implicit": 1, "code": 2}, {"implicit": 2, "code": 2}])
def test_a_code_flow_connector_cannot_be_tried_here(numbers: dict[str, int]) -> None:
    code = connector(7, "Code", type=2, tokenEndpoint="https://idp.example.net/token", clientId="lp")
    found = account(connectors=(code,))
    outcome = settings.connector_outcome(found, only(found), Quirks(flow=numbers))
    assert not outcome.ok
    assert "codes, not tokens" in outcome.text


def test_a_separate_window_never_calls_the_page_method() -> None:
    found = account(
        connectors=(connector(7, "Shop", authorizationEndpoint="https://idp.example.com/a"),), isPopOut=True
    )
    outcome = settings.connector_outcome(found, only(found), QUIRKS)
    assert outcome.ok
    (note,) = outcome.notes
    assert "https://idp.example.com/a" in note


def test_an_engagement_for_everybody_may_ask_for_no_token() -> None:
    found = account(connectors=(connector(7, "Shop"),), allowUnauthMsg=True)
    outcome = settings.connector_outcome(found, only(found), QUIRKS)
    assert outcome.ok
    (note,) = outcome.notes
    assert "allowUnauthMsg" in note


@pytest.mark.parametrize("name", [None, "", "  ", 5])
def test_an_empty_method_name_is_the_default(name: object) -> None:
    assert PageMethod.of(name, None) == PageMethod("lpGetAuthenticationToken", "", False)


def test_reasons_are_told_with_their_field_and_the_yamls_word() -> None:
    offer = Offer(
        refused=(
            Refused(1, 2, "enabled", "The engagement is switched off."),
            Refused(1, 2, "campaign.startDate", "The campaign has not started yet."),
        )
    )
    outcome = settings.engagement_outcome(account(), offer)
    assert outcome.text == '"Help" is not offered: the engagement is switched off (enabled).'
    assert outcome.hint == "Set enabled of the engagement in the YAML, then run lpconf apply."
    assert outcome.notes == ('"Help" is not offered: the campaign has not started yet (campaign.startDate).',)


@pytest.mark.parametrize(
    ("refused", "text"),
    [
        (Refused(1, 9, "x", "Why."), '"Sales" is not offered: why (x).'),
        (Refused(None, None, "x", ""), "Nothing is offered: x."),
        (Refused(None, None, "", "Because"), "Nothing is offered: because."),
        (Refused(1, 2, "identities.acr", "No."), '"Help" is not offered: no (identities.acr).'),
    ],
)
def test_what_is_not_known_is_left_out(refused: Refused, text: str) -> None:
    outcome = settings.engagement_outcome(account(), Offer(refused=(refused,)))
    assert outcome.text == text
    assert not outcome.hint


def test_a_service_without_reasons_gets_general_advice() -> None:
    outcome = settings.engagement_outcome(account(), Offer())
    assert not outcome.ok
    assert "entry points" in outcome.hint


def test_the_button_is_the_instance_for_agents_who_are_there() -> None:
    instances = [
        "noise",
        {"displayInstanceType": 1, "enabled": True, "presentation": {"background": {"color": "red"}}},
        {"displayInstanceType": 2, "enabled": True, "presentation": {"background": {"color": "blue"}}},
    ]
    shown = engagement(2, "Help", 1, displayInstances=instances, position={"type": 6})
    assert settings.button_of(shown) == {"presentation": {"background": {"color": "blue"}}, "position": 6}
    assert settings.button_of(engagement(2, "Help", 1, displayInstances=instances[:2])) is None
    assert settings.button_of(engagement(2, "Help", 1)) is None
