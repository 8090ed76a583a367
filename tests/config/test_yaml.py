"""YAML 1.2, and what of YAML is refused."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lpconf.config import parser
from lpconf.config.problems import Complaint
from lpconf.config.scalars import resolve
from tests.config.conftest import CONNECTOR, DEMO_PEM, HEAD, Diagnose, Load, told


def extra(load_text: Load, text: str) -> Any:
    """A value as YAML reads it. In a list it may be null."""
    read: Any = load_text(f"{CONNECTOR}    extra: {{x: [{{y: {text}}}]}}\n").things[0].extra["x"]
    return read[0]["y"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-12", -12),
        ("+12", 12),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("9223372036854775807", 2**63 - 1),
        ("2026-01-05", "2026-01-05"),
        ("12:30:45", "12:30:45"),
        ("0b11", "0b11"),
        ("1_000", "1_000"),
        ("tRUE", "tRUE"),
        ("y", "y"),
        ("n", "n"),
        ("'yes'", "yes"),
        ('"no"', "no"),
        ("yess", "yess"),
        ("one", "one"),
        ("'12'", "12"),
        ("1.2.3", "1.2.3"),
        ("+", "+"),
        ("-x", "-x"),
        ("e3", "e3"),
    ],
)
def test_scalars(load_text: Load, text: str, value: object) -> None:
    read = extra(load_text, text)
    assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize("text", ["yes", "no", "on", "off", "Yes", "NO", "On", "oFF"])
def test_ambiguous_truth_values_are_refused_as_values_and_as_keys(diagnose: Diagnose, text: str) -> None:
    value, key = diagnose(f"{CONNECTOR}    extra: {{x: {text}, {text}: 1}}\n")
    assert (value.code, value.path) == ("yaml.ambiguous", "connectors[0].extra.x")
    assert f'"{text}"' in value.hint
    assert key.code == "yaml.ambiguous"


@pytest.mark.parametrize("text", [".inf", "-.INF", ".nan", "1e999", "9" * 30, "9" * 5000, "9223372036854775808"])
def test_numbers_that_cannot_be_stored(diagnose: Diagnose, text: str) -> None:
    assert [each.code for each in diagnose(f"{CONNECTOR}    extra: {{x: {text}}}\n")] == ["yaml.number"]


@given(st.text(max_size=20))
def test_every_plain_text_has_a_value_or_a_complaint(text: str) -> None:
    value = resolve(text)
    assert value is None or isinstance(value, bool | int | float | str | Complaint)
    if isinstance(value, str):
        assert value == text


def test_aliases_repeat_a_value(load_text: Load) -> None:
    site = load_text(f"{HEAD}connectors:\n- {{name: A, extra: &e {{x: [1]}}}}\n- {{name: B, extra: *e}}\n")
    assert site.things[0].extra == site.things[1].extra == {"x": [1]}


def test_an_alias_may_be_a_key(load_text: Load) -> None:
    assert load_text(f"{CONNECTOR}    extra: {{&a x: 1, y: {{*a : 2}}}}\n").things[0].extra == {"x": 1, "y": {"x": 2}}


def test_a_mistake_that_an_alias_repeats_is_told_once(diagnose: Diagnose) -> None:
    found = diagnose(f"{HEAD}connectors:\n- {{name: A, acr_values: &a [1]}}\n- {{name: B, acr_values: *a}}\n")
    assert len(found) == 1


@pytest.mark.parametrize(
    "text", [f"\ufeff{HEAD}", HEAD.replace("\n", "\r\n"), HEAD.replace("\n", "\r"), f"---\n{HEAD}...\n# end"]
)
def test_marks_and_line_ends_of_every_system(load_text: Load, text: str) -> None:
    assert load_text(text).account == "12345678"


SYNTAX = [
    (f"{CONNECTOR}\tflow: implicit\n", "5:1", "a tab cannot indent"),
    (f"{CONNECTOR}    \tflow: implicit\n", "5:5", "a tab cannot indent"),
    (f"{CONNECTOR}   flow: implicit\n", "5:4", "the indentation does not fit the list above"),
    (f"{HEAD}  label: x\n", "3:3", "the indentation does not fit the lines above"),
    (f"{HEAD}vars:\n  a: b\n c: d\n", "5:2", "the indentation does not fit the lines above"),
    (f"{CONNECTOR}    description: a: b\n", "5:19", 'a ":" is not allowed here'),
    (f"{CONNECTOR}    description: 'x\n", "5:18", "the quote that opens here is never closed"),
    (
        f"{CONNECTOR}    acr_values: [a, b\n    flow: implicit\n",
        "5:17",
        'the list that opens here is not closed, or lacks a "," between two items',
    ),
    (
        f"{CONNECTOR}    extra: {{a\n",
        "5:12",
        'the map that opens here is not closed, or lacks a "," between two entries',
    ),
    (f"{CONNECTOR}    description: @x\n", "5:18", 'a text cannot start with "@"'),
    (f"{CONNECTOR}    description: *foo*\n", "5:18", 'a text cannot start with "*" or "&"'),
    (
        f'{CONNECTOR}    description: "\\q"\n',
        "5:19",
        "a backslash in double quotes starts an escape, and this one does not exist",
    ),
    (f'{CONNECTOR}    description: "\\xZZ"\n', "5:21", "this escape is not the number of a character"),
    (f"{CONNECTOR}    flow:implicit\n", "5:5", 'a line that is not "key: value" stands here'),
    (f"{HEAD}label: |x\n  a\n", "3:9", "a block of text starts wrongly"),
    (f"{HEAD}label: - a\n", "3:8", 'a "- " is not allowed here'),
    (f"{CONNECTOR}    acr_values: [a, ${{var.x}}]\n", "5:21", "a text with a variable needs quotes inside [ ] and { }"),
    (f"{CONNECTOR}    extra: {{a: b-${{var.x}}}}\n", "5:16", "a text with a variable needs quotes inside [ ] and { }"),
    (f"{HEAD}label: ? a\n", "3:8", 'a "? " is not allowed here'),
    (f"{HEAD}\u00a0label\n", "3:1", "a non-breaking space stands here"),
    (f"{HEAD}label: !<a\n", "3:11", "this is not valid YAML"),
]


@pytest.mark.parametrize(("text", "place", "message"), SYNTAX)
def test_syntax_errors_in_plain_words(diagnose: Diagnose, text: str, place: str, message: str) -> None:
    assert told(diagnose(text)) == [f"site.yaml:{place}: : {message}"]


@pytest.mark.parametrize(("text", "place", "message"), SYNTAX)
def test_syntax_errors_without_libyaml(
    diagnose: Diagnose, monkeypatch: pytest.MonkeyPatch, text: str, place: str, message: str
) -> None:
    monkeypatch.delattr(yaml, "CSafeLoader")
    found = diagnose(text)
    assert len(found) == 1
    assert found[0].code == "yaml.syntax"


def test_the_parser_without_libyaml_reads_the_same(load_text: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{CONNECTOR}    extra: {{x: [1, é, '2']}}\n"
    fast = load_text(text)
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert load_text(text) == fast


REFUSED = [
    ("", "1:1", "the file declares nothing"),
    ("# nothing\n", "1:1", "the file declares nothing"),
    ("---\n", "1:1", "the file declares nothing"),
    ("- a\n", "1:1", 'the file holds a list instead of keys such as "version: 1"'),
    ("hello\n", "1:1", 'the file holds a single value instead of keys such as "version: 1"'),
    (f"{HEAD}---\n{HEAD}", "3:1", "a second document starts here"),
    (f"{HEAD}...\n%TAG ! x\n", "3:4", "a second document starts here"),
    (f"%YAML 1.1\n---\n{HEAD}", "1:1", 'a line that starts with "%" is not allowed here'),
    (f"# c\n\n%YAML 1.1\n---\n{HEAD}", "3:1", 'a line that starts with "%" is not allowed here'),
    (f"{HEAD}label: \x01\n", "3:8", "the character U+0001 is not allowed in YAML"),
    (f"{HEAD}label: a\u2028b\n", "3:9", "the character U+2028 is not allowed in YAML"),
    (f"{HEAD}label: é\0\n", "3:9", "the character U+0000 is not allowed in YAML"),
    (f"{HEAD}label: !!str 5\n", "3:8", "tags such as !x are not allowed"),
    (f"{HEAD}label: !!python/object/apply:os.system [x]\n", "3:8", "tags such as !x are not allowed"),
    (f"{HEAD}vars: {{<<: {{a: b}}}}\n", "3:8", "merge keys (<<) are not part of YAML 1.2"),
    (f"{HEAD}vars: {{1: b}}\n", "3:8", "this key is not text"),
    (f"{HEAD}vars: {{~: b}}\n", "3:8", "this key is not text"),
    (f"{HEAD}vars: {{[a]: b}}\n", "3:8", "a list or a map cannot be a key"),
    (f"{HEAD}vars: {{{{a: b}}: b}}\n", "3:8", "a list or a map cannot be a key"),
    (f"{HEAD}vars: {{*a : b}}\n", "3:8", "this alias stands for nothing that ends before it"),
    (f"{HEAD}version: 1\n", "3:1", '"version" is written twice in one place; the first is at site.yaml:1:1'),
    (f"{HEAD}label: *x\n", "3:8", "this alias stands for nothing that ends before it"),
    (f"{CONNECTOR}    extra: &x {{a: *x}}\n", "5:19", "this alias stands for nothing that ends before it"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "place", "message"), REFUSED)
def test_what_is_refused(diagnose: Diagnose, text: str, place: str, message: str) -> None:
    found = diagnose(text or b"\n")
    assert [(str(each.position), each.message) for each in found] == [(f"site.yaml:{place}", message)]


def test_half_a_character_is_refused(diagnose: Diagnose, monkeypatch: pytest.MonkeyPatch) -> None:
    # libyaml refuses the escape itself.
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert [each.code for each in diagnose(f'{HEAD}label: "\\ud800"\n')] == ["yaml.character"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{HEAD}x: {'[' * 70}{']' * 70}\n", "the values are nested deeper than 64 levels"),
        (f"{HEAD}x: {'[' * 2_000_000}", "the values are nested deeper than 64 levels"),
        (f"{HEAD}x:\n {'- ' * 70}a\n", "the values are nested deeper than 64 levels"),
        (f"{HEAD}x: &a [b]\ny: [{'*a,' * 100_001}]\n", "the aliases of this file add up to too much"),
    ],
)
def test_limits(diagnose: Diagnose, text: str, message: str) -> None:
    assert [each.message for each in diagnose(text)] == [message]


def test_the_number_of_values_is_limited(diagnose: Diagnose, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "MAX_VALUES", 1_000)
    found = diagnose(f"{HEAD}x: [{'a,' * 1_001}]\n")
    assert [each.message for each in found] == ["the file holds more than 1,000 values"]


def test_aliases_of_aliases_are_counted_in_full(diagnose: Diagnose) -> None:
    levels = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    levels += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert [each.code for each in diagnose(f"{HEAD}{chr(10).join(levels)}\n")] == ["yaml.limit"]


def test_aliases_cannot_hide_depth(diagnose: Diagnose) -> None:
    levels = ["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 80))]
    assert [each.code for each in diagnose(f"{HEAD}{chr(10).join(levels)}\n")] == ["yaml.limit"]


def test_only_so_many_errors_are_collected(diagnose: Diagnose) -> None:
    found = diagnose(f"{HEAD}connectors: [{'a,' * 5_000}]\n")
    assert len(found) == 1_000
    assert "Only the first 1000" in found[-1].hint


class TestAKeyWithItsRawLines:
    """`jwt_public_key: -----BEGIN ...` and the other lines below it, where no text of YAML goes on."""

    TEXT = (
        f"{CONNECTOR}    jwt_public_key: -----BEGIN PUBLIC KEY-----\nMIGfMA0GCSq\nhunter2AQAB=\n"
        "-----END PUBLIC KEY-----\n    flow: implicit\n"
    )

    @pytest.mark.parametrize(
        ("text", "place"),
        [
            (TEXT, "5:21"),
            (TEXT.replace("key: ", "key: |\n"), "6:1"),
            (TEXT.replace("key: ", "key:\n      "), "6:7"),
        ],
    )
    def test_is_told_how_to_stand(self, diagnose: Diagnose, text: str, place: str) -> None:
        (found,) = diagnose(text)
        assert (str(found.position), found.source) == (f"site.yaml:{place}", None)
        assert found.message == "a key of several lines needs | and indentation"
        assert "{file: keys/idp.pub.pem}" in found.hint
        assert "hunter2" not in repr(found)

    def test_is_called_private_if_it_is(self, diagnose: Diagnose) -> None:
        (found,) = diagnose(self.TEXT.replace("PUBLIC KEY-", "PRIVATE KEY-"))
        assert (found.code, found.message, found.source) == ("key.private", "this is a PRIVATE key", None)
        assert "make a new key pair" in found.hint

    PEM = "".join(f"      {line}\n" for line in DEMO_PEM.splitlines())

    @pytest.mark.parametrize("above", [f"jwt_public_key: |\n{PEM}", "# It begins so: -----BEGIN PUBLIC KEY-----\n"])
    def test_is_not_seen_in_an_error_below_a_whole_key_or_a_comment(self, diagnose: Diagnose, above: str) -> None:
        (found,) = diagnose(f"{CONNECTOR}    {above}    flow: a: b\n")
        assert found.message == 'a ":" is not allowed here'


@pytest.mark.parametrize("first", ["<<<<<<< HEAD", "<<<<<<<", "||||||| 1234567", "=======", ">>>>>>> other: side"])
def test_the_marks_of_a_merge_conflict_are_known(diagnose: Diagnose, first: str) -> None:
    (found,) = diagnose(f"{HEAD}{first}\nlabel: a\n=======\nlabel: b\n>>>>>>> other\n")
    assert str(found.position) == "site.yaml:3:1"
    assert found.message == "this line is git's mark of a merge conflict"
