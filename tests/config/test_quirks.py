"""What a quirks file may say."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from lpconf.config.quirks import WORDS, Word, load_quirks
from lpconf.model.address import Kind
from lpconf.model.errors import InvalidConfiguration
from lpconf.model.quirks import Evidence, Quirks, Verb


def quirks(tmp_path: Path, text: str) -> Quirks:
    (tmp_path / "quirks.yaml").write_text(text)
    return load_quirks(tmp_path / "quirks.yaml")


def problem(tmp_path: Path, text: str) -> str:
    with pytest.raises(InvalidConfiguration) as caught:
        quirks(tmp_path, text)
    return "\n".join(f"{each.path}: {each.message}" for each in caught.value.diagnostics)


def test_every_word_replaces_only_what_it_names(tmp_path: Path) -> None:
    found = quirks(
        tmp_path,
        """
        versions: {connector.update: "1.0"}
        flow: {code: 7}
        conversation: {live_chat: 9}
        status: {published: 3}
        campaign_type: 0
        campaign_write_moves_engagements: true
        code_flow_fields: [tokenEndpoint]
        authenticated_levels: [loa1, loa2]
        authenticated_fields: []
        agent_state: {busy: 3}
        place: {custom: 12}
        sticky_button: {subType: 25}
        confirmed: [connector.update]
        """,
    )
    assert found.versions[Kind.CONNECTOR, Verb.UPDATE] == "1.0"
    assert found.versions[Kind.CONNECTOR, Verb.LIST] == "2.0"
    assert found.flow == {"implicit": 1, "code": 7}
    assert found.conversation == {"live_chat": 9, "messaging": 1}
    assert found.status == {"unpublished": 0, "published": 3}
    assert found.campaign_type == 0
    assert found.campaign_write_moves_engagements is True
    assert found.code_flow_fields == ("tokenEndpoint",)
    assert found.authenticated_levels == ("loa1", "loa2")
    assert found.authenticated_fields == ()
    assert found.agent_state == {"offline": 1, "online": 2, "busy": 3}
    assert (found.place["custom"], found.place["toaster"]) == (12, 11)
    assert found.sticky_button == {"type": 6, "subType": 25, "channel": 1}
    assert found.evidence["connector.update"] is Evidence.CONFIRMED
    assert found.evidence["connector.delete"] is Evidence.GUESS


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("frobnicate: 1", 'frobnicate: "frobnicate" is not one of confirmed, versions, flow, '),
        ("versions: {connector.update: 2.0}", "versions.connector.update: a version is written in quotes"),
        ('versions: {connector.frob: "2.0"}', 'versions.connector.frob: "connector.frob" is not known here'),
        ("versions: [1]", "versions: versions is a map"),
        ("flow: {code: two}", "flow.code: this is not a whole number"),
        ("flow: {code: true}", "flow.code: this is not a whole number"),
        ("campaign_type: one", 'campaign_type: "one" does not fit here'),
        ("campaign_write_moves_engagements: 1", 'campaign_write_moves_engagements: "1" does not fit here'),
        ("authenticated_levels: loa1", "authenticated_levels: authenticated_levels is a list of texts"),
        ("code_flow_fields: [1]", "code_flow_fields: code_flow_fields is a list of texts"),
        ("confirmed: connector.update", "confirmed: confirmed is a list"),
        ("confirmed: [all]", 'confirmed[0]: "all" is not one of connector.create'),
        ("confirmed: [[]]", 'confirmed[0]: "[]" is not one of connector.create'),
        ("- a list", "the file holds a list"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    assert message in problem(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            'versions: {connector.lst: "1.0"}',
            '1:12: "connector.lst" is not known here; did you mean "connector.list"?',
        ),
        ("confirmed: [campaign.updat]", '1:13: "campaign.updat" is not known here; did you mean "campaign.update"?'),
        ("flw: {code: 1}", '1:1: "flw" is not known here; did you mean "flow"?'),
        ("flow: {cod: 1}", '1:8: "cod" is not known here; did you mean "code"?'),
    ],
)
def test_a_misspelled_word_is_marked_itself(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InvalidConfiguration) as caught:
        quirks(tmp_path, text)
    (found,) = caught.value.diagnostics
    assert f"{found.position}: {found.message}".endswith(f"quirks.yaml:{told}")


def test_every_guess_can_be_replaced() -> None:
    words = {each.word for each in WORDS}
    assert {each.name for each in fields(Quirks)} - {"evidence"} == words - {"confirmed"}


@pytest.mark.parametrize("word", WORDS, ids=lambda each: each.word)
def test_the_example_of_every_word_says_something_new(tmp_path: Path, word: Word) -> None:
    assert quirks(tmp_path, f"{word.word}: {word.example}") != Quirks()


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfiguration):
        load_quirks(tmp_path / "nothing.yaml")
