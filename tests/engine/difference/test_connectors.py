"""Who refers to which connector, as far as that can be told without an account."""

from __future__ import annotations

import pytest

from lpconf.model.address import Kind

from .configurations import (
    CHAT,
    CHAT_ADDRESS,
    IMPLICIT,
    SWEEPING_CONNECTORS,
    between,
    risks,
)


class TestWhoUsesAConnector:
    def of(self, old: str, new: str) -> dict[str, tuple[str, ...]]:
        found = next(thing for thing in reversed(between(old, new).things) if thing.address.kind is Kind.CONNECTOR)
        return {risk.text: risk.details for risk in found.risks if risk.details}

    USED = "1 engagement signs visitors in with this connector:"
    MAYBE = "1 engagement may sign visitors in with this connector, too. Only a plan can tell:"
    BY_ID = CHAT.replace("connector: Web", "connector: {id: 5}")

    @pytest.mark.parametrize(
        ("selector", "reference", "told"),
        [
            ("name: Web", "Web", USED),
            ("name: Web", "{id: 5}", MAYBE),
            ("name: Web", "Other", None),
            ("id: 5", "{id: 5}", USED),
            ("id: 5", "{id: 6}", None),
            ("id: 5", "Web", MAYBE),
            ("id: 5, name: Web", "Web", USED),
            ("id: 5, name: Web", "Other", None),
            ("find: default", "Web", MAYBE),
            ("find: default", "{id: 5}", MAYBE),
            ("find: default, name: Web", "Web", USED),
        ],
    )
    def test_by_name_and_by_id(self, selector: str, reference: str, told: str | None) -> None:
        old = f"connectors: [{{{selector}, js_context: a}}]"
        chat = CHAT.replace("connector: Web", f"connector: {reference}")
        found = self.of(old + chat, old.replace("context: a", "context: b") + chat)
        assert found == ({told: (CHAT_ADDRESS,)} if told else {})

    def test_a_reference_to_another_declared_connector_is_no_doubt(self) -> None:
        old = "connectors: [{find: default, js_context: a}, {id: 5}]"
        assert self.of(old + self.BY_ID, old.replace("context: a", "context: b") + self.BY_ID) == {}

    def test_one_that_is_to_be_deleted(self) -> None:
        absent = "connectors: [{name: Web, lifecycle: {state: absent}}]"
        assert self.of(IMPLICIT + CHAT, absent + CHAT) == {self.USED: (CHAT_ADDRESS,)}
        assert self.of(IMPLICIT + CHAT, SWEEPING_CONNECTORS + CHAT) == {self.USED: (CHAT_ADDRESS,)}

    def test_engagements_that_go_too_do_not_count(self) -> None:
        absent = "connectors: [{name: Web, lifecycle: {state: absent}}]"
        gone = f"{CHAT}        lifecycle: {{state: absent}}"
        assert self.of(IMPLICIT + CHAT, absent + gone) == {}


class TestAnotherConnector:
    OTHER = "Another connector checks who the visitors are from now on."
    MAYBE = "Another connector may check who the visitors are from now on: only a plan can tell."

    @pytest.mark.parametrize(
        ("old", "before", "new", "after", "told"),
        [
            ("", "A", "", "B", OTHER),
            ("", "A", "", "{id: 5}", MAYBE),
            ("", "{id: 5}", "", "A", MAYBE),
            ("", "{id: 5}", "", "{id: 6}", OTHER),
            ("{name: A}", "A", "{name: B, lifecycle: {renamed_from: A}}", "B", None),
            ("", "A", "{name: B, lifecycle: {renamed_from: A}}", "B", None),
            ("{name: A, js_context: a}", "A", "{name: B, js_context: a}", "B", OTHER),
            ("{name: A, js_context: a}", "A", "{id: 5, js_context: a}", "{id: 5}", MAYBE),
            ("{id: 5, js_context: a}", "{id: 5}", "{name: A, js_context: a}", "A", MAYBE),
            ("{id: 5, name: A}", "A", "{id: 5, name: B}", "B", None),
            ("{id: 5, name: A}", "{id: 5}", "{id: 5, name: A}", "A", None),
            ("", "A", "{id: 5, name: B}", "B", MAYBE),
            ("{name: A}", "A", "{name: A}, {id: 5}", "{id: 5}", OTHER),
            ("{name: A}, {id: 5}", "A", "{id: 5}", "{id: 5}", OTHER),
            ("{name: A}", "A", "{id: 5}", "{id: 5}", MAYBE),
        ],
    )
    def test_whether_it_is_the_same_one(self, old: str, before: str, new: str, after: str, told: str | None) -> None:
        sides = [
            (f"connectors: [{declared}]" if declared else "")
            + CHAT.replace("connector: Web", f"connector: {reference}")
            for declared, reference in ((old, before), (new, after))
        ]
        chat = next(thing for thing in between(*sides).things if thing.address.kind is Kind.ENGAGEMENT)
        assert [text for text in risks(chat) if text.startswith("Another")] == ([told] if told else [])
