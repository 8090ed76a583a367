"""What an apply did."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lpconf.model.address import Address
from lpconf.model.errors import ExitCode
from lpconf.model.plan import Action, Plan


class Outcome(StrEnum):
    """What became of one step."""

    CONFIRMED = "confirmed"
    """Written, and read back as planned."""
    DIFFERS = "differs"
    """Written, but LivePerson shows another value."""
    NOT_VISIBLE = "not visible yet"
    """Written, but not to be seen within the time for reading back."""
    UNKNOWN = "unknown"
    """Sent, but the answer was lost and the account does not tell."""
    STALE = "stale"
    """Not written: a planned field was changed by somebody else."""
    FAILED = "failed"
    """Refused by LivePerson, or not reachable."""
    NOT_ATTEMPTED = "not attempted"
    """Not tried, because something before it failed."""

    @property
    def wrote(self) -> bool:
        """Whether LivePerson may have stored something."""
        return self in {Outcome.CONFIRMED, Outcome.DIFFERS, Outcome.NOT_VISIBLE, Outcome.UNKNOWN}


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step and what became of it. `live_id` is the thing's id, also of a new thing."""

    address: Address
    action: Action
    outcome: Outcome
    live_id: int | None = None
    reason: str = ""
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    already: bool = False
    """Whether nothing was sent, because it already was as planned."""

    @property
    def wrote(self) -> bool:
        """Whether LivePerson may have stored something."""
        return self.outcome.wrote and not self.already


@dataclass(frozen=True, slots=True)
class Run:
    """One apply: its plan and what became of each step, in order."""

    plan: Plan
    results: tuple[StepResult, ...]
    access_failed: bool = False
    """Whether the first failure was about signing in, permission or reaching the host."""

    @property
    def exit_code(self) -> ExitCode:
        """The exit code that the run stands for."""
        if len(self.results) >= len(self.plan.steps) and all(
            result.outcome is Outcome.CONFIRMED for result in self.results
        ):
            return ExitCode.BLOCKED if self.plan.blocked or self.plan.conflicts else ExitCode.DONE
        if any(result.wrote for result in self.results):
            return ExitCode.PARTLY
        if any(result.outcome is Outcome.STALE for result in self.results):
            return ExitCode.STALE
        return ExitCode.ACCESS if self.access_failed else ExitCode.ERROR
