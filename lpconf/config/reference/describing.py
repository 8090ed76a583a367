"""A field in words: what it takes, what a new thing gets, how sure it is. For the schema and the reference alike."""

from __future__ import annotations

import json
from collections.abc import Mapping

from lpconf.config.words import article
from lpconf.engine.values import at, live_side
from lpconf.model.plan import Absent
from lpconf.model.quirks import Quirks
from lpconf.model.reference import Choice
from lpconf.resources.field import Field, Resource, ValueType

_VALUES: Mapping[ValueType, str] = {
    ValueType.TEXT: "text",
    ValueType.TEXTS: "a list of texts",
    ValueType.URL: "an https address",
    ValueType.BOOLEAN: "`true` or `false`",
    ValueType.DATE: 'a date and time in quotes, such as `"2026-01-05 00:00:00"`',
    ValueType.PUBLIC_KEY: "a key as text, or `{file: PATH}` with a path below the folder of the YAML file",
    ValueType.SECRET: "`{env: LPCONF_SECRET_NAME}`, the environment variable that holds the secret",
}

_QUIRKS = Quirks()
"""What lpconf takes LivePerson's numbers to be where nobody says otherwise."""


def value(field: Field) -> str:
    """What can be written, such as ``the name of a skill or `{id: NUMBER}`, or `{unset: true}` to clear it``."""
    target = field.target.words if field.target else "thing"
    match field.type:
        case ValueType.CHOICE:
            forms = [f"`{choice}`" for choice in field.choices]
        case ValueType.REFERENCE:
            forms = [f"the name of {article(target)}", "`{id: NUMBER}`"]
        case ValueType.REFERENCES:
            forms = [f"a list of names of {target}s, with `{{id: NUMBER}}` in place of any"]
        case _:
            forms = [_VALUES[field.type]]
    clear = [each for each in (_clear(field),) if each]
    return ", or ".join([" or ".join(forms), *clear])


def _clear(field: Field) -> str:
    if field.unsettable:
        return "`{unset: true}` to clear it"
    return "`[]` to empty it" if field.is_list else ""


def choices(field: Field) -> tuple[Choice, ...]:
    """The words of a choice, with LivePerson's values where the field is one of LivePerson's."""
    wires = field.choices_from(_QUIRKS) if field.choices_from and field.path else {}
    meanings = field.choice_meanings or ("",) * len(field.choices)
    marks = field.choice_evidence or (field.evidence,) * len(field.choices)
    return tuple(
        Choice(
            word, meaning, json.dumps(wires[word]) if word in wires else "", mark if mark != field.evidence else None
        )
        for word, meaning, mark in zip(field.choices, meanings, marks, strict=True)
    )


def clearing(field: Field) -> str:
    """How the value is cleared; empty where that means nothing."""
    if clear := _clear(field):
        return f"Write {clear}."
    if field.word == "name" or field.type in {ValueType.BOOLEAN, ValueType.CHOICE}:
        return ""
    return "It cannot be cleared."


def when_new(resource: Resource, field: Field) -> str:
    """What a new thing of the kind takes where the word is not declared."""
    kind = resource.kind.words
    if field.word == "name":
        return f"Only `name` can create {article(kind)}."
    if field.when_new:
        return field.when_new
    if field.word in resource.required:
        return f"A new {kind} needs it."
    if field.word in resource.defaulted and field.target:
        return f"A new {kind} takes the account's only or default {field.target.words}, or needs one declared."
    if not field.path:
        return ""
    found = at(resource.template(_QUIRKS), field.path)
    if isinstance(found, Absent):
        return f"A new {kind} is sent without it."
    if found is None or found in ("", []):
        return f"A new {kind} has it empty."
    text = live_side(field, found, _QUIRKS, {}).text
    shown = text if isinstance(text, str) else json.dumps(text)
    return f"A new {kind} takes `{shown}`."


def wire(field: Field) -> str:
    """The LivePerson field, such as `configuration.issuer`; empty for a word that stands for several."""
    return ".".join(field.path)


def title(field: Field) -> str:
    """The console's label where it is known, else the word as a heading."""
    return field.label or field.word.replace("_", " ").capitalize()
