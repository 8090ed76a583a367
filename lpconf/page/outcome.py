"""What one step of the page found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """A step that went well or did not.

    Attributes:
        ok: whether the step went well.
        text: what was found, in one sentence.
        hint: what to do about it; empty if there is nothing to do.
        notes: what else is worth knowing, one sentence each.
        details: labels and values, for people who want to look closer.
    """

    ok: bool
    text: str
    hint: str = ""
    notes: tuple[str, ...] = ()
    details: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The step as the page's scripts read it."""
        return {
            "ok": self.ok,
            "text": self.text,
            "hint": self.hint,
            "notes": list(self.notes),
            "details": [list(pair) for pair in self.details],
        }
