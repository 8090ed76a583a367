"""An engagement's body to its button: only values that are safe to draw."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lpconf.engine.button.colors import color
from lpconf.engine.button.parsing import LONGEST_TEXT, MOST_LABELS, MOST_PICTURES, button_of, number, text
from lpconf.model.button import AgentState, Button, Label, Look, Omission, Picture, Place, Typeface
from lpconf.resources.engagement import template
from lpconf.resources.secrecy import MASK
from tests.account import QUIRKS

from .bodies import BODY, ONLINE, changed, look, styled


def test_the_captured_button_is_understood_as_a_whole() -> None:
    assert button_of(BODY, QUIRKS) == Button(
        shown=True,
        place=Place.RIGHT,
        looks=(
            Look(
                AgentState.ONLINE,
                True,
                40,
                152,
                "#0363ad",
                radius=30,
                labels=(Label("Message us", -23, 53, 16, "#ffffff", turn=270),),
                pictures=(Picture("", 8, 113),),
            ),
            Look(AgentState.OFFLINE, False, omissions=(Omission.SIZE,)),
        ),
    )


def test_the_template_of_new_engagements_is_understood_as_a_whole() -> None:
    found = button_of(template(QUIRKS), QUIRKS)
    assert [each.state for each in found.looks] == [AgentState.ONLINE, AgentState.BUSY, AgentState.OFFLINE]
    assert not found.omissions + tuple(one for each in found.looks for one in each.omissions)


@pytest.mark.parametrize(
    ("given_color", "understood"),
    [
        ("#fff", "#ffffff"),
        ("#0363AD", "#0363ad"),
        (" Teal ", "teal"),
        ("transparent", "transparent"),
        ("rgb(1, 2,255)", "#0102ff"),
        ("rgb(1, 2, 256)", None),
        ("rgba(1, 2, 3, 0.5)", None),
        ("#12345", None),
        ("#0363ad;fill:url(//evil)", None),
        ("url(https://evil.example)", None),
        ("var(--x)", None),
        ("red\n", None),
        ("currentcolor", None),
        ("expression(alert(1))", None),
        (7, None),
        (["red"], None),
    ],
)
def test_only_plain_colours_are_understood(given_color: object, understood: str | None) -> None:
    assert color(given_color) == understood


@pytest.mark.parametrize(
    ("value", "understood"),
    [
        (40, 40),
        (40.128, 40.13),
        ("40", 40),
        ("40px", 40),
        (" -1.5 ", -1.5),
        ("40em", None),
        ("1e3", None),
        ("\uff14\uff10", None),
        (True, None),
        (None, None),
        (float("nan"), None),
        (float("inf"), None),
        (10**400, None),
        (101, None),
        ([], None),
    ],
)
def test_only_finite_numbers_within_bounds_are_understood(value: object, understood: float | None) -> None:
    assert number(value, (-100, 100)) == understood


@pytest.mark.parametrize(
    ("body", "omission"),
    [
        (changed(background__color="url(//evil)"), Omission.BACKGROUND),
        (changed(border__color=7), Omission.BORDER),
        (changed(border__width="thick"), Omission.BORDER),
        (changed(border__radius="50%"), Omission.BORDER),
        (changed(size__width="100%"), Omission.SIZE),
        (changed(size__height=0), Omission.SIZE),
        (changed(elements__labels=[{"text": "x", "css": {"left": "calc(1px)"}}]), Omission.LABEL),
        (changed(elements__labels="x"), Omission.LABEL),
        (changed(elements__labels=[7]), Omission.LABEL),
        (changed(elements__labels=[{"text": "x"}] * (MOST_LABELS + 1)), Omission.LABEL),
        (changed(elements__images=[{"css": {"top": 1e9}}]), Omission.PICTURE),
        (changed(elements__images=[{}] * (MOST_PICTURES + 1)), Omission.PICTURE),
    ],
)
def test_what_is_not_understood_is_named_and_left_out(body: dict[str, Any], omission: Omission) -> None:
    assert look(body).omissions == (omission,)


@pytest.mark.parametrize(
    "css",
    [
        {"color": "var(--x)"},
        {"fontSize": "large"},
        {"fontSize": 1000},
        {"transform": "skew(10deg)"},
        {"transform": "rotate(999deg)"},
        {"transform": 7},
        {"fontWeight": "heavy"},
        {"fontStyle": ["italic"]},
    ],
)
def test_a_label_is_drawn_without_the_style_that_is_not_understood(css: dict[str, Any]) -> None:
    found = styled(**css)
    assert found.omissions == (Omission.LABEL_STYLE,)
    assert found.labels[0].text == "Message us"


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ({"fontWeight": 700, "fontStyle": "oblique"}, {"bold": True, "italic": True}),
        ({"fontWeight": "bold"}, {"bold": True}),
        ({"fontFamily": "Georgia, serif"}, {"typeface": Typeface.SERIF}),
        ({"fontFamily": "'Courier New', monospace"}, {"typeface": Typeface.MONO}),
        ({"fontFamily": "Comic Sans MS"}, {"typeface": Typeface.SANS}),
        ({"fontFamily": "Brand Type", "transform": "none"}, {"typeface": Typeface.SANS, "turn": 0}),
        ({"transform": "rotate(-90deg)", "color": "", "fontSize": None}, {"turn": -90, "color": "black"}),
    ],
)
def test_the_style_of_a_label(css: dict[str, Any], expected: dict[str, Any]) -> None:
    found = styled(**css)
    assert found.omissions == ()
    assert replace(found.labels[0], **expected) == found.labels[0]


def test_a_label_without_text_is_no_label() -> None:
    assert look(changed(elements__labels=[{"text": " \n"}, {"text": None}])).labels == ()


def test_texts_are_on_one_line_and_not_endless() -> None:
    assert text(" Message\n\tus ") == "Message us"
    assert len(text("x" * 10_000)) == LONGEST_TEXT
    assert text(7) == ""


@pytest.mark.parametrize("secret", ["-----BEGIN RSA PRIVATE KEY-----", "https://user:word@bank.example/"])
def test_a_text_that_looks_like_a_secret_is_masked(secret: str) -> None:
    assert text(secret) == MASK


@pytest.mark.parametrize(
    ("position", "place", "omissions"),
    [
        ({"type": 1}, Place.TOP_LEFT, ()),
        ({"type": 5}, Place.MIDDLE, ()),
        ({"type": 9}, Place.BOTTOM_RIGHT, ()),
        ({"type": 10, "left": 5, "top": 5}, Place.CUSTOM, ()),
        ({"type": 11}, Place.TOASTER, ()),
        (None, None, ()),
        ({"type": 12}, None, (Omission.PLACE,)),
        ({"type": True}, None, (Omission.PLACE,)),
        ({"type": "6"}, None, (Omission.PLACE,)),
        ("right", None, (Omission.PLACE,)),
    ],
)
def test_the_place_on_the_page(position: Any, place: Place | None, omissions: tuple[Omission, ...]) -> None:
    found = button_of({**BODY, "position": position}, QUIRKS)
    assert (found.place, found.omissions) == (place, omissions)


@pytest.mark.parametrize(
    "others",
    [
        {"subType": 6},
        {"type": 13, "subType": 34},
        {"channel": 2},
        {"channel": None},
        {"channel": True},
        {"type": "6"},
        {"subType": 24.5},
    ],
)
def test_only_of_a_button_that_stays_on_a_web_page_the_place_is_known(others: dict[str, Any]) -> None:
    found = button_of({**BODY, **others}, QUIRKS)
    assert (found.place, found.omissions) == (None, ())
    assert found.looks == button_of(BODY, QUIRKS).looks


def test_the_numbers_come_from_the_quirks() -> None:
    other_numbers = replace(QUIRKS, agent_state={"online": 7}, place={"bottom": 70}, sticky_button={"type": 60})
    body: dict[str, Any] = {
        "type": 60,
        "displayInstances": [{**ONLINE, "displayInstanceType": 7}],
        "position": {"type": 70},
    }
    found = button_of(body, other_numbers)
    assert (found.looks[0].state, found.place) == (AgentState.ONLINE, Place.BOTTOM)


@pytest.mark.parametrize(
    ("instances", "states", "omissions"),
    [
        (None, [], ()),
        ("x", [], (Omission.BUTTON,)),
        ([7], [], (Omission.LOOK,)),
        ([{"displayInstanceType": 5, "enabled": True}], [], (Omission.LOOK,)),
        ([{"displayInstanceType": 2}, {"displayInstanceType": 2}], [AgentState.ONLINE], (Omission.LOOK,)),
        ([{"displayInstanceType": True}], [], (Omission.LOOK,)),
    ],
)
def test_at_most_one_look_for_each_agent_state(
    instances: Any, states: list[AgentState], omissions: tuple[Omission, ...]
) -> None:
    found = button_of({"displayInstances": instances}, QUIRKS)
    assert ([each.state for each in found.looks], found.omissions) == (states, omissions)


def test_an_engagement_in_an_app_has_nothing_to_draw() -> None:
    body: dict[str, Any] = {"displayInstances": [{"displayInstanceType": 2, "enabled": True}]}
    assert look(body) == Look(AgentState.ONLINE, True)
    body["displayInstances"][0]["presentation"] = "none"
    assert look(body).omissions == (Omission.BUTTON,)
