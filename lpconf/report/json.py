"""Diagnostics and runs as documents for programs. Texts are as they are; the encoder escapes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.json import Json
from lpconf.model.plan import Change
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
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in diagnostics],
    }


def run(run: Run) -> dict[str, Json]:
    """An apply's result.

    `target` says where; `exit_code` is the command's, with `result` as its name in lower case; `counts` has one
    number per outcome of a step, and `blocked` and `unchanged` things; `steps` stand in the order of the writes,
    each with `address`, `action`, `outcome`, `id` (or null), `reason`, `differences` and `notes`; `blocked` lists
    the changes that were not tried, each with its `blocks`: `reason` and `allowed_by` (empty: no flag).
    """
    target = run.plan.target
    found = Counter(result.outcome for result in run.results)
    counts = {outcome.value.replace(" ", "_"): found[outcome] for outcome in Outcome}
    return {
        "format_version": FORMAT_VERSION,
        "target": {
            "account": target.account,
            "label": target.label,
            "discovery_host": target.discovery_host,
            "sandbox": target.sandbox,
        },
        "result": run.exit_code.name.lower(),
        "exit_code": int(run.exit_code),
        "counts": {**counts, "blocked": len(run.plan.blocked), "unchanged": run.plan.unchanged},
        "steps": [_step(result) for result in run.results],
        "blocked": [_blocked(change) for change in run.plan.blocked],
    }


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Json]:
    return {
        "severity": diagnostic.severity.value,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "path": diagnostic.path,
        "hint": diagnostic.hint,
        "position": _position(diagnostic.position) if diagnostic.position else None,
        "source": diagnostic.source,
    }


def _position(position: Position) -> dict[str, Json]:
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
