"""The journal of a run: intent on disk before its request, outcome before the next (design: Journal).

One file per run, which is only ever appended to. What has been written is on disk when `intent`, `outcome` and `end`
return; the other lines are with the next of these.
"""

from __future__ import annotations

import json
import os
import platform
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol

from lpconf.apply import events
from lpconf.apply.lock import user_name
from lpconf.apply.own_files import opened, own_folder, sync_folder
from lpconf.model.address import Kind
from lpconf.model.errors import LpconfError
from lpconf.model.json import Json, JsonObject
from lpconf.model.plan import Action, Plan
from lpconf.model.record import Answer, Image, Intent, Revision, RunSummary
from lpconf.model.run import Run, StepResult
from lpconf.resources.secrecy import without_secrets

FOLDER = "runs"
"""The folder of journals inside the state directory."""

WHAT = "journal"
WHAT_FOLDER = "folder of journals"

Now = Callable[[], datetime]


class JournalError(LpconfError):
    """The journal cannot be written. No request may follow."""

    in_public = "The journal cannot be written."


class Recorder(Protocol):
    """What the executor tells while it works."""

    def intent(self, intent: Intent) -> None:
        """A request is about to be sent; its `time` is filled in. Raises JournalError: then it must not be."""

    def outcome(self, step: int, answer: Answer, live_id: int | None, reason: str) -> None:
        """A request was answered, or will not be. Raises JournalError: then no other must follow."""

    def step(self, index: int, result: StepResult) -> None:
        """A step has come to an end. Raises JournalError."""

    def proof(self, index: int, kind: Kind, body: JsonObject) -> None:
        """What was read back of a step. Raises JournalError."""

    def end(self, run: Run) -> None:
        """The run has come to an end. Raises JournalError."""


class NoJournal:
    """Where the user wants no journal."""

    def intent(self, intent: Intent) -> None: ...
    def outcome(self, step: int, answer: Answer, live_id: int | None, reason: str) -> None: ...
    def step(self, index: int, result: StepResult) -> None: ...
    def proof(self, index: int, kind: Kind, body: JsonObject) -> None: ...
    def end(self, run: Run) -> None: ...


@dataclass(frozen=True, slots=True)
class About:
    """What a journal says of its run beside the plan. `document` is the plan as JSON, `digest` its digest."""

    document: JsonObject
    digest: str
    lpconf_version: str
    revision: Revision | None


def image(kind: Kind, body: JsonObject, *, with_engagements: bool) -> Image:
    """A body as the journal keeps it: no secrets, and a campaign's engagements only where it is about to be deleted."""
    if kind is Kind.CAMPAIGN and not with_engagements:
        body = {key: value for key, value in body.items() if key != "engagements"}
    return Image(*without_secrets(kind, body))


def utc(moment: datetime) -> str:
    """A moment as ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def now_utc() -> datetime:
    """This moment."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Journal:
    """The open journal of one run, to be closed."""

    file: Path
    descriptor: int
    now: Now
    write: Callable[[int, bytes], int] = os.write
    failed: JournalError | None = None
    """After this nothing more is written: a torn line must stay the last."""
    told: dict[int, StepResult] = field(default_factory=dict)
    stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stack.close()

    def intent(self, intent: Intent) -> None:
        """As `Recorder.intent`."""
        time = self._time()
        lines = [events.intent_line(replace(intent, time=time))]
        if intent.before is not None:
            lines.insert(0, events.image_line("before", intent.step, intent.before, time))
        self.append(lines, sync=True)

    def outcome(self, step: int, answer: Answer, live_id: int | None, reason: str) -> None:
        """As `Recorder.outcome`."""
        self.append([events.outcome_line(step, answer, live_id, reason, self._time())], sync=True)

    def step(self, index: int, result: StepResult) -> None:
        """As `Recorder.step`."""
        self.append([events.step_line(index, result, self._time())])
        self.told[index] = result

    def proof(self, index: int, kind: Kind, body: JsonObject) -> None:
        """As `Recorder.proof`."""
        self.append([events.image_line("proof", index, image(kind, body, with_engagements=False), self._time())])

    def end(self, run: Run) -> None:
        """As `Recorder.end`. Steps that reading back has changed are told again."""
        for index, result in enumerate(run.results):
            if self.told.get(index) != result:
                self.step(index, result)
        line = events.end_line(int(run.exit_code), run.results, self._time(), access_failed=run.access_failed)
        self.append([line], sync=True)

    def append(self, lines: Iterable[JsonObject], *, sync: bool = False) -> None:
        """Append lines; with `sync` they and all before are on disk then. Raises JournalError, and then always."""
        if self.failed is not None:
            raise self.failed
        # Until it is known to be whole: whatever interrupts this must not be followed by another line.
        self.failed = JournalError(f"The journal {self.file} was interrupted.")
        data = b"".join(json.dumps(line, default=_plain).encode("ascii") + b"\n" for line in lines)
        try:
            while data:
                data = data[self.write(self.descriptor, data) :]
            if sync:
                os.fsync(self.descriptor)
        except OSError as error:
            self.failed = JournalError(f"The journal {self.file} cannot be written: {error.strerror}.")
            raise self.failed from error
        self.failed = None

    def _time(self) -> str:
        return utc(self.now())


def start(state: Path, plan: Plan, about: About, *, now: Now = now_utc) -> Journal:
    """A new journal in a state directory, its first lines on disk. Raises LpconfError where that cannot be."""
    folder = own_folder(state / FOLDER, WHAT_FOLDER)
    moment = now().astimezone(UTC)
    summary = _summary(plan, about, secrets.token_hex(4), utc(moment))
    file = folder / f"{moment:%Y%m%dT%H%M%S%fZ}-{summary.id}.jsonl"
    journal = _opened(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, now)
    try:
        journal.append([events.run_line(summary), events.plan_line(about.document, plan)])
        journal.append([], sync=True)
        sync_folder(folder)
    except OSError as error:
        journal.stack.close()
        raise JournalError(f"The journal {file} cannot be written: {error.strerror}.") from error
    except JournalError:
        journal.stack.close()
        raise
    return journal


def reopened(file: Path, *, now: Now = now_utc) -> Journal:
    """The journal of an earlier run, to append what recovery found. A torn last line is cut off: nobody acted on it.

    Only under the lock. Raises LpconfError where it cannot be opened.
    """
    from lpconf.apply.records import last_end

    journal = _opened(file, os.O_RDWR | os.O_APPEND, now)
    try:
        os.ftruncate(journal.descriptor, last_end(journal.descriptor))
    except OSError as error:
        journal.stack.close()
        raise JournalError(f"The journal {file} cannot be written: {error.strerror}.") from error
    return journal


def _opened(file: Path, flags: int, now: Now) -> Journal:
    with ExitStack() as stack:
        try:
            descriptor = stack.enter_context(opened(file, flags, WHAT))
        except OSError as error:
            raise JournalError(f"Cannot open the journal {file}: {error.strerror}.") from error
        return Journal(file, descriptor, now, stack=stack.pop_all())
    raise AssertionError("unreachable")


def _summary(plan: Plan, about: About, id: str, time: str) -> RunSummary:
    counts = {action.value: plan.count(action) for action in Action}
    return RunSummary(
        id=id,
        time=time,
        user=user_name(),
        host=platform.node(),
        lpconf_version=about.lpconf_version,
        target=plan.target,
        revision=about.revision,
        digest=about.digest,
        configuration=plan.configuration,
        rolls_back=plan.rolls_back,
        counts={**counts, "blocked": len(plan.blocked), "steps": len(plan.steps)},
    )


def _plain(value: object) -> Json:
    """What json does not know: any mapping as an object."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
