"""The schema of buttons as JSON (see `lpconf.engine.button.encoding`)."""

from __future__ import annotations

from lpconf.engine.button import parsing as bounds
from lpconf.engine.button.parsing import Range
from lpconf.model.button import AgentState, Omission, Place, Typeface
from lpconf.model.json_schema import Schema, choice, closed_record, count, flag, listed, nullable, text


def schema() -> Schema:
    """The JSON schema of one button."""
    look = closed_record(
        "The button in one agent state.",
        state=choice("Whether agents are there.", AgentState),
        enabled=flag("Whether it is shown in that state."),
        width=_range("Pixels; null where there is nothing to draw.", bounds.SIZE, "null"),
        height=_range("Pixels; null where there is nothing to draw.", bounds.SIZE, "null"),
        background=text("A colour: #rrggbb or a name of CSS."),
        has_background_picture=flag("Whether a picture lies under it."),
        radius=_range("Pixels.", bounds.RADIUS),
        border_width=_range("Pixels.", bounds.BORDER),
        border_color=text("A colour: #rrggbb or a name of CSS."),
        labels=listed("The texts on it.", _label_schema(), maxItems=bounds.MOST_LABELS),
        pictures=listed("The pictures on it.", _picture_schema(), maxItems=bounds.MOST_PICTURES),
        omissions=listed("What is left out because it is not understood.", choice("What.", Omission)),
    )
    return closed_record(
        "A button, as far as the account's values tell.",
        shown=flag("Whether the engagement is switched on."),
        place=nullable(choice("Where on the page it is; null where that is not known.", Place)),
        looks=listed("At most one for each agent state.", look, maxItems=len(AgentState)),
        omissions=listed("What is left out because it is not understood.", choice("What.", Omission)),
        published=nullable(flag("Whether its campaign is published; null where that is not known.")),
    )


def appearance_schema() -> Schema:
    """The JSON schema of a change's appearance."""
    number = nullable(count("A button's number, counted from 0."))
    return nullable(
        closed_record("Of an engagement: its button, by its number in buttons.", before=number, after=number)
    )


def _label_schema() -> Schema:
    return closed_record(
        "A text on the button.",
        text=text("The text.", maxLength=bounds.LONGEST_TEXT),
        left=_range("Pixels.", bounds.OFFSET),
        top=_range("Pixels.", bounds.OFFSET),
        font_size=_range("Pixels.", bounds.FONT),
        color=text("A colour: #rrggbb or a name of CSS."),
        bold=flag("Whether it is bold."),
        italic=flag("Whether it is italic."),
        typeface=choice("What kind of letters it has.", Typeface),
        turn=_range("Degrees, clockwise.", bounds.TURN),
    )


def _picture_schema() -> Schema:
    return closed_record(
        "A picture on the button.",
        alt=text("Its text.", maxLength=bounds.LONGEST_TEXT),
        left=_range("Pixels.", bounds.OFFSET),
        top=_range("Pixels.", bounds.OFFSET),
    )


def _range(description: str, within: Range, *also: str) -> Schema:
    kinds = ["number", *also] if also else "number"
    return {"type": kinds, "minimum": within[0], "maximum": within[1], "description": description}
