"""Findings in short, and the codes of LivePerson's identity provider (consumer-side 2.4 [seen])."""

from __future__ import annotations

import json

from lpconf.model.json import Json
from lpconf.model.quirks import Evidence
from lpconf.model.token import Finding, Status

NOT_A_JWT = ("1001", "1008", "1009")
NO_SUCH_ALGORITHM = ("1003",)
DECRYPTION_FAILED = ("1004",)
BAD_KEY = ("1005", "1028")
CLAIM_MISSING = ("1011",)
EXPIRED = ("1012",)
BAD_SDES = ("1026",)
UNKNOWN_KID = ("1041",)
NO_KID = ("1042",)
BAD_SIGNATURE = ("9007",)

_LONGEST = 60
"""How many characters of a value a message shows."""


def ok(code: str, message: str) -> Finding:
    """Something that is as it should be."""
    return Finding(Status.OK, code, message)


def note(code: str, message: str, hint: str = "", *, evidence: Evidence | None = None) -> Finding:
    """Something worth knowing."""
    return Finding(Status.NOTE, code, message, hint, (), evidence)


def warning(
    code: str, message: str, hint: str = "", *, idp: tuple[str, ...] = (), evidence: Evidence | None = None
) -> Finding:
    """Something that LivePerson may take, and that is wrong or dangerous."""
    return Finding(Status.WARNING, code, message, hint, idp, evidence)


def unchecked(code: str, message: str, hint: str = "", *, idp: tuple[str, ...] = ()) -> Finding:
    """Something that only LivePerson can check; `idp` is what it answers if that fails."""
    return Finding(Status.UNCHECKED, code, message, hint, idp, Evidence.SEEN)


def error(
    code: str, message: str, hint: str = "", *, idp: tuple[str, ...] = (), evidence: Evidence = Evidence.SEEN
) -> Finding:
    """Something for which LivePerson refuses the token."""
    return Finding(Status.ERROR, code, message, hint, idp, evidence)


def shown(value: Json) -> str:
    """A value of a token as a message shows it: JSON, cut when it is long."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    text = json.dumps(value, ensure_ascii=False)
    if len(text) <= _LONGEST:
        return text
    end = '..."' if isinstance(value, str) else "..."
    return f"{text[: _LONGEST - len(end)]}{end}"


def listed(words: tuple[str, ...]) -> str:
    """Words as a sentence lists them: `a`, `a and b`, `a, b and c`."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
