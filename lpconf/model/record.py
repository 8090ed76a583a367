"""What the journal tells of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lpconf.model.address import Address, Kind
from lpconf.model.json import Json, JsonObject
from lpconf.model.plan import Action, Comparison, Managed, Origin, Target
from lpconf.model.run import Outcome, StepResult


@dataclass(frozen=True, slots=True)
class Revision:
    """The state of the git repository that the configuration lies in. `dirty` is None where that is not known."""

    commit: str
    dirty: bool | None


class Answer(StrEnum):
    """What became of one request."""

    ANSWERED = "answered"
    """LivePerson took it."""
    REFUSED = "refused"
    """LivePerson refused it, or it was not sent: nothing was written by it."""
    LOST = "lost"
    """The answer was lost."""


class Fate(StrEnum):
    """What recovery found of a step whose outcome was unknown."""

    DONE = "done"
    NOT_DONE = "not done"
    FOREIGN = "changed by somebody else"
    """Neither as before the run nor as planned."""
    UNKNOWN = "unknown"
    """It could not be found out, now or ever."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run as `history` shows it. `time` is UTC, ISO 8601; `ended` likewise, None for a run without an end.

    `counts` are those of the plan: `create`, `update`, `delete`, `blocked`, `steps`; `unknown` is how many outcomes
    the end left open, `settled` when recovery settled them. `exit_code` is None for a run without an end.
    `digest` is the plan's, `configuration` that of what was declared.
    """

    id: str
    time: str
    user: str
    host: str
    lpconf_version: str
    target: Target
    revision: Revision | None
    digest: str
    configuration: str
    rolls_back: str | None
    counts: Mapping[str, int]
    exit_code: int | None = None
    ended: str | None = None
    unknown: int = 0
    settled: str | None = None

    @property
    def open(self) -> bool:
        """Whether something is unknown that no recovery has settled."""
        return self.settled is None and (self.exit_code is None or self.unknown > 0)


@dataclass(frozen=True, slots=True)
class DamagedRun:
    """A run whose journal cannot be read, or not to its end. `reason` says why, and where, in sentences.

    `id` and `time` (UTC, ISO 8601) are those of the journal's name, `file` is its path.
    """

    id: str
    time: str
    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Image:
    """A thing's body at one moment, without secrets. `hidden` are the places that secrets were left out of.

    A campaign's `engagements` are in it only where the campaign was about to be deleted.
    """

    body: JsonObject
    hidden: tuple[tuple[str | int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedValue:
    """What one request was to set, as LivePerson spells it, ids filled in. Secrets are left out."""

    path: tuple[str, ...]
    value: Json
    comparison: Comparison
    origin: Origin


@dataclass(frozen=True, slots=True)
class Intent:
    """One write that was about to be sent. `live_id` is None for a creation, `campaign_id` set for an engagement."""

    step: int
    time: str
    action: Action
    kind: Kind
    live_id: int | None
    campaign_id: int | None
    name: str
    planned: tuple[PlannedValue, ...]
    before: Image | None
    answer: Answer | None = None
    """None where the run ended before the answer."""
    answer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What recovery found of one step, and when (UTC, ISO 8601)."""

    step: int
    address: Address
    action: Action
    fate: Fate
    live_id: int | None
    reason: str
    time: str


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step of the plan and all that the journal tells of it. `result` is None where the run ended before it."""

    address: Address
    action: Action
    result: StepResult | None = None
    intents: tuple[Intent, ...] = ()
    after: Image | None = None
    """The thing as it was read back."""
    settled: Settled | None = None

    @property
    def before(self) -> Image | None:
        """The thing as it was read just before the last write of it."""
        return self.intents[-1].before if self.intents else None

    @property
    def live_id(self) -> int | None:
        """The thing's id, also of a thing that the step created."""
        found = [
            self.settled.live_id if self.settled else None,
            self.result.live_id if self.result else None,
            *(each for intent in reversed(self.intents) for each in (intent.answer_id, intent.live_id)),
        ]
        return next((each for each in found if each is not None), None)

    @property
    def fate(self) -> Fate | None:
        """Whether it was done; None where nobody knows yet."""
        if self.settled is not None:
            return self.settled.fate
        if self.result is not None:
            if self.result.outcome is Outcome.UNKNOWN:
                return None
            return Fate.DONE if self.result.outcome.wrote else Fate.NOT_DONE
        answers = [intent.answer for intent in self.intents]
        if Answer.ANSWERED in answers:
            return Fate.DONE
        return Fate.NOT_DONE if all(answer is Answer.REFUSED for answer in answers) else None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run, as its journal tells it.

    `document` is the plan as JSON (lpconf.engine.encoding.document). `managed` holds what the configuration managed,
    with the ids that the run's creations got; `protected` what it protected; `seen` all live things of the
    collections that the run read before it wrote, by kind and id.
    """

    summary: RunSummary
    document: JsonObject
    managed: Sequence[Managed]
    protected: tuple[Address, ...]
    steps: tuple[StepRecord, ...]
    access_failed: bool = False
    seen: frozenset[tuple[Kind, int]] = frozenset()

    @property
    def protected_ids(self) -> Mapping[Address, int]:
        """The ids of the things that the configuration protected."""
        ids = {each.address: each.live_id for each in self.managed if each.live_id is not None}
        return {address: ids[address] for address in self.protected if address in ids}


@dataclass(frozen=True, slots=True)
class Recovery:
    """What became of an earlier run that was cut short. `steps` are all of its steps, settled as far as possible.

    `problem` says why some could not be looked at; the next command tries again.
    """

    summary: RunSummary
    steps: tuple[StepRecord, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock. `since` is UTC, ISO 8601; unknown parts are empty."""

    user: str = ""
    pid: int | None = None
    since: str = ""
    host: str = ""
