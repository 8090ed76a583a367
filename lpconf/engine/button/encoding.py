"""Buttons as JSON, in a plan's document: every different one once, and changes refer to them by their number.

`lpconf.engine.button.decoding` reads them again.
"""

from __future__ import annotations

from collections.abc import Iterable

from lpconf.model.button import Appearance, Button, Label, Look
from lpconf.model.json import Json
from lpconf.model.plan import Change


def numbered(changes: Iterable[Change]) -> dict[Button, int]:
    """Every different button of some changes, with the number that stands for it."""
    found: dict[Button, int] = {}
    for change in changes:
        for button in (change.appearance.before, change.appearance.after) if change.appearance else ():
            if button is not None:
                found.setdefault(button, len(found))
    return found


def encoded_appearance(appearance: Appearance | None, numbers: dict[Button, int]) -> dict[str, Json] | None:
    """An appearance as the numbers of its buttons."""
    if appearance is None:
        return None
    return {
        "before": None if appearance.before is None else numbers[appearance.before],
        "after": None if appearance.after is None else numbers[appearance.after],
    }


def encoded(button: Button) -> dict[str, Json]:
    """One button as JSON."""
    return {
        "shown": button.shown,
        "place": button.place.value if button.place else None,
        "looks": [_encoded_look(each) for each in button.looks],
        "omissions": [each.value for each in button.omissions],
        "published": button.published,
    }


def _encoded_look(look: Look) -> dict[str, Json]:
    return {
        "state": look.state.value,
        "enabled": look.enabled,
        "width": look.width,
        "height": look.height,
        "background": look.background,
        "has_background_picture": look.has_background_picture,
        "radius": look.radius,
        "border_width": look.border_width,
        "border_color": look.border_color,
        "labels": [_encoded_label(each) for each in look.labels],
        "pictures": [{"alt": each.alt, "left": each.left, "top": each.top} for each in look.pictures],
        "omissions": [each.value for each in look.omissions],
    }


def _encoded_label(label: Label) -> dict[str, Json]:
    return {
        "text": label.text,
        "left": label.left,
        "top": label.top,
        "font_size": label.font_size,
        "color": label.color,
        "bold": label.bold,
        "italic": label.italic,
        "typeface": label.typeface.value,
        "turn": label.turn,
    }
