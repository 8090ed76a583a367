"""A quirks file: what a user knows of LivePerson better than lpconf does.

Unlike the site's YAML it is named by a flag, so it is trusted to change how lpconf writes. It looks like this:

    versions: {connector.update: "1.0"}     # the `v` of a request
    flow: {code: 2}                         # a connector's `type`
    conversation: {live_chat: 0}            # an engagement's `conversationType`
    status: {published: 1}                  # a campaign's `status`
    campaign_type: 1                        # the `type` of a new campaign
    campaign_write_moves_engagements: true  # see `Quirks`
    confirmed: [connector.update]           # writes that were seen to work
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from lpconf.config import files
from lpconf.config.document import Document, Spot, Value
from lpconf.config.problems import BadValueError, Complaint, Problems
from lpconf.config.reading import read
from lpconf.config.words import quoted
from lpconf.model.address import Kind
from lpconf.model.quirks import Evidence, Quirks, Verb

_NUMBERS = ("flow", "conversation", "status")
_WORDS = ("versions", *_NUMBERS, "campaign_type", "campaign_write_moves_engagements", "confirmed")


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
        for word, value in self._document.value.items():
            try:
                quirks = self._with(quirks, word, value)
            except BadValueError as error:
                self._complain(error.complaint, (word,))
        return quirks

    def _with(self, quirks: Quirks, word: str, value: Value) -> Quirks:
        match word:
            case "versions":
                return replace(quirks, versions={**quirks.versions, **self._versions(value)})
            case "flow":
                return replace(quirks, flow=self._numbers(word, value, quirks.flow))
            case "conversation":
                return replace(quirks, conversation=self._numbers(word, value, quirks.conversation))
            case "status":
                return replace(quirks, status=self._numbers(word, value, quirks.status))
            case "campaign_type" if _is_number(value):
                return replace(quirks, campaign_type=value)
            case "campaign_write_moves_engagements" if isinstance(value, bool):
                return replace(quirks, campaign_write_moves_engagements=value)
            case "confirmed":
                return replace(quirks, evidence={**quirks.evidence, **self._confirmed(value, quirks)})
            case _ if word in _WORDS:
                raise BadValueError("quirks.value", f"{quoted(str(value))} does not fit here")
        raise BadValueError("quirks.word", f"{quoted(word)} is not one of {', '.join(_WORDS)}")

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
                names = ", ".join(quirks.evidence)
                self._complain(
                    Complaint("quirks.word", f"{quoted(str(operation))} is not one of {names}"), ("confirmed", index)
                )
        return found

    def _items(self, word: str, value: Value, known: Mapping[str, object]) -> list[tuple[str, Value]]:
        if not isinstance(value, dict):
            raise BadValueError("quirks.value", f"{word} is a map", f"Like this: {{{next(iter(known))}: ...}}.")
        for name in value.keys() - known.keys():
            self._complain(Complaint("quirks.word", f"{quoted(name)} is not known here"), (word, name))
        return [(name, each) for name, each in value.items() if name in known]

    def _complain(self, complaint: Complaint, spot: Spot) -> None:
        self._problems.add(self._document.source, self._document.value_mark(spot), complaint, spot)


def _is_number(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
