"""Schemas: those of others, and what the tests do with lpconf's own."""

from __future__ import annotations

from typing import Any


def closed(schema: Any) -> Any:
    """A schema that allows no field but those it describes, at any depth: what a program may not rely on."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: closed(value) for key, value in schema.items()}
    return {**found, "additionalProperties": False} if isinstance(found.get("properties"), dict) else found
