"""Drawings of buttons as inline SVG: how a button looks, and where on the visitor's page it is.

What is drawn comes from values that `lpconf.model.button` holds safe; texts are escaped as everywhere. A drawing that
several changes share stands in the page once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from lpconf.model.button import AgentState, Appearance, Button, Label, Look, Omission, Place
from lpconf.report.escape import terminal
from lpconf.report.html.markup import Markup, join, tag

_WIDEST, _HIGHEST = 300, 200
"""Pixels of a drawn look; a larger one is drawn smaller."""

_MARGIN = 8
_PICTURE = 24
"""Pixels of the frame that stands for a picture, each way. A guess: LivePerson's bodies hold no size."""

_ASCENT = 0.92
"""Of a label's first line: from its top to its base line, as a share of the font size. About right for all fonts."""

_WINDOW_WIDTH, _WINDOW_HEIGHT, _BAR = 208, 132, 16
_PAGE_WIDTH = 1280
"""Pixels of the visitor's page that the outline of a window stands for. A guess, to draw the button in scale."""
_SCALE = _WINDOW_WIDTH / _PAGE_WIDTH
_SMALLEST = 7

_GRID: Mapping[Place, tuple[float, float]] = MappingProxyType(
    {
        Place.TOP_LEFT: (0, 0),
        Place.TOP: (0.5, 0),
        Place.TOP_RIGHT: (1, 0),
        Place.LEFT: (0, 0.5),
        Place.MIDDLE: (0.5, 0.5),
        Place.RIGHT: (1, 0.5),
        Place.BOTTOM_LEFT: (0, 1),
        Place.BOTTOM: (0.5, 1),
        Place.BOTTOM_RIGHT: (1, 1),
    }
)
"""Where a place lies in the window, as shares of its width and height."""

_PLACES: Mapping[Place, str] = MappingProxyType(
    {
        Place.TOP_LEFT: "in the top left corner",
        Place.TOP: "at the top edge",
        Place.TOP_RIGHT: "in the top right corner",
        Place.LEFT: "at the left edge",
        Place.MIDDLE: "in the middle",
        Place.RIGHT: "at the right edge",
        Place.BOTTOM_LEFT: "in the bottom left corner",
        Place.BOTTOM: "at the bottom edge",
        Place.BOTTOM_RIGHT: "in the bottom right corner",
        Place.CUSTOM: "at a place of its own, which is not drawn",
        Place.TOASTER: "sliding in, at a place that is not drawn",
    }
)


_SKETCH = "A sketch from the account's values, not LivePerson's own rendering."


class Gallery:
    """The drawings of one page. Each different one is defined once, by `definitions` at the page's end."""

    def __init__(self) -> None:
        self._symbols: dict[Markup, str] = {}

    def drawn(self, appearance: Appearance) -> Markup:
        """The button before and after, beside each other; once where it stays as it is."""
        before, after = appearance.before, appearance.after
        if before == after and before is not None:
            figures = [self._figure("Button, stays as it is", before, before, "")]
        else:
            figures = [
                self._figure("Button before", before, after, "No engagement yet."),
                self._figure("Button after", after, before, "No engagement any more."),
            ]
        return tag("div", tag("div", *figures, class_="figures"), tag("p", _SKETCH, class_="quiet"), class_="buttons")

    def definitions(self) -> Markup:
        """What the drawings refer to."""
        symbols = (tag("g", symbol, id=id) for symbol, id in self._symbols.items())
        return tag("svg", tag("defs", *symbols), class_="definitions", width="0", height="0", aria_hidden="true")

    def _figure(self, caption: str, button: Button | None, other: Button | None, without: str) -> Markup:
        content = self._content(button, other) if button is not None else [tag("p", without, class_="quiet")]
        return tag("figure", tag("figcaption", caption), *content)

    def _content(self, button: Button, other: Button | None) -> Iterator[Markup]:
        # One that nobody sees, neither before nor after, is drawn too, but faded: somebody may switch it on one day.
        faded = not button.visible and (other is None or not other.visible)
        looks = [look for look in button.looks if look.enabled] if button.visible or faded else []
        drawable = [look for look in looks if look.width is not None]
        yield tag(
            "div",
            self._drawing(
                _window(button, drawable), (0, 0, _WINDOW_WIDTH, _WINDOW_HEIGHT), 1, _place(button, looks), "window"
            ),
            *(self._look(look) for look in drawable),
            class_="drawings faded" if faded else "drawings",
        )
        for sentence in _sentences(button, looks):
            yield tag("p", sentence, class_="quiet")

    def _look(self, look: Look) -> Markup:
        width, height = look.width or 0, look.height or 0
        scale = min(1, _WIDEST / width, _HIGHEST / height)
        box = (-_MARGIN, -_MARGIN, width + 2 * _MARGIN, height + 2 * _MARGIN)
        scaled = f", drawn at {max(round(scale * 100), 1)} %" if scale < 1 else ""
        return tag(
            "div",
            self._drawing(join(*_button(look)), box, scale, _described(look), "look"),
            tag("span", f"Agents {look.state.value}", tag("small", f"{_n(width)} x {_n(height)} pixels{scaled}")),
            class_="state",
        )

    def _drawing(
        self, content: Markup, box: tuple[float, float, float, float], scale: float, label: str, kind: str
    ) -> Markup:
        id = self._symbols.setdefault(content, f"drawing-{len(self._symbols)}")
        return tag(
            "svg",
            tag("use", href=f"#{id}"),
            class_=kind,
            width=_n(box[2] * scale),
            height=_n(box[3] * scale),
            viewBox=" ".join(map(_n, box)),
            role="img",
            aria_label=label,
        )


def _button(look: Look) -> Iterator[Markup]:
    width, height, border = look.width or 0, look.height or 0, look.border_width
    invisible = look.background == "transparent" and (look.border_color == "transparent" or not border)
    yield tag(
        "rect",
        x=_n(border / 2),
        y=_n(border / 2),
        width=_n(max(width - border, 0)),
        height=_n(max(height - border, 0)),
        rx=_n(min(look.radius, width / 2, height / 2)),
        fill=look.background,
        stroke=look.border_color,
        stroke_width=_n(border),
    )
    if invisible:
        yield tag("rect", width=_n(width), height=_n(height), class_="extent")
    if look.has_background_picture:
        yield _frame(width / 2 - _PICTURE / 2, height / 2 - _PICTURE / 2)
    for picture in look.pictures:
        yield _frame(picture.left, picture.top)
    for label in look.labels:
        yield _label(label)


def _frame(left: float, top: float) -> Markup:
    """A frame in the place of a picture: to load one would tell its host who reads the page."""
    return tag(
        "g",
        tag("rect", x="1", y="1", width=_n(_PICTURE - 2), height=_n(_PICTURE - 2), rx="3"),
        tag("circle", cx="8.5", cy="8.5", r="2"),
        tag("path", d="M3 19l5.5-6 4 4 3-3 5.5 5"),
        class_="picture",
        transform=f"translate({_n(left)} {_n(top)})",
    )


def _label(label: Label) -> Markup:
    style = [label.typeface.value, *(["bold"] if label.bold else []), *(["italic"] if label.italic else [])]
    return tag(
        "text",
        terminal(label.text),
        x=_n(label.left),
        y=_n(label.top + _ASCENT * label.font_size),
        font_size=_n(label.font_size),
        fill=label.color,
        class_=" ".join(style),
        # The style sheet turns it around its middle, as a page does.
        transform=f"rotate({_n(label.turn)})" if label.turn else False,
    )


def _window(button: Button, looks: list[Look]) -> Markup:
    """The outline of a browser's window, with the button in it."""
    lines = ((16, 30, 76), (16, 42, 120), (16, 50, 104), (16, 58, 112), (16, 74, 60), (16, 86, 116), (16, 94, 92))
    page = [
        tag(
            "rect", x="0.5", y="0.5", width=_n(_WINDOW_WIDTH - 1), height=_n(_WINDOW_HEIGHT - 1), rx="6", class_="page"
        ),
        tag("path", d=f"M1 {_BAR}H{_WINDOW_WIDTH - 1}", class_="edge"),
        *(tag("circle", cx=_n(9 + 8 * each), cy="8.5", r="2", class_="ink") for each in range(3)),
        *(tag("rect", x=_n(x), y=_n(y), width=_n(width), height="3", rx="1.5", class_="ink") for x, y, width in lines),
    ]
    share = _GRID.get(button.place) if button.place and button.visible and looks else None
    if share is None:
        return join(*page)
    return join(*page, _mark(looks[0], share))


def _mark(look: Look, share: tuple[float, float]) -> Markup:
    width = min(max((look.width or 0) * _SCALE, _SMALLEST), _WINDOW_WIDTH / 2)
    height = min(max((look.height or 0) * _SCALE, _SMALLEST), (_WINDOW_HEIGHT - _BAR) / 2)
    return tag(
        "rect",
        x=_n(1 + share[0] * (_WINDOW_WIDTH - 2 - width)),
        y=_n(_BAR + 1 + share[1] * (_WINDOW_HEIGHT - _BAR - 2 - height)),
        width=_n(width),
        height=_n(height),
        rx=_n(min(look.radius * _SCALE, width / 2, height / 2)),
        fill=look.background,
        class_="spot",
    )


def _place(button: Button, looks: list[Look]) -> str:
    """Where the button is, for who does not see the drawing."""
    if not looks or not button.visible:
        return "A page without a button."
    if button.place is None:
        return "A page. Where the button is on it is not known."
    return f"A page with the button {_PLACES[button.place]}."


def _described(look: Look) -> str:
    labels = " ".join(f'"{terminal(label.text)}"' for label in look.labels) or "no text"
    pictures = "".join(f', a picture "{terminal(each.alt)}"' for each in look.pictures if each.alt)
    return f"The button while agents are {look.state.value}: {labels}{pictures}, background {look.background}."


def _sentences(button: Button, looks: list[Look]) -> Iterator[str]:
    """What is to be said under a drawing."""
    if not button.visible:
        yield f"Not shown: {' and '.join(_hidden_by(button))}."
        if not looks:
            return
    elif looks:
        yield f"On the page {_PLACES[button.place]}." if button.place else "Its place on the page is not known."
    hidden = [state for state in AgentState if state in {look.state for look in button.looks if not look.enabled}]
    if not looks and button.looks:
        yield "Not shown: no look of the button is switched on."
    elif not button.looks:
        yield "The account holds no look of the button that could be drawn."
    elif hidden:
        yield f"Not shown while agents are {' or '.join(hidden)}."
    for look in looks:
        if look.width is None:
            yield f"While agents are {look.state.value}, there is a button without a size that could be drawn."
    if any(look.pictures or look.has_background_picture for look in looks):
        yield f"A frame stands for each picture: none is loaded.{_alts(looks)}"
    if left_out := _omissions(button, looks):
        yield f"Not drawn: {', '.join(left_out)}. lpconf does not understand it, or there is too much of it."


def _hidden_by(button: Button) -> Iterator[str]:
    if not button.shown:
        yield "the engagement is switched off"
    if button.published is False:
        yield "its campaign is not published"


def _alts(looks: list[Look]) -> str:
    alts = dict.fromkeys(f'"{terminal(each.alt)}"' for look in looks for each in look.pictures if each.alt)
    return f" Their texts: {', '.join(alts)}." if alts else ""


def _omissions(button: Button, looks: list[Look]) -> list[Omission]:
    return list(dict.fromkeys([*button.omissions, *(each for look in looks for each in look.omissions)]))


def _n(number: float) -> str:
    """A number as SVG writes it: at most two decimals, none where it is whole."""
    return f"{round(number, 2):g}" if abs(number) < 100_000 else "0"
