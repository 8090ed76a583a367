"""Plain scalars as the core schema of YAML 1.2 reads them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from lpconf.config.problems import Complaint
from lpconf.config.words import quoted

_CONSTANTS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# Truth values in YAML 1.1, text in YAML 1.2: whoever writes them may mean either.
_AMBIGUOUS: Mapping[str, str] = {"yes": "true", "on": "true", "no": "false", "off": "false"}

_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NUMBER_STARTS = frozenset("-+.0123456789")

_LARGEST = 2**63
_LONGEST_NUMBER = 40

_TOO_BIG = Complaint("yaml.number", "this number is too large", "Put it in quotes if it is text.")


def resolve(text: str) -> bool | int | float | str | Complaint | None:
    """The value of a plain scalar, or what is wrong with it.

    Dates, sexagesimal numbers and everything else that YAML 1.2 does not know is text; `010` is ten.
    """
    if text[:1] in _NUMBER_STARTS and text:
        return _number(text)
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if len(text) <= 3 and (meant := _AMBIGUOUS.get(text.lower())):
        return Complaint(
            "yaml.ambiguous",
            f"{text} without quotes is text to some tools and {meant} to others",
            f"Write {meant}, or put it in quotes if it is text: {quoted(text)}.",
        )
    return text


def _number(text: str) -> int | float | str | Complaint:
    base = 0 if _OTHER_BASE.fullmatch(text) else 10
    if base == 0 or _INTEGER.fullmatch(text):
        # Python refuses thousands of digits, and JSON readers lose them long before.
        if len(text) > _LONGEST_NUMBER:
            return _TOO_BIG
        number = int(text, base)
        return number if -_LARGEST <= number < _LARGEST else _TOO_BIG
    if _FLOAT.fullmatch(text):
        return fraction if math.isfinite(fraction := float(text)) else _TOO_BIG
    if _NOT_FINITE.fullmatch(text):
        return Complaint("yaml.number", f"{text} is not a number that can be stored", "Put it in quotes if it is text.")
    return text
