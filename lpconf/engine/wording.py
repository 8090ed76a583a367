"""How messages name live things."""

from __future__ import annotations

import json
from collections.abc import Sequence

from lpconf.model.live import LiveThing

_MOST = 10
"""How many things a message names."""


def quoted(name: str) -> str:
    """A foreign name in quotes that it cannot close."""
    return json.dumps(name, ensure_ascii=False)


def listed(things: Sequence[LiveThing]) -> str:
    """The names and ids of the first few things, and how many more there are."""
    shown = ", ".join(f"{quoted(each.name)} (id {each.id})" for each in things[:_MOST])
    return f"{shown} and {len(things) - _MOST} more" if len(things) > _MOST else shown or "none"
