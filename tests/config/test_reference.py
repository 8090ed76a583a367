"""What is known of each word."""

from __future__ import annotations

import pytest
import yaml
from jsonschema import Draft202012Validator

from lpconf.config.layout import words_of
from lpconf.config.reference.topics import entries, look_up, topics
from lpconf.config.schema import site_schema
from lpconf.model.errors import LpconfError
from lpconf.model.quirks import Evidence
from lpconf.model.reference import Choice, Entry, Topic
from lpconf.resources.field import Field, Resource
from lpconf.resources.kinds import MANAGED

FIELDS = [(resource, field) for resource in MANAGED for field in resource.fields]


def word(name: str) -> Entry:
    found = look_up(name)
    assert isinstance(found, Entry)
    return found


def test_every_word_of_the_yaml_is_in_it_once() -> None:
    schema = site_schema()
    expected = {f"site.{each}" for each in schema["properties"]}
    for resource in MANAGED:
        kind = resource.kind.value
        assert set(schema["$defs"][kind]["properties"]) == set(words_of(resource))
        expected |= {f"{kind}.{each}" for each in words_of(resource)}
    expected |= {"lifecycle.state", "lifecycle.protect", "lifecycle.renamed_from"}
    names = [entry.name for entry in entries()]
    assert len(names) == len(set(names))
    assert set(names) == expected


def test_the_topics_are_the_file_the_kinds_and_lifecycle() -> None:
    assert [topic.name for topic in topics()] == ["site", "connector", "campaign", "engagement", "lifecycle"]
    assert all(topic.title and topic.meaning and topic.words for topic in topics())


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.name)
def test_each_word_has_a_meaning_and_an_example_that_fits(entry: Entry) -> None:
    assert entry.title
    assert entry.meaning.endswith(".")
    assert entry.value
    example = yaml.safe_load(entry.example)
    assert list(example) == [entry.word]
    schema = site_schema()
    thing = schema["$defs"]["connector"]["properties"]["lifecycle"] if entry.topic == "lifecycle" else schema
    places = {**schema["$defs"], "site": schema, "lifecycle": thing}
    within = {**places[entry.topic]["properties"][entry.word], "$defs": schema["$defs"]}
    assert Draft202012Validator(within).is_valid(example[entry.word])


@pytest.mark.parametrize(("resource", "field"), FIELDS)
def test_a_field_tells_all_that_its_table_tells(resource: Resource, field: Field) -> None:
    entry = word(f"{resource.kind.value}.{field.word}")
    assert entry.meaning == field.meaning
    assert entry.evidence is field.evidence
    assert entry.source == field.source
    assert entry.wire == ".".join(field.path)
    assert entry.inverted is field.inverted
    assert tuple(choice.word for choice in entry.choices) == field.choices
    assert ("{unset: true}" in entry.clearing) is field.unsettable
    assert ("{unset: true}" in entry.value) is field.unsettable


def test_an_inverted_field_is_told_with_its_default() -> None:
    entry = word("engagement.authenticated_visitors_only")
    assert entry.label == "Authenticated Visitors Only"
    assert entry.wire == "allowUnauthMsg"
    assert entry.inverted
    # The template's `allowUnauthMsg` is false.
    assert entry.when_new == "A new engagement takes `true`."
    assert entry.evidence is Evidence.SEEN
    assert entry.example == "authenticated_visitors_only: true"


def test_a_choice_tells_what_its_words_mean_and_what_liveperson_calls_them() -> None:
    assert word("campaign.status").choices == (
        Choice("published", "Visitors can see the engagements that are on.", "1"),
        Choice("unpublished", "Visitors see none of its engagements.", "0"),
    )
    assert [choice.wire for choice in word("engagement.window_opens").choices] == ["false", "true"]
    assert [choice.wire for choice in word("connector.flow").choices] == ["", ""]


@pytest.mark.parametrize(
    ("name", "when_new"),
    [
        ("connector.flow", "A new connector needs it."),
        ("connector.name", "Only `name` can create a connector."),
        ("engagement.name", "Only `name` can create an engagement."),
        ("connector.pkce", "A new connector is sent without it."),
        ("connector.jwt_issuer", "A new connector has it empty."),
        ("connector.client_secret", "A new connector with `flow: code` needs it. Otherwise it is empty."),
        ("connector.consumer_delegation", ""),
        ("campaign.goal", "A new campaign takes the account's only or default goal, or needs one declared."),
        ("engagement.language", "A new engagement takes `en-US`."),
        ("engagement.conversation", "A new engagement takes `messaging`."),
        ("site.label", ""),
    ],
)
def test_what_a_new_thing_takes(name: str, when_new: str) -> None:
    assert word(name).when_new == when_new


@pytest.mark.parametrize(
    ("name", "clearing"),
    [
        ("engagement.skill", "Write `{unset: true}` to clear it."),
        ("engagement.entry_points", "Write `[]` to empty it."),
        ("engagement.window", "It cannot be cleared."),
        ("engagement.enabled", ""),
        ("engagement.name", ""),
    ],
)
def test_how_a_value_is_cleared(name: str, clearing: str) -> None:
    assert word(name).clearing == clearing


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("account", "site.account"),
        ("vars", "site.vars"),
        ("delete_undeclared", "site.delete_undeclared"),
        ("campaign.delete_undeclared", "campaign.delete_undeclared"),
        ("engagement.connector", "engagement.connector"),
        ("authenticated_visitors_only", "engagement.authenticated_visitors_only"),
        ("lifecycle.protect", "lifecycle.protect"),
        ("engagement.lifecycle.protect", "lifecycle.protect"),
        ("engagement.lifecycle", "engagement.lifecycle"),
        ("protect", "lifecycle.protect"),
        ("extra", "connector.extra"),
        ("find", "connector.find"),
    ],
)
def test_a_name_finds_its_word(name: str, found: str) -> None:
    assert word(name).name == found


@pytest.mark.parametrize(
    ("name", "also"),
    [
        ("id", ("campaign.id", "engagement.id")),
        ("find", ("campaign.find", "engagement.find")),
        ("extra", ("campaign.extra", "engagement.extra")),
        ("delete_undeclared", ("campaign.delete_undeclared",)),
        ("account", ()),
        ("connector.id", ()),
    ],
)
def test_a_word_that_means_the_same_in_several_things_names_them_all(name: str, also: tuple[str, ...]) -> None:
    assert word(name).also == also


@pytest.mark.parametrize("name", ["site", "connector", "campaign", "engagement", "lifecycle"])
def test_the_name_of_a_topic_finds_the_topic(name: str) -> None:
    found = look_up(name)
    assert isinstance(found, Topic)
    assert found.name == name


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("engagment", '"engagment" is not a word of the YAML. Did you mean engagement?'),
        ("qqq", '"qqq" is not a word of the YAML. `lpconf explain` lists what can be explained.'),
        ("engagement.enabeld", '"enabeld" is not a word of engagement. Did you mean engagement.enabled?'),
        ("engagement.qqq", '"qqq" is not a word of engagement. `lpconf explain engagement` lists its words.'),
        ("engagment.enabled", '"engagment" is no kind of thing. Did you mean engagement.enabled?'),
        (
            "qqq.enabled",
            '"qqq" is no kind of thing. There are site, connector, campaign, engagement, lifecycle.',
        ),
        ("name", "Several things have the word name. Write connector.name, campaign.name or engagement.name."),
        (
            "description",
            "Several things have the word description. "
            "Write connector.description, campaign.description or engagement.description.",
        ),
        ("\x1b[31m", '"\\u001b[31m" is not a word of the YAML. `lpconf explain` lists what can be explained.'),
    ],
)
def test_a_name_that_stands_for_nothing_is_told_with_what_was_meant(name: str, message: str) -> None:
    with pytest.raises(LpconfError) as raised:
        look_up(name)
    assert str(raised.value) == message
