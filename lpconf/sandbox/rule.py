"""What a rule of the simulator is. The tables themselves are `rules.RULES` and its parts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How sure it is that LivePerson behaves so (facts 0.1)."""

    DOC = "DOC"
    """Stated in LivePerson's published documentation."""
    SEEN = "SEEN"
    """In real payloads or working code of two or more independent authors."""
    ONE = "ONE"
    """Found in one place only."""
    GUESS = "GUESS"
    """An inference."""
    OWN = "OWN"
    """Not about LivePerson: the simulator's own safety."""


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        key: its name, unique.
        status: the HTTP status of a request that breaks it; None for a behaviour that nobody can break.
        mark: the evidence.
        source: the section of the facts.
        says: the rule in a sentence.
        switch: whether `Settings.off` may turn it off.
        no_switch: of a guess that nothing turns: why the facts leave room for no other behaviour than this one.
        code: `internalCode` in the error body; 0 where no number is known.
    """

    key: str
    status: int | None
    mark: Mark
    source: str
    says: str
    switch: bool = False
    no_switch: str = ""
    code: int = 0
