"""Plan in, Run out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from lpconf.apply.expected import Expectations
from lpconf.apply.read_back import read_back
from lpconf.apply.write import Writer
from lpconf.engine.order import needs
from lpconf.liveperson.client import Client
from lpconf.model.address import Address
from lpconf.model.errors import AccessError, LpconfError
from lpconf.model.plan import Action, Change, Plan, Step
from lpconf.model.policy import Waits
from lpconf.model.quirks import Quirks
from lpconf.model.run import Outcome, Run, StepResult

Progress = Callable[[Step, StepResult | None], None]
"""Told before a step (with None) and after it."""


def _silent(_: Step, __: StepResult | None) -> None:
    return None


@dataclass(slots=True)
class _State:
    """How far a run is."""

    expected: Expectations
    results: list[StepResult] = field(default_factory=list)
    failed: dict[Address, str] = field(default_factory=dict)
    stopped: str = ""
    access_failed: bool = False


def execute(
    plan: Plan,
    client: Client,
    *,
    secrets: Mapping[str, str],
    quirks: Quirks,
    waits: Waits,
    wait: Callable[[float], None] = time.sleep,
    progress: Progress = _silent,
) -> Run:
    """Make the writes of a plan in order, then read all of them back.

    A refused write stops what depends on it and nothing else. A stale one, and losing access, stop the run.
    `secrets` maps the names of environment variables to their values; all that the plan needs must be in it.
    """
    writer = Writer(client, secrets, waits, wait)
    state = _State(Expectations(quirks))
    changes = {change.address: change for change in plan.allowed}
    try:
        for step in plan.steps:
            progress(step, None)
            result = _attempt(step, changes, writer, quirks, state)
            state.results.append(result)
            progress(step, result)
        _prove(state, client, writer, waits, wait)
    except KeyboardInterrupt:
        _interrupted(plan, state)
    return Run(plan, tuple(state.results), state.access_failed)


def _attempt(
    step: Step, changes: Mapping[Address, Change], writer: Writer, quirks: Quirks, state: _State
) -> StepResult:
    """One step: left out where something before it failed, else written."""
    change = changes[step.address]
    needed = needs(change, step.fields, changes, quirks) | {step.address}
    broken = sorted(str(address) for address in needed if address in state.failed)
    if state.stopped or broken:
        reason = state.stopped or f"It needs {', '.join(broken)}."
        return _failed(state, StepResult(step.address, step.action, Outcome.NOT_ATTEMPTED, change.live_id, reason))
    try:
        written = writer.create(step, change) if step.action is Action.CREATE else writer.update(step, change)
    except LpconfError as error:
        if isinstance(error, AccessError):
            state.stopped = "The run stopped at the failure before."
            state.access_failed = True
        return _failed(state, StepResult(step.address, step.action, Outcome.FAILED, change.live_id, str(error)))
    result = StepResult(
        step.address, step.action, written.outcome, written.live_id, written.reason, notes=written.notes
    )
    if written.outcome is Outcome.STALE:
        state.stopped = "The run stopped at the change that somebody else made."
    if written.outcome is not Outcome.CONFIRMED:
        return _failed(state, result)
    if written.live_id is not None:
        place = change.address.kind, written.live_id
        state.expected.add(len(state.results), step, place, writer.campaign_id(change), written.sent)
    return result


def _failed(state: _State, result: StepResult) -> StepResult:
    state.failed[result.address] = result.reason
    return result


def _prove(state: _State, client: Client, writer: Writer, waits: Waits, wait: Callable[[float], None]) -> None:
    expected = state.expected.by_step
    seen = read_back(tuple(expected.values()), client, writer.resolve, waits, wait)
    for index, one in zip(expected, seen, strict=True):
        result = state.results[index]
        state.results[index] = replace(
            result,
            outcome=one.outcome,
            reason=one.reason,
            differences=one.differences,
            notes=(*result.notes, *one.notes),
        )


def _interrupted(plan: Plan, state: _State) -> None:
    """Interrupted by the user: what was written is not proven, the rest was not attempted."""
    for index, result in enumerate(state.results):
        if result.outcome is Outcome.CONFIRMED:
            state.results[index] = replace(
                result, outcome=Outcome.NOT_VISIBLE, reason="Interrupted before it was read back."
            )
    for position, step in enumerate(plan.steps[len(state.results) :]):
        outcome = Outcome.UNKNOWN if position == 0 else Outcome.NOT_ATTEMPTED
        state.results.append(StepResult(step.address, step.action, outcome, reason="Interrupted."))
