"""Diagnostics and runs as documents for programs. Texts are as they are; the encoder escapes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.drift import Drift
from lpconf.model.errors import ExitCode
from lpconf.model.json import Json
from lpconf.model.plan import Change, Target
from lpconf.model.record import RunRecord, RunSummary, Settled
from lpconf.model.run import Outcome, Run, StepResult
from lpconf.model.site import Position

FORMAT_VERSION = "1.0"
"""Rises when a field goes away or changes its meaning, not when one is added."""


def diagnostics(diagnostics: Sequence[Diagnostic]) -> dict[str, Json]:
    """A validation's result.

    `valid` is false when there is an error. `counts` has one number per severity. Each diagnostic has `severity`,
    `code`, `message`, `path`, `hint`, `position` (`file`, `line`, `column`, or null) and `source` (or null).
    """
    found = Counter(diagnostic.severity for diagnostic in diagnostics)
    return {
        "format_version": FORMAT_VERSION,
        "valid": not found[Severity.ERROR],
        "counts": {severity.value: found[severity] for severity in Severity},
        "diagnostics": [diagnostic_document(diagnostic) for diagnostic in diagnostics],
    }


def run(run: Run) -> dict[str, Json]:
    """An apply's result.

    `target` says where; `exit_code` is the command's, with `result` as its name in lower case; `counts` has one
    number per outcome of a step, and `blocked` and `unchanged` things; `steps` stand in the order of the writes,
    each with `address`, `action`, `outcome`, `id` (or null), `reason`, `differences` and `notes`; `blocked` lists
    the changes that were not tried, each with its `blocks`: `reason` and `allowed_by` (empty: no flag); `conflicts`
    what a rollback leaves alone, one text each.
    """
    found = Counter(result.outcome for result in run.results)
    counts = {outcome.value.replace(" ", "_"): found[outcome] for outcome in Outcome}
    return {
        "format_version": FORMAT_VERSION,
        "target": _target(run.plan.target),
        "result": run.exit_code.name.lower(),
        "exit_code": int(run.exit_code),
        "counts": {**counts, "blocked": len(run.plan.blocked), "unchanged": run.plan.unchanged},
        "steps": [_step(result) for result in run.results],
        "blocked": [_blocked(change) for change in run.plan.blocked],
        "conflicts": list(run.plan.conflicts),
    }


def history(runs: Sequence[RunSummary]) -> dict[str, Json]:
    """The runs, newest first.

    Each has `id`, `time` and `ended` (UTC, ISO 8601; `ended` null without an end), `user`, `host`, `lpconf_version`,
    `target`, `revision` (`commit` and `dirty`, or null), `plan_digest`, `rolls_back` (or null), `planned` (numbers),
    `exit_code` with its name as `result` (null without an end), `unknown` (outcomes that the end left open) and
    `settled` (when they were found out, or null).
    """
    return {"format_version": FORMAT_VERSION, "runs": [_summary(each) for each in runs]}


def record(record: RunRecord, reported: Run) -> dict[str, Json]:
    """One run: what `history` says of it, what `apply` reported under `reported`, and under `settled` what was found
    out later: `address`, `action`, `fate`, `id` (or null), `reason` and `time`.
    """
    settled = [step.settled for step in record.steps if step.settled is not None]
    return {
        "format_version": FORMAT_VERSION,
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
    """What has drifted.

    `target` says where; `since` is the id of the run that it is measured from, or null; `things` have `address`,
    `deviation` (changed, gone, added), `name`, `id` (or null) and `fields`: `field`, `left`, `live`, `declared` in the
    YAML's words, and `known`, whether a run tells how the field was left. `pending` lists the addresses that the
    configuration changes and nobody has applied. `drifted` is whether there is any drift.
    """
    return {
        "format_version": FORMAT_VERSION,
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
