"""Diagnostics, runs and drift as documents for programs. Texts are as they are; the encoder escapes them.

What each field means stands in its schema (`lpconf.report.json_schemas`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.drift import Drift
from lpconf.model.errors import ExitCode
from lpconf.model.json import Json
from lpconf.model.json_schema import marked
from lpconf.model.plan import Change, Target
from lpconf.model.record import DamagedRun, RunRecord, RunSummary, Settled
from lpconf.model.run import Outcome, Run, StepResult
from lpconf.model.site import Position

FORMAT_VERSION = "1.0"
"""Rises when a field goes away or changes its meaning, not when one is added."""


def diagnostics(diagnostics: Sequence[Diagnostic]) -> dict[str, Json]:
    """A validation's result: the document `validation`."""
    found = Counter(diagnostic.severity for diagnostic in diagnostics)
    return {
        **marked("validation", FORMAT_VERSION),
        "valid": not found[Severity.ERROR],
        "counts": {severity.value: found[severity] for severity in Severity},
        "diagnostics": [diagnostic_document(diagnostic) for diagnostic in diagnostics],
    }


def run(run: Run) -> dict[str, Json]:
    """An apply's or a rollback's result: the document `run`. Its `exit_code` is the command's."""
    found = Counter(result.outcome for result in run.results)
    counts = {outcome.value.replace(" ", "_"): found[outcome] for outcome in Outcome}
    return {
        **marked("run", FORMAT_VERSION),
        "target": _target(run.plan.target),
        "result": run.exit_code.name.lower(),
        "exit_code": int(run.exit_code),
        "counts": {**counts, "blocked": len(run.plan.blocked), "unchanged": run.plan.unchanged},
        "steps": [_step(result) for result in run.results],
        "blocked": [_blocked(change) for change in run.plan.blocked],
        "conflicts": list(run.plan.conflicts),
    }


def history(runs: Sequence[RunSummary], damaged: Sequence[DamagedRun] = ()) -> dict[str, Json]:
    """The runs and the damaged journals, newest first: the document `history`."""
    return {
        **marked("history", FORMAT_VERSION),
        "runs": [_summary(each) for each in runs],
        "damaged": [{"id": each.id, "time": each.time, "file": each.file, "reason": each.reason} for each in damaged],
    }


def record(record: RunRecord, reported: Run) -> dict[str, Json]:
    """One run of the past: the document `record`. What `apply` reported of it is the document `run` in it."""
    settled = [step.settled for step in record.steps if step.settled is not None]
    return {
        **marked("record", FORMAT_VERSION),
        "run": _summary(record.summary),
        "reported": run(reported),
        "settled": [_settled(each) for each in settled],
    }


def _summary(summary: RunSummary) -> dict[str, Json]:
    target, revision = summary.target, summary.revision
    return {
        "id": summary.id,
        "time": summary.time,
        "ended": summary.ended,
        "user": summary.user,
        "host": summary.host,
        "lpconf_version": summary.lpconf_version,
        "target": _target(target),
        "revision": {"commit": revision.commit, "dirty": revision.dirty} if revision else None,
        "plan_digest": summary.digest,
        "rolls_back": summary.rolls_back,
        "planned": dict(summary.counts),
        "result": None if summary.exit_code is None else ExitCode(summary.exit_code).name.lower(),
        "exit_code": summary.exit_code,
        "unknown": summary.unknown,
        "settled": summary.settled,
    }


def _settled(settled: Settled) -> dict[str, Json]:
    return {
        "address": str(settled.address),
        "action": settled.action.value,
        "fate": settled.fate.value.replace(" ", "_"),
        "id": settled.live_id,
        "reason": settled.reason,
        "time": settled.time,
    }


def _target(target: Target) -> dict[str, Json]:
    return {
        "account": target.account,
        "label": target.label,
        "discovery_host": target.discovery_host,
        "sandbox": target.sandbox,
    }


def drift(drift: Drift) -> dict[str, Json]:
    """What has drifted, in the YAML's words: the document `drift`."""
    return {
        **marked("drift", FORMAT_VERSION),
        "target": _target(drift.target),
        "since": drift.since.id if drift.since else None,
        "drifted": bool(drift.things),
        "things": [
            {
                "address": str(thing.address),
                "deviation": thing.deviation.value,
                "name": thing.name,
                "id": thing.live_id,
                "fields": [
                    {
                        "field": field.word,
                        "left": field.left,
                        "live": field.live,
                        "declared": field.declared,
                        "known": field.known,
                    }
                    for field in thing.fields
                ],
            }
            for thing in drift.things
        ],
        "pending": [str(address) for address, _ in drift.pending],
        "unchanged": drift.unchanged,
    }


def diagnostic_document(diagnostic: Diagnostic) -> dict[str, Json]:
    """One of the `diagnostics` of a validation."""
    return {
        "severity": diagnostic.severity.value,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "path": diagnostic.path,
        "hint": diagnostic.hint,
        "position": position_document(diagnostic.position) if diagnostic.position else None,
        "source": diagnostic.source,
    }


def position_document(position: Position) -> dict[str, Json]:
    """A place: `file`, `line` and `column`."""
    return {"file": position.file, "line": position.line, "column": position.column}


def _step(result: StepResult) -> dict[str, Json]:
    return {
        "address": str(result.address),
        "action": result.action.value,
        "outcome": result.outcome.value.replace(" ", "_"),
        "id": result.live_id,
        "reason": result.reason,
        "differences": list(result.differences),
        "notes": list(result.notes),
    }


def _blocked(change: Change) -> dict[str, Json]:
    return {
        "address": str(change.address),
        "action": change.action.value,
        "blocks": [{"reason": block.reason, "allowed_by": block.allowed_by} for block in change.blocks],
    }
