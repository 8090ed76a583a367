"""A quirks file: what a user knows of LivePerson better than lpconf does (docs/reference/quirks.md).

Unlike the site's YAML it is named by a flag, so it is trusted to change how lpconf writes. `WORDS` are what it can say;
each but the first two replaces the field of `Quirks` that has its name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lpconf.config import files
from lpconf.config.document import Document, Spot, Value
from lpconf.config.problems import BadValueError, Complaint, Problems
from lpconf.config.reading import read
from lpconf.config.words import did_you_mean, quoted
from lpconf.model.address import Kind
from lpconf.model.quirks import Evidence, Quirks, Verb


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the file: what it means, an example of its value as YAML, and the section of docs/liveperson.md."""

    word: str
    meaning: str
    example: str
    source: str


_MOST_TOLD = 15
"""Longer lists of what is known are not told."""

CONFIRMED = "confirmed"
VERSIONS = "versions"

WORDS = (
    Word(
        CONFIRMED,
        "Writes that you have seen LivePerson accept. They need no `--accept-unverified` any more.",
        "[connector.update]",
        "4.1",
    ),
    Word(
        VERSIONS,
        "The `v` of requests, by what is asked for and what is done to it. The version stands in quotes.",
        '{connector.update: "1.0"}',
        "4.1",
    ),
    Word(
        "flow",
        "The `type` number of a connector of each flow. The same number for both means that the flow follows from "
        "`code_flow_fields`. A connector whose number stands for no flow is left alone.",
        "{implicit: 0, code: 1}",
        "4.4",
    ),
    Word(
        "code_flow_fields",
        "Fields of a connector's `configuration`. A connector of the implicit number that holds something in all of "
        "them is code flow. With `[]` the number alone decides.",
        "[tokenEndpoint]",
        "4.4",
    ),
    Word(
        "authenticated_levels",
        "The `acrValues` of connectors for visitors who sign in. A connector with any other level is taken for "
        "LivePerson's own unauthenticated one, and left alone.",
        "[loa1, loa2]",
        "4.3",
    ),
    Word(
        "authenticated_fields",
        "Fields of a connector's `configuration`. A connector with nothing in one of them is taken for LivePerson's "
        "own, and left alone. `[]` asks for none.",
        "[]",
        "4.3",
    ),
    Word("conversation", "The `conversationType` number of an engagement.", "{live_chat: 2}", "5.4"),
    Word("status", "The `status` number of a campaign.", "{published: 3}", "5.4"),
    Word("campaign_type", "The `type` number of a new campaign.", "2", "5.2"),
    Word(
        "campaign_write_moves_engagements",
        "Whether a write of a campaign raises the revision of its engagements although none of them changes. While "
        "this is `false`, lpconf takes a raised one for an edit by somebody else.",
        "true",
        "5.2",
    ),
    Word(
        "agent_state",
        "The `displayInstanceType` numbers of an engagement's buttons. Only drawings of buttons rest on them.",
        "{busy: 3}",
        "5.4",
    ),
    Word(
        "place",
        "The `position.type` numbers of an engagement. Only drawings of buttons rest on them.",
        "{custom: 12}",
        "5.4",
    ),
    Word(
        "sticky_button",
        "What LivePerson's fields hold in an engagement whose button stays at its place on a web page. Only drawings "
        "of buttons rest on them.",
        "{subType: 25}",
        "5.4",
    ),
)
"""What a quirks file can say, in the order in which one is likely to need it."""


def load_quirks(path: Path) -> Quirks:
    """The quirks, with what the file says put over lpconf's own. Raises InvalidConfiguration."""
    problems = Problems()
    quirks = Quirks()
    for file in files.find([path], problems):
        document = read(file, problems)
        if document is not None:
            quirks = _Reader(document, problems).over(quirks)
    if problems:
        problems.stop()
    return quirks


class _Reader:
    """Reads one document, and notes what is wrong where."""

    def __init__(self, document: Document, problems: Problems) -> None:
        self._document = document
        self._problems = problems

    def over(self, quirks: Quirks) -> Quirks:
        """The quirks with every entry of the document that is right."""
        words = tuple(each.word for each in WORDS)
        for word, value in self._document.value.items():
            if word not in words:
                self._unknown(word, words, (word,))
                continue
            try:
                quirks = self._with(quirks, word, value)
            except BadValueError as error:
                self._complain(error.complaint, (word,))
        return quirks

    def _with(self, quirks: Quirks, word: str, value: Value) -> Quirks:
        if word == VERSIONS:
            return replace(quirks, versions={**quirks.versions, **self._versions(value)})
        if word == CONFIRMED:
            return replace(quirks, evidence={**quirks.evidence, **self._confirmed(value, quirks)})
        changed: dict[str, Any] = {word: self._like(getattr(quirks, word), word, value)}
        return replace(quirks, **changed)

    def _like(self, known: object, word: str, value: Value) -> object:
        """The value, of the same form as the one that is known. Raises BadValueError where it has another."""
        match known:
            case Mapping():
                return self._numbers(word, value, known)
            case tuple() if isinstance(value, list) and all(isinstance(each, str) and each for each in value):
                return tuple(value)
            case tuple():
                raise BadValueError("quirks.value", f"{word} is a list of texts", f"Like this: [{', '.join(known)}].")
            case bool() if isinstance(value, bool):
                return value
            case int() if not isinstance(known, bool) and _is_number(value):
                return value
        raise BadValueError("quirks.value", f"{quoted(str(value))} does not fit here")

    def _versions(self, value: Value) -> dict[tuple[Kind, Verb], str]:
        requests = {f"{kind}.{verb}": (kind, verb) for kind in Kind for verb in Verb}
        found = {}
        for request, version in self._items("versions", value, requests):
            if isinstance(version, str) and re.fullmatch(r"\d+\.\d+", version, re.ASCII):
                found[requests[request]] = version
            else:
                self._complain(
                    Complaint("quirks.value", "a version is written in quotes", 'Like this: "2.0".'),
                    ("versions", request),
                )
        return found

    def _numbers(self, word: str, value: Value, known: Mapping[str, int]) -> dict[str, int]:
        found = dict(known)
        for name, number in self._items(word, value, known):
            if _is_number(number):
                found[name] = number
            else:
                self._complain(Complaint("quirks.value", "this is not a whole number"), (word, name))
        return found

    def _confirmed(self, value: Value, quirks: Quirks) -> dict[str, Evidence]:
        if not isinstance(value, list):
            raise BadValueError("quirks.value", "confirmed is a list", "Like this: [connector.update].")
        found = {}
        for index, operation in enumerate(value):
            if isinstance(operation, str) and operation in quirks.evidence:
                found[operation] = Evidence.CONFIRMED
            else:
                self._unknown(str(operation), quirks.evidence, ("confirmed", index))
        return found

    def _items(self, word: str, value: Value, known: Mapping[str, object]) -> list[tuple[str, Value]]:
        if not isinstance(value, dict):
            raise BadValueError("quirks.value", f"{word} is a map", f"Like this: {{{next(iter(known))}: ...}}.")
        for name in value.keys() - known.keys():
            self._unknown(name, known, (word, name))
        return [(name, each) for name, each in value.items() if name in known]

    def _unknown(self, word: str, known: Collection[str], spot: Spot) -> None:
        guess = did_you_mean(word, known)
        is_told = not guess and len(known) <= _MOST_TOLD
        what = f"is not one of {', '.join(known)}" if is_told else f"is not known here{guess}"
        complaint = Complaint("quirks.word", f"{quoted(word)} {what}")
        self._problems.add(self._document.source, self._document.key_mark(spot), complaint, spot)

    def _complain(self, complaint: Complaint, spot: Spot) -> None:
        self._problems.add(self._document.source, self._document.value_mark(spot), complaint, spot)


def _is_number(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
