"""Any bytes are a site or a list of what is wrong, never another exception."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lpconf.config import load
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.errors import InvalidConfiguration
from lpconf.resources.kinds import MANAGED

EXAMPLE = (Path(__file__).parents[2] / "examples" / "site.yaml").read_bytes()

ANY = settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])

SCALARS = st.sampled_from(
    ["x", "''", "yes", "~", "5", "0x5", "1.5", ".inf", "default", "true", "${var.x}", "${", "$${", "*a", "&a x", "!x y",
     "{unset: true}", "{id: 5}", "{file: x.pem}", "{env: LPCONF_SECRET_X}", "[]", "[a, a]", "{}", "https://a.b",
     "{a: {b: c}}", "{configuration: {x: y}}", "'a\n\n b'", "\"\\u202e\"", "2026-01-05 00:00:00", "Europe/Berlin",
     "implicit", "code", "[{name: x, engagements: [{name: y}]}]", "[{find: default}]", "[[]]", "[~]"]
)  # fmt: skip
WORDS = sorted({field.word for resource in MANAGED for field in resource.fields})
KEYS = st.sampled_from(
    [*WORDS, "id", "find", "extra", "engagements", "lifecycle", "zzz", "5", "on", "<<", "[a]", "? a"]
)


def outcome(path: Path) -> tuple[Diagnostic, ...]:
    """What is wrong with the file, if anything."""
    try:
        load([path], variables={}, environ={})
    except InvalidConfiguration as error:
        # Without a diagnostic the user would not know what to mend.
        return error.diagnostics or (Diagnostic(Severity.ERROR, "", ""),)
    return ()


def check(folder: Path, data: bytes) -> None:
    path = folder / "site.yaml"
    path.write_bytes(data)
    lines = re.split("\r\n|\r|\n", data.decode("utf-8", "replace").removeprefix("\ufeff"))
    for each in outcome(path):
        assert each.message
        assert each.message.isprintable()
        assert each.position
        assert 1 <= each.position.line <= len(lines)
        assert 1 <= each.position.column <= len(lines[each.position.line - 1]) + 2


@ANY
@given(st.binary(max_size=200))
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    check(tmp_path, data)


@ANY
@given(st.text(string.printable + "é\u2028\u00a0\ufeff", max_size=200))
@example("? ")
@example("- ")
@example("!!")
@example("&a")
@example("{? a}")
@example("a: 'x'y")
@example('"\\')
def test_any_text(tmp_path: Path, text: str) -> None:
    check(tmp_path, text.encode())


@ANY
@given(st.text("abc:-?[]{},#&*!|>'\"%@` \n\t.0<", max_size=60))
def test_any_punctuation(tmp_path: Path, text: str) -> None:
    check(tmp_path, text.encode())


@ANY
@given(st.integers(0, len(EXAMPLE)), st.integers(0, 40), st.binary(max_size=10))
def test_the_example_with_a_piece_exchanged(tmp_path: Path, at: int, length: int, piece: bytes) -> None:
    check(tmp_path, EXAMPLE[:at] + piece + EXAMPLE[at + length :])


@ANY
@given(
    st.sampled_from(["connectors", "campaigns", "engagements"]),
    st.lists(st.tuples(KEYS, SCALARS), max_size=8),
    st.dictionaries(st.sampled_from(["label", "requires", "vars", "account", "version", "add"]), SCALARS, max_size=3),
)
def test_any_words_with_any_values(
    tmp_path: Path, kind: str, entries: list[tuple[str, str]], top: dict[str, str]
) -> None:
    above = "campaigns:\n- name: c\n  " if kind == "engagements" else ""
    indent = "    " if above else "  "
    body = "".join(f"{indent}{key}: {value}\n" for key, value in entries)
    head = {"version": "1", "account": "'1'", **top}
    text = "".join(f"{key}: {value}\n" for key, value in head.items())
    check(tmp_path, f"{text}{above}{kind}:\n{indent[2:]}- name: a\n{body}".encode())


@pytest.mark.parametrize("data", [b"", b"\0", b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf", b"\r", b"%", b"\x80"])
def test_small_oddities(tmp_path: Path, data: bytes) -> None:
    check(tmp_path, data)
