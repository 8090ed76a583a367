"""Moments and spans of time, in words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from lpconf.model.errors import LpconfError

DAY = 86_400
_YEAR = 365.25 * DAY
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": DAY}
_LONGEST_LIFETIME = 36_500 * DAY


def utc(seconds: float) -> str:
    """Seconds since 1970 as `2018-08-22 21:05:30 UTC`."""
    try:
        moment = _EPOCH + timedelta(seconds=int(seconds))
    except OverflowError:
        return "a date that no calendar has"
    return moment.strftime(f"{moment.year:04}-%m-%d %H:%M:%S UTC")


def span(seconds: float) -> str:
    """A length of time in its largest fitting unit, rounded: `8 years`, `730 days`, `59 minutes`."""
    for unit, size, least in (
        ("year", _YEAR, 2 * _YEAR),
        ("day", DAY, 2 * DAY),
        ("hour", 3600, 7200),
        ("minute", 60, 120),
    ):
        if seconds >= least:
            return f"{round(seconds / size)} {unit}s"
    whole = round(seconds)
    return f"{whole} second{'' if whole == 1 else 's'}"


def lifetime(text: str) -> int:
    """The seconds of `90`, `45s`, `30m`, `1h` or `7d`. Raises LpconfError for anything else, and over 100 years."""
    found = re.fullmatch(r"([0-9]{1,10})([smhd]?)", text)
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 0 < seconds <= _LONGEST_LIFETIME:
        raise LpconfError("A lifetime is a number with s, m, h or d, such as 30m or 1h, up to 36500d.")
    return seconds
