"""Drawings of buttons: what is drawn, and what is said of the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lpconf.model.button import AgentState, Appearance, Button, Label, Look, Omission, Place, Typeface

from .pages import BUTTON, SHAPE, parsed, review, thing


def sentences(appearance: Appearance) -> str:
    """All that is said and drawn of a button, as one text."""
    page = parsed(review(thing(appearance=appearance)))
    return " ".join(node.text for node in page.one(class_="buttons").all())


def test_a_button_that_stays_is_drawn_once() -> None:
    page = parsed(review(thing(appearance=Appearance(BUTTON, BUTTON))))
    assert page.one("figcaption").text == "Button, stays as it is"


def test_a_button_is_described_to_who_does_not_see_it() -> None:
    page = parsed(review(thing(appearance=Appearance(BUTTON, BUTTON))))
    labels = [node.attributes["aria-label"] for node in page.all("svg") if node.attributes.get("role") == "img"]
    assert labels == [
        "A page with the button at the right edge.",
        'The button while agents are online: "Message us", a picture "Bubble", background #0363ad.',
    ]


def test_drawings_that_are_the_same_stand_in_the_page_once() -> None:
    things = [thing(str(each), appearance=Appearance(BUTTON, BUTTON)) for each in range(5)]
    page = parsed(review(*things))
    assert len(list(page.all("use"))) == 10
    assert len(list(page.one("defs").all("g"))) == 3  # the window, the button, and the frame of its picture


def test_a_label_is_turned_and_has_its_style() -> None:
    label = Label("Hi", 1, 2, 10, "teal", bold=True, italic=True, typeface=Typeface.MONO, turn=-90.5)
    page = parsed(review(thing(appearance=Appearance(None, Button(True, None, (replace(SHAPE, labels=(label,)),))))))
    assert page.one("text").attributes == {
        "x": "1",
        "y": "11.2",
        "font-size": "10",
        "fill": "teal",
        "class": "mono bold italic",
        "transform": "rotate(-90.5)",
    }


def test_a_large_look_is_drawn_smaller() -> None:
    large = replace(SHAPE, width=2000, height=1000)
    assert "2000 x 1000 pixels, drawn at 15 %" in sentences(Appearance(Button(True, None, (large,)), None))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (None, BUTTON, "No engagement yet."),
        (BUTTON, None, "No engagement any more."),
        (BUTTON, replace(BUTTON, shown=False), "Not shown: the engagement is switched off."),
        (BUTTON, replace(BUTTON, published=False), "Not shown: its campaign is not published."),
        (
            BUTTON,
            replace(BUTTON, shown=False, published=False),
            "Not shown: the engagement is switched off and its campaign is not published.",
        ),
        (BUTTON, replace(BUTTON, place=None), "Its place on the page is not known."),
        (None, BUTTON, "A sketch from the account's values, not LivePerson's own rendering."),
        (BUTTON, replace(BUTTON, place=Place.TOASTER), "On the page sliding in, at a place that is not drawn."),
        (BUTTON, replace(BUTTON, looks=()), "The account holds no look of the button that could be drawn."),
        (
            BUTTON,
            replace(BUTTON, looks=(replace(SHAPE, enabled=False),)),
            "Not shown: no look of the button is switched on.",
        ),
        (
            BUTTON,
            replace(BUTTON, looks=(SHAPE, Look(AgentState.BUSY, False), Look(AgentState.OFFLINE, False))),
            "Not shown while agents are busy or offline.",
        ),
        (
            BUTTON,
            replace(BUTTON, looks=(Look(AgentState.ONLINE, True),)),
            "While agents are online, there is a button without a size that could be drawn.",
        ),
        (None, BUTTON, 'A frame stands for each picture: none is loaded. Their texts: "Bubble".'),
        (
            None,
            replace(BUTTON, looks=(replace(SHAPE, pictures=(), has_background_picture=True),)),
            "A frame stands for each picture: none is loaded.",
        ),
        (
            None,
            replace(BUTTON, omissions=(Omission.PLACE,), looks=(replace(SHAPE, omissions=(Omission.BACKGROUND,)),)),
            "Not drawn: the place on the page, the background colour. "
            "lpconf does not understand it, or there is too much of it.",
        ),
    ],
)
def test_what_cannot_be_drawn_is_said(before: Button | None, after: Button | None, said: str) -> None:
    assert said in sentences(Appearance(before, after))


def test_a_button_that_goes_leaves_an_empty_page_behind() -> None:
    page = parsed(review(thing(appearance=Appearance(BUTTON, replace(BUTTON, shown=False)))))
    _, after = page.all("figure")
    assert [node.attributes["aria-label"] for node in after.all("svg")] == ["A page without a button."]


@pytest.mark.parametrize("hidden", [replace(BUTTON, shown=False), replace(BUTTON, published=False)])
def test_a_button_that_nobody_sees_yet_is_drawn_faded(hidden: Button) -> None:
    page = parsed(review(thing(appearance=Appearance(None, hidden))))
    drawings = page.one("div", "faded")
    assert [node.attributes["class"] for node in drawings.all("svg")] == ["window", "look"]
    assert not list(page.one("defs").all("rect", "spot"))


@pytest.mark.parametrize("place", Place)
def test_the_button_lies_inside_the_window(place: Place) -> None:
    page = parsed(review(thing(appearance=Appearance(None, replace(BUTTON, place=place)))))
    spots = list(page.one("defs").all("rect", "spot"))
    assert len(spots) == (0 if place in {Place.CUSTOM, Place.TOASTER} else 1)
    for spot in spots:
        x, y, width, height = (float(spot.attributes[each] or "") for each in ("x", "y", "width", "height"))
        assert 0 <= x <= x + width <= 208
        assert 16 <= y <= y + height <= 132


def test_a_button_without_colours_has_an_outline() -> None:
    bare = replace(SHAPE, background="transparent", labels=(), pictures=())
    page = parsed(review(thing(appearance=Appearance(None, Button(True, None, (bare,))))))
    assert list(page.one("defs").all("rect", "extent"))
