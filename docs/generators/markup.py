"""Markdown that shows text as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

GENERATED = "<!-- Written by docs/generate.py. Do not edit. -->"

_CODE = re.compile(r"(`[^`]*`)")
_SPECIAL = re.compile(r"([\\*_<>\[\]|#])")


def prose(text: str) -> str:
    """Text in which only code spans mean anything."""
    parts = _CODE.split(" ".join(text.split()))
    return "".join(part.replace("|", "\\|") if _CODE.fullmatch(part) else _SPECIAL.sub(r"\\\1", part) for part in parts)


def code(text: str) -> str:
    """A code span that also stands in a table."""
    return f"`{text.replace('|', chr(92) + '|')}`" if text else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table whose cells are Markdown already. No rows, no table."""
    lines = [" | ".join(row).strip() for row in rows]
    if not lines:
        return []
    return [f"| {' | '.join(head)} |", "|---" * len(head) + "|", *(f"| {line} |" for line in lines), ""]
