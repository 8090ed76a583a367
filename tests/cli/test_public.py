"""Errors and talk as everybody may read them."""

from __future__ import annotations

import pytest

from lpconf.cli import public
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.errors import AccessError, ExitCode, InvalidConfiguration, LpconfError, StaleError
from lpconf.model.site import Position

SECRET = "secret-value"
PLACE = Position("site.yaml", 3, 4)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (LpconfError(SECRET), "The command failed."),
        (LpconfError(SECRET, in_public="No such run."), "No such run."),
        (AccessError(SECRET), "lpconf could not sign in, is not allowed to, or did not reach LivePerson."),
        (StaleError(SECRET), "The plan is stale"),
    ],
)
def test_an_error_says_what_it_is_about_and_keeps_its_exit_code(error: LpconfError, told: str) -> None:
    shown = public.error(error)

    assert str(shown).startswith(told)
    assert f"(exit code {int(error.exit_code)})" in str(shown)
    assert shown.exit_code is error.exit_code
    assert SECRET not in repr(shown)
    assert str(public.error(shown)) == str(shown)


def test_of_a_configuration_s_errors_place_and_rule_are_left() -> None:
    diagnostic = Diagnostic(Severity.ERROR, "schema.enum", SECRET, SECRET, SECRET, PLACE, SECRET)

    shown = public.error(InvalidConfiguration((diagnostic,)))

    assert isinstance(shown, InvalidConfiguration)
    assert shown.diagnostics == (
        Diagnostic(
            Severity.ERROR, "schema.enum", "The YAML does not fit lpconf's schema (schema.enum).", position=PLACE
        ),
    )


def failing(**options: bool) -> None:
    raise AccessError(SECRET)


@pytest.mark.parametrize("options", [{}, {"addresses_only": False}])
def test_a_command_s_errors_are_told_whole_unless_addresses_only_is_asked_for(options: dict[str, bool]) -> None:
    with pytest.raises(AccessError, match=SECRET):
        public.command(failing)(**options)


def test_with_addresses_only_no_error_of_a_command_gets_out_as_it_is() -> None:
    with pytest.raises(LpconfError) as caught:
        public.command(failing)(addresses_only=True)

    assert SECRET not in str(caught.value)
    assert caught.value.exit_code is ExitCode.ACCESS
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("addresses_only", "in_public", "said"),
    [(False, "", f"{SECRET}\n"), (True, "", ""), (True, "Two lines.", "Two lines.\n")],
)
def test_talk_is_for_everybody_or_left_out(
    capsys: pytest.CaptureFixture[str], addresses_only: bool, in_public: str, said: str
) -> None:
    public.tell(SECRET, in_public, addresses_only=addresses_only)

    assert capsys.readouterr() == ("", said)
