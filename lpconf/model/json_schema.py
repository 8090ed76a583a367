"""JSON schemas (2020-12) of the documents that lpconf writes for programs, in pieces.

A document says what it is: `format`, such as `lpconf-plan`, and `format_version`.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def format_name(document: str) -> str:
    """What the `format` of a document says, such as `lpconf-plan` of a `plan`."""
    return f"lpconf-{document}"


def marked(document: str, version: str) -> dict[str, str]:
    """The fields that every document begins with."""
    return {"format": format_name(document), "format_version": version}


def whole(document: str, version: str, node: Schema) -> Schema:
    """The schema of a whole document. `node` describes what is in it, beside what it is."""
    name = format_name(document)
    mark = {
        "format": {"const": name, "description": "What this document is."},
        "format_version": {"const": version, "description": "The version of this format."},
    }
    return {
        "$schema": _DRAFT,
        "$id": f"urn:{name.replace('-', ':', 1)}:{version}",
        "title": name.replace("-", " ", 1),
        **node,
        "properties": {**mark, **node["properties"]},
        "required": [*mark, *node["required"]],
    }


def record(description: str, /, **properties: Schema) -> Schema:
    """An object that has all of these, and may get others in a later lpconf."""
    return {"type": "object", "description": description, "properties": properties, "required": list(properties)}


def closed(node: Schema) -> Schema:
    """The same object without any others."""
    return {**node, "additionalProperties": False}


def closed_record(description: str, /, **properties: Schema) -> Schema:
    """An object that has all of these and no others: plans are compared as a whole."""
    return closed(record(description, **properties))


def nullable(node: Schema) -> Schema:
    """The same, or null."""
    if "enum" in node:
        return {**node, "enum": [*node["enum"], None]}
    return {**node, "type": [node["type"], "null"]}


def text(description: str, /, **more: Any) -> Schema:
    """A text."""
    return {"type": "string", "description": description, **more}


def number(description: str, /) -> Schema:
    """A whole number, such as an id."""
    return {"type": "integer", "description": description}


def count(description: str, /) -> Schema:
    """A whole number that is not negative."""
    return {"type": "integer", "minimum": 0, "description": description}


def flag(description: str, /) -> Schema:
    """True or false."""
    return {"type": "boolean", "description": description}


def choice(description: str, choices: Iterable[StrEnum], /) -> Schema:
    """One of some words."""
    return {"enum": [each.value for each in choices], "description": description}


def anything(description: str, /) -> Schema:
    """Any value."""
    return {"description": description}


def listed(description: str, items: Schema, /, **more: Any) -> Schema:
    """A list."""
    return {"type": "array", "description": description, "items": items, **more}


def texts(description: str, /) -> Schema:
    """A list of texts."""
    return listed(description, {"type": "string"})
