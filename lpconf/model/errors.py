"""Errors that users see, and exit codes. Light to import: every start of lpconf needs it."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lpconf.model.diagnostic import Diagnostic


class ExitCode(IntEnum):
    """What a command's exit code means. The same in every output format."""

    DONE = 0
    ERROR = 1
    CHANGES = 2
    STALE = 3
    PARTLY = 4
    BLOCKED = 5
    ACCESS = 6
    USAGE = 64


class LpconfError(Exception):
    """An error that a user can act on. Its text is complete: no traceback goes with it.

    `in_public` is what everybody may read of it: sentences without names, values, hosts and paths.
    """

    exit_code = ExitCode.ERROR
    in_public = "The command failed."

    def __init__(self, *message: str, in_public: str = "") -> None:
        super().__init__(*message)
        if in_public:
            self.in_public = in_public


class InvalidConfiguration(LpconfError):  # noqa: N818 - reads as what it is
    """The configuration has errors. Carries all of them, in the files' order."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(f"{len(diagnostics)} errors in the configuration")
        self.diagnostics = diagnostics


class AccessError(LpconfError):
    """Could not sign in, not allowed, or not reachable; nothing was written."""

    exit_code = ExitCode.ACCESS
    in_public = "lpconf could not sign in, is not allowed to, or did not reach LivePerson. Nothing was written."


class StaleError(LpconfError):
    """The live settings are not what the plan was made of; nothing was written."""

    exit_code = ExitCode.STALE
    in_public = "The plan is stale: the account has changed since it was made. Nothing was written. Plan again."
