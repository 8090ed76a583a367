from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lpconf.liveperson.errors import Conflict, NotFound, Refused, TooMany, shown


def test_a_plain_text_is_shown_as_it_is() -> None:
    assert shown("CSRF token invalid: größer") == "CSRF token invalid: größer"


def test_line_breaks_become_spaces() -> None:
    assert shown("one\r\n  two\tthree") == "one two three"


def test_what_steers_a_terminal_is_escaped() -> None:
    assert shown("\x1b[2J\u202e\x00\ud800") == "\\x1b[2J\\u202e\\x00\\ud800"


def test_a_long_text_is_cut() -> None:
    text = shown("x" * 500)
    assert len(text) == 200
    assert text.endswith("x...")


@pytest.mark.parametrize(
    "spelling", ['a"b c/ü', 'a\\"b c/\\u00fc', 'a\\"b c/ü', "a%22b%20c%2F%C3%BC", "a%22b+c%2F%C3%BC"]
)
def test_a_secret_is_hidden_in_any_spelling(spelling: str) -> None:
    assert shown(f"bad value {spelling}!", ('a"b c/ü',)) == "bad value (hidden)!"


def test_a_secret_is_hidden_before_the_text_is_cut() -> None:
    assert "tail" not in shown("x" * 195 + "tail-of-a-secret", ("tail-of-a-secret",))


def test_a_secret_within_a_longer_one_leaves_no_rest() -> None:
    assert shown("abcdef", ("abc", "abcdef")) == "(hidden)"


def test_an_empty_secret_hides_nothing() -> None:
    assert shown("text", ("",)) == "text"


@given(st.text(), st.text(min_size=8))
@example("\ud800", "secret\udc80")
def test_any_text_becomes_one_short_printable_line(text: str, secret: str) -> None:
    result = shown(text + secret + quote(secret.encode("utf-8", "surrogatepass")), (secret,))
    assert result.isprintable()
    assert len(result) <= 200


def test_all_refusals_carry_their_status_and_say_that_nothing_was_written() -> None:
    assert isinstance(Conflict(412, "changed"), Refused)
    assert NotFound(410, "gone").status == 410
    assert TooMany("slow down", 7.0).status == 429
    assert TooMany("slow down", 7.0).retry_after == 7.0
