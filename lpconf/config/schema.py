"""The JSON Schema of the YAML, built from the field tables. `python -m lpconf.config.schema` prints it."""

from __future__ import annotations

import json
import sys
from typing import Any

from lpconf.config.layout import UNDECLARED_IN_CAMPAIGN, UNDECLARED_IN_SITE
from lpconf.config.lifecycle import DELETE_UNDECLARED, LIFECYCLE, delete_undeclared_schema, lifecycle_schema
from lpconf.model.address import Kind
from lpconf.resources.campaign import CAMPAIGN
from lpconf.resources.connector import CONNECTOR
from lpconf.resources.engagement import ENGAGEMENT
from lpconf.resources.field import Field, Resource, ValueType

SCHEMA_ID = "urn:lpconf:schema:site:1"
"""Versioned with the YAML's own `version`."""

ACCOUNT = "^[A-Za-z0-9_]{1,20}$"
SECRET_VARIABLE = "^LPCONF_SECRET_[A-Za-z0-9_]+$"  # noqa: S105 - the shape of a name
VARIABLE_NAME = "^[A-Za-z_][A-Za-z0-9_]*$"

Schema = dict[str, Any]


def site_schema() -> Schema:
    """The schema of one YAML file, JSON Schema 2020-12."""
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
            "examples": [1],
        },
        "account": {
            "title": "Account (site id)",
            "description": "The LivePerson account. Always in quotes: it is text even when it looks like a number.",
            "type": "string",
            "pattern": ACCOUNT,
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
            "description": "Values for ${var.name} in texts. --var and LPCONF_VAR_name come before them.",
            "type": "object",
            "propertyNames": {"pattern": VARIABLE_NAME},
            "additionalProperties": {"type": ["string", "number", "boolean"]},
            "examples": [{"shop": "https://shop.example.com"}],
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
            "description": f"`default` finds the account's only or default {kind}, whatever its name.",
            "enum": ["default"],
            "examples": ["default"],
        },
    }
    extra = {
        "title": "Other LivePerson fields",
        "description": "Fields that have no word here, in LivePerson's own spelling. Maps are merged by key.",
        "type": "object",
        "examples": [{"weight": 0.5}],
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **selectors,
            **{each.word: _field(each) for each in resource.fields},
            "extra": extra,
            LIFECYCLE: lifecycle_schema(),
        },
        "anyOf": [{"required": [word]} for word in ("name", "id", "find")],
        "not": {"required": ["id", "find"]},
    }


def _field(field: Field) -> Schema:
    known = "Not in the console" if field.label.startswith("(") else f'In the console: "{field.label}"'
    return {
        "title": field.label,
        "description": f"{field.meaning}\n\n{known}. LivePerson field: {field.evidence.value}.",
        "examples": [field.example],
        **_value(field),
    }


def _value(field: Field) -> Schema:
    """The values that a field can take."""
    unset: Schema = {"unset": {"const": True}} if field.unsettable else {}
    match field.type:
        case ValueType.BOOLEAN:
            return {"type": "boolean"}
        case ValueType.CHOICE:
            return {"enum": list(field.choices)}
        case ValueType.TEXTS:
            return {"type": "array", "items": _text_or({})}
        case ValueType.PUBLIC_KEY:
            return _text_or({"file": _text_or({})})
        case ValueType.SECRET:
            return {"type": "object", **_one_of({"env": {"type": "string", "pattern": SECRET_VARIABLE}})}
        case ValueType.REFERENCE:
            return _text_or({**_id(field.target), **unset})
        case ValueType.REFERENCES:
            return {"type": "array", "items": _text_or(_id(field.target))}
        case ValueType.TEXT | ValueType.URL | ValueType.DATE:
            return _text_or(unset)


def _id(target: Kind | None) -> Schema:
    what = target.words if target else "thing"
    return {"id": {"type": "integer", "minimum": 1, "description": f"LivePerson's id of the {what}."}}


def _text_or(properties: Schema) -> Schema:
    """A text, or a map with one of the properties.

    Written without `anyOf`, which takes a validator several times as long: each keyword concerns one type only.
    """
    if not properties:
        return {"type": "string", "minLength": 1}
    return {"type": ["string", "object"], "minLength": 1, **_one_of(properties)}


def _one_of(properties: Schema) -> Schema:
    return {"properties": properties, "additionalProperties": False, "minProperties": 1, "maxProperties": 1}


if __name__ == "__main__":
    sys.stdout.write(text())
