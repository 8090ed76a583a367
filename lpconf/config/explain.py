"""Checks a document against the schema, and says what is wrong in words of our own.

jsonschema only says where something is wrong: its messages hold the value, and one mistake gives many of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from lpconf.config import expected, schema
from lpconf.config.document import BROKEN, Document, Mark, Spot, Value
from lpconf.config.layout import (
    SELECTORS,
    UNDECLARED_IN_CAMPAIGN,
    UNDECLARED_IN_SITE,
    UNSUPPORTED,
    collection_of,
    field_of,
    hides_value,
    split,
    words_of,
)
from lpconf.config.lifecycle import DELETE_UNDECLARED, LIFECYCLE, wrong_delete_undeclared, wrong_lifecycle
from lpconf.config.problems import Complaint, Problems
from lpconf.config.secrecy import is_telltale
from lpconf.config.words import article, closest, did_you_mean, plain_quotes, quoted
from lpconf.resources.field import Resource

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

_TOP_WORDS = tuple(schema.documented_schema()["properties"])


def make_validator() -> Draft202012Validator:
    """The validator of the schema, built anew. One serves all files of a load."""
    from jsonschema import Draft202012Validator, validators  # 94 ms that other commands need not wait for

    # Of the time for a large file four fifths went into values that one look shows to be right.
    keywords = {"properties": _properties(Draft202012Validator.VALIDATORS["properties"])}
    faster = validators.extend(Draft202012Validator, keywords)  # type: ignore[no-untyped-call]
    return cast("Draft202012Validator", faster(schema.documented_schema()))


def _properties(full: Callable[..., Any]) -> Callable[..., Any]:
    """Jsonschema's own `properties`, for those of a map's values that may be wrong."""

    def check(validator: Any, properties: schema.Schema, instance: Value, whole: schema.Schema) -> Iterator[Any]:
        if isinstance(instance, dict):
            doubtful = {
                word: properties[word]
                for word, value in instance.items()
                if word in properties and not _plainly_fits(value, properties[word])
            }
            yield from full(validator, doubtful, instance, whole)

    return check


def _plainly_fits(value: Value, wanted: schema.Schema) -> bool:
    if isinstance(value, str):
        if "enum" in wanted:
            return value in wanted["enum"]
        return value != "" and "pattern" not in wanted and "string" in wanted.get("type", ())
    if isinstance(value, list):
        # An empty list may be refused, and what has no type of its own is a thing.
        items = wanted.get("items", {})
        return bool(value) and wanted.get("type") == "array" and all(_plainly_fits(each, items) for each in value)
    if isinstance(value, dict):
        return wanted.get("type") == "object" and not wanted.keys() & _LOOKS_INSIDE
    return isinstance(value, bool) and wanted.get("type") == "boolean"


_LOOKS_INSIDE = frozenset({"properties", "propertyNames", "additionalProperties", "minProperties"})


def explain(document: Document, validator: Draft202012Validator, problems: Problems) -> frozenset[Spot]:
    """Add to `problems` what does not fit the schema. Returns the spots that are wrong, words of things at most."""
    checker = _Checker(document, problems)
    for error in validator.iter_errors(document.value):
        checker.add(error)
    # A field's list with a wrong item is wrong as a whole; the other things of a collection are looked at still.
    lists = {spot[:-1] for spot in checker.wrong if isinstance(spot[-1], int) and collection_of(spot[:-1]) is None}
    return frozenset(checker.wrong | lists)


@dataclass(frozen=True, slots=True)
class _Found:
    """A complaint and its place. `hidden` keeps the source line back."""

    spot: Spot
    mark: Mark
    complaint: Complaint
    hidden: bool = False
    path: Spot | None = None
    """The place to name, where it is not the spot."""


class _Checker:
    def __init__(self, document: Document, problems: Problems) -> None:
        self._document = document
        self._problems = problems
        self.wrong: set[Spot] = set()

    def add(self, error: ValidationError) -> None:
        """One error of the schema: nothing, one or several complaints."""
        spot: Spot = tuple(error.absolute_path)
        value: Value = error.instance
        resource, thing, rest = split(spot)
        if value is BROKEN:
            self.wrong.add((*thing, *rest[:1]) if resource else spot)
            return
        for found in self._complaints(error, resource, spot, value):
            if found.spot not in self.wrong:
                self.wrong.add(found.spot)
                path = found.spot if found.path is None else found.path
                self._problems.add(self._document.source, found.mark, found.complaint, path, hidden=found.hidden)

    def _complaints(
        self, error: ValidationError, resource: Resource | None, spot: Spot, value: Value
    ) -> Iterator[_Found]:
        _, thing, rest = split(spot)
        if error.validator == "additionalProperties" and isinstance(value, dict) and (not spot or spot == thing):
            yield from self._unknown(resource, spot, value)
        elif resource and rest and collection_of(spot) is None:
            yield from self._field(resource, thing, rest)
        elif resource and not rest:
            yield self._thing(resource, spot, value, str(error.validator))
        elif (kind := collection_of(spot)) is not None:
            yield self._collection(kind, spot, value)
        else:
            yield from self._top(spot, value)

    def _unknown(self, resource: Resource | None, spot: Spot, value: dict[str, Value]) -> Iterator[_Found]:
        words = words_of(resource) if resource else _TOP_WORDS
        for word in value:
            if word in words:
                continue
            guess = _meant(word, resource, words)
            field = field_of(resource, guess) if resource else None
            # A mistyped secret is a secret still.
            hidden = hides_value(field) or is_telltale(word) or is_telltale(guess or "")
            complaint = _unknown(word, guess, resource)
            yield _Found((*spot, word), self._document.key_mark((*spot, word)), complaint, hidden)
            if guess and guess not in value:
                # Counts as written, so that nobody is told that it is missing.
                self.wrong.add((*spot, guess))

    def _field(self, resource: Resource, thing: Spot, rest: Spot) -> Iterator[_Found]:
        """A value that does not fit its field. What is wrong inside a map is told of the map."""
        field = field_of(resource, rest[0])
        spot = (*thing, rest[0])
        value = self._document.at(spot)
        if field is not None and hides_value(field):
            complaint = expected.no_value(field) if value is None else expected.hidden(field, value)
            yield self._found(spot, complaint, hidden=True)
        elif rest[0] == LIFECYCLE:
            yield self._found((*thing, *rest), wrong_lifecycle(rest, self._document.at((*thing, *rest))))
        elif rest[0] == DELETE_UNDECLARED:
            yield self._undeclared((*thing, *rest), UNDECLARED_IN_CAMPAIGN)
        elif field is None:
            yield self._found(spot, _selector(str(rest[0]), value))
        elif len(rest) > 1 and isinstance(value, list):
            item = (*thing, *rest[:2])
            yield self._found(item, _item(field.target.words if field.target else "", self._document.at(item)))
        else:
            yield self._found(spot, expected.wrong(field, value, self._written(spot, value)))

    def _undeclared(self, spot: Spot, collections: tuple[str, ...]) -> _Found:
        return self._found(spot, wrong_delete_undeclared(self._document.at(spot), collections))

    def _found(self, spot: Spot, complaint: Complaint, *, hidden: bool = False) -> _Found:
        return _Found(spot, self._document.value_mark(spot), complaint, hidden)

    def _written(self, spot: Spot, value: Value) -> str:
        return self._document.written(spot, value) if isinstance(value, bool | int | float) else ""

    def _thing(self, resource: Resource, spot: Spot, value: Value, validator: str) -> _Found:
        kind = article(resource.kind.words)
        mark = self._document.thing_mark(spot)
        if not isinstance(value, dict):
            shown = "there is no value here" if value is None else f"this is {expected.kind_of(value)}"
            complaint = Complaint("schema.type", f"{shown}; expected {kind} such as {{name: ...}}")
            return _Found(spot, self._document.value_mark(spot), complaint)
        if validator == "not":
            return _Found(
                (*spot, "find"),
                self._document.key_mark((*spot, "find")),
                Complaint("schema.selector", "id and find do not go together", "Keep one of them."),
            )
        hint = f"Write name: and the name of {kind}, id: and its number, or find: default."
        complaint = Complaint("schema.selector", f"nothing says which {resource.kind.words} this is", hint)
        return _Found((*spot, "name"), mark, complaint, path=spot)

    def _collection(self, resource: Resource, spot: Spot, value: Value) -> _Found:
        mark = self._document.value_mark(spot)
        if value == []:
            hint = "Leave the word out to leave them alone. Nothing is deleted by leaving it out or emptying it."
            return _Found(
                spot, mark, Complaint("schema.empty", f"an empty list of {resource.plural} is an error", hint)
            )
        if value is None:
            return _Found(spot, mark, expected.no_value(None))
        hint = f'Start each {resource.kind.words} with "- ".'
        complaint = Complaint("schema.type", f"this is {expected.kind_of(value)}; expected a list", hint)
        return _Found(spot, mark, complaint)

    def _top(self, spot: Spot, value: Value) -> Iterator[_Found]:
        document = self._document
        if not spot:
            # Each missing word is an error of its own to jsonschema; they are told together, once.
            for word in ("version", "account"):
                if word not in document.value:
                    yield _Found((word,), document.thing_mark(()), _MISSING[word])
            return
        word = str(spot[0])
        mark = document.value_mark(spot)
        if word == DELETE_UNDECLARED:
            yield self._undeclared(spot, UNDECLARED_IN_SITE)
        elif value is None:
            hint = _MISSING[word].hint if word in _MISSING else f"Write one, or remove {spot[-1]}."
            yield _Found(spot, mark, Complaint("schema.null", "there is no value here", hint))
        elif word == "vars":
            yield self._variable(spot, value, mark)
        else:
            yield _Found(spot, mark, _top(word, value, self._written(spot, value)))

    def _variable(self, spot: Spot, value: Value, mark: Mark) -> _Found:
        if spot == ("vars",) and isinstance(value, str) and isinstance(self._document.value["vars"], dict):
            complaint = Complaint(
                "schema.variable", f"{quoted(value)} is not a name for a variable", "Use letters, digits and _."
            )
            return _Found((*spot, value), self._document.key_mark((*spot, value)), complaint)
        what = "a map of names and values" if len(spot) == 1 else "text, a number, or true or false"
        return _Found(spot, mark, Complaint("schema.type", f"this is {expected.kind_of(value)}; expected {what}"))


_MISSING: Mapping[str, Complaint] = {
    "version": Complaint("schema.missing", "version is missing", "Write version: 1 at the top of the file."),
    "account": Complaint("schema.missing", "account is missing", 'Write the account in quotes: account: "12345678".'),
}


def _meant(word: str, resource: Resource | None, words: tuple[str, ...]) -> str | None:
    """The word that an unknown one stands for: LivePerson's spelling of it, or a near miss."""
    for field in resource.fields if resource else ():
        if field.path and word.casefold() == field.path[-1].casefold():
            return field.word
    # camelCase and the console's labels come near the words once they are spelled as words are.
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[ -]+", "_", word[:100]).lower()
    for field in resource.fields if resource else ():
        if field.label and snake == re.sub(r"[^a-z0-9]+", "_", field.label.lower()).strip("_"):
            return field.word
    return closest(snake, words)


def _unknown(word: str, guess: str | None, resource: Resource | None) -> Complaint:
    if word in UNSUPPORTED:
        return Complaint("unsupported", f"{word} is not supported yet", "Remove it.")
    what = f"a word for {article(resource.kind.words)}" if resource else "a word that can stand here"
    message = f"{quoted(word)} is not {what}"
    if guess:
        return Complaint("schema.unknown", f"{message}; did you mean {quoted(guess)}?")
    hint = "A LivePerson field that has no word goes under extra:." if resource else ""
    return Complaint("schema.unknown", message, hint)


def _selector(word: str, value: Value) -> Complaint:
    if value is None:
        hint = "Leave it out." if word == "extra" else f"Write {'the number' if word == 'id' else 'find: default'}."
        return Complaint("schema.null", "there is no value here", hint)
    if word == "find":
        if isinstance(value, str):
            guess = did_you_mean(value, ("default",))
            return Complaint("schema.enum", f"{quoted(value)} is not default{guess}", "find: default is its only form.")
        return Complaint("schema.enum", f"this is {expected.kind_of(value)}; expected default")
    if word in SELECTORS:
        hint = "Write the number without quotes." if isinstance(value, str) and value.isdigit() else ""
        return Complaint("schema.type", "an id is a whole number above 0", hint)
    return Complaint("schema.type", f"this is {expected.kind_of(value)}; expected a map of LivePerson fields")


def _item(target: str, value: Value) -> Complaint:
    what = f"the name of {article(target)}, or {{id: NUMBER}}" if target else "text"
    if value is None:
        return Complaint("schema.null", f"there is no value here; expected {what}", "Remove the item.")
    if value == "":
        return Complaint("value.empty", "this text is empty", "Remove the item.")
    hint = "Put it in quotes." if isinstance(value, bool | int | float) else ""
    if target and type(value) is int:
        hint += f" If it is an id, write {{id: {value}}}."
    return Complaint("schema.type", f"this is {expected.kind_of(value)}; expected {what}", hint)


def _top(word: str, value: Value, written: str) -> Complaint:
    if word == "account":
        return account_complaint(value, written)
    if word == "version":
        shown = written or (quoted(value) if isinstance(value, str) else expected.kind_of(value))
        return Complaint("schema.version", f"version {shown} is not known to this lpconf", "Write version: 1.")
    if written:
        return Complaint("schema.type", f"{written} is not text", f"Put it in quotes: {quoted(written)}.")
    if value == "":
        return Complaint("value.empty", "this text is empty", f"Remove {word}.")
    return Complaint("schema.type", f"this is {expected.kind_of(value)}; expected text")


def account_complaint(value: Value, written: str) -> Complaint:
    """What is wrong with an account."""
    if written:
        return Complaint("schema.type", f"{written} is not text", f"Put it in quotes: account: {quoted(written)}.")
    if isinstance(value, str):
        hint = "Variables work in texts only." if "${" in value else "An account is 1 to 20 letters, digits and _."
        hint = plain_quotes(value) or hint
        return Complaint("schema.account", f"{quoted(value)} is not an account", hint)
    return Complaint("schema.type", f"this is {expected.kind_of(value)}; expected an account in quotes")
