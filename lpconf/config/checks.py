"""Rules for single values, after their variables are filled in. Each raises BadValueError."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

from lpconf.config.problems import BadValueError
from lpconf.config.words import did_you_mean, quoted

_DATE = "%Y-%m-%d %H:%M:%S"
_DATE_SHAPE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)

# Marks that change the direction of what follows: they make a name look like another one in a review.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")
_ADDRESS = re.compile(r"[!-~]+")


def single_line(text: str) -> None:
    """A name or another text of one line: without control characters, and without white space around it."""
    if text.isascii() and text.isprintable():
        _refuse_space(text)
        return
    if _CONTROL.search(text):
        raise BadValueError("value.character", "this text holds a line break or another control character")
    _refuse_direction(text)
    _refuse_space(text)


def many_lines(text: str) -> None:
    """A text that may have several lines."""
    if _CONTROL.search(re.sub(r"[\t\r\n]", "", text)):
        raise BadValueError("value.character", "this text holds a control character")
    _refuse_direction(text)


def _refuse_direction(text: str) -> None:
    if found := _DIRECTION.search(text):
        raise BadValueError(
            "value.character",
            f"this text holds the invisible character U+{ord(found[0]):04X}, which changes the order of what follows",
            "Remove it.",
        )


def _refuse_space(text: str) -> None:
    if text != text.strip():
        raise BadValueError(
            "value.space", f"{quoted(text)} has white space around it", f"Write {quoted(text.strip())}."
        )


def https_url(text: str) -> None:
    """An https address: with a host, without user and password."""
    # First, so that no other message shows a password.
    if re.search(r"://[^/?#]*@", text):
        raise BadValueError(
            "value.url", "an address must not hold a user name or a password", "Remove what is before @."
        )
    if not _ADDRESS.fullmatch(text) or "\\" in text:
        raise BadValueError(
            "value.url",
            f"{quoted(text)} holds a character that an address cannot have",
            "Write other characters as %XX, and an international host name in its xn-- form.",
        )
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        port_is_sane = parts.port is None or parts.port > 0
    except ValueError:
        raise BadValueError("value.url", f"{quoted(text)} is not an address", _URL_HINT) from None
    if parts.scheme != "https":
        raise BadValueError("value.url", f"{quoted(text)} is not an https address", _URL_HINT)
    if not port_is_sane or not (_is_host_name(host) or _is_ip(host)):
        raise BadValueError("value.url", f"{quoted(text)} has no proper host name", _URL_HINT)


_URL_HINT = "Write an address such as https://idp.example.com/authorize."


def _is_host_name(host: str) -> bool:
    labels = host.removesuffix(".").split(".")
    return len(host) <= 253 and all(_LABEL.fullmatch(label) for label in labels)


def _is_ip(host: str) -> bool:
    from ipaddress import ip_address  # hardly ever needed

    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def date_time(text: str) -> None:
    """`YYYY-MM-DD HH:MM:SS`, as LivePerson writes it (facts 5.2)."""
    try:
        if not _DATE_SHAPE.fullmatch(text):
            raise ValueError
        datetime.strptime(text, _DATE)  # noqa: DTZ007 - the campaign's time zone is a field of its own
    except ValueError:
        hint = f'Write it as "{text} 00:00:00".' if _is_date(text) else 'Write it as "2026-01-05 00:00:00".'
        raise BadValueError("value.date", f"{quoted(text)} is not a date and time", hint) from None


def _is_date(text: str) -> bool:
    try:
        return len(text) == 10 and bool(datetime.strptime(text, "%Y-%m-%d"))  # noqa: DTZ007 - see date_time
    except ValueError:
        return False


def time_zone(text: str) -> None:
    """A time zone by its IANA name. Where the system has no time zone data, only the shape is checked."""
    if _knows_zone(text):
        return
    from zoneinfo import available_timezones  # 90 ms, for mistakes only

    known = available_timezones()
    if not known and re.fullmatch(r"[A-Za-z]+(/[A-Za-z0-9_+-]+){0,2}", text):
        return
    guess = did_you_mean(text, sorted(known))
    raise BadValueError(
        "value.time_zone", f"{quoted(text)} is not a time zone{guess}", "Write a name such as America/New_York."
    )


def _knows_zone(text: str) -> bool:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # needed for campaigns only

    try:
        return ZoneInfo(text).key == text and "." not in text and text not in {"localtime", "posixrules"}
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def script_path(text: str) -> None:
    """The name of a function or an object of the page, such as `window.auth.getToken`."""
    # JavaScript's identifiers are Python's, and $.
    if not all(part.replace("$", "_").isidentifier() for part in text.split(".")):
        hint = (
            "Write the name alone, without ()."
            if text.endswith(")")
            else "Write a name such as lpGetAuthenticationToken."
        )
        raise BadValueError("value.script", f"{quoted(text)} is not the name of something in a page's script", hint)
