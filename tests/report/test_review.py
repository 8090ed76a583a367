"""The view that all formats share, and what is left of it in public."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lpconf.model.address import Kind
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.drift import Deviation, Drift, FieldDrift, ThingDrift
from lpconf.model.plan import Action, Block, Change, Origin, Risk, RiskKind, Target
from lpconf.model.run import Run
from lpconf.model.site import Position
from lpconf.report import drift_text, github, plan_text, review_text, run_text
from lpconf.report.html import page as html
from lpconf.report.markdown import comment as markdown
from lpconf.report.markdown import run as markdown_run
from lpconf.report.review import Mark, Review, addresses_only, risk_title
from lpconf.report.review_of_drift import of_drift
from lpconf.report.review_of_plan import of_plan
from lpconf.report.wording import account_in_public

from . import samples
from .large_plans import risky

VALUE = "canary-value"
"""Stands for every value that must not get out."""

DELETION = replace(
    samples.update(samples.CONNECTOR, replace(samples.changed("x", 1, None), origin=Origin.LIVE)), action=Action.DELETE
)


def test_a_thing_has_a_mark_and_says_what_happens_and_its_fields_by_side() -> None:
    connector, sales, support, _ = of_plan(samples.risky()).things

    assert (connector.mark, connector.headline, connector.live) == (
        Mark.BLOCKED,
        "would be changed, but is blocked",
        "id 17",
    )
    assert (sales.mark, sales.headline) == (Mark.CHANGED, "will be changed")
    assert (sales.fields[0].word, sales.fields[0].before, sales.fields[0].after) == (
        "authenticated_visitors_only",
        "true",
        "false",
    )
    assert (support.fields[0].before, support.fields[0].after) == (None, '"Support"')
    assert support.unshown == ("1 more field stays empty",)


def test_risks_stand_in_the_order_in_which_they_must_be_read() -> None:
    kinds = [risk.kind for risk in of_plan(samples.risky()).things[0].risks]

    assert kinds == [RiskKind.AUTHENTICATION, RiskKind.OTHER]


def test_every_kind_of_risk_has_a_title_of_its_own() -> None:
    assert len({risk_title(kind) for kind in RiskKind}) == len(RiskKind)


def secretive() -> Review:
    """A review with the value in every place but addresses and words."""
    change = replace(
        samples.update(samples.CONNECTOR, samples.changed("name", VALUE, f"{VALUE}2"), name=VALUE, live_id=424242),
        risks=tuple(Risk(VALUE, kind, (VALUE,)) for kind in RiskKind),
        blocks=(Block(VALUE, f"--allow-secret-host {VALUE}"), Block(VALUE)),
        notes=(VALUE,),
    )
    plan = samples.plan(change, target=Target("12345678", "api.liveperson.net", VALUE))
    place = Position("site.yaml", 4, 5)
    warned = Diagnostic(Severity.WARNING, "lint.weak", VALUE, VALUE, VALUE, place, VALUE)
    return of_plan(
        replace(
            plan, diagnostics=(warned,), conflicts=(VALUE,), unprotected=(samples.unprotected(samples.CAMPAIGN, 5),)
        )
    )


class TestAddressesOnly:
    def test_no_value_is_in_any_format(self) -> None:
        public = addresses_only(secretive())

        for text in (
            markdown.render(public),
            review_text.render(public, color=False),
            html.render(public),
            repr(public),
        ):
            assert VALUE not in text
            assert "424242" not in text

    def test_what_must_be_read_is_still_said(self) -> None:
        text = markdown.render(addresses_only(secretive()))

        for part in (
            "account <code>12345678</code> through",
            '<code>connector["Consumer authentication"]</code>',
            "Weaker authentication",
            "Another key or endpoint",
            "<code>--allow-secret-host</code>",
            "! name\n",
            "<code>campaign[default] (id 5)</code>",
            "1 line, not shown here, as they may hold values.",
            "<code>site.yaml:4:5</code>: warning <code>lint.weak</code>",
        ):
            assert part in text

    def test_it_changes_nothing_the_second_time(self) -> None:
        once = addresses_only(of_plan(risky()))

        assert addresses_only(once) == once

    @pytest.mark.parametrize(
        ("change", "sign", "mark"),
        [
            (samples.creation(samples.CONNECTOR, samples.new("x", 1)), "+", "+"),
            (samples.update(samples.CONNECTOR, samples.changed("x", 1, 2)), "!", "~"),
            (DELETION, "-", "-"),
            (replace(DELETION, blocks=(Block("No."),)), "-", "-"),
        ],
    )
    def test_a_word_without_values_says_what_happens_to_it(self, change: Change, sign: str, mark: str) -> None:
        public = addresses_only(of_plan(samples.plan(change)))

        assert f"\n{sign} x\n" in markdown.render(public)
        assert f"      {mark} x\n" in review_text.render(public, color=False)

    def test_a_run_keeps_addresses_and_outcomes(self) -> None:
        results = tuple(
            replace(each, reason=VALUE, differences=(VALUE,), notes=(VALUE,))
            for each in samples.every_outcome().results
        )
        blocked = replace(samples.update(samples.CONNECTOR), blocks=(Block(VALUE, f"--flag {VALUE}"),))
        changes = samples.every_outcome().plan.allowed
        plan = samples.plan(blocked, *changes, target=Target("12345678", "api.liveperson.net", VALUE))

        public = run_text.without_values(Run(plan, results))

        for text in (markdown_run.render(public), run_text.run(public, color=False)):
            assert VALUE not in text
            assert "Failed" in text
            assert "--flag" in text


def drifted() -> Drift:
    field = FieldDrift("js_method_name", "a", VALUE, "c")
    unknown = FieldDrift("name", None, VALUE, "d", known=False)
    things = [
        ThingDrift(samples.named(Kind.CAMPAIGN, each.value), each.value, 7, each, (field, unknown))
        for each in Deviation
    ]
    return Drift(replace(samples.PRODUCTION, label=VALUE), None, tuple(things), ((samples.CAMPAIGN, 1),), 4)


class TestDrift:
    def test_it_says_how_each_thing_deviates_and_each_field_was_is_and_is_declared(self) -> None:
        text = markdown.render(of_drift(drifted()))

        assert "<h3>lpconf drift</h3>" in text
        assert "<th>things drifted</th><th>pending</th><th>as declared</th>" in text
        assert '<summary><code>campaign["gone"]</code> is gone (id 7)' in text
        assert '<summary><code>campaign["missing"]</code> is declared, but not there (id 7)' in text
        assert '- js_method_name: "a"\n+ js_method_name: "canary-value"  # declared by now is "c"\n' in text
        assert '+ name: "canary-value"  # declared is "d"; no run tells what it was\n' in text
        assert "<li><code>campaign[default]</code></li>" in text

    def test_as_text_it_says_the_same(self) -> None:
        text = drift_text.drift(drifted(), color=False)

        assert '  ~ campaign["changed"] was changed (id 7)\n' in text
        assert '      ~ js_method_name: was "a", is "canary-value"; declared by now is "c"\n' in text
        assert '      ~ name: is "canary-value", declared is "d"; no run tells what it was\n' in text
        assert text.splitlines()[-1] == "Drift: 5 things drifted, 1 pending, 4 as declared."

    def test_in_public_it_has_no_values(self) -> None:
        public = addresses_only(of_drift(drifted()))

        for text in (markdown.render(public), drift_text.render(public, color=False)):
            assert VALUE not in text
            assert "js_method_name" in text

    def test_in_public_what_is_not_declared_has_no_name(self) -> None:
        here = samples.named(Kind.CAMPAIGN, "changed")
        drift = replace(drifted(), in_public={here: here}, pending=((samples.named(Kind.CAMPAIGN, "later"), 1),))

        text = drift_text.render(addresses_only(of_drift(drift)), color=False)
        notes = github.of_drift(drift, {}, addresses_only=True)

        assert 'campaign["changed"]' in text
        for name in ("gone", "missing", "added", "later"):
            assert f'campaign["{name}"]' not in text
        assert [note.lines[0].partition(":")[0] for note in notes] == [
            'campaign["changed"]',
            *["campaign[not shown]"] * 4,
        ]


@pytest.mark.parametrize(
    ("target", "told"),
    [
        (Target("12345678", "api.liveperson.net", VALUE), "account 12345678 through api.liveperson.net"),
        (Target("12345678", f"{VALUE}.example.com", VALUE), "account 12345678"),
        (Target("12345678", "sandbox", VALUE, sandbox=True), "account 12345678 in the sandbox"),
    ],
)
def test_in_public_no_host_but_liveperson_s_own_is_told(target: Target, told: str) -> None:
    assert account_in_public(target) == told
    assert f"change {told}:" in plan_text.approval(samples.plan(target=target), addresses_only=True)
