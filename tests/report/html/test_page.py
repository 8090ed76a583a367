"""The page of a review: whole, readable, and harmless whatever stands in the account."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpconf.model.button import Appearance, Button, Label, Picture, Place
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

from .pages import BUTTON, HOSTILE, SHAPE, parsed, review, thing


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
        "Deleted",
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
    assert "Deleted" in first.text
    assert "It probably does not come back as it was." in first.text


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
