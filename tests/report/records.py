"""Runs of the past, built by hand, that the reports are tested with."""

from __future__ import annotations

from dataclasses import replace

from lpconf.model.plan import Action, Comparison, Origin
from lpconf.model.record import Fate, Intent, PlannedValue, Revision, RunRecord, RunSummary, Settled, StepRecord

from .samples import CONNECTOR, HOSTILE, PRODUCTION, SANDBOX

SUMMARY = RunSummary(
    id="3f9a1c2b",
    time="2026-01-05T10:15:02.123456Z",
    user="anna",
    host="build-7",
    lpconf_version="1.2.3",
    target=SANDBOX,
    revision=Revision("0123456789abcdef0123456789abcdef01234567", True),
    digest="sha256:aa",
    configuration="sha256:bb",
    rolls_back=None,
    counts={"create": 1, "update": 2, "delete": 0, "blocked": 0, "steps": 3},
    exit_code=0,
    ended="2026-01-05T10:15:09.000000Z",
)
INTENT = Intent(
    0,
    SUMMARY.time,
    Action.CREATE,
    CONNECTOR.kind,
    None,
    None,
    "A",
    (PlannedValue(("name",), "A", Comparison.TEXT, Origin.DECLARED),),
    None,
)


def settled(fate: Fate, reason: str = "", live_id: int | None = 7) -> Settled:
    return Settled(0, CONNECTOR, Action.CREATE, fate, live_id, reason, "2026-01-05T11:00:00.000000Z")


def step(fate: Fate | None, reason: str = "") -> StepRecord:
    return StepRecord(CONNECTOR, Action.CREATE, None, (INTENT,), None, settled(fate, reason) if fate else None)


def looked_into() -> RunRecord:
    """A rollback in production that ended with outcomes that were found out later."""
    summary = replace(SUMMARY, target=PRODUCTION, rolls_back="aaaaaaaa", exit_code=4, unknown=2)
    steps = (step(Fate.DONE, "It is as planned."), step(Fate.UNKNOWN, "It is gone."), step(None))
    return RunRecord(summary, {}, (), (), steps)


def hostile() -> RunRecord:
    """A run in whose every text somebody tries something."""
    where = replace(PRODUCTION, account=HOSTILE, discovery_host=HOSTILE, label=HOSTILE)
    who = replace(SUMMARY, id=HOSTILE, user=HOSTILE, host=HOSTILE, target=where, rolls_back=HOSTILE, digest=HOSTILE)
    summary = replace(who, lpconf_version=HOSTILE, revision=Revision(HOSTILE, None))
    return RunRecord(summary, {}, (), (), (step(Fate.UNKNOWN, HOSTILE),))
