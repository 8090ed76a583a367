"""Plan in, Run out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from lpconf.apply.clock import Clock
from lpconf.apply.create import create
from lpconf.apply.delete import delete
from lpconf.apply.journal import JournalError, NoJournal, Recorder
from lpconf.apply.read_back import Expected, Place, read_back
from lpconf.apply.update import update
from lpconf.apply.writer import Writer, Written
from lpconf.liveperson.client import Client
from lpconf.model.address import Address
from lpconf.model.errors import AccessError, LpconfError
from lpconf.model.plan import Action, Change, Plan, Step
from lpconf.model.policy import Waits
from lpconf.model.quirks import Quirks
from lpconf.model.run import Outcome, Run, StepResult

Progress = Callable[[Step, StepResult | None], None]
"""Told before a step (with None) and after it. Before one that is left out nothing is told."""

_LOG = logging.getLogger("lpconf.apply")

INTERRUPTED = "Interrupted."


def _silent(_: Step, __: StepResult | None) -> None:
    return None


@dataclass(slots=True)
class _State:
    """How far a run is."""

    results: list[StepResult] = field(default_factory=list)
    expected: dict[int, Expected] = field(default_factory=dict)
    """What to read back, by the index of its step."""
    failed: set[Address] = field(default_factory=set)
    stopped: str = ""
    access_failed: bool = False


def execute(
    plan: Plan,
    client: Client,
    *,
    secrets: Mapping[str, str],
    quirks: Quirks,
    waits: Waits,
    clock: Clock | None = None,
    progress: Progress = _silent,
    journal: Recorder | None = None,
) -> Run:
    """Make the writes of a plan in order, then read all of them back.

    A refused write stops what depends on it and nothing else. A stale one, and losing access, stop the run.
    `secrets` maps the names of environment variables to their values; all that the plan needs must be in it.
    Once `clock.stopped` says so, the write under way comes to its end, and nothing more is written or waited for; a
    journal that cannot be written stops the run in the same way.
    Always returns a run once it has begun, also after an interruption (KeyboardInterrupt) or a bug of its own.
    """
    clock = clock or Clock()
    journal = journal or NoJournal()
    writer = Writer(client, secrets, quirks, waits, clock, journal=journal)
    state = _State()
    try:
        _write(plan, state, writer, progress)
        _prove(state, client, writer, waits, clock)
    except KeyboardInterrupt:
        _cut_short(plan, state, writer, INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the writes before it must be told, whatever happens
        _LOG.exception("a bug in lpconf")
        _cut_short(plan, state, writer, f"lpconf failed ({type(error).__name__}); this is a bug in lpconf.")
    run = Run(plan, tuple(state.results), state.access_failed)
    # The run is told in any case; a journal without an end is looked into by the next command.
    with suppress(JournalError, KeyboardInterrupt):
        journal.end(run)
    return run


def _write(plan: Plan, state: _State, writer: Writer, progress: Progress) -> None:
    changes = {change.address: change for change in plan.allowed}
    for index, step in enumerate(plan.steps):
        state.stopped = state.stopped or writer.broken or (INTERRUPTED if writer.clock.stopped() else "")
        writer.begin(index, step, changes[step.address])
        result = _attempt(step, changes[step.address], writer, state, progress)
        state.results.append(result)
        writer.in_doubt = False
        try:
            writer.journal.step(index, result)
        except JournalError as error:
            writer.broken = str(error)
        progress(step, result)


_WRITES: Mapping[Action, Callable[[Writer, Step, Change], Written]] = {
    Action.CREATE: create,
    Action.UPDATE: update,
    Action.DELETE: delete,
}


def _attempt(step: Step, change: Change, writer: Writer, state: _State, progress: Progress) -> StepResult:
    """One step: left out where something before it failed, else written."""
    broken = sorted(str(address) for address in step.needs | {step.address} if address in state.failed)
    if state.stopped or broken:
        reason = state.stopped or f"It needs {', '.join(broken)}."
        return _failed(state, StepResult(step.address, step.action, Outcome.NOT_ATTEMPTED, change.live_id, reason))
    progress(step, None)
    try:
        written = _WRITES[step.action](writer, step, change)
    except JournalError as error:
        state.stopped = str(error)
        return _failed(state, StepResult(step.address, step.action, Outcome.NOT_ATTEMPTED, change.live_id, str(error)))
    except LpconfError as error:
        if isinstance(error, AccessError):
            state.access_failed = not state.failed
            state.stopped = "The run stopped at the failure before."
        return _failed(state, StepResult(step.address, step.action, Outcome.FAILED, change.live_id, str(error)))
    result = StepResult(
        step.address,
        step.action,
        written.outcome,
        written.live_id,
        written.reason,
        written.differences,
        written.notes,
        written.already,
    )
    writer.remember(step, change, written)
    if written.access_lost:
        state.stopped = "The run stopped at the failure before."
    if written.outcome is Outcome.STALE:
        state.stopped = "The run stopped at the change that somebody else made."
    if written.outcome.wrote and written.live_id is not None:
        _superseded(step, (change.address.kind, written.live_id), state)
    if written.outcome is not Outcome.CONFIRMED:
        return _failed(state, result)
    if written.live_id is not None:
        state.expected[len(state.results)] = Expected(
            change.address.kind,
            written.live_id,
            writer.campaign_id(change),
            step.fields,
            gone=step.action is Action.DELETE,
        )
    return result


def _failed(state: _State, result: StepResult) -> StepResult:
    state.failed.add(result.address)
    return result


def _superseded(step: Step, place: Place, state: _State) -> None:
    """What a later write of the same thing changes again is not expected from the earlier one any more."""
    paths = {each.path for each in step.fields}
    for index, one in state.expected.items():
        if (one.kind, one.live_id) == place:
            kept = tuple(each for each in one.fields if each.path not in paths)
            state.expected[index] = replace(one, fields=kept)


def _prove(state: _State, client: Client, writer: Writer, waits: Waits, clock: Clock) -> None:
    seen = read_back(tuple(state.expected.values()), client, writer.resolve, waits, clock)
    for index, one in zip(state.expected, seen, strict=True):
        result = state.results[index]
        state.results[index] = replace(
            result,
            outcome=one.outcome,
            reason=one.reason,
            differences=one.differences,
            notes=(*result.notes, *one.notes),
        )
        if one.body is not None:
            with suppress(JournalError):
                writer.journal.proof(index, state.expected[index].kind, one.body)


def _cut_short(plan: Plan, state: _State, writer: Writer, reason: str) -> None:
    """The run ends early: what was written is not proven, the rest was not attempted."""
    live_ids = {change.address: change.live_id for change in plan.changes}
    for index, result in enumerate(state.results):
        if result.outcome is Outcome.CONFIRMED and not result.already:
            state.results[index] = replace(
                result, outcome=Outcome.NOT_VISIBLE, reason=f"{reason} It was not read back."
            )
    for position, step in enumerate(plan.steps[len(state.results) :]):
        outcome = Outcome.UNKNOWN if position == 0 and writer.in_doubt else Outcome.NOT_ATTEMPTED
        live_id = live_ids.get(step.address) or writer.ids.get(step.address)
        state.results.append(StepResult(step.address, step.action, outcome, live_id, reason))
