"""What became of runs that were cut short. Reads only: it never writes to LivePerson (design: Journal).

A request whose intent is in a journal without an outcome may have been done or not. The account tells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from lpconf.apply.clock import Clock
from lpconf.apply.events import recovered_line, settled_line
from lpconf.apply.journal import JournalError, Now, now_utc, reopened, utc
from lpconf.apply.records import file_of, load, runs
from lpconf.engine.values import at, same
from lpconf.liveperson.client import Client, id_of
from lpconf.liveperson.errors import NotFound
from lpconf.model.address import Kind
from lpconf.model.errors import LpconfError
from lpconf.model.json import JsonObject
from lpconf.model.plan import Action, Origin
from lpconf.model.policy import Waits
from lpconf.model.record import Fate, Intent, PlannedValue, Recovery, RunSummary, Settled, StepRecord
from lpconf.model.run import Outcome

ONLY_SECRETS = "It set nothing but a secret, and LivePerson probably does not show those."

Looking = Callable[[RunSummary, float], None]
"""Told before a wait: the run that it is for, and the seconds that it takes at the longest."""

# LivePerson may make its own values of these, so they do not tell whether a thing is ours.
_NOT_TELLING = frozenset({Origin.TEMPLATE, Origin.COPY})


def unfinished(state: Path, client: Client) -> tuple[RunSummary, ...]:
    """The runs of the client's account and host in which something is unknown, oldest first."""
    return tuple(reversed([each for each in runs(state, client.target) if each.open]))


def _silent(_: RunSummary, __: float) -> None:
    return None


def recover(
    state: Path,
    found: Sequence[RunSummary],
    client: Client,
    waits: Waits,
    clock: Clock,
    now: Now = now_utc,
    *,
    looking: Looking = _silent,
) -> tuple[Recovery, ...]:
    """Look into runs that were cut short, and note in their journals what became of them. Only under the lock.

    Each request without an answer is looked for until it shows, or `waits.read_back` seconds have passed; `looking` is
    told before. Raises LpconfError for a journal that cannot be read.
    """
    look = _Look(client, waits, clock, now)
    return tuple(_recovered(file_of(state, each.id), look, looking) for each in found)


def wait_for_created(
    state: Path, client: Client, waits: Waits, clock: Clock, now: Now = now_utc, *, looking: Looking = _silent
) -> None:
    """Wait until the account shows what the last runs have created and not seen: they were cut short, or lost access.

    Else a plan made of reads that lag would create it again. Waits until `waits.read_back` seconds have passed since it
    was sent; `looking` is told before a wait. Raises LpconfError for a journal that cannot be read, or where the
    account cannot be asked.
    """
    look = _Look(client, waits, clock, now)
    for run in runs(state, client.target):
        if run.exit_code == 0 or (run.ended is not None and look.passed(run.ended) > waits.read_back):
            return
        for step in load(file_of(state, run.id)).steps:
            seen = run.exit_code is not None and step.result is not None and step.result.outcome is Outcome.CONFIRMED
            sent = None if seen or not step.intents else step.intents[-1]
            if sent is None or sent.action is not Action.CREATE or sent.answer_id is None:
                continue
            if look.passed(sent.time) <= waits.read_back:
                look.wait_for_created(sent, partial(looking, run))


def _recovered(file: Path, look: _Look, looking: Looking) -> Recovery:
    record = load(file)
    steps, settled, problems = list(record.steps), [], []
    if unknown := sum(step.fate is None for step in steps):
        looking(record.summary, unknown * look.waits.read_back)
    for index, step in enumerate(record.steps):
        if step.fate is not None:
            continue
        try:
            found = look.settle(index, step)
        except LpconfError as error:
            problems.append(str(error))
            continue
        steps[index] = replace(step, settled=found)
        settled.append(found)
    try:
        with reopened(file, now=look.now) as journal:
            lines = [settled_line(each) for each in settled]
            ended = [] if problems else [recovered_line(record.summary, utc(look.now()))]
            journal.append([*lines, *ended], sync=True)
    except JournalError as error:
        problems.append(str(error))
    return Recovery(record.summary, tuple(steps), "\n".join(dict.fromkeys(problems)))


@dataclass(frozen=True, slots=True)
class _Look:
    """Looks at the account."""

    client: Client
    waits: Waits
    clock: Clock
    now: Now

    def settle(self, index: int, step: StepRecord) -> Settled:
        """What became of one step. Raises LpconfError where the account cannot be asked."""
        if not step.intents:
            # Unknown by its result alone: nothing tells what was sent.
            return self._settled(index, step, Fate.UNKNOWN, None, "The journal does not tell what was sent.")
        intent = step.intents[-1]
        match intent.action:
            case Action.CREATE:
                fate, live_id, reason = self._creation(intent)
            case Action.UPDATE:
                fate, live_id, reason = self._update(intent)
            case Action.DELETE:
                fate, live_id, reason = self._deletion(intent)
        return self._settled(index, step, fate, live_id, reason)

    def wait_for_created(self, intent: Intent, looking: Callable[[float], None]) -> None:
        """Wait until the account shows what a request has created; `looking` is told before how long at most.

        Raises LpconfError.
        """
        left = self.waits.read_back - min(self.passed(intent.time), self.waits.read_back)
        until = self.clock.now() + left
        shown = self._shows(intent)
        if not (shown or self.clock.over(until)):
            looking(left)
        while not (shown or self.clock.over(until)):
            self.clock.wait(self.waits.read_back_pause)
            shown = self._shows(intent)

    def _shows(self, intent: Intent) -> bool:
        try:
            items = self.client.list(intent.kind, campaign_id=intent.campaign_id).items
        except NotFound:
            # Its campaign has gone, and it with it.
            return True
        return any(id_of(item) == intent.answer_id for item in items)

    def _settled(self, index: int, step: StepRecord, fate: Fate, live_id: int | None, reason: str) -> Settled:
        return Settled(index, step.address, step.action, fate, live_id, reason, utc(self.now()))

    def _until(self) -> float:
        """Until when the account may still be about to show a request.

        In full, whatever the time of its intent: the clock of a machine jumps, and a request that LivePerson put off
        (429) was sent long after it.
        """
        return self.clock.now() + self.waits.read_back

    def passed(self, time: str) -> float:
        """The seconds since a time in a journal; none if the clock was set back, which must not make a wait longer."""
        return max((self.now() - datetime.fromisoformat(time)).total_seconds(), 0.0)

    def _creation(self, intent: Intent) -> tuple[Fate, int | None, str]:
        until = self._until()
        while True:
            found = self._named(intent)
            ours = [body for body in found if not _off(body, intent.planned)]
            if len(found) == len(ours) == 1:
                return Fate.DONE, id_of(ours[0]), ""
            if self.clock.over(until):
                break
            self.clock.wait(self.waits.read_back_pause)
        if not found:
            return Fate.NOT_DONE, None, "Nothing of this name was found."
        if len(found) == 1:
            return Fate.FOREIGN, id_of(found[0]), "A thing of this name was found, but it is not as planned."
        return Fate.UNKNOWN, None, f"{len(found)} things of this name were found."

    def _named(self, intent: Intent) -> list[JsonObject]:
        """The whole bodies of the live things that have the name of a creation."""
        kind, campaign_id = intent.kind, intent.campaign_id
        try:
            items = self.client.list(kind, campaign_id=campaign_id).items
        except NotFound:
            return []
        bodies = []
        for item in items:
            live_id = id_of(item)
            if item.get("name") == intent.name and live_id is not None:
                body = self._read(kind, live_id, campaign_id)
                bodies += [body] if body is not None else []
        return bodies

    def _read(self, kind: Kind, live_id: int, campaign_id: int | None) -> JsonObject | None:
        try:
            return self.client.read(kind, live_id, campaign_id=campaign_id).body
        except NotFound:
            return None

    def _update(self, intent: Intent) -> tuple[Fate, int | None, str]:
        live_id, until = _id(intent), self._until()
        while True:
            body = self._read(intent.kind, live_id, intent.campaign_id)
            if body is None:
                return Fate.FOREIGN, live_id, "It has been deleted since."
            if not _off(body, intent.planned):
                return (Fate.DONE, live_id, "") if intent.planned else (Fate.UNKNOWN, live_id, ONLY_SECRETS)
            if not _untouched(body, intent):
                return Fate.FOREIGN, live_id, "It is neither as before the run nor as planned."
            if self.clock.over(until):
                return Fate.NOT_DONE, live_id, ""
            self.clock.wait(self.waits.read_back_pause)

    def _deletion(self, intent: Intent) -> tuple[Fate, int | None, str]:
        live_id, until = _id(intent), self._until()
        while True:
            if self._read(intent.kind, live_id, intent.campaign_id) is None:
                return Fate.DONE, live_id, ""
            if self.clock.over(until):
                return Fate.NOT_DONE, live_id, ""
            self.clock.wait(self.waits.read_back_pause)


def _id(intent: Intent) -> int:
    if intent.live_id is None:
        raise LpconfError("The journal names no id of the thing that was written.")
    return intent.live_id


def _untouched(body: JsonObject, intent: Intent) -> bool:
    """Whether nothing shows of a request yet, nor of anybody else's."""
    return intent.before is not None and all(
        same(each.comparison, at(body, each.path), at(intent.before.body, each.path)) for each in intent.planned
    )


def _off(body: JsonObject, planned: Sequence[PlannedValue]) -> bool:
    return any(
        not same(each.comparison, at(body, each.path), each.value)
        for each in planned
        if each.origin not in _NOT_TELLING
    )
