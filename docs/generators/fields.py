"""A document's schema as a table of its fields."""

from __future__ import annotations

from collections.abc import Iterator

from generators.markup import code, prose, table
from lpconf.model.json_schema import Schema


def fields(schema: Schema) -> list[str]:
    """The lines of the table."""
    return table(("field", "type", "meaning"), _rows(schema, ""))


def _rows(node: Schema, path: str) -> Iterator[tuple[str, str, str]]:
    for name, below in node.get("properties", {}).items():
        yield from _row(below, f"{path}.{name}" if path else name)


def _row(node: Schema, path: str) -> Iterator[tuple[str, str, str]]:
    yield code(path), prose(_type(node)), prose(node.get("description", ""))
    yield from _rows(node, path)
    items = node.get("items")
    if isinstance(items, dict):
        yield from _rows(items, f"{path}[]")


def _type(node: Schema) -> str:
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return ", ".join("null" if each is None else f"`{each}`" for each in node["enum"])
    found = node.get("type", "object" if "$ref" in node else "any")
    words = " or ".join(found) if isinstance(found, list) else str(found)
    items = node.get("items")
    return f"list of {_type(items)}s" if isinstance(items, dict) and isinstance(items.get("type"), str) else words
