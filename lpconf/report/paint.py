"""Colour, or none."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias


class Ink(StrEnum):
    """What a piece of text is, as the style that shows it. Only colours that every terminal has."""

    CREATE = "green"
    UPDATE = "yellow"
    DANGER = "bold red"
    STRONG = "bold"
    QUIET = "dim"


Paint: TypeAlias = Callable[[str, Ink], str]
"""Text that is already escaped, and what it is, to text as it is printed."""


def painter(color: bool) -> Paint:
    """How to paint: with ANSI styles, or by leaving the text alone, so that not one ESC comes out."""
    if not color:
        return _leave
    from rich.color import ColorSystem
    from rich.style import Style

    styles = {ink: Style.parse(ink.value) for ink in Ink}

    def paint(text: str, ink: Ink) -> str:
        return styles[ink].render(text, color_system=ColorSystem.STANDARD)

    return paint


def _leave(text: str, _: Ink) -> str:
    return text
