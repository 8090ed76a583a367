"""`${var.name}` in texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpconf.config.variables import Variables
from lpconf.model.errors import InvalidConfiguration
from tests.config.conftest import CONNECTOR, ENGAGEMENT, HEAD, Diagnose, Load

VARS = f"{HEAD}vars: {{a: from file, n: 010, f: 1.10, t: True, u: no-quotes}}\nconnectors:\n  - name: x\n"


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("${var.a}", "from file"),
        ("<${var.a}${var.a}>", "<from file" "from file>"),
        ("${var.n}", "010"),
        ("${var.f}", "1.10"),
        ("${var.t}", "true"),
        ("$${var.a}", "${var.a}"),
        ("$$${var.a}", "$${var.a}"),
        ("$a $ {x} $5", "$a $ {x} $5"),
    ],
)  # fmt: skip
def test_values_are_filled_in_as_they_are_written(load_text: Load, text: str, filled: str) -> None:
    assert load_text(f"{VARS}    client_id: '{text}'\n").things[0].fields["client_id"] == filled


def test_an_aliased_number_fills_in_too(load_text: Load) -> None:
    text = f"{HEAD}vars: {{a: &n 12, b: *n, c: &t true, d: *t}}\nconnectors:\n- name: ${{var.b}} ${{var.d}}\n"
    assert str(load_text(text).things[0].address) == 'connector["12 true"]'


def test_the_option_beats_the_environment_and_that_beats_the_file(load_text: Load) -> None:
    text = f"{VARS}    client_id: ${{var.a}}\n"
    environ = {"LPCONF_VAR_a": "from environment", "a": "never", "LPCONF_VAR_A": "never"}
    assert load_text(text, environ=environ).things[0].fields["client_id"] == "from environment"
    given_too = load_text(text, environ=environ, variables={"a": "from option"})
    assert given_too.things[0].fields["client_id"] == "from option"


def test_the_environment_is_out_of_reach_without_the_prefix(
    diagnose: Diagnose, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/never")
    (found,) = diagnose(f"{CONNECTOR}    client_id: ${{var.HOME}}\n")
    assert found.message == "the variable HOME is not set"
    assert all(way in found.hint for way in ("--var HOME=", "LPCONF_VAR_HOME", "vars:"))


def test_a_value_is_not_filled_in_again(load_text: Load) -> None:
    text = f"{CONNECTOR}    client_id: ${{var.a}}\n"
    assert load_text(text, variables={"a": "${var.b}"}).things[0].fields["client_id"] == "${var.b}"


def test_variables_work_in_names_references_and_extra(load_text: Load) -> None:
    text = f"""{ENGAGEMENT}        connector: ${{var.x}}
        entry_points: ['${{var.x}}']
        extra: {{a: ['${{var.x}}']}}
"""
    thing = load_text(text, variables={"x": "X"}).things[1]
    assert thing.fields == {"connector": "X", "entry_points": ("X",)}
    assert thing.extra == {"a": ["X"]}


@pytest.mark.parametrize("text", ["${x}", "${var.}", "${var.a-b}", "${ var.a }", "${", "${var.a"])
def test_what_is_no_variable_asks_for_two_dollars(diagnose: Diagnose, text: str) -> None:
    (found,) = diagnose(f"{CONNECTOR}    client_id: '{text}'\n")
    assert found.code == "variable.syntax"
    assert "$${" in found.hint


def test_an_item_that_is_filled_with_nothing(diagnose: Diagnose) -> None:
    (found,) = diagnose(f"{CONNECTOR}    acr_values: ['${{var.x}}']\n", variables={"x": ""})
    assert (found.code, found.path) == ("value.empty", "connectors[0].acr_values[0]")


def test_what_is_filled_in_is_checked(diagnose: Diagnose) -> None:
    text = f"{CONNECTOR}    jwks_endpoint: ${{var.u}}\n    client_id: ${{var.e}}\n    jwt_issuer: ${{var.c}}\n"
    found = diagnose(text, variables={"u": "http://x", "e": "", "c": "a\nb"})
    assert [each.code for each in found] == ["value.url", "value.empty", "value.character"]


def test_a_small_file_cannot_ask_for_much_memory(diagnose: Diagnose) -> None:
    (one,) = diagnose(f"{CONNECTOR}    client_id: '{'${var.x}' * 20}'\n", variables={"x": "y" * 10_000})
    assert one.code == "variable.size"
    many = "".join(f"- {{name: n{n}, client_id: '${{var.x}}'}}\n" for n in range(300))
    assert {each.code for each in diagnose(f"{HEAD}connectors:\n{many}", variables={"x": "y" * 90_000})} == {
        "variable.size"
    }


@given(st.text())
def test_doubling_the_dollars_gives_any_text_back(text: str) -> None:
    assert Variables({}, {}, {}).fill(text.replace("${", "$${")) == text


@pytest.mark.parametrize("name", ["hots", "x"])
def test_a_misspelled_option_is_an_error_and_not_silence(load_text: Load, name: str) -> None:
    text = f"{HEAD}vars: {{host: a}}\nconnectors:\n  - name: ${{var.host}}\n"
    with pytest.raises(InvalidConfiguration) as caught:
        load_text(text, variables={name: "b"})
    (found,) = caught.value.diagnostics
    assert found.message == f'--var: no variable is named "{name}"'
    assert load_text(text, variables={"host": "b"}).things[0].address.selector.value == "b"
