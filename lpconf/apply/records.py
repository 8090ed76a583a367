"""Reads journals: the list of runs, and one run whole."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from lpconf.apply import events
from lpconf.apply.journal import FOLDER, WHAT, WHAT_FOLDER
from lpconf.apply.own_files import check_folder, opened
from lpconf.model.address import Address, Kind, parse
from lpconf.model.errors import LpconfError
from lpconf.model.plan import Action, KnownAfterApply, Managed, Target
from lpconf.model.record import Answer, DamagedRun, Image, RunRecord, RunSummary, StepRecord
from lpconf.model.run import Outcome, Run, StepResult

_NAME = re.compile(r"(?P<time>[0-9]{8}T[0-9]{12}Z)-(?P<id>[0-9a-f]{8})\.jsonl")
_CHUNK = 64 * 1024
CUT_SHORT = "The run was cut short."
_ODD = (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError)


class DamagedJournal(LpconfError):  # noqa: N818 - reads as what it is
    """A journal cannot be trusted or read, or is not as lpconf writes it. What it tells of its run is not known."""

    in_public = "A journal is damaged. lpconf history names it."

    def __init__(self, run: DamagedRun) -> None:
        super().__init__(to_settle([run]))
        self.run = run


def to_settle(damaged: Sequence[DamagedRun]) -> str:
    """What is wrong with some journals, and what to do, one sentence or command a line. Not escaped."""
    commands = (f"  mv {shlex.quote(each.file)} {shlex.quote(str(Path(each.file).parents[1]))}" for each in damaged)
    return "\n".join(
        [
            *(each.reason for each in damaged),
            "A run that did not come to its end may be hidden there.",
            "Look with lpconf plan whether the account is as it should be. Then move the journal away:",
            *commands,
        ]
    )


def runs(state: Path, target: Target | None = None) -> tuple[RunSummary, ...]:
    """The runs of a state directory, newest first; with a target those of its account and discovery host only.

    As `journals`, without those whose journal is damaged.
    """
    found = (each for each in journals(state) if isinstance(each, RunSummary))
    return tuple(each for each in found if target is None or same_place(each.target, target))


def journals(state: Path) -> tuple[RunSummary | DamagedRun, ...]:
    """All runs of a state directory, newest first.

    Reads the first and the last line of each journal; what is damaged in between is for `load` to find.
    Raises LpconfError where the folder of journals cannot be trusted or read.
    """
    return tuple(each for _, each in _listed(state))


def damaged(state: Path, target: Target | None = None) -> tuple[DamagedRun, ...]:
    """The damaged journals, newest first. Reads journals whole.

    With a target only those that may hide something about its account: of which not even the account is known, and
    of its own runs those that may not have come to their end, and the last one, which the next run builds on.
    Raises LpconfError where the folder of journals cannot be trusted or read.
    """
    found: list[DamagedRun] = []
    is_last = True
    for file, each in _listed(state):
        if isinstance(each, DamagedRun):
            found.append(each)
        elif target is None or (same_place(each.target, target) and (is_last or each.open)):
            is_last = False
            found.extend(_damage(file))
    return tuple(found)


def same_place(left: Target, right: Target) -> bool:
    """Whether two targets are one account at one discovery host, whatever its label."""
    return (left.account, left.discovery_host, left.sandbox) == (right.account, right.discovery_host, right.sandbox)


def chosen(found: Sequence[RunSummary | DamagedRun], wanted: str, state: Path, *, rollbacks: bool = True) -> RunSummary:
    """The run of a state directory that a user means: `last`, an id, or the unique beginning of one.

    Without `rollbacks`, `last` is the last run that wrote and takes none back, so that the same rollback again goes on
    with it.
    Raises DamagedJournal for one whose journal is damaged, LpconfError for none or several, and without `rollbacks`
    for the `last` of several accounts.
    """
    if wanted == "last":
        fits = [each for each in found if rollbacks or _wrote(each)][:1]
        places = [each.target for each in found if isinstance(each, RunSummary)]
        if not rollbacks and any(not same_place(each, places[0]) for each in places):
            raise LpconfError("There are runs of several accounts here. Name the run: lpconf history lists them.")
    else:
        fits = [each for each in found if wanted and each.id.startswith(wanted.lower())]
    if not fits:
        nothing = f"There is no run in {state.resolve()} yet."
        message = f"There is no run {wanted}. lpconf history lists them." if found else nothing
        raise LpconfError(message, in_public="There is no such run.")
    if len(fits) > 1:
        raise LpconfError(f"{len(fits)} runs begin with {wanted}: {', '.join(each.id for each in fits)}.")
    (fit,) = fits
    if isinstance(fit, DamagedRun):
        raise DamagedJournal(fit)
    return fit


def _wrote(run: RunSummary | DamagedRun) -> bool:
    """Whether a run wrote and takes none back, or may have."""
    return isinstance(run, DamagedRun) or (run.rolls_back is None and bool(run.counts["steps"]))


def file_of(state: Path, run_id: str) -> Path:
    """The journal of a run. Raises LpconfError if it has gone."""
    for file in _files(state):
        if file.name.endswith(f"-{run_id}.jsonl"):
            return file
    raise LpconfError(f"The journal of the run {run_id} has gone.")


def load(file: Path) -> RunRecord:
    """One run whole. A torn last line is as if it had not been written.

    Raises DamagedJournal, naming file and line, for anything else that is not as lpconf writes it, and for a journal
    that cannot be trusted or read; LpconfError for one that ends before its plan.
    """
    try:
        return _loaded(file)
    except FileNotFoundError:
        raise LpconfError(f"Cannot read the journal {file}: it has gone.") from None


def remove_oldest(state: Path, target: Target, keep: int, *, but: str | None = None) -> None:
    """Remove the oldest runs of one account and host beyond `keep`.

    Never one in which something is unknown, nor the one with the id `but`.
    """
    for summary in runs(state, target)[keep:]:
        if not summary.open and summary.id != but:
            file_of(state, summary.id).unlink(missing_ok=True)


def last_end(descriptor: int) -> int:
    """The offset after the last line that is whole."""
    end = os.fstat(descriptor).st_size
    while end > 0:
        begin = max(end - _CHUNK, 0)
        newline = os.pread(descriptor, end - begin, begin).rfind(b"\n")
        if newline >= 0:
            return begin + newline + 1
        end = begin
    return 0


def _files(state: Path) -> list[Path]:
    folder = state / FOLDER
    try:
        if not folder.is_symlink() and not folder.exists():
            return []
        check_folder(folder, WHAT_FOLDER)
        return sorted(file for file in folder.iterdir() if _NAME.fullmatch(file.name))
    except OSError as error:
        raise LpconfError(f"Cannot read the {WHAT_FOLDER} {folder}: {error.strerror}.") from error


def _listed(state: Path) -> Iterator[tuple[Path, RunSummary | DamagedRun]]:
    """The journals with what their first and last lines tell, newest first. One that goes meanwhile is left out."""
    for file in reversed(_files(state)):
        try:
            summary = _summary(file)
        except DamagedJournal as error:
            yield file, error.run
        except FileNotFoundError:
            continue
        else:
            if summary is not None:
                yield file, summary


def _damage(file: Path) -> Iterator[DamagedRun]:
    try:
        _loaded(file)
    except DamagedJournal as error:
        yield error.run
    except FileNotFoundError:
        return


def _loaded(file: Path) -> RunRecord:
    with _reading(file) as descriptor:
        size = last_end(descriptor)
        with open(descriptor, "rb", closefd=False) as stream:
            return _record(file, _lines(file, stream.read(size)))


@contextmanager
def _reading(file: Path) -> Iterator[int]:
    """A descriptor of a journal. Raises DamagedJournal where it cannot be trusted or read, FileNotFoundError."""
    try:
        with opened(file, os.O_RDONLY, WHAT) as descriptor:
            yield descriptor
    except (DamagedJournal, FileNotFoundError):
        raise
    except OSError as error:
        raise _damaged(file, f"Cannot read the journal {file}: {error.strerror}.") from error
    except LpconfError as error:
        raise _damaged(file, str(error)) from None


def _damaged(file: Path, reason: str) -> DamagedJournal:
    name = _NAME.fullmatch(file.name)
    run_id, time = (name["id"], _spelled(name["time"])) if name else ("", "")
    return DamagedJournal(DamagedRun(run_id, time, str(file), reason))


def _spelled(time: str) -> str:
    """The time in a journal's name as its lines spell it."""
    return f"{time[:4]}-{time[4:6]}-{time[6:8]}T{time[9:11]}:{time[11:13]}:{time[13:15]}.{time[15:]}"


def _summary(file: Path) -> RunSummary | None:
    """The summary of a journal; None for one whose plan never came to be: nothing was sent then.

    Raises DamagedJournal, and FileNotFoundError where it has gone.
    """
    with _reading(file) as descriptor:
        end = last_end(descriptor)
        if end == 0:
            return None
        with open(descriptor, "rb", closefd=False) as stream:
            first = stream.readline()
        begin = _begin_of_last(descriptor, end)
        if begin == 0:
            return None
        last = os.pread(descriptor, end - begin, begin)
    try:
        return events.summary_of(json.loads(first), json.loads(last) if len(last) < _CHUNK else {"event": "plan"})
    except _ODD as error:
        raise _odd(file, 1, error) from None


def _begin_of_last(descriptor: int, end: int) -> int:
    """The offset at which the last whole line begins, or one that is more than a chunk before its end."""
    begin = max(end - _CHUNK, 0)
    return begin + os.pread(descriptor, end - 1 - begin, begin).rfind(b"\n") + 1


def _lines(file: Path, data: bytes) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            value = json.loads(line)
            if not isinstance(value, dict) or not isinstance(value.get("event"), str):
                raise ValueError("no event")
        except _ODD as error:
            raise _odd(file, number, error) from None
        yield number, value


def _odd(file: Path, number: int, error: Exception) -> DamagedJournal:
    why = f": {error}" if type(error) is ValueError and error.args else ""
    return _damaged(file, f"The journal {file} has a line that lpconf did not write, line {number}{why}.")


def _record(file: Path, lines: Iterator[tuple[int, Mapping[str, Any]]]) -> RunRecord:
    number = 1
    try:
        number, first = next(lines)
        summary = events.summary_of(first, first)
        number, plan = next(lines)
        if plan["event"] != "plan":
            raise ValueError("no plan")
        steps = [StepRecord(parse(each["address"]), Action(each["action"])) for each in plan["document"]["steps"]]
        managed = tuple(events.managed_of(each) for each in plan["managed"])
        protected = tuple(parse(each) for each in plan["protected"])
        seen = frozenset((Kind(kind), live_id) for kind, ids in plan["seen"].items() for live_id in ids)
        pending: dict[int, Image] = {}
        access_failed = False
        for number, line in lines:  # noqa: B007 - told in the error
            if line["event"] in {"end", "recovered"}:
                summary = events.with_ending(summary, line)
                access_failed = line.get("access_failed", access_failed)
            else:
                events.with_line(steps, line, pending)
    except StopIteration:
        raise LpconfError(f"The journal {file} holds no run: it ends before its plan. Nothing was written.") from None
    except _ODD as error:
        raise _odd(file, number, error) from None
    created = {step.address: step.live_id for step in steps if step.action is Action.CREATE}
    ids = {address: live_id for address, live_id in created.items() if live_id is not None}
    return RunRecord(
        summary,
        plan["document"],
        tuple(_with_ids(each, ids) for each in managed),
        protected,
        tuple(steps),
        access_failed,
        seen,
    )


def _with_ids(managed: Managed, ids: Mapping[Address, int]) -> Managed:
    """The same with the ids of what the run has created, in the place of what was only known after apply."""
    values = {
        path: ids.get(wire.address, wire) if isinstance(wire, KnownAfterApply) else wire
        for path, wire in managed.values.items()
    }
    live_id = managed.live_id if managed.live_id is not None else ids.get(managed.address)
    return replace(managed, live_id=live_id, values=values)


def run_of(record: RunRecord) -> Run:
    """The run as `apply` reported it, or would have if it had not been cut short.

    Raises LpconfError for a plan of another format.
    """
    from lpconf.engine.decoding import InvalidPlanError, decode

    try:
        plan = decode(record.document).plan
    except InvalidPlanError as error:
        raise LpconfError(
            f"The journal of the run {record.summary.id} has a plan that cannot be read. {error}"
        ) from None
    return Run(
        replace(plan, rolls_back=record.summary.rolls_back, managed=tuple(record.managed), protected=record.protected),
        tuple(_told(step, ended=record.summary.exit_code is not None) for step in record.steps),
        record.access_failed,
    )


def _told(step: StepRecord, *, ended: bool) -> StepResult:
    """A step as it was reported. Without an end nothing was read back, whatever was thought to come."""
    result = step.result or _as_far_as_known(step)
    if ended or result.already or result.outcome is not Outcome.CONFIRMED or step.after is not None:
        return result
    return replace(result, outcome=Outcome.NOT_VISIBLE, reason=f"{CUT_SHORT} It was not read back.")


def _as_far_as_known(step: StepRecord) -> StepResult:
    """What a run that was cut short would have reported of a step."""
    if not step.intents:
        return StepResult(step.address, step.action, Outcome.NOT_ATTEMPTED, None, CUT_SHORT)
    answers = [intent.answer for intent in step.intents]
    if Answer.ANSWERED in answers:
        outcome, reason = Outcome.NOT_VISIBLE, f"{CUT_SHORT} It was not read back."
    elif all(answer is Answer.REFUSED for answer in answers):
        outcome, reason = Outcome.FAILED, CUT_SHORT
    else:
        outcome, reason = Outcome.UNKNOWN, CUT_SHORT
    sent = next((each for each in (step.intents[-1].answer_id, step.intents[-1].live_id) if each is not None), None)
    return StepResult(step.address, step.action, outcome, sent, reason)
