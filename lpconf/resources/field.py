"""The types of the field tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lpconf.model.address import Kind
from lpconf.model.json import Json, JsonObject
from lpconf.model.plan import Comparison
from lpconf.model.quirks import Evidence, Quirks
from lpconf.model.site import Declaration


class ValueType(StrEnum):
    """What a word's value is."""

    TEXT = "text"
    TEXTS = "list of texts"
    URL = "https URL"
    BOOLEAN = "true or false"
    CHOICE = "one of some words"
    DATE = "date and time"
    PUBLIC_KEY = "RSA public key"
    SECRET = "secret"  # noqa: S105 - the name of a type
    REFERENCE = "name of a thing"
    REFERENCES = "list of names of things"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One word of the YAML and the LivePerson field that it stands for.

    `path` is the place in the LivePerson body, empty for a word that stands for several fields.
    `label` is what the console calls it, empty where no source says so. `meaning` and `example` go into the schema.
    `choices` are the words of a CHOICE, `choice_meanings` what each of them means; `choices_from` turns one into
    LivePerson's value. `choice_evidence` tells how sure each choice is where one is less sure than the field.
    `when_new` says what a new thing needs or takes, where the kind's template does not tell.
    `target` is the kind that a REFERENCE points to. `unsettable` allows `{unset: true}`.
    `inverted` marks a boolean whose LivePerson field means the opposite.
    `copies` names another LivePerson field that repeats the name of the referenced thing.
    `evidence` and `source` tell how sure the LivePerson field is (docs/liveperson.md).
    """

    word: str
    path: tuple[str, ...]
    type: ValueType
    meaning: str
    example: Json
    evidence: Evidence
    source: str
    label: str = ""
    when_new: str = ""
    choices: tuple[str, ...] = ()
    choice_meanings: tuple[str, ...] = ()
    choice_evidence: tuple[Evidence, ...] = ()
    choices_from: Callable[[Quirks], Mapping[str, Json]] | None = None
    target: Kind | None = None
    unsettable: bool = False
    inverted: bool = False
    copies: tuple[str, ...] = ()

    @property
    def sensitive(self) -> bool:
        """Whether the value is a secret: never shown, never compared, never stored."""
        return self.type is ValueType.SECRET

    @property
    def is_list(self) -> bool:
        """Whether the value is a list, which `[]` empties."""
        return self.type in {ValueType.TEXTS, ValueType.REFERENCES}

    @property
    def comparison(self) -> Comparison:
        """When two values of this field are the same."""
        match self.type:
            case ValueType.TEXT | ValueType.URL | ValueType.DATE | ValueType.SECRET:
                return Comparison.TEXT
            case ValueType.PUBLIC_KEY:
                return Comparison.PUBLIC_KEY
            case ValueType.REFERENCE:
                return Comparison.ID
            case ValueType.REFERENCES:
                return Comparison.ID_SET
            case ValueType.BOOLEAN if len(self.path) > 1:
                # A switch inside a connector's `configuration`: null, false and absent are the same (facts 4.3).
                return Comparison.FLAG
            case _:
                return Comparison.EXACT


@dataclass(frozen=True, slots=True)
class Problem:
    """Words that do not go together in one declaration. `word` is where to point, empty for the thing itself."""

    code: str
    word: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Implied:
    """A LivePerson field whose value follows from declared words. `word` names it in the plan."""

    word: str
    path: tuple[str, ...]
    value: Json
    comparison: Comparison


def _no_problems(_: Mapping[str, Declaration]) -> tuple[Problem, ...]:
    return ()


def _nothing_implied(_: Mapping[str, Declaration]) -> tuple[Implied, ...]:
    return ()


def _empty(_: Quirks) -> JsonObject:
    return {}


def _always(_: JsonObject, __: Quirks) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One kind: where its collection is, its words, and how a new one is made.

    `collection` is the path below `/api/account/{account}/configuration/`; `{campaign}` stands for a campaign's id.
    `list_fields` asks a list for these fields only. `default_flags` are the LivePerson fields that mark the
    system default of the kind. `ignored` are LivePerson's own fields, never compared and never written on purpose.
    `required` are the words that a new thing must declare; `defaulted` the references that a new thing takes from
    the only or the system-default thing when they are not declared. `problems` says which words contradict each
    other, `implied` which further fields the declared words decide. `recognised` tells whether lpconf may touch a
    live thing of this kind at all.
    """

    kind: Kind
    collection: str
    plural: str = ""
    fields: tuple[Field, ...] = ()
    list_fields: tuple[str, ...] = ()
    default_flags: tuple[str, ...] = ()
    ignored: frozenset[str] = frozenset()
    required: tuple[str, ...] = ()
    defaulted: tuple[str, ...] = ()
    template: Callable[[Quirks], JsonObject] = _empty
    problems: Callable[[Mapping[str, Declaration]], tuple[Problem, ...]] = _no_problems
    implied: Callable[[Mapping[str, Declaration]], tuple[Implied, ...]] = _nothing_implied
    recognised: Callable[[JsonObject, Quirks], bool] = _always
    reserved: frozenset[tuple[str, ...]] = frozenset()
    """Further LivePerson fields that `extra` must not name, because words decide them."""

    def field(self, word: str) -> Field:
        """The field of a word. Raises KeyError for a word that the kind does not have."""
        for field in self.fields:
            if field.word == word:
                return field
        raise KeyError(word)

    def field_at(self, path: tuple[str, ...]) -> Field | None:
        """The field whose LivePerson field is at a path; None where that has no word."""
        return next((field for field in self.fields if field.path == path), None)
