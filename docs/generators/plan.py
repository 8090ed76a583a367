"""The page of the plan's JSON, from its schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generators.markup import GENERATED, code, prose, table
from lpconf.engine.encoding_schema import FORMAT_VERSION, schema


def page() -> str:
    """The page."""
    lines = [
        GENERATED,
        "# The plan as JSON",
        "",
        "What `lpconf plan -o json` prints and `lpconf plan --out FILE` saves. "
        "`lpconf schema plan` prints it as a JSON schema.",
        "",
        f"This is format {FORMAT_VERSION}. A plan of another format cannot be applied.",
        "",
        *table(("field", "type", "meaning"), _rows(schema(), "")),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _rows(node: dict[str, Any], path: str) -> Iterator[tuple[str, str, str]]:
    for name, below in node.get("properties", {}).items():
        yield from _row(below, f"{path}.{name}" if path else name)


def _row(node: dict[str, Any], path: str) -> Iterator[tuple[str, str, str]]:
    yield code(path), prose(_type(node)), prose(node.get("description", ""))
    yield from _rows(node, path)
    items = node.get("items")
    if isinstance(items, dict):
        yield from _rows(items, f"{path}[]")


def _type(node: dict[str, Any]) -> str:
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return ", ".join("null" if each is None else f"`{each}`" for each in node["enum"])
    found = node.get("type", "any")
    words = " or ".join(found) if isinstance(found, list) else str(found)
    items = node.get("items")
    return f"list of {_type(items)}s" if isinstance(items, dict) and isinstance(items.get("type"), str) else words
