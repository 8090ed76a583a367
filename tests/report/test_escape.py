"""Text from outside is harmless and visible."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lpconf.report.escape import terminal

ANY_TEXT = st.text(st.characters())
"""Lone surrogates included, which `st.text()` leaves out."""


@given(ANY_TEXT)
@example("\ufe0f\u2764\ufe0f\ufe0f\u2800\ufe0f1\ufe0f\u20e3")
def test_nothing_that_a_terminal_obeys_or_nobody_sees_comes_out(text: str) -> None:
    categories = {unicodedata.category(char) for char in terminal(text)}

    assert not categories & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(ANY_TEXT)
@example("\u2800\ufe0f\u20281\ufe0f\u20e3")
def test_escaped_text_is_safe_text_and_stays(text: str) -> None:
    once = terminal(text)

    assert terminal(once) == once


@given(st.text(st.characters(categories=["L", "N", "P", "Sm", "Sc"], max_codepoint=0x24F)))
def test_letters_digits_and_marks_stay(text: str) -> None:
    assume("::" not in text and "##" not in text)  # what build servers obey is another matter
    assert terminal(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Größe: «été»",
        "Привет, мир",
        "日本語\u3000の名前",
        "한국어",
        "עברית",
        "عربي",
        "हिन्दी",
        "🚀👍🏽🇮🇱",
        "❤️",
        "1️⃣",
        r"C:\x1b",
    ],
)
def test_all_scripts_and_emoji_stay(text: str) -> None:
    assert terminal(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("\x1b[2J", r"\x1b[2J", id="escape sequence"),
        pytest.param("\x00\x07\x08\x7f", r"\x00\x07\x08\x7f", id="controls"),
        pytest.param("\x9b31m", r"\x9b31m", id="C1 control"),
        pytest.param("a\tb\r\nc", r"a\tb\r\nc", id="tab and line break"),
        pytest.param("\u2028\u2029\x85", r"\u2028\u2029\x85", id="other line breaks"),
        pytest.param("\u202e\u2066\u2069\u200f\u061c", r"\u202e\u2066\u2069\u200f\u061c", id="bidirectional"),
        pytest.param("\u200b\u2060\ufeff\xad\u180e", r"\u200b\u2060\ufeff\xad\u180e", id="zero width"),
        pytest.param("👨\u200d👩", r"👨\u200d👩", id="zero-width joiner"),
        pytest.param("a\xa0b\u2003c", r"a\xa0b\u2003c", id="spaces that look like spaces"),
        pytest.param("\ud800", r"\ud800", id="lone surrogate"),
        pytest.param("\U000e0041", r"\U000e0041", id="tag character"),
        pytest.param("\ue000", r"\ue000", id="private use"),
        pytest.param("\u3164\u115f\u2800", r"\u3164\u115f\u2800", id="blank letters"),
        pytest.param("a\ufe0f\U000e0100", r"a\ufe0f\U000e0100", id="variation selectors"),
        pytest.param("❤\ufe0f\ufe0f", "❤\ufe0f" + r"\ufe0f", id="second variation selector"),
    ],
)
def test_everything_else_becomes_visible(text: str, shown: str) -> None:
    assert terminal(text) == shown
