"""The reference of the YAML: every word, from the field tables and the schema. `explain` and the documentation tell it.

Texts are in the YAML's own words, with Markdown's backticks around what stands for itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from lpconf.config.lifecycle import LIFECYCLE
from lpconf.config.reference import describing
from lpconf.config.schema import Schema, documented_schema
from lpconf.config.words import closest, quoted
from lpconf.model.errors import LpconfError
from lpconf.model.json import Json
from lpconf.model.reference import Entry, Topic
from lpconf.resources.field import Field, Resource
from lpconf.resources.kinds import MANAGED

SITE = "site"

_VALUES: Mapping[str, str] = {
    "version": "`1`",
    "account": "1 to 20 letters, digits and `_`, in quotes",
    "label": "text",
    "requires": 'versions, such as `">=1.2"` or `">=1.2,<2"`',
    "vars": "a map of names and texts, numbers, or `true` or `false`",
    "connectors": "a list of connectors",
    "campaigns": "a list of campaigns",
    "engagements": "a list of engagements",
    "delete_undeclared": "a list of collections that stand beside it",
    "id": "a whole number above 0",
    "find": "`default`",
    "extra": "a map of LivePerson fields",
    LIFECYCLE: "a map of the words of `lifecycle`",
    "state": "`absent`",
    "protect": "`true` or `false`",
    "renamed_from": "text",
}
"""What the words take that are no fields of LivePerson."""

_EXAMPLES: Mapping[str, Json] = {
    "version": 1,
    "connectors": [{"name": "Consumer authentication"}],
    "campaigns": [{"find": "default"}],
    "engagements": [{"find": "default"}],
    "find": "default",
    LIFECYCLE: {"protect": True},
    "state": "absent",
}
"""Examples of the words whose schema has none."""


def topics() -> tuple[Topic, ...]:
    """All there is to know: the file, then each kind of thing, then `lifecycle`."""
    schema = documented_schema()
    site = Topic(SITE, "The file", _text(schema), tuple(_entries(SITE, schema["properties"])))
    kinds = tuple(_kind(resource, schema) for resource in MANAGED)
    lifecycle = schema["$defs"][MANAGED[0].kind.value]["properties"][LIFECYCLE]
    words = tuple(_entries(LIFECYCLE, lifecycle["properties"]))
    return (site, *kinds, Topic(LIFECYCLE, lifecycle["title"], _text(lifecycle), words))


def entries() -> tuple[Entry, ...]:
    """Every word of every topic."""
    return tuple(entry for topic in topics() for entry in topic.words)


def look_up(name: str) -> Topic | Entry:
    """What a name stands for: `engagement`, `engagement.connector`, `account`, `engagement.lifecycle.protect`.

    A word without its topic is that of the only topic that has it; where it means the same in several, it is that of
    the first, which names the others. Raises LpconfError for a name that stands for nothing, or for words that differ.
    """
    known = topics()
    by_name = {topic.name: topic for topic in known}
    if name in by_name:
        return by_name[name]
    topic_name, dot, word = name.rpartition(".")
    if not dot:
        return _bare(name, known)
    # lifecycle is the same in all kinds.
    topic_name = topic_name.rpartition(".")[2] if topic_name.rpartition(".")[0] in by_name else topic_name
    if topic_name not in by_name:
        near = closest(topic_name, by_name)
        hint = f"Did you mean {near}.{word}?" if near else f"There are {', '.join(by_name)}."
        raise LpconfError(f"{quoted(topic_name)} is no kind of thing. {hint}")
    words = {entry.word: entry for entry in by_name[topic_name].words}
    if word not in words:
        near = closest(word, words)
        hint = f"Did you mean {topic_name}.{near}?" if near else f"`lpconf explain {topic_name}` lists its words."
        raise LpconfError(f"{quoted(word)} is not a word of {topic_name}. {hint}")
    return words[word]


def _bare(word: str, known: tuple[Topic, ...]) -> Entry:
    found = [entry for topic in known for entry in topic.words if entry.word == word]
    if not found:
        names = [*(topic.name for topic in known), *(entry.word for topic in known for entry in topic.words)]
        near = closest(word, names)
        hint = f"Did you mean {near}?" if near else "`lpconf explain` lists what can be explained."
        raise LpconfError(f"{quoted(word)} is not a word of the YAML. {hint}")
    first, *others = found
    if any(_without_topic(other) != _without_topic(first) for other in others):
        raise LpconfError(f"Several things have the word {word}. Write {_either(found)}.")
    return replace(first, also=tuple(other.name for other in others))


def _without_topic(entry: Entry) -> Entry:
    """What a word means wherever it stands."""
    return replace(entry, topic="", example="", meaning=entry.meaning.replace(entry.topic, "thing"))


def _either(found: list[Entry]) -> str:
    *first, last = [entry.name for entry in found]
    return f"{', '.join(first)} or {last}"


def _kind(resource: Resource, schema: Schema) -> Topic:
    fields = {field.word: field for field in resource.fields}
    own: Schema = schema["$defs"][resource.kind.value]
    words = (
        _field(resource, fields[word]) if word in fields else _entry(resource.kind.value, word, below)
        for word, below in own["properties"].items()
    )
    return Topic(resource.kind.value, own["title"], _text(own), tuple(words))


def _field(resource: Resource, field: Field) -> Entry:
    return Entry(
        topic=resource.kind.value,
        word=field.word,
        title=describing.title(field),
        meaning=field.meaning,
        value=describing.value(field),
        example=_yaml({field.word: field.example}),
        label=field.label,
        wire=describing.wire(field),
        inverted=field.inverted,
        choices=describing.choices(field),
        when_new=describing.when_new(resource, field),
        clearing=describing.clearing(field),
        evidence=field.evidence,
        source=field.source,
    )


def _entries(topic: str, properties: Schema) -> Iterator[Entry]:
    return (_entry(topic, word, below) for word, below in properties.items())


def _entry(topic: str, word: str, below: Schema) -> Entry:
    """A word that is no field of LivePerson, as its schema tells it."""
    return Entry(
        topic=topic,
        word=word,
        title=below["title"],
        meaning=_text(below),
        value=_VALUES[word],
        example=_yaml({word: _example(word, below)}),
    )


def _text(below: Schema) -> str:
    return str(below["description"])


def _example(word: str, below: Schema) -> Any:
    if "examples" in below:
        return below["examples"][0]
    return below["defaultSnippets"][0]["body"] if "defaultSnippets" in below else _EXAMPLES[word]


def _yaml(value: Mapping[str, Json]) -> str:
    """A word and its value as YAML, as people write it: short maps and lists on one line, texts in double quotes."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def choose_scalar_style(self) -> str:
            style = str(super().choose_scalar_style())
            return '"' if style == "'" else style

    (inner,) = value.values()
    things = isinstance(inner, list) and isinstance(inner[0], dict)
    inline = None if isinstance(inner, list | dict) and not things else False
    return yaml.dump(dict(value), Dumper=Dumper, default_flow_style=inline, sort_keys=False, width=100).rstrip("\n")
