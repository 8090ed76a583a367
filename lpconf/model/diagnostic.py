"""The one type for everything that a user is told about their configuration, and the errors that carry it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from lpconf.model.site import Position


class Severity(StrEnum):
    """How bad a diagnostic is. Only an error stops a command."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message to the user.

    `code` names the rule and is stable, such as `schema.enum`. `path` is the place in the configuration, such as
    `connectors[0].flow`, or an address. `message` says what was found and what was expected; `hint` says what to do.
    `source` is the source line that the message is about; it stays empty for sensitive and key fields, whose
    message must not contain the value either.
    """

    severity: Severity
    code: str
    message: str
    path: str = ""
    hint: str = ""
    position: Position | None = None
    source: str | None = None


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
    """An error that a user can act on. Its text is complete: no traceback goes with it."""

    exit_code = ExitCode.ERROR


class InvalidConfiguration(LpconfError):  # noqa: N818 - reads as what it is
    """The configuration has errors. Carries all of them, in the files' order."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(f"{len(diagnostics)} errors in the configuration")
        self.diagnostics = diagnostics


class AccessError(LpconfError):
    """Could not sign in, not allowed, or not reachable; nothing was written."""

    exit_code = ExitCode.ACCESS
