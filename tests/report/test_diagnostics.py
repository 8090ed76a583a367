"""Diagnostics show the place, the problem and the way out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.site import Position
from lpconf.report.diagnostics import render

FLOW = Diagnostic(
    Severity.ERROR,
    "schema.enum",
    '"implict" is not one of implicit, code; did you mean "implicit"?',
    "connectors[0].flow",
    "Write one of these words.",
    Position("site.yaml", 12, 11),
    "    flow: implict  # the tutorial's",
)


def snippet(source: str, column: int) -> tuple[str, str]:
    """The source line and the caret line, without what stands left of both."""
    position = Position("site.yaml", 12, column)
    lines = render([Diagnostic(Severity.ERROR, "x", "wrong", position=position, source=source)], color=False).split(
        "\n"
    )
    assert lines[1].startswith("  12 | ")
    assert lines[2].startswith("     | ")
    return lines[1][7:], lines[2][7:]


def test_an_error_reads_like_a_compilers() -> None:
    assert render([FLOW], color=False).split("\n") == [
        'site.yaml:12:11: connectors[0].flow: "implict" is not one of implicit, code; did you mean "implicit"?',
        "  12 |     flow: implict  # the tutorial's",
        "     |           ^^^^^^^",
        "  Write one of these words.",
        "1 error.",
    ]


def test_warnings_and_notes_say_what_they_are_and_the_last_line_counts() -> None:
    warning = Diagnostic(Severity.WARNING, "w", "a weak key", "connectors[0]", position=Position("a.yaml", 1, 2))
    note = Diagnostic(Severity.NOTE, "n", "by the way", hint="One.\nTwo.")

    assert render([FLOW, FLOW, warning, note], color=False).split("\n")[-5:] == [
        "a.yaml:1:2: warning: connectors[0]: a weak key",
        "note: by the way",
        "  One.",
        "  Two.",
        "2 errors, 1 warning, 1 note.",
    ]


def test_without_diagnostics_there_is_nothing_to_read() -> None:
    assert render([], color=False) == ""


def test_without_a_place_the_path_comes_first() -> None:
    bare = Diagnostic(Severity.ERROR, "x", "is not there", "connectors[0]", source="never shown without a place")

    assert render([bare], color=False) == "connectors[0]: is not there\n1 error."


@pytest.mark.parametrize(
    ("source", "column", "marked"),
    [
        pytest.param("a: plain text # comment", 4, "plain text", id="plain value"),
        pytest.param("a: 'it''s' # x", 4, "'it''s'", id="single quotes"),
        pytest.param(r'a: "x\"y" # x', 4, r'"x\"y"', id="double quotes"),
        pytest.param('a: "never closed', 4, '"never closed', id="open quotes"),
        pytest.param("key name: 1", 1, "key name", id="key"),
        pytest.param("- name: 1", 3, "name", id="key in a list"),
        pytest.param("a: https://x.com/a,b", 4, "https://x.com/a,b", id="colon and comma inside"),
        pytest.param("a: [one, two]", 5, "one", id="item of a list"),
        pytest.param("a: [one, two]", 10, "two", id="last item of a list"),
        pytest.param("a: {b: c }", 8, "c", id="value of a map"),
        pytest.param("a: [one]", 4, "[", id="start of a list"),
        pytest.param("a: |", 4, "|", id="start of a block"),
        pytest.param("a: x  ", 4, "x", id="space at the end"),
        pytest.param("a: #x", 3, " ", id="space"),
        pytest.param("a: 値段 # x", 4, "値段", id="wide letters"),
    ],
)
def test_the_carets_underline_one_key_or_value(source: str, column: int, marked: str) -> None:
    line, carets = snippet(source, column)
    columns = 4 if marked == "値段" else len(marked)

    assert line == source
    assert carets == " " * (column - 1) + "^" * columns


@pytest.mark.parametrize(
    ("before", "columns"),
    [
        pytest.param("名前: ", 6, id="East Asian"),
        pytest.param("🚀: ", 4, id="emoji"),
        pytest.param("e\u0301: ", 3, id="combining mark"),
        pytest.param("\tx: ", len(r"\tx: "), id="tab"),
        pytest.param("\x1b[2J: ", len(r"\x1b[2J: "), id="escape"),
    ],
)
def test_the_caret_stays_under_its_character(before: str, columns: int) -> None:
    _, carets = snippet(f"{before}value", len(before) + 1)

    assert carets == " " * columns + "^^^^^"


@pytest.mark.parametrize(("column", "spaces"), [(0, 0), (-5, 0), (6, 5), (99, 5)])
def test_a_column_outside_the_line_means_its_nearest_end(column: int, spaces: int) -> None:
    _, carets = snippet("abcde", column)

    assert carets.startswith(" " * spaces + "^")


def test_a_long_line_is_cut_around_the_place() -> None:
    line, carets = snippet("a" * 500 + " HERE: " + "b" * 500, 502)
    start = carets.index("^")

    assert line.startswith("...aaa")
    assert line.endswith("bbb...")
    assert len(line) == 126
    assert line[start : start + 4] == "HERE"
    assert carets[start:] == "^^^^"


def test_a_long_line_is_cut_at_the_end_only_when_the_place_is_at_its_start() -> None:
    line, carets = snippet("key: " + "b" * 500, 1)

    assert line == "key: " + "b" * 115 + "..."
    assert carets == "^^^"


def test_a_long_value_is_underlined_as_far_as_it_is_shown() -> None:
    line, carets = snippet("x" * 500, 1)

    assert line == "x" * 120 + "..."
    assert carets == "^" * 120


@given(st.text(st.characters()), st.integers(-2, 300))
def test_no_text_adds_a_line_or_a_control_character(text: str, column: int) -> None:
    position = Position(text, 3, column)
    diagnostic = Diagnostic(Severity.ERROR, "x", text, f"a{text}", text.replace("\n", ""), position, text)

    shown = render([diagnostic], color=False)

    assert shown.count("\n") == (4 if text.replace("\n", "") else 3)
    assert all(char.isprintable() or char in "\n\u3000" for char in shown)


def test_colour_changes_no_word() -> None:
    from rich.text import Text

    warning = Diagnostic(Severity.WARNING, "w", "a", position=Position("a.yaml", 1, 1), source="a: b")
    note = Diagnostic(Severity.NOTE, "n", "a")
    coloured = render([FLOW, warning, note], color=True)

    assert "\x1b[" in coloured
    assert Text.from_ansi(coloured).plain == render([FLOW, warning, note], color=False)
