"""The page of a review in a real browser: it fits, it filters, it loads nothing, and no text in it runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lpconf.engine.button.parsing import button_of
from lpconf.model.button import Appearance, Button, Label, Picture, Place
from lpconf.model.plan import Block, Risk, RiskKind
from lpconf.report.html.page import render
from lpconf.report.review import Count, Mark, Notice, Review, ReviewedField, ReviewedThing
from lpconf.report.review_of_plan import of_plan
from lpconf.resources.engagement import template
from tests.account import QUIRKS
from tests.chromium import PATIENCE_MS
from tests.report import samples

BUTTON = replace(button_of(template(QUIRKS), QUIRKS), shown=True)
LONG = "unbroken" * 60
EVIL = (
    "</script></style></details><script>document.title='owned'</script>"
    "<img src=https://evil.example/x onerror=\"document.title='owned'\">"
    "<svg onload=\"document.title='owned'\"><a href='javascript:document.title=1'>x</a>"
    '" onmouseover="document.title=1" style="position:fixed;inset:0" autofocus onfocus="document.title=1" x="'
)


def evil() -> Review:
    """Every text of the review tries to become a part of the page."""
    (look, *_) = BUTTON.looks
    label = Label(EVIL[:200], 0, 0, 16, "red")
    button = Button(True, Place.LEFT, (replace(look, labels=(label,), pictures=(Picture(EVIL[:200], 0, 0),)),))
    thing = ReviewedThing(
        EVIL,
        Mark.BLOCKED,
        EVIL,
        EVIL,
        (ReviewedField(EVIL, EVIL, EVIL, EVIL, (EVIL,)),),
        (Risk(EVIL, RiskKind.AUTHENTICATION, (EVIL,)),),
        (Block(EVIL, EVIL),),
        (EVIL,),
        appearance=Appearance(None, button),
    )
    notices = (Notice(EVIL, (EVIL,), urgent=True),)
    return Review("Plan", EVIL, (Count(EVIL, 1),), (thing, replace(thing, mark=Mark.DELETED)), notices, (), EVIL)


def long() -> Review:
    """Every text is long and has no place to break."""
    thing = ReviewedThing(
        LONG,
        Mark.CHANGED,
        LONG,
        LONG,
        (ReviewedField(LONG, LONG, LONG, LONG, (LONG,)), ReviewedField(LONG, None, LONG)),
        (Risk(LONG, RiskKind.AUTHENTICATION, (LONG,)),),
        (Block(LONG, LONG),),
        (LONG,),
        appearance=Appearance(BUTTON, replace(BUTTON, shown=False)),
    )
    return Review(LONG, LONG, (Count(LONG, 10**9),), (thing, thing), (Notice(LONG, (LONG,)),), (), LONG)


def several(count: int = 6) -> Review:
    """Engagements that are created and changed in turn; every third weakens authentication."""
    things = tuple(
        ReviewedThing(
            f'engagement["Number {each}"]',
            Mark.CREATED if each % 2 else Mark.CHANGED,
            "will be changed",
            fields=(ReviewedField("description", "old", f"value {each}"),),
            risks=() if each % 3 else (Risk("Weaker.", RiskKind.AUTHENTICATION),),
            appearance=Appearance(BUTTON, replace(BUTTON, place=Place.BOTTOM_LEFT)),
        )
        for each in range(count)
    )
    return Review("Plan", "lpconf will change an account.", (Count("to change", count),), things)


@dataclass
class Opened:
    """A page, and what it has asked for and complained about."""

    tab: Page
    requests: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def shown(self) -> list[str]:
        """The addresses of the changes that are to be seen."""
        return self.tab.locator("article:visible h3").all_inner_texts()


Open = Callable[..., Opened]


@pytest.fixture
def page_of(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens the page of a review as a file, as whoever gets it does. Fails on any request, message or script error."""
    with _opening(browser, tmp_path) as opening:
        yield opening


@contextmanager
def _opening(browser: Browser, folder: Path) -> Iterator[Open]:
    made: list[Opened] = []

    def page_of(review: Review, *, scheme: str = "light", width: int = 1280, script: bool = True) -> Opened:
        file = folder / "review.html"
        file.write_text(render(review), encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=script,
        )
        context.set_default_timeout(PATIENCE_MS)
        opened = Opened(context.new_page())
        opened.tab.on("request", lambda request: opened.requests.append(request.url))
        opened.tab.on("console", lambda message: opened.messages.append(message.text))
        opened.tab.on("pageerror", lambda error: opened.messages.append(str(error)))
        opened.tab.goto(file.as_uri())
        made.append(opened)
        return opened

    yield page_of
    for opened in made:
        address = opened.tab.url.partition("#")[0]
        opened.tab.context.close()
        assert opened.requests == [address]
        assert opened.messages == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "review",
    [lambda: of_plan(samples.risky()), lambda: of_plan(samples.hostile()), long, evil, several],
    ids=["risky", "hostile", "long", "evil", "several"],
)
def test_the_page_fits_without_sideways_scrolling(
    page_of: Open, review: Callable[[], Review], width: int, scheme: str
) -> None:
    tab = page_of(review(), scheme=scheme, width=width).tab
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    too_wide = """[...document.querySelectorAll("body *:not(.skip, svg *)")]
        .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
        .map((each) => each.outerHTML.slice(0, 200))"""
    assert tab.evaluate(too_wide) == []


def _contrast(tab: Page) -> list[str]:
    """The texts whose colour is too near to what is behind them (WCAG AA: 4.5 to 1)."""
    found: list[str] = tab.evaluate(
        """() => {
          const channels = (color) => color.match(/[\\d.]+/g).map(Number);
          const light = ([r, g, b]) => [r, g, b].map((each) => each / 255)
            .map((each) => each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
            .reduce((sum, each, index) => sum + each * [0.2126, 0.7152, 0.0722][index], 0);
          const behind = (node) => {
            for (let each = node; each; each = each.parentElement) {
              const color = channels(getComputedStyle(each).backgroundColor);
              if (color.length === 3 || color[3] > 0) return color;
            }
          };
          const texts = [...document.querySelectorAll("body *:not(script, svg *)")].filter(
            (node) => [...node.childNodes].some((each) => each.nodeType === 3 && each.data.trim()));
          return texts.filter((node) => {
            const pair = [light(channels(getComputedStyle(node).color)), light(behind(node))].sort((a, b) => b - a);
            return (pair[0] + 0.05) / (pair[1] + 0.05) < 4.5;
          }).map((node) => node.outerHTML.slice(0, 120));
        }"""
    )
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(page_of: Open, scheme: str) -> None:
    for made in (of_plan(samples.risky()), of_plan(samples.tutorial()), several()):
        assert _contrast(page_of(made, scheme=scheme).tab) == []


def test_light_and_dark_differ(page_of: Open) -> None:
    colors = {
        scheme: page_of(several(), scheme=scheme).tab.evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert colors["light"] != colors["dark"]


def test_no_text_of_the_account_runs(page_of: Open) -> None:
    tab = page_of(evil()).tab
    assert tab.title() == "Plan: 1 " + EVIL
    assert tab.locator("img, iframe, object, embed, link, a[href^='javascript']").count() == 0
    assert tab.locator("script").count() == 1
    assert tab.evaluate("[...document.querySelectorAll('*')].every((each) => !each.onmouseover && !each.onfocus)")
    assert tab.get_by_role("heading", level=3, name=EVIL, exact=True).first.is_visible()


def test_the_policy_holds_even_if_markup_came_in(page_of: Open, tmp_path: Path, browser: Browser) -> None:
    page = render(several()).replace(
        "<main>", "<main><script>document.title='owned'</script><b style='color:red'>x</b>", 1
    )
    file = tmp_path / "broken.html"
    file.write_text(page, encoding="utf-8")
    context = browser.new_context()
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.goto(file.as_uri())
    assert tab.title() == "Plan: 6 to change"
    assert len([each for each in complaints if "Content Security Policy" in each]) == 2
    context.close()


def test_words_filter_addresses_fields_and_values(page_of: Open) -> None:
    opened = page_of(several())
    find = opened.tab.get_by_label("Find")
    find.fill("number VALUE 4")
    assert opened.shown() == ['engagement["Number 4"]']
    expect(opened.tab.get_by_role("status")).to_have_text("1 of 6")
    find.fill("nothing like it")
    expect(opened.tab.get_by_text("Nothing fits the filter.")).to_be_visible()
    find.press("Escape")
    assert len(opened.shown()) == 6


def test_actions_and_risks_filter_together(page_of: Open) -> None:
    opened = page_of(several())
    opened.tab.get_by_label("Risk").select_option("authentication")
    assert opened.shown() == ['engagement["Number 0"]', 'engagement["Number 3"]']
    opened.tab.get_by_label("created 3").uncheck()
    assert opened.shown() == ['engagement["Number 0"]']


def test_the_filter_works_with_the_keyboard_alone(page_of: Open) -> None:
    opened = page_of(several())
    keyboard = opened.tab.keyboard
    keyboard.press("Tab")
    expect(opened.tab.get_by_role("link", name="Skip to the changes")).to_be_focused()
    keyboard.press("/")
    expect(opened.tab.get_by_label("Find")).to_be_focused()
    keyboard.type("number")
    keyboard.press("Tab")
    keyboard.press("Tab")
    keyboard.press("Space")
    assert len(opened.shown()) == 3


def test_a_link_to_a_change_that_is_filtered_out_leads_to_it(page_of: Open) -> None:
    opened = page_of(several())
    opened.tab.get_by_label("Find").fill("Number 5")
    opened.tab.locator(".first a").first.click()
    expect(opened.tab.locator("article:target h3")).to_be_in_viewport()
    assert len(opened.shown()) == 6


def test_without_javascript_everything_is_shown_and_no_filter(page_of: Open) -> None:
    opened = page_of(several(), script=False)
    assert len(opened.shown()) == 6
    expect(opened.tab.locator("#filter")).to_be_hidden()


def test_the_button_is_drawn_with_its_label_inside(page_of: Open) -> None:
    opened = page_of(several(1))
    look = opened.tab.get_by_role("img", name="The button while agents are online").first
    box = look.bounding_box()
    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (58, 170)
    # Turned around its middle, the label must lie upright within the 40 by 152 pixels of the button.
    label = opened.tab.locator("text").first.evaluate(
        "(each) => { const b = each.getBBox(); return [b.x, b.y, b.width, b.height]; }"
    )
    left, top, width, height = label
    middle = (left + width / 2, top + height / 2)
    assert 16 < middle[0] < 24
    assert middle[1] - width / 2 > 0
    assert middle[1] + width / 2 < 113


def test_on_a_phone_before_and_after_stand_under_each_other(page_of: Open) -> None:
    tab = page_of(several(1), width=390).tab
    before, after = (tab.locator(f"td.{side}").bounding_box() for side in ("before", "after"))
    assert before is not None
    assert after is not None
    assert before["x"] == after["x"]
    assert before["y"] + before["height"] <= after["y"]


def test_on_paper_there_is_no_filter(page_of: Open) -> None:
    tab = page_of(several()).tab
    tab.emulate_media(media="print")
    expect(tab.locator("#filter")).to_be_hidden()
    assert tab.locator("article:visible").count() == 6


@pytest.mark.parametrize("words", ["Number 4", "nothing like it"])
def test_on_paper_is_everything_that_is_counted_whatever_the_filter_hides(page_of: Open, words: str) -> None:
    opened = page_of(several())
    opened.tab.get_by_label("Find").fill(words)
    assert len(opened.shown()) < 6
    opened.tab.emulate_media(media="print")
    assert len(opened.shown()) == 6
    expect(opened.tab.get_by_text("Nothing fits the filter.")).to_be_hidden()


def test_on_paper_the_scheme_is_light(page_of: Open) -> None:
    tab = page_of(of_plan(samples.risky()), scheme="dark").tab
    tab.emulate_media(media="print", color_scheme="dark")
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.evaluate("getComputedStyle(document.querySelector('.thing')).backgroundColor") == "rgb(255, 255, 255)"
    assert _contrast(tab) == []


def _pages(tab: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", tab.pdf(format="A4")))


def test_on_paper_a_tall_change_begins_below_its_heading(page_of: Open) -> None:
    fields = tuple(ReviewedField(f"field_{number}", "old", "new") for number in range(40))
    things = tuple(
        ReviewedThing(f"thing {number}", Mark.CHANGED, "will be changed", fields=fields) for number in (1, 2)
    )
    tab = page_of(Review("Plan", "lpconf will change an account.", (Count("to change", 2),), things)).tab
    with_breaks_anywhere = _pages(tab)
    # What the page must not do: the heading would stand alone, and each change begin on a page of its own.
    rule = "@media print { .thing { break-inside: avoid-page; } }"
    tab.evaluate("(rule) => document.styleSheets[0].insertRule(rule, document.styleSheets[0].cssRules.length)", rule)
    assert with_breaks_anywhere < _pages(tab)


def test_the_page_is_a_structure_of_headings_and_landmarks(page_of: Open) -> None:
    tab = page_of(several()).tab
    expect(tab.get_by_role("main")).to_be_visible()
    expect(tab.get_by_role("search")).to_be_visible()
    levels = tab.evaluate("[...document.querySelectorAll('h1, h2, h3')].map((each) => Number(each.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
