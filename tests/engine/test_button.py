"""What an engagement's button looks like, made of values that are safe to draw."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpconf.engine import digest
from lpconf.engine.button import appearance as appearances
from lpconf.engine.button import encoding as button_encoding
from lpconf.engine.button.colors import color
from lpconf.engine.button.parsing import LONGEST_TEXT, MOST_LABELS, MOST_PICTURES, button_of, number, text
from lpconf.engine.decoding import InvalidPlanError, decode
from lpconf.engine.encoding import document
from lpconf.engine.encoding_schema import schema
from lpconf.engine.json_reader import MalformedError, Reader
from lpconf.model.address import Kind
from lpconf.model.button import AgentState, Appearance, Button, Label, Look, Omission, Picture, Place, Typeface
from lpconf.model.plan import Change, Plan
from lpconf.model.policy import Policy
from lpconf.resources.engagement import template
from lpconf.resources.secrecy import MASK
from tests.account import QUIRKS, campaign, connector, engagement, live, only, other, plan

LABEL_STYLE = {
    "color": "#ffffff",
    "fontFamily": "Arial,Helvetica,sans-serif",
    "fontSize": 16,
    "fontStyle": "normal",
    "fontWeight": "normal",
    "left": -23,
    "top": 53,
    "transform": "rotate(270deg)",
    "white-space": "nowrap",
    "zIndex": 601,
}
ONLINE: dict[str, Any] = {
    "displayInstanceType": 2,
    "enabled": True,
    "macros": [],
    "events": {"click": {"enabled": True, "target": "_blank"}},
    "presentation": {
        "background": {"color": "#0363AD", "image": ""},
        "border": {"radius": 30, "width": 0, "color": "transparent"},
        "size": {"width": "40", "height": "152"},
        "elements": {
            "images": [
                {"imageUrl": "{galleryBasePath}/icon.png", "alt": "", "css": {"left": 8, "top": 113, "zIndex": 600}}
            ],
            "labels": [{"text": "Message us", "css": LABEL_STYLE}],
        },
    },
}
"""The captured one of facts 5.8."""

BODY: dict[str, Any] = {
    "enabled": True,
    "type": 6,
    "subType": 24,
    "channel": 1,
    "position": {"left": 0, "top": 0, "type": 6},
    "displayInstances": [ONLINE, {"displayInstanceType": 1, "enabled": False, "presentation": {"elements": {}}}],
}


def changed(**places: Any) -> dict[str, Any]:
    """The captured presentation with other values; `border__color` is `border.color`."""
    instance = copy.deepcopy(ONLINE)
    for place, value in places.items():
        *parents, last = place.split("__")
        inside = instance["presentation"]
        for step in parents:
            inside = inside[step]
        inside[last] = value
    return {**BODY, "displayInstances": [instance]}


def styled(**css: Any) -> Look:
    """The look whose label has another style."""
    label = {"text": "Message us", "css": {**LABEL_STYLE, **css}}
    return look(changed(elements={"labels": [label]}))


def look(body: dict[str, Any]) -> Look:
    (found,) = button_of(body, QUIRKS).looks
    return found


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


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["#fff", "red", "40px"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["css", "text", "color", "left", "labels", "images", "elements", "alt", "size", "width"]),
            inner,
        )
    ),
    max_leaves=20,
)


@given(JSON, JSON, JSON, JSON, JSON)
def test_any_body_gives_a_button_that_its_document_holds(
    position: Any, background: Any, border: Any, size: Any, elements: Any
) -> None:
    presentation = {"background": background, "border": border, "size": size, "elements": elements}
    instances = [{"displayInstanceType": 4, "enabled": True, "presentation": presentation}, elements]
    found = button_of({"position": position, "displayInstances": instances, "enabled": border}, QUIRKS)
    encoded = json.loads(json.dumps(button_encoding.encoded(found), allow_nan=False))
    assert button_encoding.decoded(Reader(encoded)) == found
    jsonschema.validate(encoded, button_encoding.schema())


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("place",), "nowhere"),
        (("shown",), 1),
        (("omissions",), ["a label", "a label"]),
        (("looks", 0, "background"), "url(//evil)"),
        (("looks", 0, "background"), "#FFF"),
        (("looks", 0, "width"), "40"),
        (("looks", 0, "width"), 2001),
        (("looks", 0, "radius"), 0.125),
        (("looks", 0, "state"), "away"),
        (("looks", 0, "labels", 0, "text"), "x" * 201),
        (("looks", 0, "labels", 0, "text"), "two\nlines"),
        (("looks", 0, "labels", 0, "text"), "-----BEGIN PRIVATE KEY-----"),
        (("looks", 0, "labels", 0, "turn"), None),
        (("looks", 0, "labels"), [{}] * 6),
        (("looks", 0, "pictures", 0, "left"), True),
        (("looks", 0, "href"), "https://evil.example"),
        (("looks", 1, "state"), "online"),
    ],
)
def test_a_document_is_not_trusted_more_than_an_account(path: tuple[Any, ...], value: object) -> None:
    encoded: Any = button_encoding.encoded(button_of(BODY, QUIRKS))
    button_encoding.decoded(Reader(copy.deepcopy(encoded)))
    *parents, last = path
    inside = encoded
    for step in parents:
        inside = inside[step]
    inside[last] = value
    with pytest.raises(MalformedError):
        button_encoding.decoded(Reader(encoded))


LIVE = engagement(2, "E", 1, **BODY)
CAMPAIGN = campaign(1, "C")


def declared(fields: str) -> str:
    return f"campaigns: [{{name: C, engagements: [{{name: E, {fields}}}]}}]"


def drawn(change: Change) -> Appearance:
    assert change.appearance is not None
    return change.appearance


def test_a_change_beside_the_button_shows_it_as_it_stays() -> None:
    found = drawn(only(plan(declared("conversation: messaging"), CAMPAIGN, LIVE)))
    assert found.before == found.after == button_of(LIVE.body, QUIRKS, published=True)


def test_an_engagement_that_is_switched_off_loses_its_button() -> None:
    found = drawn(only(plan(declared("enabled: false"), CAMPAIGN, LIVE)))
    assert found.before is not None
    assert found.after == replace(found.before, shown=False)


@pytest.mark.parametrize(
    ("status", "declared_status", "expected"),
    [
        (1, "", (True, True)),
        (0, "", (False, False)),
        (0, "status: published, ", (False, True)),
        (1, "status: unpublished, ", (True, False)),
        (2, "", (None, None)),
        (True, "", (None, None)),
    ],
)
def test_it_says_whether_the_campaign_is_published_before_and_after_the_plan(
    status: int, declared_status: str, expected: tuple[bool | None, bool | None]
) -> None:
    text = f"campaigns: [{{name: C, {declared_status}engagements: [{{name: E, conversation: messaging}}]}}]"
    made = plan(text, campaign(1, "C", status=status), LIVE)
    found = drawn(next(each for each in made.changes if each.address.kind is Kind.ENGAGEMENT))
    assert (found.before and found.before.published, found.after and found.after.published) == expected


@pytest.mark.parametrize(("status", "published"), [("status: published, ", True), ("", False)])
def test_a_new_campaign_is_as_it_will_be(status: str, published: bool) -> None:
    looked_up = (other(Kind.WINDOW, 5, "W"), other(Kind.ENTRY_POINT, 6, "P"), other(Kind.BEHAVIOR, 7, "B"))
    fields = "window: W, conversation: messaging, authenticated_visitors_only: true, connector: A"
    when = "start_date: '2026-01-05 00:00:00', time_zone: UTC"
    text = f"campaigns: [{{name: C, goal: G, audiences: [U], {when}, {status}engagements: [{{name: E, {fields}}}]}}]"
    made = plan(text, connector(3, "A"), other(Kind.GOAL, 8, "G"), other(Kind.AUDIENCE, 9, "U"), *looked_up)
    after = drawn(next(each for each in made.changes if each.address.kind is Kind.ENGAGEMENT)).after
    assert after is not None
    assert after.published is published


def test_true_is_not_1_where_buttons_are_alike() -> None:
    odd = engagement(3, "F", 1, **{**BODY, "type": True})
    text = "campaigns: [{name: C, engagements: [{name: E, language: x}, {name: F, language: x}]}]"
    first, second = plan(text, CAMPAIGN, LIVE, odd).changes
    assert [each.before and each.before.place for each in (drawn(first), drawn(second))] == [Place.RIGHT, None]


@pytest.mark.parametrize("extra", ["channel: 2", "subType: 6", "type: 13"])
def test_a_change_of_what_kind_of_button_it_is_loses_the_place(extra: str) -> None:
    found = drawn(only(plan(declared(f"extra: {{{extra}}}"), CAMPAIGN, LIVE)))
    assert (found.before and found.before.place, found.after and found.after.place) == (Place.RIGHT, None)


def test_a_change_of_the_button_shows_both() -> None:
    found = drawn(only(plan(declared("extra: {position: {type: 9}}"), CAMPAIGN, LIVE)))
    assert (found.before and found.before.place, found.after and found.after.place) == (
        Place.RIGHT,
        Place.BOTTOM_RIGHT,
    )


def test_a_deletion_has_no_button_after() -> None:
    policy = Policy(allow_delete=True)
    made = plan(declared("lifecycle: {state: absent}"), CAMPAIGN, LIVE, policy=policy)
    assert drawn(only(made)) == Appearance(button_of(LIVE.body, QUIRKS, published=True), None)


def test_a_creation_has_no_button_before() -> None:
    looked_up = (other(Kind.WINDOW, 5, "W"), other(Kind.ENTRY_POINT, 6, "P"), other(Kind.BEHAVIOR, 7, "B"))
    fields = "window: W, conversation: messaging, authenticated_visitors_only: true, connector: A"
    made = plan(declared(fields), CAMPAIGN, connector(3, "A"), *looked_up)
    assert drawn(only(made)) == Appearance(None, button_of(template(QUIRKS), QUIRKS, published=True))


def test_only_engagements_have_a_button() -> None:
    made = plan("connectors: [{name: A, js_method_name: f}]", connector(3, "A"))
    assert only(made).appearance is None


def several(count: int) -> Plan:
    """Engagements that get another place each, all with one button before and one after."""
    rows = ", ".join(f"{{name: E{each}, extra: {{position: {{type: 9}}}}}}" for each in range(count))
    things = (engagement(10 + each, f"E{each}", 1, **BODY) for each in range(count))
    return plan(f"campaigns: [{{name: C, engagements: [{rows}]}}]", CAMPAIGN, *things)


def test_a_saved_plan_holds_every_different_button_once() -> None:
    made = several(20)
    encoded: Any = document(made, "1.0")
    jsonschema.validate(encoded, schema())
    assert len(encoded["buttons"]) == 2
    assert {json.dumps(each["appearance"]) for each in encoded["changes"]} == {'{"before": 0, "after": 1}'}
    saved = decode(json.loads(json.dumps(encoded))).plan
    assert [each.appearance for each in saved.changes] == [each.appearance for each in made.changes]


def test_a_field_inside_a_plain_value_leaves_the_button_out() -> None:
    change = only(plan(declared("extra: {position: {type: 9}}"), CAMPAIGN, LIVE))
    flat = live(CAMPAIGN, engagement(2, "E", 1, position=5))
    (found,) = appearances.with_appearance((change,), flat, QUIRKS)
    assert drawn(found).after == Button(False, None, (), (Omission.BUTTON,))


@pytest.mark.parametrize("number", [2, -1, "0", True])
def test_the_number_of_no_button_is_refused(number: object) -> None:
    encoded: Any = document(several(1), "1.0")
    encoded["changes"][0]["appearance"]["after"] = number
    del encoded["digest"]
    with pytest.raises(InvalidPlanError, match=r"changes\[0\]\.appearance\.after"):
        decode({**encoded, "digest": digest.of_document(encoded)})


def test_buttons_that_would_make_a_plan_too_large_to_be_read_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appearances, "LARGEST_SUM", 1000)
    found = drawn(only(several(1)))
    assert found.before == button_of(BODY, QUIRKS, published=True)
    assert found.after == Button(True, None, (), (Omission.BUTTON,))
