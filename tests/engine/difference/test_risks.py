"""What a reviewer must know of a difference, before any account is looked at."""

from __future__ import annotations

import pytest

from lpconf.model.plan import RiskKind
from tests.account import (
    DEMO_KEY,
    make_key,
)

from .configurations import (
    CHAT,
    CHAT_ADDRESS,
    CODE,
    IMPLICIT,
    NOTHING,
    SWEEPING_CONNECTORS,
    between,
    kinds,
    only,
    risks,
)


class TestRisks:
    @pytest.mark.parametrize(
        ("old", "new", "kind", "text"),
        [
            ("authenticated_visitors_only: true", "authenticated_visitors_only: false", "authentication",
             "Visitors who are not signed in may start conversations from now on."),
            ("        authenticated_visitors_only: true\n", "", "authentication",
             "authenticated_visitors_only: true is no longer declared: lpconf leaves it as it is, and no longer "
             "puts it right."),
            ("        authenticated_visitors_only: true\n        connector: Web", "        connector: {unset: true}",
             "authentication", "The connector is taken away: nothing checks who the visitors are."),
            ("        connector: Web\n", "", "authentication",
             "connector is no longer declared: lpconf leaves it as it is, and no longer puts it right."),
            ("connector: Web", "connector: Other", "key",
             "Another connector checks who the visitors are from now on."),
            ("enabled: true", "enabled: false", "visibility",
             "The engagement is switched off: visitors lose its button."),
            ("enabled: true", "language: de-DE", "publishing",
             'The campaign "Shop" is published: visitors may see this at once.'),
            ("status: published", "status: unpublished", "visibility",
             "The campaign is unpublished: visitors lose its enabled engagements."),
            ("status: published", "status: published\n    description: x", "publishing",
             "The campaign is published: visitors may see this at once."),
        ],
    )  # fmt: skip
    def test_of_engagements_and_campaigns(self, old: str, new: str, kind: str, text: str) -> None:
        thing = only(between(CHAT, CHAT.replace(old, new)))
        assert (kind, text) in [(risk.kind.value, risk.text) for risk in thing.risks]

    def test_publishing(self) -> None:
        thing = only(between(CHAT.replace("published", "unpublished"), CHAT))
        assert risks(thing) == ["The campaign is published: visitors will see its enabled engagements."]

    @pytest.mark.parametrize(
        ("old", "new", "kind", "text"),
        [
            (DEMO_KEY, make_key(2048), "key", "Another key checks tokens from now on: those that the former one signed "
             "are refused."),
            (f"jwt_public_key: {DEMO_KEY}", "jwks_endpoint: https://idp.example.net/jwks", "key",
             "Another key checks tokens from now on: those that the former one signed are refused."),
            ("idp.example.net/token", "evil.example/token", "key",
             "LivePerson asks another token endpoint who a visitor is from now on."),
            ("idp.example.net/token", "evil.example/token", "secret",
             "LivePerson will send the secret from LPCONF_SECRET_A to evil.example."),
            ("SECRET_A", "SECRET_B", "secret",
             "LivePerson will send the secret from LPCONF_SECRET_B to idp.example.net."),
            ("pkce: true", "pkce: false", "authentication", "PKCE is switched off: a stolen code is easier to use."),
            ("    pkce: true\n", "", "authentication",
             "pkce: true is no longer declared: lpconf leaves it as it is, and no longer puts it right."),
            ("preferred: true", "preferred: false", "preferred",
             "This connector is no longer the preferred one."),
            ("issuer: https://a.example", "issuer: https://b.example", "key",
             'Tokens of another issuer are trusted from now on: "https://a.example" -> "https://b.example".'),
            ("issuer: https://a.example", "issuer: {unset: true}", "authentication",
             "The issuer is taken away: tokens of any issuer may be accepted whose key fits."),
            ("    jwt_issuer: https://a.example\n", "", "authentication",
             "jwt_issuer is no longer declared: lpconf leaves it as it is, and no longer puts it right."),
            (f"jwt_public_key: {DEMO_KEY}", "consumer_delegation: true", "authentication",
             "The connector serves only unauthenticated conversations from now on: it signs nobody in."),
            ("SECRET_A", "SECRET_B", "other",
             "Mobile apps may use this connector too; LivePerson does not say which."),
        ],
    )  # fmt: skip
    def test_of_connectors(self, old: str, new: str, kind: str, text: str) -> None:
        thing = only(between(CODE, CODE.replace(old, new)))
        assert (kind, text) in [(risk.kind.value, risk.text) for risk in thing.risks]

    def test_a_connector_becomes_preferred(self) -> None:
        thing = only(between(CODE.replace("preferred: true", "preferred: false"), CODE))
        assert "This connector becomes the preferred one, and probably takes that from any other." in risks(thing)

    def test_a_shorter_key(self) -> None:
        thing = only(between(IMPLICIT.replace(DEMO_KEY, make_key(2048)), IMPLICIT))
        assert risks(thing)[0] == "The key gets shorter, from 2048 to 1024 bits: tokens are easier to forge."
        assert thing.risks[0].weakens

    def test_no_key_source_at_all(self) -> None:
        old = f"connectors: [{{name: Web, jwt_public_key: {DEMO_KEY}, js_context: a}}]"
        thing = only(between(old, "connectors: [{name: Web, js_context: a}]"))
        assert risks(thing)[0].startswith("No key source is declared any more")

    def test_who_uses_a_connector(self) -> None:
        thing = only(between(IMPLICIT + CHAT, IMPLICIT.replace("authorize", "login") + CHAT))
        used = next(risk for risk in thing.risks if "signs" in risk.text)
        assert used.text == "1 engagement signs visitors in with this connector:"
        assert used.details == (CHAT_ADDRESS,)

    def test_a_renamed_connector_is_the_same_one(self) -> None:
        new = IMPLICIT.replace("name: Web", "name: Site\n    lifecycle: {renamed_from: Web}")
        assert RiskKind.KEY not in kinds(
            between(IMPLICIT + CHAT, new + CHAT.replace("connector: Web", "connector: Site"))
        )
        other = IMPLICIT.replace("name: Web", "name: Site")
        assert RiskKind.KEY in kinds(
            between(IMPLICIT + CHAT, other + CHAT.replace("connector: Web", "connector: Site"))
        )

    def test_a_changed_flow_is_refused_by_plan(self) -> None:
        thing = only(between(CODE, IMPLICIT))
        refused = (
            "A flow probably cannot change: plan refuses this if the live connector has flow: code. Declare a new "
            "connector under another name, move the engagements to it, then delete the old one."
        )
        assert refused in risks(thing)
        assert refused in risks(only(between(CODE, IMPLICIT.replace("name: Web", "name: Web\n    id: 5", 1))))

    def test_a_new_connector_may_have_another_flow(self) -> None:
        assert "A flow probably cannot change" not in str(between(CODE, IMPLICIT.replace("name: Web", "name: Site")))
        assert "A flow probably cannot change" not in str(between(CODE, CODE.replace("    flow: code\n", "")))

    @pytest.mark.parametrize(
        ("before", "after", "told"),
        [
            (
                "https://idp.example.net/authorize",
                "https://evil.example/authorize",
                ": idp.example.net -> evil.example",
            ),
            ("https://idp.example.net/authorize", "https://idp.example.net/other", ""),
        ],
    )
    def test_another_address_to_sign_in_at(self, before: str, after: str, told: str) -> None:
        old, new = (IMPLICIT.replace("https://idp.example.net/authorize", each) for each in (before, after))
        thing = only(between(old, new))
        assert thing.risks[0].kind is RiskKind.KEY
        assert thing.risks[0].text == f"Visitors in a separate window are sent to another address to sign in{told}."

    def test_no_address_to_sign_in_at_any_more(self) -> None:
        old = "connectors: [{name: Web, authentication_endpoint: https://idp.example.net}]"
        gone = "The address where visitors in a separate window sign in is taken away."
        assert risks(only(between(old, old.replace("https://idp.example.net", "{unset: true}"))))[0] == gone
        assert gone not in risks(only(between(old, "connectors: [{name: Web}]")))

    def test_a_first_address_to_sign_in_at_is_no_other(self) -> None:
        new = "connectors: [{name: Web, authentication_endpoint: https://idp.example.net}]"
        for old in ("connectors: [{name: Web}]", new.replace("https://idp.example.net", "{unset: true}"), NOTHING):
            assert RiskKind.KEY not in kinds(between(old, new))

    def test_a_connector_that_is_no_longer_declared_is_no_longer_put_right(self) -> None:
        gone = only(between(CODE, NOTHING.replace("x", '"12345678"')))
        assert risks(gone) == [
            "pkce: true is no longer declared: lpconf leaves it as it is, and no longer puts it right.",
            "No key source is declared any more: lpconf leaves the one in the account, and no longer puts it right.",
        ]
        assert risks(only(between(f"{CODE}    lifecycle: {{state: absent}}", NOTHING))) == []

    def test_nothing_is_left_of_what_delete_undeclared_deletes(self) -> None:
        gone = between(CODE, SWEEPING_CONNECTORS).things[-1]
        assert risks(gone) == ["It is no longer declared, and delete_undeclared asks to delete what is not."]
        swept = CHAT.replace("status: published", "delete_undeclared: [engagements]").partition("      - name")[0]
        text = str(between(CHAT, f"{swept}      - name: Other"))
        assert "lpconf leaves it as it is" not in text

    def test_a_new_thing_says_only_what_is_new_about_it(self) -> None:
        assert kinds(between(IMPLICIT, IMPLICIT + CHAT)) == {RiskKind.PUBLISHING}
        assert kinds(between(CHAT, CHAT + IMPLICIT)) == set()
        assert kinds(between(CHAT, CHAT + CODE)) == {RiskKind.PREFERRED, RiskKind.SECRET}

    def test_risks_stand_in_the_order_in_which_to_read_them(self) -> None:
        new = CODE.replace("pkce: true", "pkce: false").replace("idp.example.net/token", "evil.example/token")
        assert [risk.kind for risk in only(between(CODE, new)).risks] == [
            RiskKind.AUTHENTICATION,
            RiskKind.KEY,
            RiskKind.SECRET,
            RiskKind.OTHER,
        ]
