"""Warnings about valid configurations."""

from __future__ import annotations

from pathlib import Path

import pytest

from lpconf.config import load
from lpconf.lint import lint
from tests.account import DEMO_KEY, make_key, site


def codes(text: str) -> list[tuple[str, str]]:
    return [(each.code, each.path) for each in lint(site(text))]


def test_the_demo_key() -> None:
    assert codes(f"connectors: [{{name: A, jwt_public_key: {DEMO_KEY}}}]") == [
        ("key.demo", "connectors[0].jwt_public_key")
    ]


def test_a_short_key_is_told_its_size_and_a_long_one_is_fine() -> None:
    (warning,) = lint(site(f"connectors: [{{name: A, jwt_public_key: {make_key(1024)}}}]"))
    assert (warning.code, warning.message) == ("key.short", "the key has 1024 bits")
    assert warning.source is None
    assert codes(f"connectors: [{{name: A, jwt_public_key: {make_key(2048)}}}]") == []


def test_only_one_connector_can_be_preferred() -> None:
    assert codes("connectors: [{name: A, preferred: true}, {name: B, preferred: true}, {name: C}]") == [
        ("connector.preferred", "connectors[1].preferred")
    ]


@pytest.mark.parametrize(
    ("connectors", "reference", "warned"),
    [
        ("{id: 5, authentication_endpoint: 'https://dummy.com'}", "{id: 5}", True),
        ("{id: 5, name: A, authentication_endpoint: 'https://dummy.com'}", "A", True),
        ("{find: default, authentication_endpoint: 'https://dummy.com'}", "A", False),
    ],
)
def test_the_connector_of_a_separate_window_is_found_as_it_is_named(
    connectors: str, reference: str, warned: bool
) -> None:
    engagement = f"{{find: default, connector: {reference}, window_opens: separate}}"
    found = codes(f"connectors: [{connectors}]\ncampaigns: [{{find: default, engagements: [{engagement}]}}]")
    assert bool(found) is warned


def test_an_engagement_without_a_connector_is_not_warned_about() -> None:
    text = """
        connectors: [{find: default, authentication_endpoint: 'https://dummy.com'}]
        campaigns: [{find: default, engagements: [{find: default, window_opens: separate}]}]
    """
    assert codes(text) == []


def test_an_endpoint_that_a_variable_keeps_open_is_no_placeholder(tmp_path: Path) -> None:
    file = tmp_path / "site.yaml"
    endpoint = "https://[${var.host}/authorize"
    file.write_text(
        f'version: 1\naccount: "1"\nconnectors: [{{name: A, authentication_endpoint: "{endpoint}"}}]', encoding="utf-8"
    )
    assert lint(load([file], variables={}, environ={}, keep_unset=True)) == ()


@pytest.mark.parametrize(
    ("endpoint", "opens", "warned"),
    [
        ("https://dummy.com", "separate", True),
        ("https://login.example.com/a", "separate", True),
        ("https://idp.test", "separate", True),
        ("https://dummy.com", "embedded", False),
        ("https://login.bank.com", "separate", False),
        ("https://notdummy.com", "separate", False),
    ],
)
def test_a_separate_window_with_a_placeholder_endpoint(endpoint: str, opens: str, warned: bool) -> None:
    found = codes(
        f"""
        connectors: [{{name: A, authentication_endpoint: {endpoint}}}]
        campaigns: [{{find: default, engagements: [{{find: default, connector: A, window_opens: {opens}}}]}}]
        """
    )
    assert found == ([("window.placeholder_endpoint", "campaigns[0].engagements[0].window_opens")] if warned else [])


@pytest.mark.parametrize(
    ("reference", "warned"),
    [("Shop sing-in", True), ("Shop sign-in", False), ("Something else", False), ("New", False)],
)
def test_a_connector_that_is_almost_declared(reference: str, warned: bool) -> None:
    found = codes(
        f"""
        connectors: [{{name: Shop sign-in, preferred: false}}, {{id: 5, name: New}}]
        campaigns: [{{find: default, engagements: [{{find: default, connector: {reference}}}]}}]
        """
    )
    assert found == ([("reference.near", "campaigns[0].engagements[0].connector")] if warned else [])
