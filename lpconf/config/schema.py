"""The JSON Schema of the YAML, built from the field tables. `python -m lpconf.config.schema` prints it.

Editors show its texts: `markdownDescription`, `enumDescriptions` and `defaultSnippets` are the words for that of
VS Code and of the YAML language server. There is no `default`: a word that is left out has none, and editors would
write it out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from lpconf.config.editor_rules import with_editor_rules
from lpconf.config.layout import UNDECLARED_IN_CAMPAIGN, UNDECLARED_IN_SITE
from lpconf.config.lifecycle import DELETE_UNDECLARED, LIFECYCLE, delete_undeclared_schema, lifecycle_schema
from lpconf.config.reference import describing
from lpconf.model.address import Kind
from lpconf.model.json import Json
from lpconf.resources.campaign import CAMPAIGN
from lpconf.resources.connector import CONNECTOR
from lpconf.resources.engagement import ENGAGEMENT
from lpconf.resources.field import Field, Resource, ValueType

SCHEMA_ID = "urn:lpconf:schema:site:1"
"""Versioned with the YAML's own `version`. A name and no address: no editor tries to fetch it from anywhere."""

ACCOUNT = "^[A-Za-z0-9_]{1,20}$"
SECRET_VARIABLE = "^LPCONF_SECRET_[A-Za-z0-9_]+$"  # noqa: S105 - the shape of a name
VARIABLE_NAME = "^[A-Za-z_][A-Za-z0-9_]*$"

Schema = dict[str, Any]

_MEANINGS: Mapping[Kind, str] = {
    Kind.CONNECTOR: 'A connector: "Authentication Server" or "Consumer Identity Provider" in the console.',
    Kind.CAMPAIGN: "A campaign, which holds engagements.",
    Kind.ENGAGEMENT: "An engagement: the button that a visitor sees, and the conversation behind it.",
}

_EXTRAS: Mapping[Kind, Mapping[str, Json]] = {
    # As far as is known, every field of a connector has a word.
    Kind.CONNECTOR: {"configuration": {"nameOfTheField": "value"}},
    Kind.CAMPAIGN: {"weight": 0.5},
    Kind.ENGAGEMENT: {"weight": 0.5},
}
"""Examples of `extra`."""


def site_schema() -> Schema:
    """The schema of one YAML file as editors take it, JSON Schema 2020-12."""
    return _with_plain_texts(with_editor_rules(documented_schema()))


def documented_schema() -> Schema:
    """The schema that the loader checks with, and where the reference takes its texts from: Markdown in its
    descriptions, and no rules for editors.
    """
    engagement = _thing(ENGAGEMENT)
    campaign = _thing(CAMPAIGN)
    campaign["properties"]["engagements"] = {
        "title": "Engagements",
        "description": "The campaign's engagements. One that is not here is left alone.",
        **_collection("engagement"),
    }
    campaign["properties"][DELETE_UNDECLARED] = delete_undeclared_schema(UNDECLARED_IN_CAMPAIGN)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "lpconf site",
        "description": "What one LivePerson account should hold. What is left out is neither compared nor changed.",
        "type": "object",
        # Before what is required: a mistyped word is not a missing one.
        "additionalProperties": False,
        "properties": {
            **_head(),
            "connectors": {
                "title": "Authentication connectors",
                "description": 'The console\'s "Authentication Server" or "Consumer Identity Provider". '
                "One that is not here is left alone.",
                **_collection("connector"),
            },
            "campaigns": {
                "title": "Campaigns",
                "description": "Campaigns with their engagements. One that is not here is left alone.",
                **_collection("campaign"),
            },
            DELETE_UNDECLARED: delete_undeclared_schema(UNDECLARED_IN_SITE),
        },
        "required": ["version", "account"],
        "$defs": {"connector": _thing(CONNECTOR), "campaign": campaign, "engagement": engagement},
    }


def text() -> str:
    """The schema as it is checked in."""
    return json.dumps(site_schema(), indent=2, ensure_ascii=False) + "\n"


def _head() -> Schema:
    """The words of a file that are about the file and its account."""
    return {
        "version": {
            "title": "Version of this format",
            "description": "Always 1.",
            "enum": [1],
        },
        "account": {
            "title": "Account (site id)",
            "description": "The LivePerson account. Always in quotes: it is text even when it looks like a number.",
            "type": "string",
            "pattern": ACCOUNT,
            "patternErrorMessage": "An account is 1 to 20 letters, digits and _.",
            "examples": ["12345678"],
        },
        "label": {
            "title": "Label",
            "description": "What people call the account. It is shown when an apply asks for approval.",
            "type": "string",
            "minLength": 1,
            "examples": ["Web shop (production)"],
        },
        "requires": {
            "title": "Needed lpconf version",
            "description": "Versions of lpconf that may read this file. Any other refuses it.",
            "type": "string",
            "examples": [">=1.2"],
        },
        "vars": {
            "title": "Variables",
            "description": "Values for `${var.name}` in texts. `--var` and `LPCONF_VAR_name` come before them.",
            "type": "object",
            "propertyNames": {"pattern": VARIABLE_NAME},
            "additionalProperties": {"type": ["string", "number", "boolean"]},
            **_example({"shop": "https://shop.example.com"}),
        },
    }


def _collection(definition: str) -> Schema:
    return {"type": "array", "minItems": 1, "items": {"$ref": f"#/$defs/{definition}"}}


def _thing(resource: Resource) -> Schema:
    kind = resource.kind.words
    selectors = {
        "id": {
            "title": "Id",
            "description": f"Finds the {kind} by LivePerson's id. A name beside it is the name that it should have.",
            "type": "integer",
            "minimum": 1,
            "examples": [1000001330],
        },
        "find": {
            "title": "Find",
            "description": f"`default` finds the only {kind} that nothing else in the YAML finds, whatever its name.",
            "enum": ["default"],
        },
    }
    extra = {
        "title": "Other LivePerson fields",
        "description": (
            "Fields that have no word here, in LivePerson's own spelling. Maps are merged by key, and `{unset: true}` "
            "clears a field."
        ),
        "type": "object",
        **_example(_EXTRAS[resource.kind]),
    }
    return {
        "title": kind.capitalize(),
        "description": _MEANINGS[resource.kind],
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **selectors,
            **{each.word: _field(resource, each) for each in resource.fields},
            "extra": extra,
            LIFECYCLE: lifecycle_schema(),
        },
        "anyOf": [{"required": [word]} for word in ("name", "id", "find")],
        "not": {"required": ["id", "find"]},
    }


def _field(resource: Resource, field: Field) -> Schema:
    return {
        "title": describing.title(field),
        "description": "\n\n".join(_paragraphs(resource, field)),
        **_value(field),
        **_proposals(field),
    }


def _paragraphs(resource: Resource, field: Field) -> Iterator[str]:
    yield field.meaning
    wire = describing.wire(field)
    console = f'In the console: "{field.label}". ' if field.label else ""
    opposite = ", with the opposite meaning" if field.inverted else ""
    meant = f"LivePerson field: `{wire}`{opposite}" if wire else "LivePerson: several fields"
    yield f"{console}{meant} ({field.evidence.value})."
    yield f"Takes {describing.value(field)}."
    if new := describing.when_new(resource, field):
        yield new


def _value(field: Field) -> Schema:
    """The values that a field can take."""
    unset: Schema = {"unset": {"const": True, "description": "Clears the value."}} if field.unsettable else {}
    match field.type:
        case ValueType.BOOLEAN:
            return {"type": "boolean"}
        case ValueType.CHOICE:
            meanings = {"enumDescriptions": list(field.choice_meanings)} if field.choice_meanings else {}
            return {"enum": list(field.choices), **meanings}
        case ValueType.TEXTS:
            return {"type": "array", "items": {**_text_or({}), "examples": field.example}}
        case ValueType.PUBLIC_KEY:
            path = {"description": "The key's file, by its path below the folder of the YAML file."}
            return _text_or({"file": {**_text_or({}), **path, "examples": ["keys/idp.pub.pem"]}})
        case ValueType.SECRET:
            variable = {
                "description": "The environment variable that holds the secret, never the secret itself.",
                "type": "string",
                "pattern": SECRET_VARIABLE,
                "patternErrorMessage": "Write the name of an environment variable that begins with LPCONF_SECRET_.",
                "examples": ["LPCONF_SECRET_IDP"],
            }
            return {"type": "object", "required": ["env"], **_one_of({"env": variable})}
        case ValueType.REFERENCE:
            return _text_or({**_id(field.target), **unset})
        case ValueType.REFERENCES:
            proposals = {"examples": field.example, "defaultSnippets": [_BY_ID]}
            return {"type": "array", "items": {**_text_or(_id(field.target)), **proposals}}
        case ValueType.TEXT | ValueType.URL | ValueType.DATE:
            return _text_or(unset)


def _proposals(field: Field) -> Schema:
    """What an editor proposes: the example, and the other forms that a value can have."""
    if field.type is ValueType.CHOICE:
        # The choices are proposed anyway.
        return {}
    forms = [_BY_ID] if field.type is ValueType.REFERENCE else []
    if field.unsettable:
        forms.append(_snippet({"unset": True}, "Clears the value."))
    return {**_example(field.example), **({"defaultSnippets": forms} if forms else {})}


def _example(example: Json) -> Schema:
    """An example. Editors show a map among `examples` as `[object Object]`."""
    if not isinstance(example, Mapping):
        return {"examples": [example]}
    return {"defaultSnippets": [_snippet(example)]}


def _snippet(body: Mapping[str, Any], description: str = "An example.") -> Schema:
    label = ", ".join(f"{key}: {json.dumps(value)}" for key, value in body.items())
    return {"label": f"{{{label}}}", "description": description, "body": dict(body)}


_BY_ID = _snippet({"id": 1000001330}, "By LivePerson's id, where two things have the name.")


def _id(target: Kind | None) -> Schema:
    what = target.words if target else "thing"
    return {"id": {"type": "integer", "minimum": 1, "description": f"LivePerson's id of the {what}."}}


def _text_or(properties: Schema) -> Schema:
    """A text, or a map with one of the properties.

    Written without `anyOf`, which takes a validator several times as long: each keyword concerns one type only.
    """
    if not properties:
        return {"type": "string", "minLength": 1}
    # In `allOf`, or editors would begin the map as soon as the word is chosen.
    return {"type": ["string", "object"], "minLength": 1, "allOf": [_one_of(properties)]}


def _one_of(properties: Schema) -> Schema:
    return {"properties": properties, "additionalProperties": False, "minProperties": 1, "maxProperties": 1}


def _with_plain_texts(schema: Schema) -> Schema:
    """The schema with each description twice: as Markdown, and plain for the editors that do not know that."""
    found: Schema = {}
    for key, value in schema.items():
        if key == "description" and isinstance(value, str):
            found[key] = value.replace("`", "")
            if "`" in value:
                found["markdownDescription"] = value
        elif isinstance(value, dict) and key not in _VALUES:
            found[key] = _with_plain_texts(value)
        elif isinstance(value, list) and key not in _VALUES:
            found[key] = [_with_plain_texts(each) if isinstance(each, dict) else each for each in value]
        else:
            found[key] = value
    return found


_VALUES = frozenset({"const", "examples", "body"})
"""The keywords of a schema that hold values of the YAML."""


if __name__ == "__main__":
    sys.stdout.write(text())
