"""An engagement's button as visitors see it, made of values that are safe to draw (facts 5.4, 5.5).

Lengths are pixels of the visitor's page. A colour is `#rrggbb`, a CSS colour name, or `transparent`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AgentState(StrEnum):
    """Whether agents are there. An engagement may have another look for each."""

    ONLINE = "online"
    BUSY = "busy"
    OFFLINE = "offline"


class Place(StrEnum):
    """Where on the visitor's page the button is."""

    TOP_LEFT = "top_left"
    TOP = "top"
    TOP_RIGHT = "top_right"
    LEFT = "left"
    MIDDLE = "middle"
    RIGHT = "right"
    BOTTOM_LEFT = "bottom_left"
    BOTTOM = "bottom"
    BOTTOM_RIGHT = "bottom_right"
    CUSTOM = "custom"
    """At coordinates of its own."""
    TOASTER = "toaster"
    """It slides in."""


class Typeface(StrEnum):
    """What kind of letters a label has. No font is loaded, so the reader's own stands for it."""

    SANS = "sans"
    SERIF = "serif"
    MONO = "mono"


class Omission(StrEnum):
    """What a drawing leaves out because lpconf does not understand it, or because there is too much of it."""

    BUTTON = "the whole button"
    PLACE = "the place on the page"
    SIZE = "the size"
    BACKGROUND = "the background colour"
    BORDER = "the border"
    LABEL = "a label"
    LABEL_STYLE = "the style of a label"
    PICTURE = "a picture"
    LOOK = "a further look"


@dataclass(frozen=True, slots=True)
class Label:
    """A text on the button, on one line. `turn` is clockwise, in degrees, around its middle."""

    text: str
    left: float
    top: float
    font_size: float
    color: str
    bold: bool = False
    italic: bool = False
    typeface: Typeface = Typeface.SANS
    turn: float = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on the button: its place and its text. Its address is not kept, for no picture is ever loaded."""

    alt: str
    left: float
    top: float


@dataclass(frozen=True, slots=True)
class Look:
    """The button in one agent state. `width` and `height` are None where there is nothing to draw."""

    state: AgentState
    enabled: bool
    width: float | None = None
    height: float | None = None
    background: str = "transparent"
    has_background_picture: bool = False
    radius: float = 0
    border_width: float = 0
    border_color: str = "transparent"
    labels: tuple[Label, ...] = ()
    pictures: tuple[Picture, ...] = ()
    omissions: tuple[Omission, ...] = ()


@dataclass(frozen=True, slots=True)
class Button:
    """The button of one engagement, with at most one look for each agent state.

    `shown` is false where the engagement is switched off, and `published` where its campaign is not published (None:
    not known): then no visitor sees any of it. `place` is None where it is not known.
    """

    shown: bool
    place: Place | None
    looks: tuple[Look, ...] = ()
    omissions: tuple[Omission, ...] = ()
    published: bool | None = None

    @property
    def visible(self) -> bool:
        """Whether visitors may see it, as far as its engagement and its campaign tell."""
        return self.shown and self.published is not False


@dataclass(frozen=True, slots=True)
class Appearance:
    """The button before and after a change: None before there is an engagement, and after it has gone."""

    before: Button | None
    after: Button | None
