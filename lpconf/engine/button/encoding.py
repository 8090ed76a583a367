"""Buttons as JSON, in a plan's document: every different one once, and changes refer to them by their number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from lpconf.engine.button import parsing as bounds
from lpconf.engine.button.colors import color
from lpconf.engine.button.parsing import Range
from lpconf.engine.json_reader import Reader
from lpconf.model.button import AgentState, Appearance, Button, Label, Look, Omission, Picture, Place, Typeface
from lpconf.model.json import Json
from lpconf.model.plan import Change

T = TypeVar("T")


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


def decoded_appearance(reader: Reader, buttons: Sequence[Button]) -> Appearance:
    """The appearance that `encoded_appearance` made. Raises MalformedError."""
    members = reader.members("before", "after")
    return Appearance(*(members[each].optional(lambda one: _numbered(one, buttons)) for each in ("before", "after")))


def _numbered(reader: Reader, buttons: Sequence[Button]) -> Button:
    number = reader.count()
    if number >= len(buttons):
        raise reader.malformed("is the number of no button")
    return buttons[number]


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


def decoded(reader: Reader) -> Button:
    """The button that `encoded` made. A document is not trusted more than an account: raises MalformedError for what
    `lpconf.engine.button.parsing` would have left out.
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


def schema() -> dict[str, Any]:
    """The JSON schema of one button."""
    look = _object(
        "The button in one agent state.",
        state=_choice("Whether agents are there.", AgentState),
        enabled=_flag("Whether it is shown in that state."),
        width=_range("Pixels; null where there is nothing to draw.", bounds.SIZE, "null"),
        height=_range("Pixels; null where there is nothing to draw.", bounds.SIZE, "null"),
        background=_text_schema("A colour: #rrggbb or a name of CSS."),
        has_background_picture=_flag("Whether a picture lies under it."),
        radius=_range("Pixels.", bounds.RADIUS),
        border_width=_range("Pixels.", bounds.BORDER),
        border_color=_text_schema("A colour: #rrggbb or a name of CSS."),
        labels=_list("The texts on it.", _label_schema(), bounds.MOST_LABELS),
        pictures=_list("The pictures on it.", _picture_schema(), bounds.MOST_PICTURES),
        omissions=_list("What is left out because it is not understood.", _choice("What.", Omission)),
    )
    return _object(
        "A button, as far as the account's values tell.",
        shown=_flag("Whether the engagement is switched on."),
        place={
            "enum": [*(each.value for each in Place), None],
            "description": "Where on the page it is; null where that is not known.",
        },
        looks=_list("At most one for each agent state.", look, len(AgentState)),
        omissions=_list("What is left out because it is not understood.", _choice("What.", Omission)),
        published={
            "type": ["boolean", "null"],
            "description": "Whether its campaign is published; null where that is not known.",
        },
    )


def appearance_schema() -> dict[str, Any]:
    """The JSON schema of a change's appearance."""
    number = {"type": ["integer", "null"], "minimum": 0, "description": "A button's number, counted from 0."}
    described = _object("Of an engagement: its button, by its number in buttons.", before=number, after=number)
    return {**described, "type": ["object", "null"]}


def _label_schema() -> dict[str, Any]:
    return _object(
        "A text on the button.",
        text=_text_schema("The text.", maxLength=bounds.LONGEST_TEXT),
        left=_range("Pixels.", bounds.OFFSET),
        top=_range("Pixels.", bounds.OFFSET),
        font_size=_range("Pixels.", bounds.FONT),
        color=_text_schema("A colour: #rrggbb or a name of CSS."),
        bold=_flag("Whether it is bold."),
        italic=_flag("Whether it is italic."),
        typeface=_choice("What kind of letters it has.", Typeface),
        turn=_range("Degrees, clockwise.", bounds.TURN),
    )


def _picture_schema() -> dict[str, Any]:
    return _object(
        "A picture on the button.",
        alt=_text_schema("Its text.", maxLength=bounds.LONGEST_TEXT),
        left=_range("Pixels.", bounds.OFFSET),
        top=_range("Pixels.", bounds.OFFSET),
    )


def _object(description: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _text_schema(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **more}


def _flag(description: str) -> dict[str, Any]:
    return {"type": "boolean", "description": description}


def _list(description: str, items: dict[str, Any], most: int | None = None) -> dict[str, Any]:
    bound = {} if most is None else {"maxItems": most}
    return {"type": "array", "description": description, "items": items, **bound}


def _range(description: str, within: Range, *also: str) -> dict[str, Any]:
    kinds = ["number", *also] if also else "number"
    return {"type": kinds, "minimum": within[0], "maximum": within[1], "description": description}


def _choice(description: str, choices: Iterable[Any]) -> dict[str, Any]:
    return {"enum": [each.value for each in choices], "description": description}
