"""What a reviewer is told, and what stops a change."""

from __future__ import annotations

from typing import Any

import pytest

from lpconf.model.address import Kind
from lpconf.model.live import LiveThing
from lpconf.model.plan import Change, Plan, RiskKind, Target
from lpconf.model.policy import Policy
from lpconf.model.quirks import Evidence, Quirks
from lpconf.resources import public_key
from tests.account import (
    DEMO_KEY,
    REAL,
    SANDBOX,
    campaign,
    connector,
    engagement,
    make_key,
    only,
    other,
    plan,
)

ENGAGEMENT = "campaigns: [{{find: default, engagements: [{{find: default, {0}}}]}}]"
SECRET = Policy(secrets=frozenset({"LPCONF_SECRET_IDP"}))
CODE_FLOW = """
connectors:
  - name: A
    flow: code
    jwt_public_key: KEY
    token_endpoint: https://idp.bank.com/token
    client_id: lp
    client_secret: {env: LPCONF_SECRET_IDP}
""".replace("KEY", DEMO_KEY)


def risks(change: Change) -> list[str]:
    return [risk.text for risk in change.risks]


def reasons(plan: Plan) -> dict[str, list[tuple[str, str]]]:
    return {str(each.address): [(block.reason, block.allowed_by) for block in each.blocks] for each in plan.blocked}


class TestRisks:
    def change(self, fields: str, status: int = 1, **live: Any) -> Change:
        return only(plan(ENGAGEMENT.format(fields), campaign(1, "C", status=status), engagement(2, "E", 1, **live)))

    def test_a_published_campaign_shows_the_change_at_once(self) -> None:
        assert risks(self.change("language: de-DE")) == [
            'The campaign "C" is published: visitors may see this at once.'
        ]
        assert risks(self.change("language: de-DE", status=0)) == []

    def test_weaker_authentication_comes_first(self) -> None:
        change = self.change("authenticated_visitors_only: false", allowUnauthMsg=False)
        assert change.risks[0].weakens
        assert change.risks[0].text == "Visitors who are not signed in may start conversations from now on."

    @pytest.mark.parametrize(("only_signed_in", "told"), [("true", False), ("false", True)])
    def test_a_new_engagement_that_anybody_may_use_is_told_like_one_that_is_opened(
        self, only_signed_in: str, told: bool
    ) -> None:
        text = (
            "campaigns: [{find: default, engagements: "
            f"[{{name: New, authenticated_visitors_only: {only_signed_in}, window: {{id: 3}}, "
            "entry_points: [{id: 4}], behaviors: [{id: 5}]}]}]"
        )
        kinds = ((Kind.WINDOW, 3), (Kind.ENTRY_POINT, 4), (Kind.BEHAVIOR, 5))
        change = only(plan(text, campaign(1, "C"), *(other(kind, id, "X") for kind, id in kinds)))
        assert ("Visitors who are not signed in may start conversations from now on." in risks(change)) is told

    def test_taking_the_connector_away_weakens(self) -> None:
        assert self.change("connector: {unset: true}", connectorId=5).risks[0].weakens

    def test_switching_off_takes_the_button_away(self) -> None:
        assert "The engagement is switched off: visitors lose its button." in risks(self.change("enabled: false"))

    def test_a_connector_names_every_engagement_that_uses_it(self) -> None:
        change = only(
            plan(
                "connectors: [{name: A, js_method_name: f}]",
                connector(7, "A"),
                campaign(1, "Shop"),
                engagement(2, "Chat", 1, connectorId=7),
                engagement(3, "Help", 1, connectorId="7"),
                engagement(4, "Other", 1, connectorId=8),
            )
        )
        assert change.risks[0].text == "2 engagements sign visitors in with this connector:"
        assert change.risks[0].details == ('"Chat" (id 2) in campaign "Shop"', '"Help" (id 3) in campaign "Shop"')
        assert "Mobile apps may use this connector too" in change.risks[1].text

    def test_a_shorter_key_and_no_pkce_weaken(self) -> None:
        live = connector(7, "A", jwtPublicKey=make_key(), pkceEnabled=True, clientId="c", type=2)
        text = f"connectors: [{{name: A, jwt_public_key: {DEMO_KEY}, pkce: false}}]"
        weak = [risk.text for risk in only(plan(text, live)).risks if risk.weakens]
        assert weak == [
            "The key gets shorter, from 2048 to 1024 bits: tokens are easier to forge.",
            "PKCE is switched off: a stolen code is easier to use.",
        ]

    @pytest.mark.parametrize(
        ("live", "declared", "told"),
        [
            ("https://idp.example.net/a", "https://evil.example/a",
             "Visitors in a separate window are sent to another address to sign in: idp.example.net -> evil.example."),
            ("https://idp.example.net/a", "https://idp.example.net/b",
             "Visitors in a separate window are sent to another address to sign in."),
            ("https://idp.example.net/a", "{unset: true}",
             "The address where visitors in a separate window sign in is taken away."),
            ("", "https://idp.example.net/a", None),
            (None, "https://idp.example.net/a", None),
        ],
    )  # fmt: skip
    def test_another_address_to_sign_in_at(self, live: str | None, declared: str, told: str | None) -> None:
        text = f"connectors: [{{name: A, authentication_endpoint: {declared}}}]"
        change = only(plan(text, connector(7, "A", authorizationEndpoint=live)))
        keys = [risk.text for risk in change.risks if risk.kind is RiskKind.KEY]
        assert keys == ([told] if told else [])

    def test_a_new_connector_sends_nobody_to_another_address(self) -> None:
        change = only(plan("connectors: [{name: A, flow: implicit, authentication_endpoint: https://a.net, "
                           f"jwt_public_key: {DEMO_KEY}}}]"))  # fmt: skip
        assert RiskKind.KEY not in {risk.kind for risk in change.risks}

    def test_publishing_and_unpublishing_are_said(self) -> None:
        made = plan("campaigns: [{name: C, status: published}]", campaign(1, "C", status=0))
        assert risks(only(made)) == ["The campaign is published: visitors will see its enabled engagements."]
        made = plan(
            "campaigns: [{name: C, status: unpublished}]",
            campaign(1, "C"),
            engagement(2, "E", 1),
            engagement(3, "F", 1),
        )
        assert risks(only(made)) == ["The campaign is unpublished: visitors lose its 2 enabled engagements."]
        off = engagement(2, "E", 1, enabled=False)
        assert risks(only(plan("campaigns: [{name: C, status: unpublished}]", campaign(1, "C"), off))) == []

    def test_a_field_of_a_published_campaign(self) -> None:
        made = plan("campaigns: [{name: C, description: x}]", campaign(1, "C"))
        assert risks(only(made)) == ["The campaign is published: visitors may see this at once."]


class TestUnverified:
    TEXT = "connectors: [{name: A, js_method_name: f}]"

    def test_a_guess_is_blocked_outside_the_sandbox(self) -> None:
        made = plan(self.TEXT, connector(1, "A"), target=REAL)
        ((_, flag),) = reasons(made)['connector["A"]']
        assert flag == "--accept-unverified connector.update"
        assert made.steps == ()
        assert plan(self.TEXT, connector(1, "A"), target=SANDBOX).blocked == ()

    def test_the_sandbox_says_what_a_real_account_would_need(self) -> None:
        (note,) = only(plan(self.TEXT, connector(1, "A"), target=SANDBOX)).notes
        assert note.startswith("On a real account this needs --accept-unverified connector.update: ")

    def test_the_flag_allows_it(self) -> None:
        policy = Policy(accept_unverified=frozenset({"connector.update"}))
        assert plan(self.TEXT, connector(1, "A"), target=REAL, policy=policy).blocked == ()

    def test_a_confirmation_allows_it(self) -> None:
        quirks = Quirks(evidence={**Quirks().evidence, "connector.update": Evidence.CONFIRMED})
        assert plan(self.TEXT, connector(1, "A"), target=REAL, quirks=quirks).blocked == ()

    def test_a_new_code_flow_connector_is_a_guess_an_implicit_one_is_not(self) -> None:
        text = CODE_FLOW.replace(DEMO_KEY, make_key())
        flags = [flag for _, flag in reasons(plan(text, target=REAL, policy=SECRET))['connector["A"]']]
        assert flags[0] == "--accept-unverified connector.create_code_flow"
        implicit = f"""
            connectors:
              - {{name: A, flow: implicit, authentication_endpoint: 'https://a.bank.com', jwt_public_key: {make_key()}}}
        """
        assert plan(implicit, target=REAL).blocked == ()


class TestTheDemoKey:
    TEXT = f"""
        connectors:
          - {{name: A, flow: implicit, authentication_endpoint: 'https://a.bank.com', jwt_public_key: {DEMO_KEY}}}
        campaigns: [{{find: default, engagements: [{{find: default, connector: A}}, {{name: F, enabled: false}}]}}]
    """
    LIVE = campaign(1, "C"), engagement(2, "E", 1), engagement(3, "F", 1)

    def test_it_is_blocked_on_real_accounts_with_what_needs_it_and_nothing_else(self) -> None:
        made = plan(self.TEXT, *self.LIVE, target=REAL)
        blocked = reasons(made)
        assert blocked['connector["A"]'][0][1] == "--allow-demo-key"
        assert blocked["campaign[default]/engagement[default]"] == [('It needs connector["A"], which is blocked.', "")]
        assert [str(step.address) for step in made.steps] == ['campaign[default]/engagement["F"]']

    def test_the_flag_and_the_sandbox_allow_it(self) -> None:
        assert plan(self.TEXT, *self.LIVE, target=REAL, policy=Policy(allow_demo_key=True)).blocked == ()
        assert plan(self.TEXT, *self.LIVE, target=SANDBOX).blocked == ()


def test_letting_visitors_in_waits_for_the_connector_and_nothing_else_does() -> None:
    text = """
        connectors: [{name: A, js_method_name: f}]
        campaigns:
          - name: C
            status: published
            engagements: [{name: E, enabled: true}, {name: F, language: de-DE}]
    """
    things = (
        connector(7, "A"),
        campaign(1, "C", status=0),
        engagement(2, "E", 1, enabled=False, connectorId=7),
        engagement(3, "F", 1, connectorId=7),
    )
    made = plan(text, *things, target=REAL)
    assert set(reasons(made)) == {'connector["A"]', 'campaign["C"]', 'campaign["C"]/engagement["E"]'}
    allowed = plan(text, *things)
    assert [str(address) for address in allowed.steps[1].needs] == ['connector["A"]']
    assert {str(address) for address in allowed.steps[-1].needs} == {
        'connector["A"]',
        'campaign["C"]/engagement["E"]',
        'campaign["C"]/engagement["F"]',
    }


def test_publishing_waits_for_a_blocked_engagement() -> None:
    text = f"""
        connectors:
          - {{name: A, flow: implicit, authentication_endpoint: 'https://a.bank.com', jwt_public_key: {DEMO_KEY}}}
        campaigns: [{{find: default, status: published, engagements: [{{find: default, connector: A}}]}}]
    """
    made = plan(text, campaign(1, "C", status=0), engagement(2, "E", 1), target=REAL)
    assert "campaign[default]" in reasons(made)
    assert made.steps == ()


class TestSecrets:
    def test_a_write_that_could_wipe_a_secret_needs_it(self) -> None:
        made = plan("connectors: [{name: A, js_method_name: f}]", connector(1, "A", type=2))
        ((reason, flag),) = reasons(made)['connector["A"]']
        assert "may hold a client secret, and this write may wipe it" in reason
        assert flag == ""

    def test_a_secret_that_is_not_set_blocks_in_the_sandbox_too(self) -> None:
        ((reason, _),) = reasons(plan(CODE_FLOW))['connector["A"]']
        assert reason == "The environment variable LPCONF_SECRET_IDP is not set, and the write needs it."

    def test_a_declared_secret_goes_with_every_write_and_is_never_shown(self) -> None:
        live = connector(1, "A", type=2, jwtPublicKey=DEMO_KEY, tokenEndpoint="https://old", clientId="lp")
        change = only(plan(CODE_FLOW, live, policy=SECRET))
        secret = change.fields[-1]
        assert (secret.word, secret.sensitive) == ("client_secret", True)
        assert (secret.before.text, secret.after.text) == ("(sensitive value)", "(sensitive value)")
        assert change.notes[0] == "LivePerson probably never shows the secret, so it is sent again."

    def test_a_secret_alone_is_no_change(self) -> None:
        live = connector(
            1, "A", type=2, jwtPublicKey=DEMO_KEY, tokenEndpoint="https://idp.bank.com/token", clientId="lp"
        )
        assert plan(CODE_FLOW, live, policy=SECRET).changes == ()


@pytest.mark.parametrize("levels", [["0"], [0], "0", ["loa0"], ["loa1", "0"], {}])
def test_what_is_not_positively_ours_is_left_alone(levels: Any) -> None:
    made = plan("connectors: [{name: ACR-0, js_method_name: f}]", connector(1, "ACR-0", acrValues=levels))
    assert "It is left alone." in reasons(made)['connector["ACR-0"]'][0][0]


@pytest.mark.parametrize("target", [REAL, SANDBOX])
@pytest.mark.parametrize("fields", ["js_method_name: f", "lifecycle: {state: absent}"])
def test_what_is_left_alone_asks_for_nothing_that_would_not_help(target: Target, fields: str) -> None:
    live = connector(1, "ACR-0", type=2, acrValues=["0"], tokenEndpoint="https://idp.bank.com/t", clientId="lp")
    change = only(plan(f"connectors: [{{name: ACR-0, {fields}}}]", live, target=target))
    assert [block.allowed_by for block in change.blocks] == [""]
    assert not [note for note in change.notes if "On a real account" in note]


def test_moving_an_engagement_to_the_unauthenticated_connector_weakens() -> None:
    made = plan(
        ENGAGEMENT.format("connector: ACR-0"),
        connector(7, "ACR-0", acrValues=["0"]),
        campaign(1, "C"),
        engagement(2, "E", 1, connectorId=5),
    )
    assert only(made).risks[0].text == "The new connector is not for visitors who are signed in."
    assert only(made).risks[0].weakens


def test_hostile_names_cannot_close_their_quotes() -> None:
    made = plan(ENGAGEMENT.format("language: x"), campaign(1, 'C" is fine. "'), engagement(2, "E", 1))
    assert risks(only(made)) == ['The campaign "C\\" is fine. \\"" is published: visitors may see this at once.']


class TestWhoIsTrusted:
    NOBODY = "Only signed-in visitors may see it, but it has no connector to sign them in."
    DELEGATES = "Only signed-in visitors may see it, but its connector serves only unauthenticated conversations."
    OTHER = "Another connector checks who the visitors are from now on."

    def change(self, declared: str, *connectors: LiveThing, **live: Any) -> Change:
        made = plan(declared, *connectors, campaign(1, "C", status=0), engagement(2, "E", 1, **live))
        return next(each for each in made.changes if each.address.kind is Kind.ENGAGEMENT)

    @pytest.mark.parametrize(
        ("fields", "live"),
        [
            ("authenticated_visitors_only: true", {}),
            ("authenticated_visitors_only: true, language: de-DE", {"allowUnauthMsg": False}),
            ("language: de-DE", {"allowUnauthMsg": False}),
        ],
    )
    def test_a_live_engagement_for_signed_in_visitors_that_has_no_connector(
        self, fields: str, live: dict[str, Any]
    ) -> None:
        assert self.NOBODY in risks(self.change(ENGAGEMENT.format(fields), **live))

    def test_it_is_said_of_one_that_is_as_declared_too(self) -> None:
        made = plan(
            ENGAGEMENT.format("authenticated_visitors_only: true"),
            campaign(1, "C"),
            engagement(2, "E", 1, allowUnauthMsg=False),
        )
        (warning,) = made.diagnostics
        assert made.changes == ()
        assert warning.message == (
            'only signed-in visitors may see "E" (id 2), but it has no connector to sign them in'
        )
        assert warning.position

    @pytest.mark.parametrize("connector_id", [7, "7"])
    def test_nothing_is_said_while_a_connector_signs_them_in(self, connector_id: Any) -> None:
        text = ENGAGEMENT.format("authenticated_visitors_only: true")
        live = connector(7, "A", jwtPublicKey=DEMO_KEY)
        assert risks(self.change(text, live, connectorId=connector_id)) == []

    @pytest.mark.parametrize("declared", ["connector: A", "authenticated_visitors_only: true"])
    def test_a_connector_that_serves_only_unauthenticated_conversations(self, declared: str) -> None:
        live = connector(7, "A", type=2, jwtPublicKey="CONSUMER_DELEGATION")
        held = {"connectorId": 7} if "only" in declared else {"allowUnauthMsg": False}
        change = self.change(ENGAGEMENT.format(declared), live, **held)
        assert self.DELEGATES in risks(change)
        assert change.risks[0].weakens

    def test_a_new_connector_that_serves_only_unauthenticated_conversations(self) -> None:
        declared = CODE_FLOW.replace(f"jwt_public_key: {DEMO_KEY}", "consumer_delegation: true")
        declared += ENGAGEMENT.format("authenticated_visitors_only: true, connector: A")
        assert self.DELEGATES in risks(self.change(declared))

    def test_a_connector_that_turns_to_consumer_delegation_signs_nobody_in(self) -> None:
        text = CODE_FLOW.replace(f"jwt_public_key: {DEMO_KEY}", "consumer_delegation: true")
        live = connector(
            7, "A", type=2, jwtPublicKey=DEMO_KEY, tokenEndpoint="https://idp.bank.com/token", clientId="lp"
        )
        change = only(plan(text, live, policy=SECRET))
        assert change.risks[0].weakens
        assert change.risks[0].text == (
            "The connector serves only unauthenticated conversations from now on: it signs nobody in."
        )

    def test_another_connector_says_whom_it_trusts(self) -> None:
        old, new = connector(5, "Old"), connector(7, "New", issuer="https://new.example", jwtPublicKey=DEMO_KEY)
        risk = self.change(ENGAGEMENT.format("connector: New"), old, new, connectorId=5).risks[0]
        assert (risk.kind, risk.text) == (RiskKind.KEY, self.OTHER)
        assert risk.details == (
            '"New"',
            'jwt_issuer: "https://new.example"',
            f"jwt_public_key: RSA 1024 bits, SHA256:{public_key.DEMO_KEY_FINGERPRINT[:12]}",
        )

    def test_it_says_whom_a_connector_will_trust_that_the_plan_changes_or_makes(self) -> None:
        text = """
            connectors:
              - {name: Live, jwt_issuer: "https://b.example"}
              - name: New
                flow: implicit
                authentication_endpoint: https://dummy.com
                jwks_endpoint: https://new.example/jwks
            campaigns: [{find: default, engagements: [{find: default, connector: NAME}]}]
        """
        live = connector(5, "Old"), connector(7, "Live", issuer="https://a.example")
        changed = self.change(text.replace("NAME", "Live"), *live, connectorId=5)
        assert changed.risks[0].details == ('"Live"', 'jwt_issuer: "https://b.example"')
        created = self.change(text.replace("NAME", "New"), *live, connectorId=5)
        assert created.risks[0].details == ('"New"', 'jwks_endpoint: "https://new.example/jwks"')

    def test_the_first_connector_of_an_engagement_is_no_other_one(self) -> None:
        assert risks(self.change(ENGAGEMENT.format("connector: A"), connector(7, "A"))) == []

    @pytest.mark.parametrize(
        ("live", "declared", "kind", "text"),
        [
            ("https://a.example", "https://b.example", "key",
             'Tokens of another issuer are trusted from now on: "https://a.example" -> "https://b.example".'),
            ("https://a.example", "{unset: true}", "authentication",
             "The issuer is taken away: tokens of any issuer may be accepted whose key fits."),
        ],
    )  # fmt: skip
    def test_another_issuer(self, live: str, declared: str, kind: str, text: str) -> None:
        change = only(plan(f"connectors: [{{name: A, jwt_issuer: {declared}}}]", connector(7, "A", issuer=live)))
        assert (change.risks[0].kind.value, change.risks[0].text) == (kind, text)

    def test_the_first_issuer_of_a_connector_is_no_other_one(self) -> None:
        change = only(plan("connectors: [{name: A, jwt_issuer: https://a.example}]", connector(7, "A")))
        assert not [risk for risk in change.risks if "issuer" in risk.text]
