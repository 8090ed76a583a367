"""JSON to buttons: what `lpconf.engine.button.encoding` made. A document is not trusted more than an account."""

from __future__ import annotations

from collections.abc import Sequence

from lpconf.engine.button import parsing as bounds
from lpconf.engine.button.colors import color
from lpconf.engine.button.parsing import Range
from lpconf.engine.json_reader import Reader
from lpconf.model.button import AgentState, Appearance, Button, Label, Look, Omission, Picture, Place, Typeface


def decoded_appearance(reader: Reader, buttons: Sequence[Button]) -> Appearance:
    """The appearance that `encoded_appearance` made. Raises MalformedError."""
    members = reader.members("before", "after")
    return Appearance(*(members[each].optional(lambda one: _numbered(one, buttons)) for each in ("before", "after")))


def _numbered(reader: Reader, buttons: Sequence[Button]) -> Button:
    number = reader.count()
    if number >= len(buttons):
        raise reader.malformed("is the number of no button")
    return buttons[number]


def decoded(reader: Reader) -> Button:
    """The button that `encoded` made. Raises MalformedError, also for what `lpconf.engine.button.parsing` would have
    left out.
    """
    members = reader.members("shown", "place", "looks", "omissions", "published")
    looks = tuple(_look(each) for each in members["looks"].items())
    if len({look.state for look in looks}) < len(looks):
        raise members["looks"].malformed("has two looks of one state")
    return Button(
        members["shown"].boolean(),
        members["place"].optional(lambda each: each.one_of(Place)),
        looks,
        _omissions(members["omissions"]),
        members["published"].optional(Reader.boolean),
    )


def _look(reader: Reader) -> Look:
    members = reader.members(
        *("state", "enabled", "width", "height", "background", "has_background_picture", "radius", "border_width"),
        *("border_color", "labels", "pictures", "omissions"),
    )
    return Look(
        members["state"].one_of(AgentState),
        members["enabled"].boolean(),
        members["width"].optional(lambda each: _number(each, bounds.SIZE)),
        members["height"].optional(lambda each: _number(each, bounds.SIZE)),
        _color(members["background"]),
        members["has_background_picture"].boolean(),
        _number(members["radius"], bounds.RADIUS),
        _number(members["border_width"], bounds.BORDER),
        _color(members["border_color"]),
        tuple(_label(each) for each in _few(members["labels"], bounds.MOST_LABELS)),
        tuple(_picture(each) for each in _few(members["pictures"], bounds.MOST_PICTURES)),
        _omissions(members["omissions"]),
    )


def _label(reader: Reader) -> Label:
    members = reader.members("text", "left", "top", "font_size", "color", "bold", "italic", "typeface", "turn")
    return Label(
        _text(members["text"]),
        _number(members["left"], bounds.OFFSET),
        _number(members["top"], bounds.OFFSET),
        _number(members["font_size"], bounds.FONT),
        _color(members["color"]),
        members["bold"].boolean(),
        members["italic"].boolean(),
        members["typeface"].one_of(Typeface),
        _number(members["turn"], bounds.TURN),
    )


def _picture(reader: Reader) -> Picture:
    members = reader.members("alt", "left", "top")
    left, top = (_number(members[each], bounds.OFFSET) for each in ("left", "top"))
    return Picture(_text(members["alt"]), left, top)


def _few(reader: Reader, most: int) -> list[Reader]:
    items = reader.items()
    if len(items) > most:
        raise reader.malformed(f"must have at most {most} items")
    return items


def _omissions(reader: Reader) -> tuple[Omission, ...]:
    found = tuple(each.one_of(Omission) for each in reader.items())
    if len(set(found)) < len(found):
        raise reader.malformed("names one thing twice")
    return found


def _text(reader: Reader) -> str:
    text = reader.text()
    if text != bounds.text(text):
        raise reader.malformed("must be a short text on one line")
    return text


def _color(reader: Reader) -> str:
    text = reader.text()
    if color(text) != text:
        raise reader.malformed("must be a colour")
    return text


def _number(reader: Reader, within: Range) -> float:
    value = None if isinstance(reader.value, str) else bounds.number(reader.value, within)
    if value is None or value != reader.value:
        raise reader.malformed(f"must be a number from {within[0]} to {within[1]}")
    return value
