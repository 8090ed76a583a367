"""An engagement's body to its button (facts 5.4, 5.5, 5.8): only values that are safe to draw, and not too many.

A body comes from the account, and whoever may edit there writes any text into it. What is not understood is left out
and named. What is not given is as CSS has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from lpconf.engine.button.colors import color
from lpconf.model.button import AgentState, Button, Label, Look, Omission, Picture, Place, Typeface
from lpconf.model.json import Json, JsonObject
from lpconf.model.quirks import Quirks
from lpconf.resources.secrecy import MASK, looks_secret

MOST_LABELS = 5
MOST_PICTURES = 5
LONGEST_TEXT = 200
"""Characters of a label or of a picture's text."""

SIZE = (1, 2000)
"""Pixels, as all of these but the turn: the smallest and the largest that is drawn."""
OFFSET = (-2000, 2000)
RADIUS = (0, 1000)
BORDER = (0, 100)
FONT = (4, 200)
TURN = (-360, 360)
"""Degrees."""

Range = tuple[int, int]

_DEFAULT_FONT = 16
_NUMBER = re.compile(r"\s*(-?[0-9]{1,6}(?:\.[0-9]{1,9})?)(?:px)?\s*", re.ASCII)
_ROTATE = re.compile(r"\s*rotate\(\s*(-?[0-9]{1,3}(?:\.[0-9]{1,3})?)deg\s*\)\s*", re.ASCII)
_SPACE = re.compile(r"\s+")
_BOLD = frozenset({"bold", "bolder", "600", "700", "800", "900"})
_PLAIN_WEIGHTS = frozenset({"", "normal", "lighter", "100", "200", "300", "400", "500"})
_STYLES = {"": False, "normal": False, "italic": True, "oblique": True}
_TYPEFACES = (
    (Typeface.MONO, ("mono", "courier", "consolas")),
    (Typeface.SANS, ("sans", "arial", "helvetica", "verdana", "tahoma", "trebuchet")),
    (Typeface.SERIF, ("serif", "times", "georgia", "garamond")),
)


LOOKED_AT = frozenset({"enabled", "type", "subType", "channel", "position", "displayInstances"})
"""The fields of an engagement's body that its button is made of."""


def button_of(body: JsonObject, quirks: Quirks, *, published: bool | None = None) -> Button:
    """The button of an engagement's body; `published` tells of its campaign. Never raises: what it cannot read is an
    omission.
    """
    omissions: list[Omission] = []
    place = _place(body, quirks, omissions)
    looks = _looks(body.get("displayInstances"), quirks, omissions)
    return Button(body.get("enabled") is True, place, looks, _once(omissions), published)


def number(value: object, bounds: Range) -> float | None:
    """A number within bounds, rounded to hundredths; also of a text such as `40` or `40px`. None for anything else."""
    if isinstance(value, str):
        match = _NUMBER.fullmatch(value)
        value = float(match[1]) if match else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    low, high = bounds
    return round(value, 2) if low <= value <= high else None


def text(value: object) -> str:
    """A text as a page shows it: on one line, not endless, and no secret. Empty for what is no text."""
    if not isinstance(value, str):
        return ""
    shown = _SPACE.sub(" ", value[: 10 * LONGEST_TEXT]).strip()[:LONGEST_TEXT].strip()
    return MASK if looks_secret("", value) or looks_secret("", shown) else shown


def _place(body: JsonObject, quirks: Quirks, omissions: list[Omission]) -> Place | None:
    """The place of a button that stays at its position. Of others, such as those inside the page, it is not known."""
    position = body.get("position")
    if position is None or not all(_is(body.get(key), number) for key, number in quirks.sticky_button.items()):
        return None
    kind = position.get("type") if isinstance(position, Mapping) else None
    places = {known: name for name, known in quirks.place.items()}
    if isinstance(kind, int) and not isinstance(kind, bool) and kind in places:
        return Place(places[kind])
    omissions.append(Omission.PLACE)
    return None


def _is(value: Json, number: int) -> bool:
    """Unlike Python's equality: true is not 1."""
    return value == number and not isinstance(value, bool)


def _looks(instances: Json, quirks: Quirks, omissions: list[Omission]) -> tuple[Look, ...]:
    if instances is None:
        return ()
    if not isinstance(instances, list | tuple):
        omissions.append(Omission.BUTTON)
        return ()
    states = {known: AgentState(name) for name, known in quirks.agent_state.items()}
    found: dict[AgentState, Look] = {}
    for instance in instances:
        kind = instance.get("displayInstanceType") if isinstance(instance, Mapping) else None
        state = states.get(kind) if isinstance(kind, int) and not isinstance(kind, bool) else None
        if not isinstance(instance, Mapping) or state is None or state in found:
            omissions.append(Omission.LOOK)
        else:
            found[state] = _look(state, instance)
    return tuple(found[state] for state in AgentState if state in found)


def _look(state: AgentState, instance: JsonObject) -> Look:
    look = Look(state, instance.get("enabled") is True)
    presentation = instance.get("presentation")
    if not isinstance(presentation, Mapping):
        # An engagement in an app has no presentation (facts 5.5).
        return look if presentation is None else replace(look, omissions=(Omission.BUTTON,))
    omissions: list[Omission] = []
    background, border, size, elements = (
        _mapping(presentation.get(key)) for key in ("background", "border", "size", "elements")
    )
    width, height = number(size.get("width"), SIZE), number(size.get("height"), SIZE)
    if width is None or height is None:
        omissions.append(Omission.SIZE)
        width = height = None
    return replace(
        look,
        width=width,
        height=height,
        background=_color(background.get("color"), "transparent", Omission.BACKGROUND, omissions),
        has_background_picture=background.get("image") not in (None, ""),
        radius=_number(border.get("radius"), RADIUS, 0, Omission.BORDER, omissions),
        border_width=_number(border.get("width"), BORDER, 0, Omission.BORDER, omissions),
        border_color=_color(border.get("color"), "transparent", Omission.BORDER, omissions),
        labels=_labels(elements.get("labels"), omissions),
        pictures=_pictures(elements.get("images"), omissions),
        omissions=_once(omissions),
    )


def _labels(values: Json, omissions: list[Omission]) -> tuple[Label, ...]:
    labels = []
    for value in _bounded(values, MOST_LABELS, Omission.LABEL, omissions):
        css = _mapping(value.get("css"))
        left, top = number(css.get("left", 0), OFFSET), number(css.get("top", 0), OFFSET)
        shown = text(value.get("text"))
        if left is None or top is None:
            omissions.append(Omission.LABEL)
        elif shown:
            labels.append(_label(shown, left, top, css, omissions))
    return tuple(labels)


def _label(shown: str, left: float, top: float, css: JsonObject, omissions: list[Omission]) -> Label:
    style = Omission.LABEL_STYLE
    turn = css.get("transform")
    rotated = _ROTATE.fullmatch(turn) if isinstance(turn, str) else None
    if rotated is None and turn not in (None, "", "none"):
        omissions.append(style)
    weight, slant = _word(css.get("fontWeight")), _word(css.get("fontStyle"))
    if weight not in _BOLD | _PLAIN_WEIGHTS or slant not in _STYLES:
        omissions.append(style)
    return Label(
        shown,
        left,
        top,
        _number(css.get("fontSize"), FONT, _DEFAULT_FONT, style, omissions),
        _color(css.get("color"), "black", style, omissions),
        bold=weight in _BOLD,
        italic=_STYLES.get(slant, False),
        typeface=_typeface(css.get("fontFamily")),
        turn=_number(rotated[1] if rotated else None, TURN, 0, style, omissions),
    )


def _pictures(values: Json, omissions: list[Omission]) -> tuple[Picture, ...]:
    pictures = []
    for value in _bounded(values, MOST_PICTURES, Omission.PICTURE, omissions):
        css = _mapping(value.get("css"))
        left, top = number(css.get("left", 0), OFFSET), number(css.get("top", 0), OFFSET)
        if left is None or top is None:
            omissions.append(Omission.PICTURE)
        else:
            pictures.append(Picture(text(value.get("alt")), left, top))
    return tuple(pictures)


def _bounded(values: Json, most: int, omission: Omission, omissions: list[Omission]) -> Sequence[JsonObject]:
    """The first objects of a list."""
    if values is None:
        return ()
    listed = values if isinstance(values, list | tuple) else [values]
    found = [each for each in listed[:most] if isinstance(each, Mapping)]
    if len(found) < len(listed):
        omissions.append(omission)
    return found


def _color(value: Json, default: str, omission: Omission, omissions: list[Omission]) -> str:
    if value is None or value == "":
        return default
    found = color(value)
    if found is None:
        omissions.append(omission)
    return found or default


def _number(value: Json, bounds: Range, default: float, omission: Omission, omissions: list[Omission]) -> float:
    if value is None or value == "":
        return default
    found = number(value, bounds)
    if found is None:
        omissions.append(omission)
    return default if found is None else found


def _typeface(family: Json) -> Typeface:
    """By the first known name in a CSS font list."""
    for name in family.lower().split(",")[:10] if isinstance(family, str) else ():
        for typeface, known in _TYPEFACES:
            if any(each in name for each in known):
                return typeface
    return Typeface.SANS


def _word(value: Json) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, str | int) and not isinstance(value, bool) else "?"


def _mapping(value: Json) -> JsonObject:
    return value if isinstance(value, Mapping) else {}


def _once(omissions: Sequence[Omission]) -> tuple[Omission, ...]:
    return tuple(dict.fromkeys(omissions))
