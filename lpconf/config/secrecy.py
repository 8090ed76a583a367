"""Which source lines may be shown: none that may hold a secret or a key (design, habits)."""

from __future__ import annotations

import re
from collections.abc import Sequence

# The words of sensitive and key fields in both spellings, what people call such things, and what keys look like.
_TELLTALE = re.compile(
    r"secret|passw|private|credential|bearer|jwt_?public_?key|public_?key|-----|[A-Za-z0-9+/_]{48}|eyJ[\w-]{10}|://[^/\s]*@",
    re.IGNORECASE,
)
# Possessive: a line of spaces must not be tried in all ways.
_KEY_LINE = re.compile(r"""(?P<indent>(?:\s|-\s|[?]\s)*+)["']?[A-Za-z_][\w. -]*+["']?\s*:(?:\s|$)""")

_LOOK_BACK = 100
"""Lines to look back for the key that a line belongs to. The longest key in use takes about 60."""
_LONGEST = 1_000
"""A longer line helps nobody."""


def is_telltale(text: str) -> bool:
    """Whether a key's name or a line says that a secret or a key is near."""
    return _TELLTALE.search(text) is not None


def may_show(lines: Sequence[str], number: int) -> bool:
    """Whether the line with this number, counted from 1, may be shown.

    Looks at the line itself, and at the keys above that it belongs to.
    """
    line = lines[number - 1]
    if len(line) > _LONGEST or is_telltale(line):
        return False
    own = _KEY_LINE.match(line)
    indent = len(own["indent"]) if own else len(line) + _LONGEST
    lowest = max(number - 1 - _LOOK_BACK, 0)
    for above in reversed(lines[lowest : number - 1]):
        if indent == 0:
            return True
        key = _KEY_LINE.match(above[:_LONGEST])
        if key is None or len(key["indent"]) >= indent:
            continue
        if len(above) > _LONGEST or is_telltale(above):
            return False
        indent = len(key["indent"])
    # A line that belongs to no key within sight may be deep inside a pasted key.
    return own is not None or lowest == 0
