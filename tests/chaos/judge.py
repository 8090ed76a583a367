"""What is checked after each case, against the account as it is and what passed the gateway."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lpconf.apply.records import load
from lpconf.model.plan import Action
from lpconf.model.record import Fate, StepRecord
from tests.chaos import scenario
from tests.chaos.faults import Edit
from tests.chaos.place import Snapshot, Thing, live_of, path_of
from tests.chaos.scenario import CREATES, DELETES, UPDATES, Key, Path_, Ref
from tests.chaos.worker import Ran

_MISSING = object()
_RENAMED = {"Beta": "Beta 2", "Service": "Care"}
_NOT_WRITTEN = {"failed", "not_attempted", "stale"}
_WRITTEN = {"differs", "not_visible_yet"}
_TELLS = ("in the same moment", "not as it was when the campaign was written")
_NAME = re.compile(r'\["((?:[^"\\]|\\.)*)"\]')


@dataclass
class Verdict:
    """What is wrong with one case; each list says what, in words."""

    converged: bool = False
    refused: bool = False
    duplicates: list[str] = field(default_factory=list)
    lost_edits: list[str] = field(default_factory=list)
    told_losses: list[str] = field(default_factory=list)
    """Foreign edits that LivePerson gives no means to protect, and that the run has told."""
    lost_fields: list[str] = field(default_factory=list)
    wrong_reports: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def ended_well(self) -> bool:
        return self.converged or self.refused

    @property
    def faults(self) -> list[str]:
        found = [*self.duplicates, *self.lost_edits, *self.lost_fields, *self.wrong_reports]
        return found if self.ended_well else [*found, "neither converged nor rightly refused", *self.notes]


@dataclass(frozen=True)
class Case:
    """All that is known of one case. `middle` is the account after the first apply, `last` after the second."""

    folder: Path
    first: Ran
    second: Ran
    edits: Sequence[Edit]
    before: Snapshot
    middle: Snapshot
    last: Snapshot
    clean: Snapshot
    lags: bool = False
    """Whether reads lagged, so that the second apply may have planned on what was before."""
    third: tuple[Ran, Snapshot] | None = None
    """One more plain apply and the account after it, where the second did not make it as declared."""

    def journal(self, index: int) -> str:
        """The plan of one of the runs as its journal has it; empty if there is none."""
        files = sorted((self.folder / "state" / "runs").glob("*.jsonl"))
        begun = [file for file in files if len(file.read_bytes().splitlines()) > 1]
        if index >= len(begun):
            return ""
        return begun[index].read_text().splitlines()[1]

    def planned(self, mark: str) -> bool:
        """Whether any plan showed a value: then it was overwritten knowingly."""
        return any(mark in self.journal(index) for index in range(3))


def judge(case: Case) -> Verdict:
    """The verdict on one case."""
    verdict = Verdict()
    missing = list(_not_as_declared(case.last, case.edits, ignore_edits=False))
    verdict.converged = made_it(case.second, case.last, case.edits)
    verdict.refused = not verdict.converged and _rightly_refused(case)
    verdict.notes = [f"exit {case.first.code} then {case.second.code}", *missing[:5]]
    verdict.duplicates = list(_duplicates(case))
    _lost_edits(case, verdict)
    verdict.lost_fields = [*_lost_fields(case, case.middle, "first"), *_lost_fields(case, case.last, "second")]
    if verdict.converged:
        verdict.lost_fields += _unlike_clean(case)
    verdict.wrong_reports = [
        *_wrong(case, case.first, case.middle, "first"),
        *_wrong(case, case.second, case.last, "second"),
        *_wrong_records(case),
    ]
    return verdict


def made_it(ran: Ran, now: Snapshot, edits: Sequence[Edit]) -> bool:
    """Whether an apply says that all is as declared, and it is."""
    return ran.code == 0 and not any(_not_as_declared(now, edits, ignore_edits=False))


def _rightly_refused(case: Case) -> bool:
    """Whether something stood against the second apply that was no fault of lpconf's, and another goes through.

    What somebody else made under a declared name may stand against every one: a person has to decide.
    """
    if case.second.code not in {1, 3, 4} or not (case.edits or case.lags) or case.third is None:
        return False
    ran, now = case.third
    return made_it(ran, now, case.edits) or (ran.code == 1 and any(not each.path for each in case.edits))


def at(body: Any, path: Path_) -> Any:
    for step in path:
        if not isinstance(body, dict) or step not in body:
            return _MISSING
        body = body[step]
    return body


def _value(now: Snapshot, value: Any) -> Any:
    if isinstance(value, Ref):
        found = now.find("connector", value.connector)
        return found[0].id if found else _MISSING
    return value


def _edited(edits: Sequence[Edit], id: int) -> dict[Path_, Any]:
    return {each.path: each.value for each in edits if each.id == id and each.path}


def _fields_off(now: Snapshot, thing: Thing, wanted: Any, skip: Any = ()) -> Iterator[str]:
    for path, value in wanted.items():
        if path in skip:
            continue
        expected, found = _value(now, value), at(thing.body, path)
        if found != expected:
            yield f"{thing.kind} {thing.name}: {'.'.join(path)} is {found!r}, not {expected!r}"


def _not_as_declared(now: Snapshot, edits: Sequence[Edit], *, ignore_edits: bool) -> Iterator[str]:
    """What is not as the configuration says. `ignore_edits` leaves out what somebody else has changed."""
    for key, fields in (*UPDATES.items(), *CREATES.items()):
        thing = live_of(now, key)
        if thing is None:
            yield f"{key} is not there"
            continue
        if ignore_edits and any(each.id == thing.id and not each.path for each in edits):
            continue
        yield from _fields_off(now, thing, fields, _edited(edits, thing.id) if ignore_edits else ())
    yield from (f"{key} is there still" for key in DELETES if live_of(now, key) is not None)


def _duplicates(case: Case) -> Iterator[str]:
    made = Counter(
        (each.collection, each.json().get("name"))
        for ran in (case.first, case.second)
        for each in ran.done
        if each.verb == "POST"
    )
    yield from (f"created {count} times: {where}" for where, count in made.items() if count > 1)
    foreign = {each.id for each in case.edits if not each.path}
    names = Counter(
        (each.kind, each.campaign, each.name) for each in case.last.things.values() if each.id not in foreign
    )
    yield from (f"{count} things are {where}" for where, count in names.items() if count > 1)


def _lost_edits(case: Case, verdict: Verdict) -> None:
    for edit in case.edits:
        for now, run, is_last in ((case.middle, case.first, False), (case.last, case.second, True)):
            thing = now.things.get((edit.kind, edit.id))
            if thing is not None and at(thing.body, edit.path or ("description",)) == edit.value:
                continue
            if _declared(edit, case) and case.planned(edit.mark):
                break
            what = f"{edit.kind} {edit.id} {'.'.join(edit.path)}, {'second' if is_last else 'first'} run"
            told = not is_last and _told_loss(edit, run)
            (verdict.told_losses if told else verdict.lost_edits).append(what)
            break


def _declared(edit: Edit, case: Case) -> bool:
    """Whether the configuration itself wants another value there, or the thing gone."""
    if edit.campaign == scenario.CAMPAIGNS["Ghost"]:
        return True
    if edit.key is None:
        return False
    wanted = {**UPDATES, **CREATES}.get(edit.key, {})
    return edit.key in DELETES or (edit.path or ("description",)) in wanted


def _told_loss(edit: Edit, ran: Ran) -> bool:
    """Whether it was lost to a write that was on its way already, which LivePerson does not check against it, and the
    step of that write says so.
    """
    request = ran.requests[edit.number]
    own = [path_of(edit.kind, edit.campaign, edit.id)[0]]
    if edit.kind == "engagement":
        own.append(path_of("campaign", 0, edit.campaign)[0])
    if request.verb not in {"PUT", "DELETE"} or request.collection not in own or ran.report is None:
        return False
    id = int(request.collection.rpartition("/")[2])
    said = [" ".join([*each["notes"], *each["differences"]]) for each in ran.report["steps"] if each["id"] == id]
    return any(sentence in each for each in said for sentence in _TELLS)


def _lost_fields(case: Case, now: Snapshot, run: str) -> Iterator[str]:
    keys = {(key.kind, thing.id): key for key in (*UPDATES, *DELETES) if (thing := live_of(case.before, key))}
    for place, thing in case.before.things.items():
        key, found = keys.get(place), now.things.get(place)
        if found is None:
            if key not in DELETES:
                yield f"{thing.kind} {thing.name} has gone after the {run} run"
            continue
        wanted = UPDATES.get(key, {}) if key else {}
        edits = _edited(case.edits, thing.id)
        for path in _leaves(thing.body, found.body):
            old, new = at(thing.body, path), at(found.body, path)
            mine = any(path[: len(each)] == each or each[: len(path)] == path for each in (*wanted, *edits))
            if old != new and not mine:
                yield f"{thing.kind} {thing.name}: {'.'.join(path)} went from {old!r} to {new!r} in the {run} run"
    if now.secrets.get(2230) != case.before.secrets[2230]:
        yield f"the secret of Gamma is {now.secrets.get(2230)!r} after the {run} run"


def _leaves(*bodies: Any) -> set[Path_]:
    """The paths of all values that are not objects."""
    found: set[Path_] = set()

    def walk(body: Any, path: Path_) -> None:
        if isinstance(body, dict) and body:
            for name, value in body.items():
                walk(value, (*path, name))
        else:
            found.add(path)

    for body in bodies:
        walk(body, ())
    return found


def _unlike_clean(case: Case) -> Iterator[str]:
    """What was created must be as in a run without a fault, apart from its ids and dates."""
    foreign = {each.id for each in case.edits if not each.path}
    for key in CREATES:
        thing, model = live_of(case.last, key), live_of(case.clean, key)
        assert model is not None
        if thing is None or thing.id in foreign:
            continue
        skip = {("id",), ("createdDate",), ("connectorId",), *_edited(case.edits, thing.id)}
        for path in _leaves(thing.body, model.body) - skip:
            if at(thing.body, path) != at(model.body, path) and path[:1] != ("xNested",):
                yield f"{key}: {'.'.join(path)} is not as in a run without a fault"
        if key.name == "New 2" and key.kind == "connector" and thing.id not in case.last.secrets:
            yield "the secret of New 2 was not written"


def _wrong(case: Case, ran: Ran, after: Snapshot, name: str) -> Iterator[str]:
    """What an apply says that is not so."""
    if ran.was_killed:
        return
    if ran.code not in {0, 1, 3, 4, 6}:
        yield f"{name}: exit {ran.code}: {ran.told[-400:]}"
    if "bug in lpconf" in ran.told or "Traceback" in ran.told:
        yield f"{name}: {ran.told[-600:]}"
    # The one says what looking back did, before the run itself.
    told = ran.told.replace("Nothing was written now.", "")
    if "othing was written" in told and ran.done:
        yield f"{name}: it says that nothing was written, and {len(ran.done)} writes took effect"
    if ran.code in {1, 3, 6} and ran.done:
        yield f"{name}: exit {ran.code}, and {len(ran.done)} writes took effect"
    if ran.report is None:
        if ran.done:
            yield f"{name}: no report, and {len(ran.done)} writes took effect"
        return
    if ran.report["exit_code"] != ran.code:
        yield f"{name}: exit {ran.code}, and the report says {ran.report['exit_code']}"
    for step in ran.report["steps"]:
        yield from _wrong_step(case, ran, after, step, name)
    if ran.code == 0:
        yield from (f"{name}: exit 0, but {each}" for each in _not_as_declared(after, case.edits, ignore_edits=True))
        yield from _overlooked(case, ran, after, name)


def _overlooked(case: Case, ran: Ran, after: Snapshot, name: str) -> Iterator[str]:
    """Exit 0 although a later read showed somebody else's value in a declared field."""
    if ran is not case.first:
        return
    for edit in case.edits:
        thing = after.things.get((edit.kind, edit.id))
        if thing is None or not _declared(edit, case) or at(thing.body, edit.path) != edit.value:
            continue
        source = "le-connectors/connectors"
        if edit.kind != "connector":
            source = f"le-campaigns/campaigns/{edit.campaign or edit.id}"
        looked = [each for each in ran.requests if each.verb == "GET" and each.collection == source]
        if any(each.number >= edit.number for each in looked):
            yield f"{name}: exit 0 although a read showed {edit.mark} in {edit.kind} {edit.id}"


def _wrong_step(case: Case, ran: Ran, after: Snapshot, step: Any, name: str) -> Iterator[str]:
    done = _took_effect(ran.done, step["address"], step["action"], step["id"], after, case)
    outcome, where = step["outcome"], f"{name}: {step['action']} {step['address']}"
    already = any("already" in note for note in step["notes"])
    if outcome in _NOT_WRITTEN and done:
        yield f"{where} is said to be {outcome}, and was written ({step['reason']})"
    if outcome in _WRITTEN and not done:
        yield f"{where} is said to be {outcome}, and nothing was written"
    if outcome == "confirmed":
        if not done and not already:
            yield f"{where} is said to be confirmed, and nothing was written"
        if done and already:
            yield f"{where} is said to have been so already, and was written"
        thing = after.things.get((_kind(step["address"]), step["id"]))
        if (step["action"] == "delete") != (thing is None):
            yield f"{where} is said to be confirmed, and it is {'not ' if thing is None else ''}there"


def _kind(address: str) -> str:
    return address.rpartition("/")[2].partition("[")[0]


def _names(address: str) -> list[str]:
    return [json.loads(f'"{each}"') for each in _NAME.findall(address)]


def _took_effect(done: Sequence[Any], address: str, action: str, id: int | None, now: Snapshot, case: Case) -> bool:
    """Whether a write of one step took effect, by what passed the gateway."""
    kind, names = _kind(address), _names(address)
    campaign = 0
    if kind == "engagement":
        old = {new: name for name, new in _RENAMED.items()}.get(names[0], names[0])
        parent = live_of(now, Key("campaign", old)) or live_of(case.before, Key("campaign", old))
        if parent is None:
            return False
        campaign = parent.id
    if action == "create":
        path, _ = path_of(kind, campaign)
        return any(
            each.verb == "POST" and each.collection == path and each.json()["name"] == names[-1] for each in done
        )
    if id is None:
        return False
    path, _ = path_of(kind, campaign, id)
    return any(each.verb == {"update": "PUT", "delete": "DELETE"}[action] and each.collection == path for each in done)


def _wrong_records(case: Case) -> Iterator[str]:
    """What the first run's journal says, after the second apply has looked into it."""
    if case.second.code == 6 or not (case.first.done or case.first.report):
        return
    files = sorted((case.folder / "state" / "runs").glob("*.jsonl"))
    begun = [file for file in files if file.read_bytes().count(b"\n") > 1]
    if not begun:
        if case.first.done:
            yield f"first: {len(case.first.done)} writes took effect, and no journal tells of them"
        return
    for step in load(begun[0]).steps:
        done = _took_effect(case.first.done, str(step.address), step.action.value, step.live_id, case.middle, case)
        where = f"first: {step.action.value} {step.address}"
        if step.result is not None and step.result.already:
            continue
        if step.fate is Fate.DONE and not done:
            yield f"{where} is on record as done, and was not"
        elif step.fate is Fate.NOT_DONE and done and not _seen_too_early(case, step):
            yield f"{where} is on record as not done, and was"
        elif step.fate is None or (step.fate in {Fate.FOREIGN, Fate.UNKNOWN} and not case.edits):
            yield f"{where} is on record as {step.fate}, and was {'' if done else 'not '}done"


def _seen_too_early(case: Case, step: StepRecord) -> bool:
    """Recovery looks once for a change or a deletion, since to do it twice does no harm: a read that lags misses it."""
    return case.lags and step.settled is not None and step.action is not Action.CREATE
