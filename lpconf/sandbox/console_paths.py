"""Where the simulator's own page is. No address of LivePerson's begins so."""

from __future__ import annotations

ROOT = "/"
CLEAR_FAULTS = "/_sandbox/faults/clear"
RESET = "/_sandbox/reset"

_PREFIX = "/_sandbox/"


def is_console(path: str) -> bool:
    """Whether a path belongs to the page, and not to what is simulated."""
    return path == ROOT or path.startswith(_PREFIX)
