"""What the words of the YAML mean, as people and programs read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lpconf.config.reference.topics import look_up, topics
from lpconf.model.quirks import Evidence
from lpconf.model.reference import Entry, Standing, Topic
from lpconf.model.site import Position
from lpconf.report import explain_json, explain_text

Golden = Callable[[str, str], None]

HOSTILE = "\x1b[31m\u202e##[error]x\n::stop-commands::x"


def word(name: str) -> Entry:
    found = look_up(name)
    assert isinstance(found, Entry)
    return found


def kind(name: str) -> Topic:
    found = look_up(name)
    assert isinstance(found, Topic)
    return found


def standing(about: Entry | Topic | None, meant: str = "") -> Standing:
    return Standing(
        position=Position("site.yaml", 14, 9),
        path="campaigns[0].engagements[0].enabled",
        address='campaign[default]/engagement["Chat"]',
        about=about,
        meant=meant,
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("explain_topics", lambda color: explain_text.topics(topics(), color=color)),
        ("explain_engagement", lambda color: explain_text.topic(kind("engagement"), color=color)),
        ("explain_inverted", lambda color: explain_text.entry(word("authenticated_visitors_only"), color=color)),
        ("explain_choice", lambda color: explain_text.entry(word("campaign.status"), color=color)),
        ("explain_secret", lambda color: explain_text.entry(word("client_secret"), color=color)),
        ("explain_without_a_label", lambda color: explain_text.entry(word("acr_values"), color=color)),
        ("explain_account", lambda color: explain_text.entry(word("account"), color=color)),
        (
            "explain_place",
            lambda color: explain_text.standing(
                (standing(word("skill")), standing(None, "engagement.enabled"), standing(None)), color=color
            ),
        ),
    ],
)
def test_as_it_is_meant_to_look(golden: Golden, name: str, text: Callable[[bool], str]) -> None:
    golden(name, text(False))


def test_the_golden_file_in_colour(golden: Golden) -> None:
    golden("explain_choice_color", explain_text.entry(word("campaign.status"), color=True))


def test_a_line_of_a_thing_tells_its_kind() -> None:
    shown = explain_text.standing((standing(kind("lifecycle")),), color=False)
    assert "What lpconf does with the thing" in shown
    assert "protect" in shown


def test_outside_of_things_there_is_no_address() -> None:
    found = replace(standing(word("account")), address="", path="account")
    assert explain_text.standing((found,), color=False).splitlines()[:3] == [
        "site.yaml:14:9: account",
        "",
        "site.account",
    ]
    assert explain_json.standing((found,))["standing"][0]["address"] is None  # type: ignore[index,call-overload]


def test_names_from_a_file_are_made_harmless() -> None:
    found = replace(standing(None), path=HOSTILE, address=HOSTILE, position=Position(HOSTILE, 1, 1))
    shown = explain_text.standing((found,), color=False)
    assert not set("\x1b\u202e") & set(shown)
    assert "##[" not in shown
    assert not [line for line in shown.splitlines() if line.startswith("::")]


@pytest.mark.parametrize("evidence", Evidence)
def test_every_mark_is_told_in_words(evidence: Evidence) -> None:
    shown = explain_text.entry(replace(word("engagement.skill"), evidence=evidence), color=False)
    lines = dict(line.split(":", 1) for line in shown.splitlines() if ":" in line)
    assert evidence.value in lines["How sure"]
    assert lines["Source"].strip() == 'the documentation\'s page "What is known of LivePerson", 5.3'


def test_a_choice_that_is_less_sure_than_its_field_says_so() -> None:
    shown = explain_text.entry(word("engagement.conversation"), color=False)
    assert "messaging  A messaging conversation. (LivePerson: 1)\n" in shown
    assert "live_chat  A live chat. (LivePerson: 0, seen once)\n" in shown
    assert "(LivePerson's value: a guess)\n" in explain_text.entry(word("connector.flow"), color=False)
    choices = explain_json.entry(word("engagement.conversation"))["word"]["choices"]  # type: ignore[index,call-overload]
    assert [choice["evidence"] for choice in choices] == [None, "seen once"]  # type: ignore[index,union-attr,call-overload]


def test_a_word_that_means_the_same_elsewhere_names_the_others() -> None:
    assert explain_text.entry(word("id"), color=False).splitlines()[:2] == [
        "connector.id",
        "also campaign.id and engagement.id",
    ]
    assert explain_json.entry(word("id"))["word"]["also"] == ["campaign.id", "engagement.id"]  # type: ignore[index,call-overload]


def test_the_documents_hold_the_same() -> None:
    whole = explain_json.topics(topics())
    assert whole["format_version"] == "1.0"
    assert [each["name"] for each in whole["topics"]] == [topic.name for topic in topics()]  # type: ignore[index,union-attr,call-overload]
    assert explain_json.topic(kind("lifecycle"))["topic"] == whole["topics"][-1]  # type: ignore[index]
    assert explain_json.entry(word("campaign.status"))["word"] == {
        "name": "campaign.status",
        "title": "Status",
        "meaning": "Whether visitors can see the campaign's engagements.",
        "takes": "`published` or `unpublished`",
        "choices": [
            {
                "word": "published",
                "meaning": "Visitors can see the engagements that are on.",
                "liveperson": "1",
                "evidence": None,
            },
            {
                "word": "unpublished",
                "meaning": "Visitors see none of its engagements.",
                "liveperson": "0",
                "evidence": None,
            },
        ],
        "console": None,
        "liveperson": "status",
        "inverted": False,
        "when_new": "A new campaign takes `unpublished`.",
        "to_clear": None,
        "evidence": "seen",
        "source": "5.4",
        "example": "status: published",
        "also": [],
    }
    found = explain_json.standing((standing(None, "engagement.enabled"), standing(kind("campaign"))))["standing"]
    assert found[0] == {  # type: ignore[index]
        "file": "site.yaml",
        "line": 14,
        "column": 9,
        "path": "campaigns[0].engagements[0].enabled",
        "address": 'campaign[default]/engagement["Chat"]',
        "topic": None,
        "word": None,
        "did_you_mean": "engagement.enabled",
    }
    assert found[1]["topic"]["name"] == "campaign"  # type: ignore[index,call-overload]
