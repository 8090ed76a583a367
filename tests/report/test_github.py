"""What GitHub Actions is told: annotations, summaries that fit, step outputs."""

from __future__ import annotations

import pytest

from lpconf.model.address import Address, Kind, SelectBy, Selector
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.drift import Deviation, Drift, FieldDrift, ThingDrift
from lpconf.model.plan import Block, Risk, RiskKind, Target
from lpconf.model.site import Position
from lpconf.report.github import (
    SHOWN,
    Annotation,
    Level,
    diagnostics_summary,
    drift_outputs,
    fit,
    of_diagnostics,
    of_drift,
    of_review,
    outputs,
    render,
    validate_outputs,
)
from lpconf.report.review import Mark, Notice, Review, ReviewedThing

from .samples import HOSTILE

PLACE = Position("site.yaml", 5, 11)
ENGAGEMENT = Address(Kind.ENGAGEMENT, Selector(SelectBy.DEFAULT), Address(Kind.CAMPAIGN, Selector(SelectBy.DEFAULT)))


def same(file: str) -> str:
    return file


def command(title: str, *lines: str, position: Position | None = PLACE) -> str:
    return render([Annotation(Level.ERROR, title, lines, position)], same)


def test_a_diagnostic_becomes_an_annotation_at_its_place() -> None:
    found = Diagnostic(Severity.ERROR, "schema.enum", "not one of a, b", "connectors[0].flow", "Write a.", PLACE)
    assert render(of_diagnostics([found]), lambda file: f"liveperson/{file}") == (
        "::error file=liveperson/site.yaml,line=5,col=11,title=schema.enum::"
        "connectors[0].flow: not one of a, b%0AWrite a."
    )


@pytest.mark.parametrize(
    ("severity", "level"), [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.NOTE, "notice")]
)
def test_severities_have_githubs_names(severity: Severity, level: str) -> None:
    assert render(of_diagnostics([Diagnostic(severity, "a.b", "c")]), same) == f"::{level} title=a.b::c"


def test_percent_signs_are_kept_apart_from_escapes() -> None:
    assert command("100%", "50% %0A") == "::error file=site.yaml,line=5,col=11,title=100%25::50%25 %250A"


def test_a_property_cannot_end_itself_or_begin_another_one() -> None:
    written = render([Annotation(Level.ERROR, "a,line=9::b", ("c",), Position("x,y:z.yaml", 1, 2))], same)
    assert written == "::error file=x%2Cy%3Az.yaml,line=1,col=2,title=a%2Cline=9%3A%3Ab::c"


def test_no_text_breaks_the_line_or_commands_a_terminal() -> None:
    written = command(HOSTILE, HOSTILE, "::warning::x", "##[group]y")
    assert written.isprintable()
    assert "\n" not in written
    assert "##[" not in written


def test_endless_texts_are_cut() -> None:
    assert len(command("t", "x" * 100_000)) < 2_000


def test_up_to_the_limit_every_annotation_is_shown() -> None:
    notes = [Annotation(Level.ERROR, "t", (str(number),)) for number in range(SHOWN)]
    assert render(notes, same).count("::error ") == SHOWN


def test_beyond_the_limit_the_last_one_says_how_many_more_and_the_log_lists_them() -> None:
    errors = [Annotation(Level.ERROR, "t", (f"E{number}",), PLACE) for number in range(SHOWN + 2)]
    warnings = [Annotation(Level.WARNING, "t", ("W",))]
    lines = render([*errors, *warnings], same).splitlines()
    assert [line for line in lines if line.startswith("::error ")][-1] == (
        "::error title=lpconf::GitHub shows no more of them here: 3 more errors in the log."
    )
    assert sum(line.startswith("::error ") for line in lines) == SHOWN
    assert lines[-4:] == [
        "site.yaml:5:11: error: E9",
        "site.yaml:5:11: error: E10",
        "site.yaml:5:11: error: E11",
        "::warning title=t::W",
    ]


def test_a_line_beyond_the_limit_commands_nothing() -> None:
    notes = [Annotation(Level.ERROR, "t", ("##[group]x",)) for _ in range(SHOWN + 1)]
    assert "##[" not in render(notes, same)


def test_blocked_and_risky_changes_are_annotated_where_they_are_declared() -> None:
    thing = ReviewedThing(
        'connector["A"]',
        Mark.BLOCKED,
        "is blocked",
        risks=(Risk("Anybody can sign in.", RiskKind.AUTHENTICATION), Risk("Also this.")),
        blocks=(Block("The demo key.", "--allow-demo-key"), Block("Protected.")),
        position=PLACE,
    )
    diagnostics = (Diagnostic(Severity.NOTE, "name.near", "close"),)
    review = Review("plan", "", (), (thing, ReviewedThing("x", Mark.CHANGED, "will be changed")), (), diagnostics)
    note, error, warning = of_review(review)
    assert note.level is Level.NOTICE
    assert (error.level, error.title, error.position) == (Level.ERROR, "Blocked", PLACE)
    assert error.lines == ('connector["A"] is blocked', "The demo key. Allowed by --allow-demo-key", "Protected.")
    assert (warning.level, warning.title) == (Level.WARNING, "Weaker authentication")
    assert warning.lines == ('connector["A"] is blocked', "Anybody can sign in.", "Also this.")


def test_what_a_risk_is_about_is_listed_and_cut() -> None:
    def told(number: int) -> str:
        risk = Risk("They sign visitors in with this connector:", details=tuple(f"E{each}" for each in range(number)))
        (warning,) = of_review(Review("plan", "", (), (ReviewedThing("A", Mark.CHANGED, "is changed", risks=(risk,)),)))
        return warning.lines[1]

    assert told(2) == "They sign visitors in with this connector: E0, E1"
    assert told(7) == "They sign visitors in with this connector: E0, E1, E2, E3, E4 ... and 2 more"


def test_what_is_urgent_is_annotated_before_all_else() -> None:
    thing = ReviewedThing("b", Mark.CHANGED, "is changed", risks=(Risk("Weak."),), position=PLACE)
    lost = Notice("No longer protected", ("a (id 5)", "b (id 6)"), urgent=True, addresses=True, things=(None, 0))
    quiet = Notice("Left alone", ("x",))
    diagnostic = Diagnostic(Severity.ERROR, "a.b", "c")
    found = of_review(Review("plan", "", (), (thing,), (quiet, lost), (diagnostic,)))
    assert [(each.title, each.lines[0], each.position) for each in found[:3]] == [
        ("No longer protected", "a (id 5)", None),
        ("No longer protected", "b (id 6)", PLACE),
        ("a.b", "c", None),
    ]
    assert {each.level for each in found[:2]} == {Level.WARNING}
    assert len(found) == 4


def test_what_is_urgent_and_changes_nothing_is_annotated_where_it_is_declared() -> None:
    lost = Notice("Lost", ("a", "b"), urgent=True, addresses=True, things=(None, None), positions=(PLACE, None))

    assert [each.position for each in of_review(Review("plan", "", (), (), (lost,)))] == [PLACE, None]


def drift(*things: ThingDrift) -> Drift:
    return Drift(Target("12345678", "127.0.0.1"), None, things)


def test_drift_is_annotated_without_values() -> None:
    field = FieldDrift("language", "en-US", "fr-FR", "de-DE")
    thing = ThingDrift(ENGAGEMENT, "Chat", 1, Deviation.CHANGED, (field,))
    gone = ThingDrift(ENGAGEMENT, "Chat", 1, Deviation.GONE)
    found = of_drift(drift(thing, gone), {ENGAGEMENT: PLACE})
    assert [each.lines[0] for each in found] == [
        "campaign[default]/engagement[default]: changed (language)",
        "campaign[default]/engagement[default]: gone",
    ]
    assert found[0].position == PLACE
    assert drift_outputs(drift(thing), 2) == {"drifted": "true", "things": "1", "exit-code": "2"}


def test_the_summary_shows_diagnostics_as_code() -> None:
    found = [Diagnostic(Severity.ERROR, "a.b", "<img src=x> ```\n# no heading", "p", position=PLACE)]
    assert diagnostics_summary(found, same, "It has errors.") == (
        "### lpconf\n\nIt has errors.\n\n    site.yaml:5:11: error: p: <img src=x> ```\\n# no heading\n"
    )
    assert diagnostics_summary([], same, "Valid.") == "### lpconf\n\nValid.\n"


def test_what_fits_is_left_as_it_is() -> None:
    assert fit("ü\n", 3) == "ü\n"


def test_what_does_not_fit_ends_with_whole_lines_and_says_so() -> None:
    cut = fit("ünï\n" * 1000, 500)
    assert len(cut.encode()) <= 500
    kept, _, said = cut.partition("\n\n")
    assert set(kept.splitlines()) == {"ünï"}
    assert "The rest does not fit here." in said


def test_outputs_are_delimited_by_what_no_value_holds() -> None:
    assert outputs({"valid": "true", "exit-code": "0\nvalid=no"}, "d1") == (
        "valid<<d1\ntrue\nd1\nexit-code<<d1\n0\nvalid=no\nd1\n"
    )


@pytest.mark.parametrize("values", [{"a": "x d1 y"}, {"A b": "x"}, {"a\nb": "x"}])
def test_outputs_that_would_end_themselves_are_refused(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        outputs(values, "d1")


def test_a_validation_counts_by_severity() -> None:
    found = [Diagnostic(severity, "a.b", "c") for severity in (Severity.WARNING, Severity.WARNING, Severity.NOTE)]
    assert validate_outputs(found, 0) == {
        "valid": "true",
        "errors": "0",
        "warnings": "2",
        "notes": "1",
        "exit-code": "0",
    }
