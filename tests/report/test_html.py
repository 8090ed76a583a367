"""The page of a review: whole, readable, and harmless whatever stands in the account."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpconf.model.button import AgentState, Appearance, Button, Label, Look, Omission, Picture, Place, Typeface
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.plan import Block, Risk, RiskKind
from lpconf.model.site import Position
from lpconf.report.html.page import render
from lpconf.report.review import (
    Count,
    Mark,
    Notice,
    Review,
    ReviewedField,
    ReviewedThing,
    addresses_only,
)
from lpconf.report.review_of_difference import of_difference
from lpconf.report.review_of_plan import of_plan
from tests.report import differences, samples

ELEMENTS_LISTED = """
html head meta title style body a header p h1 h2 h3 ul li b span div section main form label input
select option fieldset legend output article code small table thead tbody tr th td figure figcaption
svg use defs g rect circle path text footer script details summary wbr
"""
ELEMENTS = frozenset(ELEMENTS_LISTED.split())
ATTRIBUTES_LISTED = """
aria-hidden aria-label aria-labelledby aria-live autocomplete charset checked class colspan content
cx cy d data-mark data-risks fill font-size height hidden href http-equiv id lang name placeholder r
role rx scope spellcheck stroke stroke-width tabindex transform type value viewbox width x y
"""
ATTRIBUTES = frozenset(ATTRIBUTES_LISTED.split())
VOID = frozenset({"wbr", "meta", "input", "use", "rect", "circle", "path"})

HOSTILE = [
    "`code` | cell",
    "</details></li></ul><h1>Approved</h1>",
    "@everyone",
    "[a link](https://evil.example/)",
    "![x](https://evil.example/x.png)",
    "<img src=https://evil.example/x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><style>*{display:none}</style>",
    '" onmouseover="alert(1)" x="',
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
    "-->]]><!--",
    "&lt;b&gt; &amp; &#x3c;",
    samples.HOSTILE,
]


@dataclass
class Node:
    """An element of the page with its attributes, its text, and what is in it."""

    name: str
    attributes: dict[str, str | None]
    children: list[Node | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(each if isinstance(each, str) else each.text for each in self.children)

    def all(self, name: str = "", class_: str = "") -> Iterator[Node]:
        for each in self.children:
            if isinstance(each, Node):
                classes = (each.attributes.get("class") or "").split()
                if name in {"", each.name} and (not class_ or class_ in classes):
                    yield each
                yield from each.all(name, class_)

    def one(self, name: str = "", class_: str = "") -> Node:
        (found,) = self.all(name, class_)
        return found


class Parser(HTMLParser):
    """Reads a page as a tree, and accepts nothing that does not close."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ELEMENTS, tag
        assert {name for name, _ in attrs} <= ATTRIBUTES, attrs
        assert len(dict(attrs)) == len(attrs)
        node = Node(tag, dict(attrs))
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop().name == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def parsed(review: Review) -> Node:
    """The page as a tree. Every link in it stays in it, and every id is there once."""
    parser = Parser()
    page = render(review)
    page.encode()
    parser.feed(page)
    parser.close()
    assert len(parser.open) == 1
    ids = [id for node in parser.root.all() if (id := node.attributes.get("id"))]
    assert len(set(ids)) == len(ids)
    links = [link for node in parser.root.all() if (link := node.attributes.get("href")) is not None]
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert all(link.startswith("#") for link in links)
    return parser.root


def thing(address: str = 'connector["A"]', mark: Mark = Mark.CHANGED, **more: object) -> ReviewedThing:
    return replace(ReviewedThing(address, mark, "will be changed"), **more)  # type: ignore[arg-type]


def review(*things: ReviewedThing, **more: object) -> Review:
    counts = (Count("to create", 0), Count("to change", len(things)))
    made = Review("Plan", "lpconf will change account 1.", counts, things)
    return replace(made, **more)  # type: ignore[arg-type]


SHAPE = Look(
    AgentState.ONLINE,
    True,
    40,
    152,
    "#0363ad",
    radius=30,
    labels=(Label("Message us", -23, 53, 16, "white", turn=270),),
    pictures=(Picture("Bubble", 8, 113),),
)
BUTTON = Button(True, Place.RIGHT, (SHAPE,))


def sentences(appearance: Appearance) -> str:
    """All that is said and drawn of a button, as one text."""
    page = parsed(review(thing(appearance=appearance)))
    return " ".join(node.text for node in page.one(class_="buttons").all())


@pytest.mark.parametrize("sample", [samples.tutorial, samples.risky, samples.hostile])
def test_every_text_of_a_review_is_on_the_page(sample: Callable[[], object]) -> None:
    made = of_plan(sample())  # type: ignore[arg-type]
    page = parsed(made).one("body").text
    for each in made.things:
        assert each.address in page
        for one in each.fields:
            assert all(text in page for text in (one.word, one.before, one.after, one.comment) if text)
        assert all(risk.text in page for risk in each.risks)
        assert all(block.reason in page and block.allowed_by in page for block in each.blocks)
        assert all(note in page for note in each.notes)
    assert made.opening in page
    assert made.closing in page


def test_the_policy_lets_only_the_pages_own_style_and_script_in() -> None:
    page = parsed(review(thing()))
    policy = next(
        node.attributes["content"]
        for node in page.all("meta")
        if node.attributes.get("http-equiv") == "Content-Security-Policy"
    )

    def digest(name: str) -> str:
        return base64.b64encode(hashlib.sha256(page.one(name).text.encode()).digest()).decode()

    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest('style')}'; script-src 'sha256-{digest('script')}'; "
        "base-uri 'none'; form-action 'none'"
    )


def test_nothing_on_the_page_names_another_place() -> None:
    page = render(of_plan(samples.risky()))
    style = parsed(of_plan(samples.risky())).one("style").text
    assert not re.search(r"url\(|@import|@font-face", style)
    assert not re.search(r"\b(src|srcset|action|style|on\w+)=", page.partition("</style>")[2].partition("<script>")[0])


@pytest.mark.parametrize("evil", HOSTILE)
def test_hostile_texts_are_texts_wherever_they_stand(evil: str) -> None:
    kinds = tuple(Risk(evil, kind, (evil,)) for kind in RiskKind)
    button = Button(
        True,
        Place.CUSTOM,
        (replace(SHAPE, labels=(Label(evil, 0, 0, 16, "red"),), pictures=(Picture(evil, 0, 0),)),),
    )
    evil_thing = ReviewedThing(
        evil,
        Mark.BLOCKED,
        evil,
        evil,
        (ReviewedField(evil, evil, evil, evil, (evil,)), ReviewedField(evil, None, evil)),
        kinds,
        (Block(evil, evil),),
        (evil,),
        Position(evil, 1, 1),
        (evil,),
        Appearance(None, button),
    )
    diagnostic = Diagnostic(Severity.WARNING, evil, evil, evil, evil, Position(evil, 1, 1), evil)
    notices = (Notice(evil, (evil,), urgent=True), Notice(evil, (evil,)))
    made = Review(evil, evil, (Count(evil, 1),), (evil_thing, evil_thing), notices, (diagnostic,), evil)
    page = parsed(made)
    harmless = evil.encode("utf-8", "backslashreplace").decode()
    assert page.one("h1").text == harmless
    assert next(page.all("article")).text.count(harmless) >= 10
    assert len(list(page.all("script"))) == len(list(page.all("style"))) == 1


ANY_TEXT = st.text(alphabet=st.characters(), max_size=30) | st.sampled_from(HOSTILE)


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT, st.sampled_from(Mark))
def test_no_text_becomes_markup(address: str, word: str, value: str, label: str, mark: Mark) -> None:
    button = Button(True, None, (replace(SHAPE, labels=(Label(label, 0, 0, 16, "red"),)),))
    made = thing(
        address,
        mark,
        fields=(ReviewedField(word, value, None),),
        notes=(label,),
        appearance=Appearance(button, None),
    )
    plain = parsed(
        review(thing("a", mark, fields=(ReviewedField("w", "v", None),), notes=("n",), appearance=made.appearance))
    )
    page = parsed(review(made))
    structure = [[node.name for node in each.all() if node.name != "wbr"] for each in (page, plain)]
    assert structure[0] == structure[1]


def test_what_is_dangerous_stands_before_the_changes_in_the_order_of_risks() -> None:
    risks = [Risk(f"About {kind.value}.", kind) for kind in reversed(RiskKind)]
    page = parsed(review(thing(risks=tuple(risks)), notices=(Notice("No longer protected", ("a",), urgent=True),)))
    first = page.one("section", "first")
    assert [re.sub(r" \d+$", "", node.text) for node in first.all("h3")] == [
        "No longer protected",
        "Weaker authentication",
        "Another key or endpoint",
        "Secrets are sent",
        "Another preferred connector",
        "Visitors lose something",
        "Deleted for good",
    ]


def test_a_risk_leads_to_its_change() -> None:
    page = parsed(review(thing("a"), thing("b", Mark.BLOCKED, risks=(Risk("Weak.", RiskKind.AUTHENTICATION),))))
    link = page.one("section", "first").one("a")
    target = list(page.all("article"))[1]
    assert link.attributes["href"] == f"#{target.attributes['id']}"
    assert page.one("section", "first").one("span", "badge").text == "blocked"


def test_what_is_no_longer_protected_leads_to_its_change() -> None:
    lost = Notice("No longer protected", ("a", "b (id 5)", "c"), urgent=True, addresses=True, things=(None, 1))
    first = parsed(review(thing("a"), thing("b"), notices=(lost,))).one("section", "first")
    assert [node.text for node in first.all("li")] == ["a", "b (id 5)", "c"]
    (link,) = first.all("a")
    target = list(parsed(review(thing("a"), thing("b"), notices=(lost,))).all("article"))[1]
    assert (link.text, link.attributes["href"]) == ("b (id 5)", f"#{target.attributes['id']}")


def test_a_deletion_without_a_risk_is_read_first_too() -> None:
    first = parsed(review(thing(mark=Mark.DELETED))).one("section", "first")
    assert "Deleted for good" in first.text
    assert "It does not come back as it was." in first.text


def test_a_headline_keeps_the_names_that_are_in_it() -> None:
    renamed = thing(headline='is renamed from campaign["Web SHOP"]')
    assert parsed(review(renamed)).one("p", "about").text == 'Is renamed from campaign["Web SHOP"]'


def test_a_mark_has_the_same_word_in_counts_badges_and_filter() -> None:
    made = of_difference(differences.risky())
    page = parsed(made)
    counts = {node.one("span").text: node.one("b").text for node in page.all("li", "count")}
    badges = Counter(node.one("span", "badge").text for node in page.all("article"))
    chips = [node.text for node in page.one("form").all("label", "chip")]
    assert badges == {word: int(number) for word, number in counts.items() if number != "0"}
    assert sorted(chips) == sorted(f"{word} {number}" for word, number in badges.items())


def test_many_risks_are_folded_and_in_the_end_only_counted() -> None:
    risks = tuple(Risk(f"Number {each}.", RiskKind.KEY) for each in range(300))
    group = parsed(review(thing(risks=risks))).one("section", "first")
    assert group.one("summary").text == "200 more"
    assert len(list(group.all("li"))) == 210
    assert group.one("p", "more").text == "... and 90 more. Each stands at its change."


def test_links_are_readable_the_same_in_every_page_and_never_twice() -> None:
    addresses = ['campaign["Shop"]/engagement["Sales chat"]', "campaign[Shop]/engagement[Sales-chat]", "日本", "日本"]
    ids = [str(each.attributes["id"]) for each in parsed(review(*map(thing, addresses))).all("article")]
    assert ids[0].startswith("campaign-shop-engagement-sales-chat-")
    assert ids[1] != ids[0]
    assert ids[3] == f"{ids[2]}-2"
    (alone,) = parsed(review(thing(addresses[0]))).all("article")
    assert alone.attributes["id"] == ids[0]


def test_before_and_after_stand_beside_each_other() -> None:
    fields = (ReviewedField("flow", "1", "2", "why", ("inside",)), ReviewedField("new", None, "3"))
    table = parsed(review(thing(fields=fields))).one("table")
    rows = [[cell.text for cell in row.all() if cell.name in {"th", "td"}] for row in table.all("tr")]
    assert rows == [["Field", "Before", "After"], ["flowwhy", "1", "2"], ["inside"], ["new", "", "3"]]


def test_what_is_created_has_one_value_and_why_it_is_there() -> None:
    fields = (ReviewedField("flow", None, "1"), ReviewedField("weight", None, "0.5", "from the template"))
    table = parsed(review(thing(fields=fields))).one("table")
    rows = [[cell.text for cell in row.all() if cell.name in {"th", "td"}] for row in table.all("tr")]
    assert rows == [["Field", "Value", "Why"], ["flow", "1", ""], ["weight", "0.5", "from the template"]]


def test_what_is_deleted_has_only_what_it_was() -> None:
    table = parsed(review(thing(fields=(ReviewedField("flow", "1", None),)))).one("table")
    assert [cell.text for cell in table.all() if cell.name in {"th", "td"}] == ["Field", "Before", "flow", "1"]


def test_long_details_are_cut_and_counted() -> None:
    details = tuple(f"[{each}]" for each in range(25))
    page = parsed(
        review(thing(fields=(ReviewedField("x", "1", "2", "", details),), risks=(Risk("r", details=details),)))
    )
    assert [node.text for node in page.all("p", "more")] == ["... and 5 more."] * 2


def test_without_values_there_are_only_words_and_no_button() -> None:
    made = thing(
        fields=(ReviewedField("flow", "1", "2"), ReviewedField("name", "a", "b")), appearance=Appearance(BUTTON, None)
    )
    page = parsed(addresses_only(review(made)))
    assert page.one("p", "words").text == "Fields: flow, name"
    assert not list(page.all("figure"))
    assert "Message us" not in page.one("body").text


def test_a_page_without_changes_says_so() -> None:
    page = parsed(review(opening="No changes.", counts=(Count("to change", 0),)))
    assert page.one("main").text == "There is nothing to review."
    assert page.one("title").text == "Plan"
    assert not list(page.all("form"))


def test_the_title_counts_what_changes() -> None:
    assert parsed(review(thing())).one("title").text == "Plan: 1 to change"


def test_the_filter_offers_what_is_there_and_needs_the_script_to_be_seen() -> None:
    things = [thing(str(each), Mark.CREATED) for each in range(2)]
    weak = thing("weak", Mark.BLOCKED, risks=(Risk("a", RiskKind.KEY), Risk("b", RiskKind.KEY)))
    form = parsed(review(*things, weak)).one("form")
    assert "hidden" in form.attributes
    assert [node.text for node in form.all("label", "chip")] == ["created 2", "blocked 1"]
    assert [node.text for node in form.all("option")] == ["Any or none", "Another key or endpoint (1)"]
    assert not list(parsed(review(thing())).all("form"))


def test_a_filter_without_risks_has_none_to_choose() -> None:
    assert not list(parsed(review(thing("a"), thing("b"))).all("select"))


def test_warnings_show_their_place_and_what_helps() -> None:
    found = Diagnostic(Severity.WARNING, "code", "is odd", "connectors[0]", "Mend it.", Position("site.yaml", 3, 5))
    (line,) = parsed(review(thing(), diagnostics=(found,))).one("section", "notice").all("li")
    assert line.text == "site.yaml:3:5 connectors[0]: is oddMend it."


def test_only_a_large_page_leaves_out_what_is_not_in_sight() -> None:
    assert "class" not in parsed(review(*map(thing, map(str, range(300))))).one("body").attributes
    assert parsed(review(*map(thing, map(str, range(301))))).one("body").attributes["class"] == "large"


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
