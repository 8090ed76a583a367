"""A new thing: what is declared, and the rest from the kind's template."""

from __future__ import annotations

import pytest

from lpconf.model.address import Kind
from lpconf.model.errors import InvalidConfiguration
from lpconf.model.plan import Action, Origin
from tests.account import (
    DEMO_KEY,
    TUTORIAL,
    campaign,
    engagement,
    field,
    named,
    only,
    other,
    plan,
)

from .problems import problem


class TestCreation:
    NEIGHBOURS = (
        other(Kind.WINDOW, 3, "Window", isUserDefault=True),
        other(Kind.WINDOW, 33, "Another window"),
        other(Kind.ENTRY_POINT, 4, "Everywhere"),
        other(Kind.BEHAVIOR, 5, "All visitors"),
        other(Kind.GOAL, 6, "Goal"),
        other(Kind.AUDIENCE, 7, "All visitors", systemDefault=True),
    )
    TEXT = """
        campaigns:
          - name: Shop
            status: published
            start_date: "2026-01-05 00:00:00"
            time_zone: Europe/Berlin
            engagements:
              - {name: Chat, enabled: true, authenticated_visitors_only: false}
    """

    def test_a_new_campaign_with_its_engagement(self) -> None:
        made = plan(self.TEXT, *self.NEIGHBOURS)
        shop, chat = made.changes
        assert field(shop, "goal").origin is Origin.DEFAULT
        assert field(shop, "goal").after.wire == 6
        assert field(shop, "audiences").after.wire == [7]
        assert field(chat, "window").after.wire == 3
        assert field(chat, "window").after.text == "Window"
        assert field(chat, "isUnifiedWindow").origin is Origin.TEMPLATE
        assert chat.campaign_id is None

    def test_it_is_created_unpublished_and_published_after_its_engagements(self) -> None:
        made = plan(self.TEXT, *self.NEIGHBOURS)
        shop = named(Kind.CAMPAIGN, "Shop")
        assert [(step.action, str(step.address)) for step in made.steps] == [
            (Action.CREATE, 'campaign["Shop"]'),
            (Action.CREATE, 'campaign["Shop"]/engagement["Chat"]'),
            (Action.UPDATE, 'campaign["Shop"]'),
        ]
        created = {each.word: each.after.wire for each in made.steps[0].fields}
        assert created["status"] == 0
        assert [(each.word, each.after.wire) for each in made.steps[2].fields] == [("status", 1)]
        assert made.steps[2].address == shop

    def test_what_is_declared_under_extra_stands_above_the_template(self) -> None:
        text = """
            campaigns:
              - find: default
                engagements:
                  - {name: New, extra: {externalTargets: {x: 1}, position: {unset: true}, weight: 0.9}}
        """
        made = plan(text, campaign(1, "C"), *self.NEIGHBOURS)
        sent = {each.path: each.after.wire for each in only(made).fields}
        assert sent["externalTargets", "x"] == 1
        assert sent["position",] is None
        assert sent["weight",] == 0.9
        assert ("externalTargets",) not in sent
        assert ("position", "left") not in sent

    def test_what_a_new_thing_needs_is_asked_for(self) -> None:
        message = problem("campaigns: [{name: Shop}]", *self.NEIGHBOURS)
        assert 'campaigns[0]: campaign["Shop"] is not live, and a new campaign needs start_date' in message
        assert "a new campaign needs time_zone" in message

    def test_a_name_that_is_not_live_and_near_none_lists_what_is(self) -> None:
        with pytest.raises(InvalidConfiguration) as caught:
            plan("campaigns: [{name: Shop}]", campaign(1, "Winter"), campaign(2, "Summer"), *self.NEIGHBOURS)
        first = caught.value.diagnostics[0]
        assert first.hint.endswith('or correct the name. The account has: "Winter" (id 1), "Summer" (id 2).')

    def test_a_misspelled_name_is_told_first_with_what_may_be_meant(self) -> None:
        text = "campaigns: [{name: Shpo, engagements: [{find: default}]}]"
        with pytest.raises(InvalidConfiguration) as caught:
            plan(text, campaign(1, "Shop"), *self.NEIGHBOURS)
        first = caught.value.diagnostics[0]
        assert first.message == 'campaign["Shpo"] is not live, and a new campaign needs start_date'
        assert first.hint == (
            'Declare start_date, such as start_date: "2026-01-05 00:00:00", or correct the name. Did you mean "Shop"?'
        )

    def test_a_reference_that_could_be_several_things_is_asked_for(self) -> None:
        message = problem(
            self.TEXT,
            *[each for each in self.NEIGHBOURS if each.kind is not Kind.WINDOW],
            other(Kind.WINDOW, 1, "A"),
            other(Kind.WINDOW, 2, "B"),
        )
        assert 'a new engagement needs window; the account has "A" (id 1), "B" (id 2)' in message

    def test_a_new_connector_sends_what_the_console_sends(self) -> None:
        made = plan(TUTORIAL, campaign(1, "C"), engagement(2, "E", 1))
        sent = {each.path[-1]: each.after.wire for each in made.changes[0].fields}
        assert sent == {
            "name": "Consumer authentication",
            "type": 1,
            "preferred": False,
            "jwtValidationType": "PUBLIC_JWT_KEY",
            "issuerDisplayName": None,
            "issuer": None,
            "authorizationEndpoint": "https://dummy.com",
            "jwtPublicKey": DEMO_KEY,
            "jwksEndpoint": None,
            "jsMethodName": "LPJsMethodName",
            "jsContext": None,
            "tokenEndpoint": None,
            "clientId": None,
            "clientSecret": None,
        }

    def test_a_connector_without_a_flow_cannot_be_created(self) -> None:
        assert "a new connector needs flow" in problem("connectors: [{name: A, js_method_name: f}]")
