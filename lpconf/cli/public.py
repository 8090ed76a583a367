"""What a command with `--addresses-only` says besides its result: errors and talk without names, values and hosts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from lpconf.model.errors import InvalidConfiguration, LpconfError


def error(found: LpconfError) -> LpconfError:
    """The same error as everybody may read it: its kind, its exit code, and the places of diagnostics."""
    if isinstance(found, InvalidConfiguration):
        from lpconf.report.review import diagnostics_without_values

        return InvalidConfiguration(diagnostics_without_values(found.diagnostics))
    code = int(found.exit_code)
    told = LpconfError(
        f"{found.in_public}\nWhat more there is to say may hold values and is not shown (exit code {code})."
    )
    told.exit_code = found.exit_code
    told.in_public = found.in_public
    return told


@contextmanager
def errors(*, addresses_only: bool) -> Iterator[None]:
    """Let errors out as everybody may read them, if `addresses_only`."""
    try:
        yield
    except LpconfError as found:
        if addresses_only:
            raise error(found) from None
        raise


def command(function: Callable[..., Any]) -> Callable[..., Any]:
    """A command's function, whose errors are for everybody to read where it was asked for addresses only."""

    @wraps(function)
    def run(**options: Any) -> Any:
        with errors(addresses_only=bool(options.get("addresses_only"))):
            return function(**options)

    return run


def tell(message: str, in_public: str = "", *, addresses_only: bool) -> None:
    """Say on stderr the message, or with `addresses_only` what everybody may read of it: nothing if that is empty."""
    from lpconf.cli.output import tell as say

    if told := in_public if addresses_only else message:
        say(told)
