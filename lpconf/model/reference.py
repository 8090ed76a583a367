"""What is known of each word of the YAML, as `explain` and the documentation tell it."""

from __future__ import annotations

from dataclasses import dataclass

from lpconf.model.quirks import Evidence
from lpconf.model.site import Position


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the words that a value can be.

    `wire` is LivePerson's value, as JSON; empty where there is none. `evidence` tells how sure it is, where that
    differs from the field.
    """

    word: str
    meaning: str = ""
    wire: str = ""
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One word of the YAML.

    `topic` and `word` are its name, such as `engagement` and `connector`. Texts hold Markdown's backticks, no other
    markup, and nothing that a user wrote. `label` is what the console calls it, empty where no source says so.
    `wire` is the LivePerson field, such as `configuration.issuer`; empty where there is none, `inverted` where it means
    the opposite. `value` says what can be written. `when_new` says what a new thing takes where the word is not
    declared, and `clearing` how the value is cleared; empty where that is no question. `evidence` and `source` tell how
    sure the LivePerson field is (docs/liveperson.md). `example` is YAML. `also` are the names of the words of other
    topics that mean the same, where the word was looked up without its topic.
    """

    topic: str
    word: str
    title: str
    meaning: str
    value: str
    example: str
    label: str = ""
    wire: str = ""
    inverted: bool = False
    choices: tuple[Choice, ...] = ()
    when_new: str = ""
    clearing: str = ""
    evidence: Evidence | None = None
    source: str = ""
    also: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The word's full name, such as `engagement.connector`."""
        return f"{self.topic}.{self.word}"


@dataclass(frozen=True, slots=True)
class Topic:
    """One map of the YAML and its words: the file itself, a kind of thing, `lifecycle`."""

    name: str
    title: str
    meaning: str
    words: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """One word that stands at a line of a file.

    `path` is its place in the file, such as `connectors[0].flow`; `address` that of the thing it lies in, empty outside
    of things. Both hold names from the file. `about` is None for an unknown word: then `meant` is the name of the word
    that it may stand for, or empty.
    """

    position: Position
    path: str
    address: str
    about: Entry | Topic | None
    meant: str = ""
