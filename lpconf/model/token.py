"""What is known of a visitor's token before LivePerson sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from lpconf.model.json import JsonObject
from lpconf.model.quirks import Evidence


class Status(StrEnum):
    """What one finding says."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    UNCHECKED = "not checked"
    """It cannot be checked here, and it decides whether LivePerson accepts the token."""
    ERROR = "error"
    """LivePerson refuses the token for it."""


class Verdict(StrEnum):
    """What LivePerson would do with the token."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found in a token.

    `code` names the rule and is stable, such as `exp.expired`. `idp_codes` are the `internalErrorCode`s of
    LivePerson's identity provider that it leads to (consumer-side 2.4); several where one of them is meant, none where
    no code is known. `evidence` says how sure it is that LivePerson answers so; None for what is lpconf's own advice.
    `message` and `hint` may hold text from the token, which is not trusted; they never hold its signature.
    """

    status: Status
    code: str
    message: str
    hint: str = ""
    idp_codes: tuple[str, ...] = ()
    evidence: Evidence | None = None

    @property
    def answer(self) -> str:
        """The codes as a sentence says them: `1012`, `1001, 1008 or 1009`, or nothing."""
        *first, last = self.idp_codes or ("",)
        return f"{', '.join(first)} or {last}" if first else last


@dataclass(frozen=True, slots=True)
class TokenCheck:
    """What LivePerson would say to a token.

    `connector` is the address of the declared connector. `at` is the moment of the check in seconds since 1970.
    `findings` stand in the order in which LivePerson looks at a token, as far as that is known. `header` and `claims`
    are empty where the token could not be read.
    """

    connector: str
    at: float
    findings: tuple[Finding, ...]
    header: JsonObject = field(default_factory=dict)
    claims: JsonObject = field(default_factory=dict)

    def with_status(self, status: Status) -> tuple[Finding, ...]:
        """The findings of one status."""
        return tuple(finding for finding in self.findings if finding.status is status)

    @property
    def verdict(self) -> Verdict:
        """Refused for any error, unknown for anything that could not be checked."""
        if self.with_status(Status.ERROR):
            return Verdict.REFUSED
        return Verdict.UNKNOWN if self.with_status(Status.UNCHECKED) else Verdict.ACCEPTED

    @property
    def idp_codes(self) -> tuple[str, ...]:
        """The codes that LivePerson answers with: those of the first error. Empty where none is known."""
        return next((finding.idp_codes for finding in self.with_status(Status.ERROR)), ())

    @property
    def summary(self) -> str:
        """The verdict and its first reason, in one sentence. Not escaped: it may hold text from the token."""
        match self.verdict:
            case Verdict.ACCEPTED:
                return "LivePerson would accept this token."
            case Verdict.UNKNOWN:
                reason = self.with_status(Status.UNCHECKED)[0].message
                return f"lpconf finds nothing wrong with this token, but could not check all of it: {reason}."
            case Verdict.REFUSED:
                first = self.with_status(Status.ERROR)[0]
                would = "would probably" if first.evidence is Evidence.GUESS else "would"
                code = f"{first.answer}, " if first.answer else ""
                return f"LivePerson {would} refuse this token: {code}{first.message}."
