"""The one type for everything that a user is told about their configuration."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
