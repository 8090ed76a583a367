"""What a journal tells of a run, made by hand."""

from __future__ import annotations

from lpconf.engine.encoding import document
from lpconf.model.plan import Plan
from lpconf.model.record import RunRecord, RunSummary, StepRecord
from tests.account import SANDBOX


def record_of(made: Plan, steps: tuple[StepRecord, ...]) -> RunRecord:
    """A run of this plan with these steps."""
    summary = RunSummary(
        id="1a2b3c4d",
        time="2026-01-05T10:00:00+00:00",
        user="ada",
        host="desk",
        lpconf_version="1.0",
        target=SANDBOX,
        revision=None,
        digest="",
        configuration="",
        rolls_back=None,
        counts={},
        exit_code=0,
    )
    return RunRecord(summary, document(made, "1.0"), made.managed, made.protected, steps, seen=made.seen)
