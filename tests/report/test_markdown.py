"""A comment: risk first, sized to fit, honest about what it leaves out, and the same as long as the plan is."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpconf.model.address import Kind
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.plan import Action, Block, Change, Risk, RiskKind
from lpconf.model.run import Outcome, Run
from lpconf.model.site import Position
from lpconf.report.markdown import comment as markdown
from lpconf.report.markdown import run as markdown_run
from lpconf.report.review import Mark, Notice, Review, ReviewedField, ReviewedThing
from lpconf.report.review_of_plan import of_plan

from . import records, samples
from .large_plans import many, risky
from .rendered import page_of

LIMIT = 16_000
"""The smallest that is promised to do."""


def campaigns(count: int, *risks: Risk, blocks: tuple[Block, ...] = (), words: int = 1) -> list[Change]:
    """Changed campaigns with some risks and blocks."""
    fields = [samples.changed(f"word{index}", "x" * 90, "y" * 90) for index in range(words)]
    return [
        replace(samples.update(samples.named(Kind.CAMPAIGN, f"C{number}"), *fields), risks=risks, blocks=blocks)
        for number in range(count)
    ]


def shown(*changes: Change, limit: int = markdown.COMMENT_LIMIT) -> str:
    text = markdown.render(of_plan(samples.plan(*changes)), limit=limit)
    assert len(text.encode()) <= limit
    page_of(text)
    return text


def in_order(text: str, *parts: str) -> bool:
    places = [text.index(part) for part in parts]
    return places == sorted(places)


def test_what_and_how_much_comes_first_then_what_to_read_then_the_things_in_the_order_of_the_plan() -> None:
    text = markdown.render(of_plan(risky()))

    assert in_order(
        text,
        "<h3>lpconf plan</h3>",
        "lpconf will change account <code>12345678</code> (Example Bank)",
        "<th>to create</th>",
        "<h4>Read this first</h4>",
        "No longer protected from being deleted",
        "Weaker authentication",
        "Another key or endpoint",
        "Secrets are sent",
        "Another preferred connector",
        "Visitors lose something",
        "Deleted",
        "Perhaps seen by visitors at once",
        "<b>Blocked</b>",
        '<summary><code>connector["Web"]</code>',
        '<summary><code>connector["App"]</code>',
        '<summary><code>campaign["Web shop"]/engagement["Sales chat"]</code>',
        '<summary><code>campaign["Web shop"]/engagement["Old banner"]</code>',
    )


def test_things_with_the_same_risk_stand_together_and_are_counted() -> None:
    text = shown(*campaigns(13, Risk("They see it.", RiskKind.PUBLISHING)))

    item = next(line for line in text.splitlines() if "They see it." in line)
    assert item.startswith('<li>They see it.<br><code>campaign["C0"]</code>, <code>campaign["C1"]</code>, ')
    assert item.endswith('<code>campaign["C9"]</code> and 3 more</li>')


def test_a_deletion_without_a_risk_is_read_first_too() -> None:
    deleted = replace(samples.update(samples.CONNECTOR), action=Action.DELETE)

    assert in_order(shown(deleted), "Deleted", "It probably does not come back as it was.", "<details>")


def test_what_is_good_to_know_stands_with_its_thing_only() -> None:
    text = shown(*campaigns(1, Risk("Mobile apps may use it.")))

    assert "Read this first" not in text
    assert text.count("Mobile apps may use it.") == 1


def test_a_blocked_thing_says_what_allows_it_and_is_marked_among_the_risks() -> None:
    block = Block("Only a guess.", "--accept-unverified campaign.update")
    text = shown(*campaigns(1, Risk("Weaker.", RiskKind.AUTHENTICATION), blocks=(block, Block("Never."))))

    assert '<li><code>campaign["C0"]</code> (blocked): Weaker.</li>' in text
    assert "Only a guess. Allow it with <code>--accept-unverified campaign.update</code>.</li>" in text
    assert "<li><b>Blocked</b>: Never.</li>" in text


def test_fields_are_a_difference_with_where_they_come_from() -> None:
    text = markdown.render(of_plan(samples.risky()))

    assert "- authenticated_visitors_only: true\n+ authenticated_visitors_only: false\n" in text
    assert "! displayInstances\n#   [0].enabled: false -> true\n" in text
    assert '+ skillName: "support"  # follows the reference\n' in text


def test_many_differences_inside_a_value_are_counted() -> None:
    details = tuple(f"[{index}]: 1 -> 2" for index in range(22))
    field = samples.field("x", samples.value([1] * 100), samples.value([2] * 100), details=details)

    assert "#   [19]: 1 -> 2\n#   2 more differences, not shown\n" in shown(samples.update(samples.CONNECTOR, field))


def test_diagnostics_are_folded_without_source_lines() -> None:
    warning = Diagnostic(
        Severity.WARNING, "lint.x", "it is weak", "connectors[0]", "Do better.", Position("a.yaml", 3, 1), "the line"
    )
    plan = replace(samples.tutorial(), diagnostics=(warning,) * 22)

    text = markdown.render(of_plan(plan))

    assert "<summary>22 warnings</summary>" in text
    assert (
        "<li><code>a.yaml:3:1</code>: warning <code>lint.x</code>: <code>connectors[0]</code>: "
        "it is weak<br>Do better.</li>"
    ) in text
    assert "<li>2 more, not shown</li>" in text
    assert "the line" not in text


def test_without_changes_it_is_a_sentence() -> None:
    assert markdown.render(of_plan(samples.plan(unchanged=3))) == (
        "<h3>lpconf plan</h3>\n\n<p>No changes. Account <code>12345678</code> is as declared (3 things).</p>"
    )


def test_a_plan_that_takes_a_run_back_says_so_and_lists_what_it_leaves_alone() -> None:
    plan = replace(samples.tutorial(), rolls_back="1a2b3c4d", conflicts=tuple(f"line {each}" for each in range(25)))

    text = markdown.render(of_plan(plan))

    assert "take back the run <code>1a2b3c4d</code> in account" in text
    assert "<p>25 conflicts left alone.</p>" in text
    assert "<b>Left alone</b>" in text
    assert "<li>and 5 more</li>" in text


class TestSize:
    def test_200_changes_fit_into_a_comment_and_every_thing_is_named(self) -> None:
        plan = many(200)

        text = markdown.render(of_plan(plan))

        assert len(text.encode()) <= 60_000
        assert all(f'engagement["Shop {number:05}"]' in text for number in range(200))
        assert "more change" not in text

    def test_what_must_be_read_has_its_fields_although_it_comes_late(self) -> None:
        text = markdown.render(of_plan(many(200)))

        for name in ("Shop 00151", "Shop 00199"):
            assert re.search(rf'<summary><code>campaign\["Shops"\]/engagement\["{name}"\]', text)
        assert "- authenticated_visitors_only: true\n+ authenticated_visitors_only: false\n" in text

    def test_what_is_not_there_is_counted(self) -> None:
        changes = campaigns(1000)

        text = shown(*changes, limit=LIMIT)

        named = set(re.findall(r'campaign\["(C\d+)"\]', text))
        found = re.search(r"<b>(\d+) more changes not shown here, for lack of space</b>: (\d+) changed\.", text)
        assert found is not None
        assert int(found[1]) == int(found[2]) == 1000 - len(named)
        assert len(named) > 100

    def test_each_kind_of_risk_keeps_its_heading_and_its_number(self) -> None:
        every = [
            change
            for kind in RiskKind
            for index in range(300)
            for change in campaigns(1, Risk(f"{index} {kind}", kind))
        ]

        text = shown(*every, limit=LIMIT)

        for title in ("Weaker authentication", "Deleted", "Perhaps seen by visitors at once"):
            assert title in text
        assert sum(map(int, re.findall(r"(\d+) more, not shown for lack of space", text))) > 1500

    def test_grave_things_come_before_harmless_ones_where_not_all_fit(self) -> None:
        grave = Risk("Weaker.", RiskKind.AUTHENTICATION)
        last = replace(campaigns(1, grave)[0], address=samples.CONNECTOR)

        text = shown(*campaigns(2000), last, limit=LIMIT)

        assert '<summary><code>connector["Consumer authentication"]</code>' in text

    def test_a_thing_with_very_many_fields_leaves_space_for_others(self) -> None:
        text = shown(*campaigns(3, words=500))

        assert text.count("more fields, not shown for lack of space") == 3

    def test_a_thing_with_very_many_risks_and_notes_leaves_space_for_others(self) -> None:
        risks = tuple(Risk(f"Know this. {index} {'x ' * 200}") for index in range(300))
        change = replace(campaigns(1)[0], risks=risks, notes=tuple(risk.text for risk in risks))

        text = shown(change, campaigns(1)[0])

        assert text.count("more, not shown for lack of space") == 2
        assert text.count("<details>") == 2

    def test_notices_and_diagnostics_that_do_not_fit_are_counted(self) -> None:
        notice = Notice("Left alone", tuple(f"{index} {'x ' * 490}" for index in range(20)))
        long = Diagnostic(Severity.NOTE, "x", "x " * 490, hint="y " * 490)
        review = Review("Plan", "Opening.", (), (), notices=(notice,) * 3, diagnostics=(long,) * 100)

        text = markdown.render(review, limit=LIMIT)

        assert len(text.encode()) <= LIMIT
        assert "<b>Left alone</b>: 20 lines, not shown for lack of space." in text
        assert re.search(r"<li>100 more, not shown</li>", text)

    @given(
        st.integers(0, 60),
        st.sampled_from(["x", "é", "😀", "&<>", "@a #1", "long " * 100]),
        st.sampled_from(RiskKind),
        st.booleans(),
    )
    def test_it_never_takes_more_than_the_limit(self, count: int, text: str, kind: RiskKind, blocked: bool) -> None:
        thing = ReviewedThing(
            address=text * 50,
            mark=Mark.BLOCKED if blocked else Mark.CHANGED,
            headline=text * 3,
            live=text * 3,
            fields=tuple(ReviewedField(text, text * index, text * index, text) for index in range(30)),
            risks=tuple(Risk(text * index, kind, (text,) * index) for index in range(30)),
            blocks=tuple(Block(text * index, text) for index in range(30 if blocked else 0)),
            notes=(text,) * 30,
        )
        review = Review("Plan", text * 500, (), (thing,) * count, (Notice(text, (text,) * 30),), closing=text * 500)

        assert len(markdown.render(review, limit=LIMIT).encode()) <= LIMIT


def test_a_change_of_one_thing_changes_the_comment_there_only() -> None:
    before, after = campaigns(5), campaigns(5)
    after[2] = replace(after[2], fields=(samples.changed("word0", "x", "z"),))

    old, new = (shown(*changes).split("\n\n<details>\n") for changes in (before, after))

    assert [one == other for one, other in zip(old, new, strict=True)] == [True, True, True, False, True, True]


class TestRun:
    def test_every_way_to_end_has_its_list_and_what_went_well_is_folded_at_the_end(self) -> None:
        text = markdown_run.render(samples.every_outcome())

        assert in_order(
            text,
            "Apply incomplete:",
            "<th>done</th>",
            "<b>Differ</b>",
            "<b>Not visible yet</b>",
            "<b>Failed</b>",
            "<b>Not attempted</b>",
            "<b>Blocked</b>",
            "<summary>Done: 1 step</summary>",
        )

    def test_a_run_without_anything_to_do_is_a_sentence(self) -> None:
        text = markdown_run.render(Run(samples.plan(unchanged=2), ()))

        assert text == (
            "<h3>lpconf apply</h3>\n\n<p>No changes. Account <code>12345678</code> is as declared (2 things).</p>"
        )

    def test_of_a_past_run_who_and_when_come_first_and_what_was_found_out_later_before_the_steps(self) -> None:
        text = markdown_run.record(records.looked_into(), samples.every_outcome())

        assert in_order(
            text,
            "<h3>lpconf run <code>3f9a1c2b</code></h3>",
            "<th>takes back</th>",
            "<th>when</th>",
            "<th>by</th>",
            "<th>revision</th>",
            "Apply incomplete:",
            "Found out later",
            "created (id 7): It is as planned.",
            "<b>Differ</b>",
        )

    def test_a_past_run_fits_however_long_its_texts_are(self) -> None:
        record = records.hostile()
        long = replace(record.summary, user="<" * 10_000, host="&" * 10_000, lpconf_version="@" * 10_000)

        text = markdown_run.record(replace(record, summary=long), samples.every_outcome(), limit=LIMIT)

        assert len(text.encode()) <= LIMIT

    @pytest.mark.parametrize("outcome", Outcome)
    def test_a_large_run_fits_and_counts_the_rest(self, outcome: Outcome) -> None:
        changes = campaigns(1000)
        results = tuple(samples.step(each.address, outcome, reason="Why. " * 30) for each in changes)

        text = markdown_run.render(Run(samples.plan(*changes), results), limit=LIMIT)

        assert len(text.encode()) <= LIMIT
        found = re.search(r"<li>(\d+) more, not shown for lack of space</li>", text)
        assert found is not None
        assert int(found[1]) + text.count("campaign[") == 1000
