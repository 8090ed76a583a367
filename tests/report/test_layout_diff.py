"""What formatting changes, as people read it."""

from __future__ import annotations

from collections.abc import Sequence

from lpconf.report.layout_diff import render


def anything(_: Sequence[str], __: int) -> bool:
    return True


def shown(before: str, after: str) -> list[str]:
    return render("site.yaml", before, after, anything, color=False).splitlines()[2:]


def test_the_same_text_shows_nothing() -> None:
    assert render("site.yaml", "a: 1\n", "a: 1\n", anything, color=False) == ""


def test_a_change_has_three_lines_around_it() -> None:
    lines = [f"{number}\n" for number in range(20)]
    after = [*lines[:9], "  9\n", *lines[10:]]
    assert shown("".join(lines), "".join(after)) == [
        "@@ -7,7 +7,7 @@", " 6", " 7", " 8", "-9", "+  9", " 10", " 11", " 12",
    ]  # fmt: skip


def test_changes_far_apart_have_hunks_of_their_own() -> None:
    lines = [f"{number}\n" for number in range(20)]
    after = ["  0\n", *lines[1:6], "  6\n", *lines[7:19], "  19\n"]
    heads = [line for line in shown("".join(lines), "".join(after)) if line.startswith("@@")]
    assert heads == ["@@ -1,10 +1,10 @@", "@@ -17,4 +17,4 @@"]


def test_empty_lines_that_go() -> None:
    assert shown("\na\n\n\nb\n", "a\n\nb\n") == ["@@ -1,5 +1,3 @@", "-", " a", " ", "-", " b"]


def test_lines_that_come_are_shown_too() -> None:
    assert shown("a\n", "a\nb\n") == ["@@ -1 +1,2 @@", " a", "+b"]


def test_line_ends_show_where_they_change() -> None:
    assert shown("a\r\nb\n", "a\r\nb\r\n") == ["@@ -1,2 +1,2 @@", " a", r"-b\n", "+b"]
    assert shown("a\nb\r\n", "a\nb\n") == ["@@ -1,2 +1,2 @@", " a", r"-b\r\n", "+b"]
    assert shown("a", "a\n") == ["@@ -1 +1 @@", "-a (no line end)", "+a"]


def test_lines_that_must_not_be_shown_are_not() -> None:
    text = render("x", "a:\n    b\n", "a:\n  b\n", lambda _, number: number != 2, color=False)
    assert text.splitlines()[2:] == [
        "@@ -1,2 +1,2 @@",
        " a:",
        "-    (not shown: it may hold a key or a secret)",
        "+  (not shown: it may hold a key or a secret)",
    ]


def test_nothing_reaches_the_terminal_that_it_would_obey() -> None:
    text = render("a\nb", "\x1b[31m\n", " \x1b[31m\n", anything, color=False)
    assert "\x1b" not in text
    assert text.startswith("--- a\\nb\n")


def test_in_colour_removed_and_added_lines_differ() -> None:
    text = render("x", "a:  1\n", "a: 1\n", anything, color=True)
    assert "\x1b[1;31m-a:  1\x1b[0m" in text
    assert "\x1b[32m+a: 1\x1b[0m" in text
