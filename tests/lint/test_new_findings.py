"""Which warnings a newer configuration has and an older one had not."""

from __future__ import annotations

from lpconf.lint import new_findings
from lpconf.model.address import Kind
from tests.account import DEMO_KEY, named, site

DEMO = f"{{jwt_public_key: {DEMO_KEY}, name: "


def codes(old: str | None, new: str, **renamed: str) -> list[str]:
    former = {named(Kind.CONNECTOR, name): named(Kind.CONNECTOR, before) for name, before in renamed.items()}
    return [each.code for each in new_findings(site(old) if old else None, site(new), former)]


def test_without_an_older_one_all_are_new() -> None:
    assert codes(None, f"connectors: [{DEMO}A}}]") == ["key.demo"]


def test_a_known_one_is_known_wherever_it_stands_now() -> None:
    old = f"connectors: [{DEMO}A}}]"
    assert codes(old, f"label: x\nconnectors: [{{name: B}}, {DEMO}A}}]") == []


def test_the_same_rule_for_another_thing_is_new() -> None:
    old = f"connectors: [{DEMO}A}}]"
    assert codes(old, f"connectors: [{DEMO}A}}, {DEMO}B}}]") == ["key.demo"]
    assert codes(old, f"connectors: [{DEMO}B}}]") == ["key.demo"]


def test_a_renamed_thing_keeps_its_warnings() -> None:
    assert codes(f"connectors: [{DEMO}A}}]", f"connectors: [{DEMO}B}}]", B="A") == []
