"""Markdown that shows text as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

GENERATED = "<!-- Written by docs/generate.py. Do not edit. -->"

_CODE = re.compile(r"(`[^`]*`)")
_MARKUP = re.compile(r"[&<>|*`\\]")
_SPECIAL = re.compile(r"([\\*_<>\[\]|#])")


def prose(text: str) -> str:
    """Text in which only code spans mean anything."""
    parts = _CODE.split(" ".join(text.split()))
    return "".join(code(part[1:-1]) if _CODE.fullmatch(part) else _SPECIAL.sub(r"\\\1", part) for part in parts)


def code(text: str) -> str:
    """A code span that also stands in a table, whose cells end at a |."""
    if "|" in text:
        # In a code span a backslash before it would show.
        return f"<code>{_MARKUP.sub(lambda found: f'&#{ord(found[0])};', text)}</code>"
    return f"`{text}`" if text else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table whose cells are Markdown already. No rows, no table."""
    lines = [" | ".join(row).strip() for row in rows]
    if not lines:
        return []
    return [f"| {' | '.join(head)} |", "|---" * len(head) + "|", *(f"| {line} |" for line in lines), ""]
