"""What LivePerson may answer instead of what was asked, as errors whose text is complete for the user.

Whatever is about signing in, permission or reaching a host is `lpconf.model.errors.AccessError`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from lpconf.model.errors import LpconfError

_LONGEST_QUOTE = 200


class Refused(LpconfError):  # noqa: N818 - reads as what it is
    """The request was refused with `status`, a 4xx. Certainly nothing was changed by it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message, in_public=f"A request was refused ({status}).")
        self.status = status


class Conflict(Refused):
    """409 or 412: the collection has changed since it was read, or a name is taken (facts 3.3)."""


class NotFound(Refused):
    """404 or 410, or the thing is marked as deleted."""


class TooMany(Refused):
    """429 on a write. `retry_after` is what LivePerson asks to wait, in seconds, or None if it does not say."""

    def __init__(self, message: str, retry_after: float | None) -> None:
        super().__init__(429, message)
        self.retry_after = retry_after


class OutcomeUnknown(LpconfError):  # noqa: N818
    """A write was sent, and no answer tells whether it took effect."""

    in_public = "A write was sent, and no answer tells whether it took effect. Run the plan again."


class UnexpectedAnswer(LpconfError):  # noqa: N818
    """A read was answered with something of another shape, size or type than LivePerson's API has."""

    in_public = "An answer has another shape, size or type than LivePerson's API has."


def quotation(server: str, said: str) -> str:
    """A further line that quotes what a server says, as a whole sentence; empty where it says nothing."""
    if not said:
        return ""
    return f"\n{server} says: {said}" if said.endswith((".", "!", "?")) else f"\n{server} says: {said}."


def shown(text: str, hide: Iterable[str] = ()) -> str:
    """A foreign text as a message may quote it: at most 200 characters, in one line, nothing that steers a terminal.

    Every text of `hide` is masked, also where it stands JSON-escaped or percent-encoded.
    """
    for secret in sorted(filter(None, hide), key=len, reverse=True):
        for spelling in (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
            text = text.replace(spelling, "(hidden)")
        # A lone surrogate, which an environment variable may hold, has no percent-encoding.
        encoded = secret.encode("utf-8", "surrogatepass")
        for spelling in (quote(encoded, safe=""), quote_plus(encoded)):
            text = text.replace(spelling, "(hidden)")
    flat = " ".join(text[: 2 * _LONGEST_QUOTE].split())
    plain = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in flat)
    return plain if len(plain) <= _LONGEST_QUOTE else plain[: _LONGEST_QUOTE - 3] + "..."
